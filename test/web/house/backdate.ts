/** What has just happened in a few seconds, as if it had happened over the last hour and the days before it. */
import type { Db, Sql } from '../../../db/connection.ts';
import type { Random } from './made-up.ts';

const HOUR_MS = 3_600_000;
/** The last message is as old. */
const NEWEST_MS = 15_000;
/** Between two rows of a list of what people did. */
const APART_S = { least: 240, more: 1_900 };

/** In the order in which it happened; how long an SMS took differs from one to the next. */
export async function backdate(db: Db, dice: Random): Promise<void> {
  await db.sql.begin(async (tx) => {
    const sql = tx as unknown as Sql;
    await backdateMessages(sql, dice);
    for (const list of LISTS) await backdateList(sql, dice, list);
    await backdateUnmatched(sql);
    await sql`UPDATE suppression_imports SET finished_at = started_at + interval '2 seconds'`;
  });
}

/** Tables that are in the order of their ids, with the column that says when. */
const LISTS = [
  { table: 'accounts', column: 'created_at' },
  { table: 'api_keys', column: 'created_at' },
  { table: 'audit_log', column: 'at' },
  { table: 'inbound', column: 'received_at' },
  { table: 'suppressions', column: 'created_at' },
  { table: 'suppression_imports', column: 'started_at' },
  { table: 'hooks', column: 'received_at' },
] as const;

async function backdateMessages(sql: Sql, dice: Random): Promise<void> {
  const rows = await sql`SELECT id FROM messages ORDER BY id`;
  const now = Date.now();
  const ages = rows.map(() => ageAt(dice())).sort((a, b) => b - a);
  const moves = rows.map(({ id }, i) => ({
    id,
    at: new Date(now - (ages[i] ?? 0)).toISOString(),
    lead: 0.05 + 0.4 * dice(),
    // Most are quick, a few take long.
    stretch: Math.exp(2.6 * dice() ** 3),
  }));
  await sql`
    CREATE FUNCTION pg_temp.moved(t timestamptz, accepted timestamptz, submitted timestamptz, at timestamptz,
      lead float8, stretch float8) RETURNS timestamptz LANGUAGE sql AS $$
      SELECT CASE WHEN submitted IS NULL OR t <= submitted
        THEN at + lead * interval '1 second' * (extract(epoch FROM t - accepted)::float8
          / greatest(0.001, extract(epoch FROM coalesce(submitted, t) - accepted)::float8))
        ELSE at + lead * interval '1 second' + stretch * (t - submitted) END $$`;
  await sql`
    CREATE TEMP TABLE moves ON COMMIT DROP AS
    SELECT m.id, m.accepted_at AS accepted, m.submitted_at AS submitted, x.at, x.lead, x.stretch
    FROM jsonb_to_recordset(${JSON.stringify(moves)}::text::jsonb)
      AS x(id uuid, at timestamptz, lead float8, stretch float8) JOIN messages m ON m.id = x.id`;
  // The second when a message was accepted is in its id.
  const newId = sql`(lpad(to_hex(floor(extract(epoch FROM x.at) * 1000)::bigint), 12, '0')
    || substr(replace(x.id::text, '-', ''), 13))::uuid`;
  await sql`
    UPDATE message_events e SET message_id = ${newId}, at = pg_temp.moved(e.at, x.accepted, x.submitted, x.at, x.lead, x.stretch)
    FROM moves x WHERE e.message_id = x.id`;
  await sql`
    UPDATE messages m SET
      id = ${newId},
      accepted_at = x.at,
      send_at = CASE WHEN m.send_at > now() THEN m.send_at ELSE m.send_at - (x.accepted - x.at) END,
      started_at = pg_temp.moved(m.started_at, x.accepted, x.submitted, x.at, x.lead, x.stretch),
      submitted_at = pg_temp.moved(m.submitted_at, x.accepted, x.submitted, x.at, x.lead, x.stretch),
      final_at = pg_temp.moved(m.final_at, x.accepted, x.submitted, x.at, x.lead, x.stretch)
    FROM moves x WHERE m.id = x.id`;
  await sql`UPDATE gateway_messages m SET message_id = ${newId} FROM moves x WHERE m.message_id = x.id`;
  // What was counted by the old times is counted again.
  await sql`TRUNCATE event_rollups, overview_steps`;
  await sql`UPDATE progress SET tx = 0, n = 0 WHERE task = 'rollup'`;
}

/** Milliseconds: more at some times of the hour than at others. @param part of all, 0 to 1 */
function ageAt(part: number): number {
  return NEWEST_MS + (HOUR_MS - NEWEST_MS) * Math.min(1, Math.max(0, part + 0.045 * Math.sin(4 * Math.PI * part)));
}

interface List {
  table: string;
  column: string;
}

async function backdateList(sql: Sql, dice: Random, { table, column }: List): Promise<void> {
  const rows = await sql`SELECT id FROM ${sql(table)} ORDER BY id DESC`;
  let age = 0;
  const moves = rows.map(({ id }) => {
    age += APART_S.least + APART_S.more * dice() ** 2;
    return { id, age };
  });
  await sql`
    UPDATE ${sql(table)} t SET ${sql(column)} = t.${sql(column)} - make_interval(secs => x.age)
    FROM jsonb_to_recordset(${JSON.stringify(moves)}::text::jsonb) AS x(id uuid, age float8) WHERE t.id = x.id`;
}

async function backdateUnmatched(sql: Sql): Promise<void> {
  await sql`
    UPDATE gateway_messages g SET created_at = g.created_at - x.n * interval '1027 seconds',
      reported_at = g.reported_at - x.n * interval '1027 seconds'
    FROM (SELECT gateway_account_id, gateway_id, row_number() OVER (ORDER BY created_at DESC) AS n
          FROM gateway_messages WHERE message_id IS NULL) x
    WHERE g.message_id IS NULL AND (g.gateway_account_id, g.gateway_id) = (x.gateway_account_id, x.gateway_id)`;
}
