/** POST /v1/messages and POST /v1/messages/batch alone: no worker runs. */
import { setTimeout as sleep } from 'node:timers/promises';
import { inFlight, type Load, type Measured } from './load.ts';
import { metered } from './meter.ts';
import { phone } from './phones.ts';
import { BATCH, post, postBatch } from './post.ts';
import { spread } from './spread.ts';
import type { Product } from './system.ts';

export interface AcceptResult {
  single: Measured;
  /** Per second: messages. The times are those of a whole batch. */
  batch: Measured;
}

const SENDER = 'demo-infobip';
const MOST_IN_BATCHES = 20_000;
const BATCHES_AT_ONCE = 4;
const LOOK_EVERY_MS = 1_000;

/** Deliveries are started in the background while messages are accepted, and wait for a worker. */
export async function accept(product: Product, { n, concurrency, warmUp }: Load): Promise<AcceptResult> {
  const one = async (index: number) => {
    const begun = performance.now();
    await post(product, { to: phone('+7999', index), sender: SENDER });
    return performance.now() - begun;
  };
  await inFlight(warmUp, concurrency, one);
  const single = await timed(product, n, () => inFlight(n, concurrency, one));
  await startsEnded(product);

  const messages = Array.from({ length: BATCH }, (_, index) => ({ to: phone('+7999', index), sender: SENDER }));
  const batches = Math.ceil(Math.min(MOST_IN_BATCHES, Math.max(4 * n, BATCHES_AT_ONCE * BATCH)) / BATCH);
  const batch = await timed(product, batches * BATCH, () =>
    inFlight(batches, BATCHES_AT_ONCE, async () => {
      const begun = performance.now();
      await postBatch(product, messages);
      return performance.now() - begun;
    }),
  );
  return { single, batch };
}

async function timed(product: Product, n: number, work: () => Promise<number[]>): Promise<Measured> {
  const { result, costs } = await metered(product, n, async () => {
    const begun = performance.now();
    const ms = await work();
    return { ms, seconds: (performance.now() - begun) / 1000 };
  });
  return { perSecond: n / result.seconds, ms: spread(result.ms), ...costs };
}

/** What is accepted, and not started yet, would be started while batches are measured. */
async function startsEnded({ client }: Product): Promise<void> {
  const count = async () => (await client.workflow.count(`WorkflowType = 'deliverSms'`)).count;
  for (let [before, seen] = [-1, await count()]; seen > before; [before, seen] = [seen, await count()]) {
    await sleep(LOOK_EVERY_MS);
  }
}
