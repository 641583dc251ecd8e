/** How many statements Postgres has carried out: each of ours commits by itself, so commits of the database count them. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sql } from '../db/connection.ts';

/** A connection tells of its commits once a second while it is busy, and of the last ones ten seconds later. */
const TOLD_WITHIN_MS = 11_000;

/** So far; counts itself from the next time on. @param waitMs before it looks; a shorter wait leaves out the latest */
export async function statementsSoFar(sql: Sql, waitMs = TOLD_WITHIN_MS): Promise<number> {
  await sleep(waitMs);
  const [row] = await sql`
    SELECT pg_stat_get_db_xact_commit(oid)::int AS n FROM pg_database WHERE datname = current_database()`;
  return Number(row?.n);
}

/** Per second, of a product that has nothing to do: housekeeping, and workers that look after their senders. */
export async function idleStatements(sql: Sql, waitMs = TOLD_WITHIN_MS): Promise<number> {
  const before = await statementsSoFar(sql, waitMs);
  const from = Date.now();
  const after = await statementsSoFar(sql, waitMs);
  return ((after - before) * 1000) / (Date.now() - from);
}
