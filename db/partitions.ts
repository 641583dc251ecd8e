/**
 * Months of `messages` and `message_events`. Both are partitioned by the message's UUIDv7, whose first 48 bits are its
 * time, so that a month can be dropped whole and without locks on the others.
 */
import type postgres from 'postgres';

const MONTHS_AHEAD = 3;
const TABLES = ['messages', 'message_events'] as const;

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
    for (const table of TABLES) {
      const name = `${table}_${from.toISOString().slice(0, 7).replace('-', '_')}`;
      const [there] = await sql`SELECT to_regclass(${name}) IS NOT NULL AS yes`;
      if (there?.yes) continue;
      const range = `FROM ('${firstIdAt(from)}') TO ('${firstIdAt(to)}')`;
      if (await change(sql, `CREATE TABLE IF NOT EXISTS ${name} PARTITION OF ${table} FOR VALUES ${range}`))
        made.push(name);
    }
  }
  const [strays] = await sql`SELECT (SELECT count(*) FROM messages_other)::int AS n`;
  return { made, strays: Number(strays?.n ?? 0) };
}

export interface DroppedMonths {
  dropped: string[];
  /** Too old, but with messages that have come to no end: they stay until those have. */
  open: string[];
  /** In use by a long transaction: this one and what would have come after it are to be tried again soon. */
  busy?: string;
}

/** Drops the months that lie wholly before an instant, with all their messages and then with their events. */
export async function dropMonthsBefore(sql: postgres.Sql, before: Date): Promise<DroppedMonths> {
  const result: DroppedMonths = { dropped: [], open: [] };
  const months = await oldMonths(sql, before);
  for (const table of TABLES) {
    for (const month of months) {
      const name = `${table}_${month}`;
      const [state] = await sql`SELECT to_regclass(${name}) IS NOT NULL AS "isThere"`;
      if (!state?.isThere || result.open.includes(`messages_${month}`)) continue;
      if (table === 'messages' && (await hasOpen(sql, name))) result.open.push(name);
      else if (!(await isInUse(sql, name)) && (await change(sql, `DROP TABLE ${name}`))) result.dropped.push(name);
      else return { ...result, busy: name };
    }
  }
  return result;
}

/** The first instant of the oldest month that there are messages of; undefined: no month is older than `before`. */
export async function oldestMonth(sql: postgres.Sql, before: Date): Promise<Date | undefined> {
  const [month] = await oldMonths(sql, new Date(Date.UTC(before.getUTCFullYear(), before.getUTCMonth() + 1, 1)));
  return month === undefined ? undefined : startOf(month);
}

/** In the form of `2030_01`, the oldest first. */
async function oldMonths(sql: postgres.Sql, before: Date): Promise<string[]> {
  const rows = await sql`
    SELECT DISTINCT substring(c.relname FROM '\\d{4}_\\d{2}$') AS month
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent IN ('messages'::regclass, 'message_events'::regclass) AND c.relkind = 'r'
      AND c.relname ~ '_\\d{4}_\\d{2}$' ORDER BY 1`;
  const months = rows.map((row) => String(row.month));
  return months.filter((month) => startOf(month, 1).getTime() <= before.getTime());
}

function startOf(month: string, later = 0): Date {
  const [year = 0, number = 0] = month.split('_').map(Number);
  return new Date(Date.UTC(year, number - 1 + later, 1));
}

async function hasOpen(sql: postgres.Sql, month: string): Promise<boolean> {
  const [row] = await sql`
    SELECT EXISTS (SELECT FROM ${sql(month)} WHERE status IN ('accepted', 'sending', 'sent')) AS open`;
  return row?.open === true;
}

/** A backup runs for hours: not even a moment's wait for it is worth it, which would be repeated in every round. */
async function isInUse(sql: postgres.Sql, month: string): Promise<boolean> {
  const [row] = await sql`
    SELECT EXISTS (
      SELECT FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
      WHERE l.relation IN (${month}::regclass, (SELECT inhparent FROM pg_inherits WHERE inhrelid = ${month}::regclass))
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND a.xact_start < clock_timestamp() - interval '1 second'
    ) AS "inUse"`;
  return row?.inUse === true;
}

/** Rows of the range are in the default partition (check_violation); the lock was not to be had (lock_not_available). */
const NOT_NOW = ['23514', '55P03'];

/** Waits for its lock only for a moment: while it waits for one on the whole table, every send waits for it. */
async function change(sql: postgres.Sql, statement: string): Promise<boolean> {
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

/** When an id was made. */
export function instantOfId(id: string): Date {
  return new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16));
}
