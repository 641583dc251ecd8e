/** What the pages ask for when they open, by filter: what nearly everything has, what nearly nothing has, and nothing. */
import { STATUSES } from '../../sms/status.ts';
import { BUSY_PHONE, NO_PHONE, type Seeded, SOME_PHONE } from './seed.ts';

export interface Case {
  name: string;
  path: string;
  /** This page of the list, 1 the first; `deep`: one after half of the messages, 50,000 at most. */
  page?: 2 | 'deep';
  /** The answer is kept for so long: ask less often. */
  keptMs?: number;
}

const DAY_MS = 86_400_000;

export function casesOf({ accounts, senders }: Seeded): Case[] {
  const { big, small, rare } = accounts;
  const ago = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString();
  const messages = (name: string, query: Record<string, string>, more: Partial<Case> = {}): Case => {
    return { name: `messages: ${name}`, path: `/v1/messages?${new URLSearchParams(query)}`, ...more };
  };
  const suppressions = (name: string, query: Record<string, string>, more: Partial<Case> = {}): Case => {
    return { name: `suppress list: ${name}`, path: `/v1/suppressions?${new URLSearchParams(query)}`, ...more };
  };
  const inbound = (name: string, query: Record<string, string>): Case => {
    return { name: `inbound: ${name}`, path: `/v1/inbound?${new URLSearchParams(query)}` };
  };
  const overview = (name: string, query: Record<string, string>): Case => {
    return { name: `overview: ${name}`, path: `/v1/overview?${new URLSearchParams(query)}`, keptMs: 1_050 };
  };
  const day = { from: ago(20), to: ago(19) };
  return [
    messages('all', {}),
    messages('all, second page', {}, { page: 2 }),
    messages('all, deep in', {}, { page: 'deep' }),
    ...STATUSES.map((status) => messages(status, { status })),
    messages('undelivered, second page', { status: 'undelivered' }, { page: 2 }),
    messages('two statuses', { status: 'unknown,cancelled' }),
    messages('all that is open', { status: 'accepted,sending,sent' }),
    messages('busy sender', { sender: senders.first }),
    messages('busy sender, deep in', { sender: senders.first }, { page: 'deep' }),
    messages('rare sender', { sender: senders.rare }),
    messages('big account', { account: big }),
    messages('rare account', { account: rare }),
    messages('busy phone', { phone: BUSY_PHONE }),
    messages('some phone', { phone: SOME_PHONE }),
    messages('phone that never occurs', { phone: NO_PHONE }),
    messages('error of nearly all', { error: 'DELIVRD' }),
    messages('error of some', { error: 'absent' }),
    messages('rare error', { error: 'imsi_lookup' }),
    messages('error that never occurs', { error: 'no such words' }),
    messages('last hour', { from: ago(1 / 24) }),
    messages('a day', day),
    messages('before all', { to: ago(60) }),
    messages('big account, cancelled', { account: big, status: 'cancelled' }),
    messages('rare account, delivered', { account: rare, status: 'delivered' }),
    messages('rare account, unknown', { account: rare, status: 'unknown' }),
    messages('busy sender, unknown', { sender: senders.first, status: 'unknown' }),
    messages('rare sender, undelivered', { sender: senders.rare, status: 'undelivered' }),
    messages('small account, busy sender', { account: small, sender: senders.first }),
    messages('small account, busy sender, cancelled', { account: small, sender: senders.first, status: 'cancelled' }),
    messages('busy phone, cancelled', { phone: BUSY_PHONE, status: 'cancelled' }),
    messages('busy phone, rare account', { phone: BUSY_PHONE, account: rare }),
    messages('a day, cancelled', { ...day, status: 'cancelled' }),
    messages('a day, rare sender', { ...day, sender: senders.rare }),
    messages('undelivered, rare error', { status: 'undelivered', error: 'imsi_lookup' }),
    messages('big account, rare error', { account: big, error: 'imsi_lookup' }),
    messages('busy sender, error that never occurs', { sender: senders.first, error: 'no such words' }),
    messages('a day, rare error', { ...day, error: 'imsi_lookup' }),
    overview('1 hour', { window: '1h' }),
    overview('24 hours', { window: '24h' }),
    overview('1 hour, rare account', { window: '1h', account: rare }),
    overview('24 hours, rare account', { window: '24h', account: rare }),
    suppressions('account', { account: big }),
    suppressions('account, second page', { account: big }, { page: 2 }),
    suppressions('account, deep in', { account: big }, { page: 'deep' }),
    suppressions('account, imported', { account: big, source: 'import' }),
    suppressions('account, by operator', { account: big, source: 'operator' }),
    suppressions('account, by api', { account: big, source: 'api' }),
    suppressions('account, a day', { account: big, ...day }),
    suppressions('account, phone', { account: big, phone: SOME_PHONE }),
    suppressions('account, phone that never occurs', { account: big, phone: NO_PHONE }),
    suppressions('global', { list: 'global' }),
    suppressions('global, by operator', { list: 'global', source: 'operator' }),
    { name: 'suppress lists: look-up', path: `/v1/suppressions/lookup?${new URLSearchParams({ phone: SOME_PHONE })}` },
    {
      name: 'suppress lists: look-up of none',
      path: `/v1/suppressions/lookup?${new URLSearchParams({ phone: NO_PHONE })}`,
    },
    { name: 'suppress lists: imports', path: '/v1/suppressions/imports' },
    inbound('all', {}),
    inbound('stop', { effect: 'stop' }),
    inbound('start', { effect: 'start' }),
    inbound('small account', { account: small }),
    inbound('rare account', { account: rare }),
    inbound('phone', { phone: SOME_PHONE }),
    inbound('phone that never occurs', { phone: NO_PHONE }),
    inbound('a day', day),
    { name: 'unmatched: all', path: '/v1/unmatched-reports' },
    { name: 'unmatched: rare gateway', path: '/v1/unmatched-reports?gateway=playmobile' },
    { name: 'unmatched: refused calls', path: '/v1/webhook-calls' },
    { name: 'senders', path: '/v1/senders' },
  ];
}
