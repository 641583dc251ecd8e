/** Who sends what in the house of which the pages are full: made up, and the same at every start. */
import { FORM_AND_XML } from '../../gateways/profiles.ts';

export type Random = () => number;

/** The same numbers at every start, each at least 0 and below 1 (mulberry32). */
export function random(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const ACCOUNTS = [
  { name: 'Blackbird Books', defaultCountry: 'RU' },
  { name: 'Volga Pharmacy', defaultCountry: 'RU' },
  { name: 'Samarkand Taxi', defaultCountry: 'UZ' },
] as const;
export type AccountName = (typeof ACCOUNTS)[number]['name'];

export const KEYS = [
  { name: 'shop backend', account: 'Blackbird Books', scopes: ['messages:send', 'messages:read'] },
  { name: 'prescription reminders', account: 'Volga Pharmacy', scopes: ['messages:send'] },
  {
    name: 'support desk',
    account: 'Volga Pharmacy',
    scopes: ['messages:read', 'suppressions:read', 'suppressions:write'],
  },
  { name: 'dispatch', account: 'Samarkand Taxi', scopes: ['messages:send', 'messages:read', 'phones:read'] },
  { name: 'night shift', account: null, scopes: ['messages:read', 'senders:read', 'senders:write'] },
] as const;

export interface HouseSender {
  name: string;
  gateway: string;
  /** The simulated gateway behind it, where that has another name. */
  wire?: string;
  /** What the simulator knows the gateway account by. */
  login: string;
  settings: (simulator: string) => Record<string, unknown>;
  /** Of the simulated gateway account. */
  simulated: Record<string, unknown>;
  accounts: readonly AccountName[];
  callerId: string;
  rateLimit?: number;
  text: (n: number) => string;
  priority: 'otp' | 'notice' | 'campaign';
  /** Of a hundred messages. */
  share: number;
  /** Of a hundred of its own, those that are not delivered. */
  failing: number;
}

const password = 'made-up-password';

export const SENDERS: readonly HouseSender[] = [
  {
    name: 'infobip-codes',
    gateway: 'infobip',
    login: 'infobip-codes-key',
    settings: (url) => ({ url: `${url}/infobip`, apiKey: 'infobip-codes-key' }),
    simulated: { reportDelayMs: 700 },
    accounts: ['Blackbird Books', 'Volga Pharmacy'],
    callerId: 'ACME',
    rateLimit: 50,
    text: (n) => `Your code is ${1000 + ((n * 7919) % 9000)}. Tell it nobody.`,
    priority: 'otp',
    share: 32,
    failing: 4,
  },
  {
    name: 'smsc-orders',
    gateway: 'smsc',
    login: 'blackbird',
    settings: (url) => ({ url: `${url}/smsc`, login: 'blackbird', password }),
    simulated: { reportDelayMs: 1_300, statusLimits: false },
    accounts: ['Blackbird Books'],
    callerId: 'BLACKBIRD',
    rateLimit: 40,
    text: (n) => `Order ${48_200 + n} is packed and leaves today. Track it in the app.`,
    priority: 'notice',
    share: 24,
    failing: 9,
  },
  {
    name: 'smstraffic-reminders',
    gateway: 'smstraffic',
    login: 'volga',
    settings: (url) => ({
      url: `${url}/smstraffic/multi.php`,
      reserveUrl: `${url}/smstraffic/reserve/multi.php`,
      login: 'volga',
      password,
    }),
    simulated: { reportDelayMs: 2_100 },
    accounts: ['Volga Pharmacy'],
    callerId: 'VOLGA',
    text: (n) => `Ваш рецепт № ${7_300 + n} готов. Ждём вас до 21:00, аптека «Волга».`,
    priority: 'notice',
    share: 16,
    failing: 14,
  },
  {
    name: 'bulksms-club',
    gateway: 'bulksms',
    login: 'blackbird-club',
    settings: (url) => ({ url: `${url}/bulksms/v1`, login: 'blackbird-club', password }),
    simulated: { reportDelayMs: 1_700 },
    accounts: ['Blackbird Books', 'Volga Pharmacy'],
    callerId: 'CLUB',
    text: (n) => `This weekend: three books for the price of two. Your card ${20_000 + n}. STOP to end`,
    priority: 'campaign',
    share: 9,
    failing: 22,
  },
  {
    name: 'playmobile-rides',
    gateway: 'playmobile',
    login: 'samarkand',
    settings: (url) => ({ url: `${url}/playmobile`, login: 'samarkand', password }),
    simulated: { reportDelayMs: 900 },
    accounts: ['Samarkand Taxi'],
    callerId: '3700',
    rateLimit: 49,
    text: (n) => `Your car is here: white Cobalt, plate ${100 + (n % 900)}. Thank you for riding with us.`,
    priority: 'notice',
    share: 15,
    failing: 7,
  },
  {
    name: 'profile-backup',
    gateway: 'http',
    wire: 'rapporto',
    login: 'backup',
    settings: (url) => ({ url: `${url}/rapporto/backup`, login: 'backup', password, profile: FORM_AND_XML }),
    simulated: { reportDelayMs: 1_100 },
    accounts: ['Blackbird Books', 'Samarkand Taxi'],
    callerId: 'ACME',
    text: (n) => `Reminder: your booking ${600 + n} is tomorrow at 10:30.`,
    priority: 'notice',
    share: 4,
    failing: 0,
  },
];

/** Of a gateway that has no more money for us: it is held. */
export const HELD: HouseSender = {
  name: 'devino-reserve',
  gateway: 'devino',
  login: 'reserve-key',
  settings: (url) => ({ api: 'online', url: `${url}/devino/online`, apiKey: 'reserve-key' }),
  simulated: { balance: 0 },
  accounts: ['Volga Pharmacy'],
  callerId: 'VOLGA',
  text: (n) => `Your order ${900 + n} waits at the counter.`,
  priority: 'notice',
  share: 0,
  failing: 0,
};

/** By a person, with a reason. */
export const PAUSED: HouseSender = {
  name: 'mts-autumn-campaign',
  gateway: 'mts',
  login: 'autumn',
  settings: (url) => ({ url: `${url}/mts/http-api/v1`, login: 'autumn', password }),
  simulated: {},
  accounts: ['Blackbird Books'],
  callerId: 'BLACKBIRD',
  text: (n) => `Autumn catalogue: your reader's discount ${300 + n} holds until Sunday.`,
  priority: 'campaign',
  share: 0,
  failing: 0,
};
export const PAUSED_FOR = 'texts are with the lawyers until Monday';

/** The simulator's magic numbers of what is not delivered, as often as they occur. */
export const FAILURES = ['901', '901', '901', '902', '911', '911', '912', '903', '915'] as const;

/** A made-up phone; its last three digits say what becomes of an SMS to it. */
export function phoneFor(gateway: string, lastThree: string, n = 0): string {
  return `${gateway === 'playmobile' ? '+99890111' : '+7999555'}${n % 10}${lastThree}`;
}

/** Texts from phones: through which sender, and what. Some are stop words. */
export const ANSWERS: readonly { sender: string; n: number; text: string }[] = [
  { sender: 'infobip-codes', n: 12, text: 'I have asked for no code' },
  { sender: 'infobip-codes', n: 31, text: 'Stop' },
  { sender: 'smstraffic-reminders', n: 47, text: 'Спасибо, зайду вечером' },
  { sender: 'bulksms-club', n: 58, text: 'STOP' },
  { sender: 'playmobile-rides', n: 63, text: 'Where is the car?' },
  { sender: 'bulksms-club', n: 71, text: 'stop!' },
  { sender: 'smstraffic-reminders', n: 84, text: 'А можно завтра?' },
  { sender: 'infobip-codes', n: 31, text: 'START' },
  { sender: 'playmobile-rides', n: 90, text: 'Stop' },
  { sender: 'bulksms-club', n: 95, text: 'When do you close on Sunday?' },
];

/** Put onto lists by hand; null: the list for all. */
export const SUPPRESSED: readonly { n: number; account: AccountName | null; reason: string; note?: string }[] = [
  { n: 501, account: 'Blackbird Books', reason: 'asked by phone', note: 'call of 14 November' },
  { n: 502, account: 'Volga Pharmacy', reason: 'wrong number' },
  { n: 503, account: null, reason: 'complaint', note: 'ticket 3071' },
  { n: 504, account: 'Blackbird Books', reason: 'asked by mail' },
  { n: 505, account: null, reason: 'works for the regulator' },
  { n: 506, account: 'Blackbird Books', reason: 'moved abroad' },
];

/** A list as a shop has it: with rows that are no phones. */
export const IMPORTED = [
  'phone,reason,note',
  ...Array.from({ length: 24 }, (_, i) => `+7999555${3_200 + i * 7},left the club,list of 2026`),
  'not a phone,left the club,',
  '+7999,left the club,',
].join('\n');

/** Ids that reports are about, and that no message of ours has. */
export const FOREIGN_IDS = ['7305411', 'a8f2-4c1d-77e0', '7305977', 'c011-92aa-10bf', '7306120', '7306512'] as const;
