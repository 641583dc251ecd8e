/**
 * The whole product as users run it, for one test file: worker and API as processes of their own, on a database and a
 * Temporal namespace of their own, with the gateway simulator over HTTP.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { inject } from 'vitest';
import { type Db, openDb } from '../../db/connection.ts';
import type { SecretKey } from '../../db/secrets.ts';
import { findSender, type NewSender, type Sender, updateSender } from '../../db/senders.ts';
import { suppressPhone } from '../../db/suppressions.ts';
import { freePort } from '../../local/ports.ts';
import { putSender, type SimulatedSender, seed } from '../../local/seed.ts';
import { type Simulator, startSimulator } from '../../local/simulator/server.ts';
import { freshDatabase } from '../setup/database.ts';
import { freshNamespace } from '../setup/namespace.ts';

export interface System {
  db: Db;
  databaseUrl: string;
  temporal: Client;
  simulator: Simulator;
  apiUrl: string;
  apiKey: string;
  /** `demo-infobip`, `demo-smsc`, `demo-playmobile`. */
  sender(name: string): Promise<Sender>;
  changeSender(name: string, change: Partial<Omit<NewSender, 'gateway' | 'settings'>>): Promise<void>;
  /** A further sender on a simulated gateway account of its own. */
  addSender(sender: SimulatedSender): Promise<void>;
  startWorker(): Promise<Proc>;
  startApi(): Promise<Proc>;
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
  stop(): Promise<void>;
}

export interface Proc {
  pid: number;
  log(): string;
  kill(signal: NodeJS.Signals): Promise<void>;
  signal(signal: NodeJS.Signals): void;
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

const FINAL = ['delivered', 'undelivered', 'expired', 'rejected', 'suppressed', 'cancelled', 'unknown'];
export const isFinal = (message: MessageView) => FINAL.includes(message.status);

export async function startSystem(
  options: { env?: Record<string, string>; reportDelayMs?: number; workers?: number } = {},
): Promise<System> {
  const folder = mkdtempSync(join(tmpdir(), 'durable-sms-system-'));
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
  const procs = new Set<Proc>();
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
    ...options.env,
  };
  const start = async (entry: string) => {
    const proc = await startProc(entry, env);
    procs.add(proc);
    return proc;
  };

  const system: System = {
    db,
    databaseUrl: database.url,
    temporal,
    simulator,
    apiUrl,
    apiKey: demo.apiKey,
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
    startWorker: () => start('workers/main.ts'),
    startApi: () => start('api/main.ts'),
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
    async until(id, wanted, withinMs = 20_000) {
      const deadline = Date.now() + withinMs;
      for (;;) {
        const message = await system.message(id);
        if (wanted(message)) return message;
        if (Date.now() > deadline) {
          throw new Error(`${id} is still ${message.status}:\n${JSON.stringify(message.timeline, null, 1)}`);
        }
        await sleep(50);
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
    async stop() {
      await Promise.all([...procs].map((proc) => proc.kill('SIGKILL')));
      await Promise.all([db.close(), connection.close(), simulator.close()]);
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    await Promise.all([system.startApi(), ...Array.from({ length: options.workers ?? 1 }, () => system.startWorker())]);
  } catch (err) {
    await system.stop();
    throw err;
  }
  return system;
}

/** Looked for in Temporal's histories, where it must never be. */
export const TEXT = 'Tajnyj tekst 4821';

async function startProc(entry: string, env: NodeJS.ProcessEnv): Promise<Proc> {
  const child = spawn(process.execPath, ['--import', 'tsx', entry], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let log = '';
  child.stderr.on('data', (chunk) => {
    log += chunk;
  });
  const proc: Proc = {
    pid: child.pid ?? 0,
    log: () => log,
    signal: (signal) => {
      child.kill(signal);
    },
    async kill(signal) {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await ended;
    },
  };
  await ready(child, ended, () => log, entry);
  return proc;
}

async function ready(child: ChildProcess, ended: Promise<void>, log: () => string, entry: string): Promise<void> {
  let out = '';
  const told = new Promise<void>((resolve) => {
    child.stdout?.on('data', (chunk) => {
      out += chunk;
      if (out.includes('"ready":true')) resolve();
    });
  });
  await Promise.race([
    told,
    ended.then(() => Promise.reject(new Error(`${entry} ended before it was ready:\n${log()}`))),
    sleep(45_000, undefined, { ref: false }).then(() => Promise.reject(new Error(`${entry} was not ready:\n${log()}`))),
  ]);
}
