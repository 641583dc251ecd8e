/** A sender on each simulated gateway, with what its tests must know of it. */
import type { SimulatedSender } from '../../local/seed.ts';
import { sendQueue } from '../../sms/names.ts';
import { FORM_AND_XML, GET_AND_TEXT, JSON_AND_LISTS } from '../gateways/profiles.ts';
import { PASSWORD } from './senders.ts';
import { eventually, type System } from './system.ts';

export interface Line {
  /** Of the sender. */
  name: string;
  gateway: string;
  wire?: string;
  login: string;
  callerId: string;
  settings(simulator: string, login: string): Record<string, unknown>;
  /** Switches of the simulated account. */
  options?: Record<string, string | number | boolean>;
  account?: Record<string, unknown>;
  columns?: SimulatedSender['columns'];
  /** What ends a message that the gateway has taken. */
  told: 'report' | 'poll' | 'either' | 'nothing';
  /** What resolves a submit of which nothing is known; `sign`: whichever comes first. */
  resolvedBy: 'repeat' | 'poll' | 'report' | 'sign' | 'policy' | 'nothing';
  /** A text from a phone can come. */
  inbound: boolean;
  /** An SMS that was not taken is held back for longer than a test waits. */
  slow?: boolean;
}

const basic = (login: string) => ({ login, password: PASSWORD });

/** Messages of which nothing is ever told end within seconds. */
const HASTY = { awaitDeliveryS: 1, defaultValidityS: 30, reportGraceS: 3 };

/** A report that comes before the repeat of a doubtful submit would resolve it as well. */
const LATE = { reportDelayMs: 5_000 };

export const LINES: readonly Line[] = [
  {
    ...line('smsc', 'poll', 'poll'),
    settings: (url, login) => ({ url: `${url}/smsc`, ...basic(login), pollGapS: 1, notFoundAfterS: 5 }),
    account: { statusLimits: false, duplicateWindowMs: 0 },
    told: 'report',
    inbound: true,
    slow: true,
  },
  {
    ...line('smsimple', 'poll', 'nothing'),
    callerId: '53001',
    settings: (url, login) => ({ url: `${url}/smsimple/`, ...basic(login) }),
    options: { sessionMs: 1_500 },
  },
  {
    ...line('bulksms', 'either', 'repeat'),
    account: LATE,
    settings: (url, login) => ({ url: `${url}/bulksms/v1`, ...basic(login) }),
    inbound: true,
  },
  {
    ...line('devino', 'nothing', 'nothing'),
    name: 'devino-online',
    login: 'devino-online-key',
    settings: (url, login) => ({ api: 'online', url: `${url}/devino/online`, apiKey: login }),
  },
  {
    ...line('devino', 'poll', 'nothing'),
    name: 'devino-rest2',
    login: 'devino-rest2',
    settings: (url, login) => ({ api: 'rest2', url: `${url}/devino/rest2`, ...basic(login) }),
    inbound: true,
  },
  {
    ...line('smstraffic', 'report', 'nothing'),
    settings: (url, login) => ({
      url: `${url}/smstraffic/multi.php`,
      reserveUrl: `${url}/smstraffic/reserve/multi.php`,
      ...basic(login),
    }),
    inbound: true,
  },
  {
    ...line('infobip', 'either', 'sign'),
    account: LATE,
    settings: (url, login) => ({ url: `${url}/infobip`, apiKey: login }),
    inbound: true,
  },
  {
    ...line('mts', 'poll', 'poll'),
    settings: (url, login) => ({ url: `${url}/mts/http-api/v1`, ...basic(login) }),
  },
  {
    ...line('mts', 'nothing', 'nothing'),
    name: 'mts-token',
    login: 'mts-token',
    settings: (url, login) => ({ api: 'token', url: `${url}/mts`, token: login }),
  },
  {
    ...line('edna', 'poll', 'policy'),
    settings: (url, login) => ({ baseUrl: `${url}/edna/acmebank/connector0`, ...basic(login) }),
    columns: { onUncertain: 'resend' },
  },
  {
    ...line('playmobile', 'report', 'report'),
    callerId: '3700',
    settings: (url, login) => ({ url: `${url}/playmobile`, ...basic(login) }),
    inbound: true,
  },
  {
    ...line('rapporto', 'report', 'repeat'),
    account: LATE,
    settings: (url, login) => ({ url: `${url}/rapporto/acme`, ...basic(login), dedup: true, repeatPauseS: 1 }),
    inbound: true,
  },
  {
    ...line('streamtelecom', 'poll', 'nothing'),
    settings: (url, login) => ({ url: `${url}/streamtelecom/rest`, ...basic(login) }),
    inbound: true,
    slow: true,
  },
  {
    ...line('intellin', 'poll', 'nothing'),
    settings: (url, login) => ({
      url: `${url}/intellin`,
      ...basic(login),
      errorClasses: { 12: 'auth', 13: 'invalid-recipient', 16: 'no-balance' },
    }),
  },
  {
    ...line('seventech', 'report', 'nothing'),
    settings: (url, login) => ({ url: `${url}/seventech`, ...basic(login) }),
    options: { callbackShape: 'json' },
    inbound: true,
  },
  {
    ...line('skymedia', 'report', 'repeat'),
    account: LATE,
    wire: 'rapporto',
    settings: (url, login) => ({ url: `${url}/rapporto/sky`, ...basic(login), profile: FORM_AND_XML }),
    inbound: true,
  },
  {
    ...line('vknotify', 'either', 'repeat'),
    account: LATE,
    wire: 'bulksms',
    settings: (url, login) => ({ url: `${url}/bulksms/v1`, ...basic(login), profile: JSON_AND_LISTS }),
    inbound: true,
  },
  {
    ...line('sbermobile', 'poll', 'nothing'),
    wire: 'intellin',
    settings: (url, login) => ({ url: `${url}/intellin`, ...basic(login), profile: GET_AND_TEXT }),
  },
];

function line(gateway: string, told: Line['told'], resolvedBy: Line['resolvedBy']) {
  return { name: gateway, gateway, login: `${gateway}-acme`, callerId: 'ACME', told, resolvedBy, inbound: false };
}

export async function addLines(system: System, lines: readonly Line[] = LINES): Promise<void> {
  for (const { name, gateway, wire = gateway, login, callerId, settings, options, account, columns } of lines) {
    await system.addSender({
      name,
      gateway,
      wire,
      settings: settings(system.simulator.url, login),
      login,
      callerId,
      columns: { ...HASTY, ...columns },
    });
    await system.control('accounts', { wire, login, ...account, options: options ?? {} });
  }
  await Promise.all(lines.map(async ({ name }) => await served(system, sendQueue((await system.sender(name)).id))));
}

/** The validity of the messages is short: they should not wait for the workers of a new sender. */
async function served({ temporal }: System, taskQueue: string): Promise<void> {
  await eventually(
    () =>
      temporal.workflowService.describeTaskQueue({
        namespace: temporal.options.namespace,
        taskQueue: { name: taskQueue },
        taskQueueType: ACTIVITY_QUEUE,
      }),
    ({ pollers }) => (pollers?.length ?? 0) > 0,
    60_000,
    200,
  );
}

/** temporal.api.enums.v1.TaskQueueType */
const ACTIVITY_QUEUE = 2;
