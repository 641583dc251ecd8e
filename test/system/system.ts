/**
 * The whole product as users run it, for one test file: worker and API as processes of their own, on a database and a
 * Temporal namespace of their own, with the gateway simulator over HTTP.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { inject } from 'vitest';
import { type Db, openDb } from '../../db/connection.ts';
import type { SecretKey } from '../../db/secrets.ts';
import { updateSender } from '../../db/sender-changes.ts';
import { findSender, type NewSender, type Sender } from '../../db/senders.ts';
import { suppressPhone } from '../../db/suppressions.ts';
import { freePort } from '../../local/ports.ts';
import { type Child, readyLine, startChild } from '../../local/processes.ts';
import { putSender, type SimulatedSender, seed } from '../../local/seed.ts';
import { type Simulator, startSimulator } from '../../local/simulator/server.ts';
import { freshDatabase } from '../setup/database.ts';
import { passable } from '../setup/folder.ts';
import { freshNamespace } from '../setup/namespace.ts';

export interface System {
  db: Db;
  databaseUrl: string;
  temporal: Client;
  simulator: Simulator;
  apiUrl: string;
  apiKey: string;
  /** What senders' secrets are sealed with, in base64. */
  secretKey: string;
  /** `demo-infobip`, `demo-smsc`, `demo-playmobile`. */
  sender(name: string): Promise<Sender>;
  changeSender(name: string, change: Partial<Omit<NewSender, 'gateway' | 'settings'>>): Promise<void>;
  /** A further sender on a simulated gateway account of its own. */
  addSender(sender: SimulatedSender): Promise<void>;
  startWorker(): Promise<Child>;
  startApi(): Promise<Child>;
  request(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Accepts one SMS. @returns its id */
  send(message: Record<string, unknown>): Promise<string>;
  message(id: string): Promise<MessageView>;
  /** Waits until the message is as wanted. @throws with its timeline after `withinMs` */
  until(id: string, wanted: (message: MessageView) => boolean, withinMs?: number): Promise<MessageView>;
  control<T>(path: string, body?: unknown): Promise<T>;
  /** Puts a phone on the suppress lists of accounts. */
  suppress(phone: string, accountIds: string[]): Promise<void>;
  /** How many SMS the simulated gateways took for a phone. */
  takenFor(phone: string): Promise<number>;
  /** All that API and workers have printed so far. */
  logs(): string;
  stop(): Promise<void>;
}

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: whatever JSON came, looked into by the test
  body: any;
}

export interface MessageView {
  id: string;
  status: string;
  source: string | null;
  cause: string | null;
  errorClass: string | null;
  timeline: { at: string; kind: string; source: string; detail: Record<string, unknown> | null }[];
}

/** Waits until it is true. @throws after `withinMs`, with the last that was seen */
export async function eventually<T>(
  look: () => Promise<T>,
  wanted: (seen: T) => boolean,
  withinMs = 15_000,
  everyMs = 20,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (wanted(seen)) return seen;
    if (Date.now() > deadline) throw new Error(`it did not come about: ${JSON.stringify(seen)}`);
    await sleep(everyMs);
  }
}

const FINAL = ['delivered', 'undelivered', 'expired', 'rejected', 'suppressed', 'cancelled', 'unknown'];
export const isFinal = (message: MessageView) => FINAL.includes(message.status);

