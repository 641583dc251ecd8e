/** Whether a sender's limit is kept and used, over two worker processes, from the first second after a quiet time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { pauseSender, resumeSender } from '../db/sender-changes.ts';
import { fillQueue, reaches } from './backlog.ts';
import { control } from './control.ts';
import type { Options } from './options.ts';
import { phone } from './phones.ts';
import { senderNamed } from './senders.ts';
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

export async function pace(product: Product, { paceSeconds }: Pick<Options, 'paceSeconds'>): Promise<PaceResult> {
  const sender = await senderNamed(product, SENDER.name);
  if (!sender.rateLimit) throw new Error(`${SENDER.name} has no limit`);
  const limit = sender.rateLimit;
  const submits = Math.round(limit * paceSeconds);
  await product.start('worker-2', 'workers/main.ts', product.env);
  await control(product, 'reset', { keepAccounts: true });
  await sleep(QUIET_MS);
  // Starting deliveries is the slower part on a small machine: they wait in the sender's queue first, so that it is the
  // limit that is measured, from its worst moment on.
  await pauseSender(product.books.db, sender.id, 'the benchmark');
  await fillQueue(product, sender, submits, (index) => phone('+99890', index));
  await resumeSender(product.books.db, sender.id);

  await reaches(async () => (await rate(product)).count, submits, 'SMS at the gateway');
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

async function rate(product: Product): Promise<{ count: number; largest: number }> {
  const path = `rates?wire=${SENDER.wire}&login=${SENDER.login}`;
  const { rates } = await control<{ rates: { count: number; largest: number }[] }>(product, path);
  return rates[0] ?? { count: 0, largest: 0 };
}

async function meanRate(product: Product): Promise<number> {
  const { requests } = await control<{ requests: { wire: string; call: string; mono: number }[] }>(product, 'book');
  const times = requests.filter(({ wire, call }) => wire === SENDER.wire && call === 'send').map(({ mono }) => mono);
  const [first, last] = [times.reduce((a, b) => Math.min(a, b)), times.reduce((a, b) => Math.max(a, b))];
  return ((times.length - 1) * 1000) / (last - first);
}
