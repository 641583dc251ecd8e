import type { Db } from '../../db/connection.ts';
import { positionNow } from '../../db/events.ts';
import { until } from './sessions.ts';

/** Resolves when all that was written before may be told: transactions of other tests on the server hold it back too. */
export async function allDecided(db: Db): Promise<void> {
  const { next } = await positionNow(db);
  await until(async () => (await positionNow(db)).now.tx >= next);
}