export async function startSystem(
  options: { env?: Record<string, string>; reportDelayMs?: number; workers?: number; api?: boolean } = {},
): Promise<System> {
  const folder = passable('durable-sms-system-');
  const secret = randomBytes(32);
  const secretKeys: SecretKey[] = [{ id: 'test', key: secret }];
  const connection = await Connection.connect({ address: inject('temporalAddress') });
  const [database, namespace, simulator, { port }] = await Promise.all([
    freshDatabase(),
    freshNamespace(connection),
    startSimulator({ reportDelayMs: options.reportDelayMs ?? 200 }),
    freePort(),
  ]);
  const apiUrl = `http://127.0.0.1:${port}`;
  const demo = await seed(database.url, {
    simulatorUrl: simulator.url,
    publicUrl: apiUrl,
    dataDir: folder,
    secretKeys,
    playMobileLimit: 49,
  });
  const db = openDb(database.url, { connections: 4 });
  const temporal = new Client({ connection, namespace });
  const children: Child[] = [];
  const env = {
    ...process.env,
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    TEMPORAL_NAMESPACE: namespace,
    SECRET_KEYS: `test:${secret.toString('base64')}`,
    PORT: String(port),
    PUBLIC_URL: apiUrl,
    POLL_EVERY_S: '1',
    HOUSEKEEPING_EVERY_S: '1',
    LOG_LEVEL: 'warn',
    GATEWAY_PRIVATE_NETWORKS: '127.0.0.1',
    API_RATE_LIMIT_PER_MIN: '10000000',
    ...options.env,
  };
  const start = async (room: string) => {
    const child = await startChild({
      name: `${room}-${children.length}`,
      folder,
      cwd: process.cwd(),
      command: process.execPath,
      args: [`${inject('built')}/${room}/main.js`],
      env,
    });
    children.push(child);
    await readyLine(child, 45_000);
    return child;
  };

  const system: System = {
    db,
    databaseUrl: database.url,
    temporal,
    simulator,
    apiUrl,
    apiKey: demo.apiKey,
    secretKey: secret.toString('base64'),
    async sender(name) {
      const sender = await findSender(db, secretKeys, { name });
      if (!sender) throw new Error(`no sender ${name}`);
      return sender;
    },
    async changeSender(name, change) {
      await updateSender(db, secretKeys, (await system.sender(name)).id, change);
    },
    async addSender(sender) {
      const { accountIds } = await system.sender('demo-infobip');
      const [accountId = ''] = accountIds;
      await putSender(db, accountId, sender, { simulatorUrl: simulator.url, publicUrl: apiUrl, secretKeys });
    },
    startWorker: () => start('workers'),
    startApi: () => start('api'),
    async request(method, path, body, headers = {}) {
      const response = await fetch(`${apiUrl}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${demo.apiKey}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
    },
    async send(message) {
      const answer = await system.request('POST', '/v1/messages', { text: TEXT, ...message });
      if (answer.status !== 202) throw new Error(`not accepted: ${answer.status} ${JSON.stringify(answer.body)}`);
      return answer.body.id;
    },
    async message(id) {
      return (await system.request('GET', `/v1/messages/${id}`)).body;
    },
    async until(id, wanted, withinMs = 50_000) {
      let last: MessageView | undefined;
      try {
        return await eventually(
          async () => {
            last = await system.message(id);
            return last;
          },
          wanted,
          withinMs,
        );
      } catch {
        throw new Error(`${id} is still ${last?.status}:\n${JSON.stringify(last?.timeline, null, 1)}`);
      }
    },
    async control<T>(path: string, body?: unknown) {
      const response = await fetch(`${simulator.url}/_control/${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return (await response.json()) as T;
    },
    async suppress(phone, accountIds) {
      await suppressPhone(db, { phone, accountIds, global: false, source: 'operator' });
    },
    async takenFor(phone) {
      const { handsets } = await system.control<{ handsets: { sms: unknown[] }[] }>(
        `handsets?phone=${encodeURIComponent(phone)}`,
      );
      return handsets.flatMap(({ sms }) => sms).length;
    },
    logs: () => children.map(({ logFile }) => readFileSync(logFile, 'utf8')).join('\n'),
    async stop() {
      await Promise.all(children.filter((child) => !child.hasEnded()).map((child) => child.killHard()));
      await Promise.all([db.close(), connection.close(), simulator.close()]);
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    const workers = Array.from({ length: options.workers ?? 1 }, () => system.startWorker());
    await Promise.all([...workers, ...(options.api === false ? [] : [system.startApi()])]);
  } catch (err) {
    await system.stop();
    throw err;
  }
  return system;
}

/** Looked for in Temporal's histories, where it must never be. */
export const TEXT = 'Tajnyj tekst 4821';
