/**
 * Accounts with keys, and senders whose messages come to their ends within minutes, on simulated gateways. What a former run
 * has made is brought up to date: ports are other ones by now.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { createAccount, findAccount } from '../../db/accounts.ts';
import { createApiKey } from '../../db/api-keys.ts';
import { type Db, openDb } from '../../db/connection.ts';
import { assign, findSender } from '../../db/senders.ts';
import { keepAdminKey, putSender, type SimulatedSender } from '../../local/seed.ts';
import { settingsSchema } from '../../runtime/settings.ts';
import { sendQueue } from '../../sms/names.ts';
import { createControl } from './control.ts';
import type { ChaosSender, Parts } from './model.ts';

export interface Seeded {
  accounts: SeededAccount[];
  senders: SeededSender[];
  /** For everything. */
  adminKey: string;
}

export interface SeededAccount {
  id: string;
  name: string;
  apiKey: string;
}

export interface SeededSender extends ChaosSender {
  id: string;
  /** Names of the accounts that may send through it. */
  accounts: string[];
  /** Texts from phones reach it, by webhook calls or because the product fetches them. */
  inbound: boolean;
}

interface Line {
  gateway: string;
  name?: string;
  callerId?: string;
  settings(url: string, login: string): Record<string, unknown>;
  /** Of the simulated account. */
  account?: Record<string, unknown>;
  columns?: SimulatedSender['columns'];
  inbound?: boolean;
  /** Of the second account alone. */
  private?: boolean;
  /** Its messages have little time: some of it ends in the middle of the trouble. */
  hasty?: boolean;
}

const basic = (login: string) => ({ login, password: 'chaos-password' });

/** One for each means of resolving an uncertain submit, one with a pace, and one that knows its SMS by the gateway's ids alone. */
const LINES: readonly Line[] = [
  {
    gateway: 'infobip',
    settings: (url, login) => ({ url: `${url}/infobip`, apiKey: login }),
    inbound: true,
  },
  {
    gateway: 'infobip',
    name: 'infobip-slow',
    settings: (url, login) => ({ url: `${url}/infobip`, apiKey: login }),
    columns: { rateLimit: 10 },
    inbound: true,
  },
  {
    gateway: 'infobip',
    name: 'infobip-hasty',
    settings: (url, login) => ({ url: `${url}/infobip`, apiKey: login }),
    hasty: true,
    inbound: true,
  },
  {
    gateway: 'smsc',
    settings: (url, login) => ({ url: `${url}/smsc`, ...basic(login), pollGapS: 1, notFoundAfterS: 5 }),
    account: { statusLimits: false, duplicateWindowMs: 0 },
    inbound: true,
  },
  {
    gateway: 'playmobile',
    callerId: '3700',
    settings: (url, login) => ({ url: `${url}/playmobile`, ...basic(login) }),
    inbound: true,
  },
  {
    gateway: 'bulksms',
    settings: (url, login) => ({ url: `${url}/bulksms/v1`, ...basic(login) }),
    inbound: true,
  },
  {
    gateway: 'rapporto',
    settings: (url, login) => ({ url: `${url}/rapporto/acme`, ...basic(login), dedup: true, repeatPauseS: 1 }),
    inbound: true,
    private: true,
  },
  {
    gateway: 'edna',
    settings: (url, login) => ({ baseUrl: `${url}/edna/acmebank/connector0`, ...basic(login) }),
    columns: { onUncertain: 'resend' },
  },
  {
    gateway: 'smstraffic',
    settings: (url, login) => ({
      url: `${url}/smstraffic/multi.php`,
      reserveUrl: `${url}/smstraffic/reserve/multi.php`,
      ...basic(login),
    }),
  },
];

const AWAIT_DELIVERY_S = 3;
const VALIDITY_S = 60;
const SERVED_WITHIN_MS = 60_000;
/** temporal.api.enums.v1.TaskQueueType */
const ACTIVITY_QUEUE = 2;

/** @param validityS of most messages: the API takes no less than a minute @returns when workers serve the senders */
export async function seedChaos(parts: Parts, validityS = VALIDITY_S): Promise<Seeded> {
  const db = openDb(parts.databaseUrl, { connections: 2, applicationName: 'durable-sms chaos seed' });
  try {
    const accounts = [await account(db, 'chaos-1'), await account(db, 'chaos-2')];
    const senders: SeededSender[] = [];
    for (const line of LINES) {
      const columns = {
        awaitDeliveryS: AWAIT_DELIVERY_S,
        defaultValidityS: Math.ceil(line.hasty ? validityS / 6 : validityS),
        reportGraceS: Math.ceil(validityS / 6),
        ...line.columns,
      };
      senders.push(await sender(db, parts, { ...line, columns }, line.private ? accounts.slice(1) : accounts));
    }
    await served(
      parts.temporalAddress,
      senders.map(({ id }) => sendQueue(id)),
    );
    const keyFile = join(parts.folder, 'admin-key');
    await keepAdminKey(parts.databaseUrl, keyFile);
    return { accounts, senders, adminKey: readFileSync(keyFile, 'utf8').trim() };
  } finally {
    await db.close();
  }
}

async function account(db: Db, name: string): Promise<SeededAccount> {
  const id = (await findAccount(db, { name }))?.id ?? (await createAccount(db, { name, defaultCountry: 'RU' }));
  const scopes = ['messages:send' as const, 'messages:read' as const, 'phones:read' as const];
  return { id, name, apiKey: await createApiKey(db, { accountId: id, name, scopes, kind: 'live' }) };
}

async function sender(db: Db, parts: Parts, line: Line, accounts: SeededAccount[]): Promise<SeededSender> {
  const { gateway, name = gateway, callerId = 'ACME', columns } = line;
  const login = `${name}-chaos`;
  const settings = line.settings(`http://${parts.proxies.address('worker-gateway')}`, login);
  const secretKeys = settingsSchema.shape.SECRET_KEYS.parse(parts.secretKeys);
  const [first = '', ...others] = accounts.map((it) => it.id);
  await putSender(
    db,
    first,
    { name, gateway, settings, login, callerId, columns },
    {
      simulatorUrl: parts.simulatorUrl,
      publicUrl: `http://${parts.proxies.address('gateway-api')}`,
      secretKeys,
    },
  );
  const made = await findSender(db, secretKeys, { name });
  if (!made) throw new Error(`the sender ${name} was not made`);
  const { id, accountIds } = made;
  await assign(
    db.orm,
    id,
    others.filter((other) => !accountIds.includes(other)),
  );
  if (line.account) await createControl(parts.simulatorUrl).post('accounts', { wire: gateway, login, ...line.account });
  return {
    id,
    name,
    gateway,
    wire: gateway,
    login,
    inbound: line.inbound ?? false,
    accounts: accounts.map((it) => it.name),
    ...(typeof columns?.rateLimit === 'number' && { rateLimit: columns.rateLimit }),
  };
}

/** The validity of the messages is short: they should not wait for the workers of a new sender. */
async function served(address: string, taskQueues: string[]): Promise<void> {
  const connection = await Connection.connect({ address });
  const deadline = Date.now() + SERVED_WITHIN_MS;
  try {
    for (const name of taskQueues) {
      for (;;) {
        const { pollers } = await connection.workflowService.describeTaskQueue({
          namespace: 'default',
          taskQueue: { name },
          taskQueueType: ACTIVITY_QUEUE,
        });
        if (pollers?.length) break;
        if (Date.now() > deadline) throw new Error(`nobody serves ${name}`);
        await sleep(100);
      }
    }
  } finally {
    await connection.close();
  }
}
