/** Whether a sender's limit is kept and used, over two worker processes, from the first second after a quiet time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import { pauseSender, resumeSender } from '../db/sender-changes.ts';
import { findSender } from '../db/senders.ts';
import { readSettings } from '../runtime/settings.ts';
import type { Options } from './options.ts';
import { phone } from './phones.ts';
import type { Product } from './system.ts';

export interface PaceResult {
  /** Submits per second. */
  limit: number;
  submits: number;
  /** Most submits in any window of one second. */
  largest: number;
  /** From the first submit to the last. */
  meanPerSecond: number;
  largestToLimit: number;
  meanToLimit: number;
}

const SENDER = { name: 'demo-playmobile', wire: 'playmobile', login: 'demo' };
const QUIET_MS = 10_000;
const BATCH = 1_000;

export async function pace(product: Product, { paceSeconds }: Options): Promise<PaceResult> {
  const sender = await findSender(product.db, readSettings(product.env).SECRET_KEYS, { name: SENDER.name });
  if (!sender?.rateLimit) throw new Error(`${SENDER.name} has no limit`);
  const limit = sender.rateLimit;
  const submits = Math.round(limit * paceSeconds);
  await product.start('worker-2', 'workers/main.ts', product.env);
  await control(product, 'reset', { keepAccounts: true });
  await sleep(QUIET_MS);
  // Starting deliveries is the slower part on a small machine: they wait in the sender's queue first, so that it is the
  // limit that is measured, from its worst moment on.
  await pauseSender(product.db, sender.id, 'the benchmark');
  for (let from = 0; from < submits; from += BATCH) await postBatch(product, from, Math.min(submits, from + BATCH));
  await started(product, submits, Date.now() + submits * 200 + 60_000);
  await resumeSender(product.db, sender.id);

  await submitted(product, submits, Date.now() + paceSeconds * 2_000 + 60_000);
  const { count, largest } = await rate(product);
  const meanPerSecond = await meanRate(product);
  return {
    limit,
    submits: count,
    largest,
    meanPerSecond,
    largestToLimit: largest / limit,
    meanToLimit: meanPerSecond / limit,
  };
}

async function started({ db }: Product, wanted: number, deadline: number): Promise<void> {
  for (;;) {
    const [row] = await db.sql`
      SELECT count(*)::int AS n FROM messages WHERE status = 'accepted' AND started_at IS NOT NULL`;
    if (Number(row?.n) >= wanted) return;
    if (Date.now() > deadline) throw new Error(`only ${row?.n} of ${wanted} deliveries were started`);
    await sleep(200);
  }
}

async function submitted(product: Product, wanted: number, deadline: number): Promise<void> {
  for (;;) {
    const { count } = await rate(product);
    if (count >= wanted) return;
    if (Date.now() > deadline) throw new Error(`only ${count} of ${wanted} SMS came to the gateway`);
    await sleep(200);
  }
}

async function rate(product: Product): Promise<{ count: number; largest: number }> {
  const path = `rates?wire=${SENDER.wire}&login=${SENDER.login}`;
  const { rates } = await control<{ rates: { count: number; largest: number }[] }>(product, path);
  return rates[0] ?? { count: 0, largest: 0 };
}

async function postBatch({ apiUrl, apiKey }: Product, from: number, to: number): Promise<void> {
  const messages = Array.from({ length: to - from }, (_, index) => ({
    to: phone('+99890', from + index),
    text: 'Salom',
    sender: SENDER.name,
  }));
  const { statusCode, body } = await request(`${apiUrl}/v1/messages/batch`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ messages }),
  });
  const text = await body.text();
  if (statusCode >= 300) throw new Error(`POST /v1/messages/batch answered ${statusCode}: ${text.slice(0, 500)}`);
}

async function meanRate(product: Product): Promise<number> {
  const { requests } = await control<{ requests: { wire: string; call: string; mono: number }[] }>(product, 'book');
  const times = requests.filter(({ wire, call }) => wire === SENDER.wire && call === 'send').map(({ mono }) => mono);
  const [first, last] = [times.reduce((a, b) => Math.min(a, b)), times.reduce((a, b) => Math.max(a, b))];
  return ((times.length - 1) * 1000) / (last - first);
}

async function control<T>({ simulatorUrl }: Product, path: string, change?: object): Promise<T> {
  const { statusCode, body } = await request(`${simulatorUrl}/_control/${path}`, {
    method: change ? 'POST' : 'GET',
    headers: { 'content-type': 'application/json' },
    body: change ? JSON.stringify(change) : null,
  });
  if (statusCode !== 200) throw new Error(`the simulator's ${path} answered ${statusCode}: ${await body.text()}`);
  return (await body.json()) as T;
}
