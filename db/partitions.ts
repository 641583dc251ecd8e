/**
 * Months of `messages` and `message_events`. Both are partitioned by the message's UUIDv7, whose first 48 bits are its
 * time, so that a month can be dropped whole and without locks on the others.
 */
import type postgres from 'postgres';

const MONTHS_AHEAD = 3;
const TABLES = [
  ['messages', 'messages'],
  ['message_events', 'message_events'],
] as const;

/**
 * Makes the partition of this month and of the next three, where they are missing. A month whose rows have already gone
 * to the default partition cannot be made; `strays` counts those rows, and one is an alarm. A table that is in use by a
 * long transaction (a backup) is left for the next call.
 */
export async function ensurePartitions(sql: postgres.Sql, now: Date): Promise<{ made: string[]; strays: number }> {
  const made: string[] = [];
  for (let ahead = 0; ahead <= MONTHS_AHEAD; ahead++) {
    const from = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead, 1));
    const to = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead + 1, 1));
    for (const [table] of TABLES) {
      const name = `${table}_${from.toISOString().slice(0, 7).replace('-', '_')}`;
      const [there] = await sql`SELECT to_regclass(${name}) IS NOT NULL AS yes`;
      if (there?.yes) continue;
      const range = `FROM ('${firstIdAt(from)}') TO ('${firstIdAt(to)}')`;
      if (await make(sql, `CREATE TABLE IF NOT EXISTS ${name} PARTITION OF ${table} FOR VALUES ${range}`))
        made.push(name);
    }
  }
  const [strays] = await sql`SELECT (SELECT count(*) FROM messages_other)::int AS n`;
  return { made, strays: Number(strays?.n ?? 0) };
}

/** Rows of the range are in the default partition (check_violation); the lock was not to be had (lock_not_available). */
const NOT_NOW = ['23514', '55P03'];

/** Waits for its lock only for a moment: while it waits for one on the whole table, every send waits for it. */
async function make(sql: postgres.Sql, statement: string): Promise<boolean> {
  try {
    await sql.begin(async (tx) => {
      await tx`SET LOCAL lock_timeout = '500ms'`;
      await tx.unsafe(statement);
    });
    return true;
  } catch (err) {
    if (err instanceof Error && 'code' in err && NOT_NOW.includes(String(err.code))) return false;
    throw err;
  }
}

/** The smallest UUIDv7 of an instant: a bound of partitions and of time filters. */
export function firstIdAt(instant: Date): string {
  const ms = instant.getTime().toString(16).padStart(12, '0');
  return `${ms.slice(0, 8)}-${ms.slice(8)}-0000-0000-000000000000`;
}
