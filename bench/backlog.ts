import { setTimeout as sleep } from 'node:timers/promises';
import type { Sender } from '../db/senders.ts';
import { BATCH, postBatch } from './post.ts';
import type { Product } from './system.ts';

/** Further ahead of its workers, the API would leave starts to housekeeping. */
const AHEAD = 5 * BATCH;
const LOOK_EVERY_MS = 500;
const PROGRESS_WITHIN_MS = 60_000;

/** Posts so many messages to a sender, and waits until they stand in its queue: posted, started, checked. */
export async function fillQueue(
  product: Product,
  sender: Sender,
  count: number,
  to: (index: number) => string,
): Promise<void> {
  const before = await startedOf(product, sender);
  for (let from = 0; from < count; from += BATCH) {
    const size = Math.min(BATCH, count - from);
    await reaches(() => startedOf(product, sender), before + from - AHEAD, 'deliveries started');
    await postBatch(
      product,
      Array.from({ length: size }, (_, index) => ({ to: to(from + index), sender: sender.name })),
    );
  }
  await reaches(() => startedOf(product, sender), before + count, 'deliveries started');
}

/** @throws where a minute goes by without progress */
export async function reaches(look: () => Promise<number>, wanted: number, what: string): Promise<void> {
  let most = Number.NEGATIVE_INFINITY;
  let progressAt = Date.now();
  for (;;) {
    const seen = await look();
    if (seen >= wanted) return;
    if (seen > most) progressAt = Date.now();
    most = Math.max(most, seen);
    if (Date.now() - progressAt > PROGRESS_WITHIN_MS) throw new Error(`only ${seen} of ${wanted}: ${what}`);
    await sleep(LOOK_EVERY_MS);
  }
}

async function startedOf({ books }: Product, { id }: Sender): Promise<number> {
  const [row] = await books.look(
    (sql) => sql`SELECT count(*)::int AS n FROM messages WHERE sender_id = ${id} AND started_at IS NOT NULL`,
  );
  return Number(row?.n);
}
