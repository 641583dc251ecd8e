/** All addresses of the pages, in a house that is filled, and what is there once a page is whole. */
import type { Filled } from './fill.ts';
import { HELD, PAUSED } from './made-up.ts';

export interface Address {
  name: string;
  /** The path in the index.ts of its folder in web/pages; '' where none has it. */
  page: string;
  /** Behind /admin. */
  path: (filled: Filled) => string;
  /** A selector of what comes last. */
  whole: string;
  /** Selectors of what is pressed then, and of what that brings. */
  press?: { what: string; brings: string };
  /** A picture of it is in docs/screenshots. */
  shown?: true;
}

const ROWS = 'tbody tr';
/** The last of the buttons beside the title. */
const ACT = 'main h1 + * button >> nth=-1';
const QUESTION = { what: ACT, brings: '[role=dialog] button[type=submit], [role=dialog] button >> nth=-1' };

export const ADDRESSES: readonly Address[] = [
  { name: 'overview', page: '/overview', path: () => '/overview', whole: '.recharts-line-curve', shown: true },
  {
    name: 'overview-table',
    page: '/overview',
    path: () => '/overview?window=24h',
    whole: '.recharts-line-curve',
    press: { what: 'main summary >> nth=0', brings: 'details[open] tbody tr' },
  },
  { name: 'messages', page: '/messages', path: () => '/messages', whole: ROWS, shown: true },
  { name: 'messages-none', page: '/messages', path: () => '/messages?error=nothing-like-it', whole: 'main p' },
  { name: 'messages-wrong', page: '/messages', path: () => '/messages?phone=12', whole: 'main [role=alert]' },
  { ...message('delivered'), shown: true },
  { ...message('unknown', '-details'), press: { what: 'main summary >> nth=2', brings: 'details[open] pre' } },
  { ...message('accepted', '-cancel'), press: QUESTION },
  { name: 'compose', page: '/messages/new', path: () => '/messages/new', whole: 'form', shown: true },
  {
    name: 'compose-wrong',
    page: '/messages/new',
    path: () => '/messages/new',
    whole: 'form',
    press: { what: 'form button[type=submit]', brings: 'form [aria-invalid=true]' },
  },
  { name: 'inbound', page: '/inbound', path: () => '/inbound', whole: ROWS, shown: true },
  { name: 'unmatched', page: '/unmatched', path: () => '/unmatched', whole: ROWS, shown: true },
  { name: 'unmatched-refused', page: '/unmatched', path: () => '/unmatched?view=refused', whole: ROWS },
  { name: 'unmatched-left', page: '/unmatched', path: () => '/unmatched?view=left', whole: 'main p' },
  { name: 'suppressions-add', page: '/suppressions', path: () => '/suppressions', whole: ROWS, press: QUESTION },
  {
    name: 'suppressions-account',
    page: '/suppressions',
    path: ({ account }) => `/suppressions?account=${account('Blackbird Books')}`,
    whole: ROWS,
    shown: true,
  },
  {
    name: 'lookup',
    page: '/suppressions/lookup',
    path: ({ suppressedPhone }) => `/suppressions/lookup?phone=${encodeURIComponent(suppressedPhone)}`,
    whole: ROWS,
    shown: true,
  },
  { name: 'imports', page: '/suppressions/imports', path: () => '/suppressions/imports', whole: ROWS, shown: true },
  {
    name: 'import',
    page: '/suppressions/imports/:id',
    path: ({ importId }) => `/suppressions/imports/${importId}`,
    whole: 'main dl',
    shown: true,
  },
  { name: 'senders', page: '/senders', path: () => '/senders', whole: 'tbody .mantine-Progress-root', shown: true },
  {
    name: 'new-sender',
    page: '/senders/new',
    path: () => '/senders/new?gateway=smsc',
    whole: 'form fieldset',
    shown: true,
  },
  { ...sender('sender', 'infobip-codes', 'form fieldset'), shown: true },
  sender('sender-profile', 'profile-backup', 'form fieldset'),
  { ...sender('sender-delete', PAUSED.name, 'main dl', 'health'), press: QUESTION },
  sender('sender-addresses', 'infobip-codes', 'main input', 'addresses'),
  sender('sender-test', 'infobip-codes', 'main form', 'test'),
  { ...sender('sender-health', HELD.name, 'main dl', 'health'), shown: true },
  { name: 'accounts', page: '/accounts', path: () => '/accounts', whole: ROWS, shown: true },
  { name: 'accounts-new', page: '/accounts', path: () => '/accounts', whole: ROWS, press: QUESTION },
  { name: 'keys', page: '/keys', path: () => '/keys', whole: ROWS, shown: true },
  { name: 'keys-new', page: '/keys', path: () => '/keys', whole: ROWS, press: QUESTION },
  { name: 'audit', page: '/audit', path: () => '/audit', whole: ROWS, shown: true },
  { name: 'erasure', page: '/erasure', path: () => '/erasure', whole: 'form', shown: true },
  { name: 'no-page', page: '', path: () => '/no/such/page', whole: 'main p' },
];

function message(status: string, more = ''): Address {
  const path = (filled: Filled) => `/messages/${filled.message(status)}`;
  return { name: `message-${status}${more}`, page: '/messages/:id', path, whole: 'main [role=listitem]' };
}

function sender(name: string, of: string, whole: string, tab?: string): Address {
  const path = (filled: Filled) => `/senders/${filled.sender(of)}${tab ? `?tab=${tab}` : ''}`;
  return { name, page: '/senders/:id', path, whole };
}
