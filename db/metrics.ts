/**
 * What /metrics shows. Counts are made from the followed events, each taken once by whoever comes first, so that they are
 * the same whichever process is asked, outlive every process, and cost the same with a million messages as with one. The
 * steps of the overview are made of the same events with them.
 */
import type { Db, Sql } from './connection.ts';
import { decided, type Position } from './events.ts';
import { dropOldSteps, keepNewSteps, planOnce, stepsOfTaken, takenAfter } from './overview-steps.ts';

/** Upper bounds in seconds of the times to delivery; what takes longer is in one more. */
export const DELIVERY_BUCKETS = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_800, 3_600, 14_400, 86_400] as const;

/** Events that are counted in one transaction. */
const AT_ONCE = 2_000;
/** How often steps of the overview that are too old are looked for. */
const DROP_EVERY = '10 minutes';

/**
 * Counts what has happened since the last time. Does nothing while another process is at it.
 * @returns how many events were counted
 */
export async function rollUp(db: Db, budgetMs: number): Promise<number> {
  const until = performance.now() + budgetMs;
  let counted = 0;
  for (;;) {
    const taken = await countSome(db);
    counted += taken;
    if (taken < AT_ONCE || performance.now() >= until) return counted;
  }
}

async function countSome(db: Db): Promise<number> {
  return await db.sql.begin(async (tx) => {
    const sql = tx as unknown as Sql;
    const [held] = await sql`
      SELECT tx, n, coalesce(until < now() - ${DROP_EVERY}::interval, true) AS has_old
      FROM progress WHERE task = 'rollup' FOR UPDATE SKIP LOCKED`;
    if (!held) return 0;
    await planOnce(sql);
    const [row] = await countAfter(sql, held as unknown as Position);
    if (held.hasOld) {
      await dropOldSteps(sql);
      await sql`UPDATE progress SET until = now() WHERE task = 'rollup'`;
    }
    return Number(row?.taken ?? 0);
  });
}

function countAfter(sql: Sql, after: Position) {
  return sql`
    WITH taken AS MATERIALIZED (
      ${takenAfter(sql, after, sql`AND e.tx < ${decided(sql)} ORDER BY e.tx, e.n ${sql.unsafe(`LIMIT ${AT_ONCE}`)}`)}
    ), ${stepsOfTaken(sql)}, ${keepNewSteps(sql)}, counted AS (
      SELECT sender_id, kind AS measure,
        CASE kind WHEN 'outcome' THEN outcome WHEN 'accepted' THEN '' WHEN 'sent' THEN '' ELSE status END AS what,
        CASE kind WHEN 'outcome' THEN class WHEN 'accepted' THEN '' WHEN 'sent' THEN '' ELSE was END AS more,
        0::float8 AS seconds
      FROM told
      UNION ALL
      SELECT sender_id, 'sent', '', '', 0 FROM told WHERE kind = 'outcome' AND is_sent
      UNION ALL
      SELECT sender_id, 'delivered', width_bucket(seconds, ${[...DELIVERY_BUCKETS]}::float8[])::text, '', seconds
      FROM told WHERE kind = 'final' AND status = 'delivered'
    ), written AS (
      INSERT INTO event_rollups AS r (sender_id, measure, what, more, count, seconds)
      SELECT sender_id, measure, what, more, count(*), sum(seconds) FROM counted GROUP BY 1, 2, 3, 4
      ON CONFLICT (sender_id, measure, what, more)
        DO UPDATE SET count = r.count + excluded.count, seconds = r.seconds + excluded.seconds
    ), moved AS (
      UPDATE progress p SET tx = last.tx, n = last.n
      FROM (SELECT tx, n FROM taken ORDER BY tx DESC, n DESC LIMIT 1) last WHERE p.task = 'rollup'
    )
    SELECT count(*) AS taken FROM taken`;
}

/** Of one sender and gateway; senders of the same name, of which at most one is in use, are taken together. */
export interface Count {
  sender: string;
  gateway: string;
  measure: 'accepted' | 'outcome' | 'sent' | 'final' | 'correction' | 'delivered';
  what: string;
  more: string;
  count: number;
  seconds: number;
}

export async function readCounts(db: Db): Promise<Count[]> {
  return (await db.sql`
    SELECT s.name AS sender, s.gateway, r.measure, r.what, r.more, sum(r.count)::float8 AS count,
      sum(r.seconds) AS seconds
    FROM event_rollups r JOIN senders s ON s.id = r.sender_id
    GROUP BY s.name, s.gateway, r.measure, r.what, r.more
    ORDER BY s.name, s.gateway, r.measure, r.what, r.more`) as unknown as Count[];
}

/** Open messages of which it is not known whether the gateway has taken them. */
export async function countUncertain(db: Db): Promise<{ sender: string; gateway: string; count: number }[]> {
  return (await db.sql`
    SELECT s.name AS sender, s.gateway, sum(u.count)::float8 AS count
    FROM (
      SELECT sender_id, count(*) FROM messages
      WHERE uncertain_at IS NOT NULL AND status IN ('accepted', 'sending') GROUP BY sender_id
    ) u JOIN senders s ON s.id = u.sender_id
    GROUP BY s.name, s.gateway`) as unknown as { sender: string; gateway: string; count: number }[];
}

/** Age in seconds of the oldest event that is not counted yet; 0: there is none. */
export async function secondsBehind(db: Db): Promise<number> {
  const [held] = await db.sql`SELECT tx, n FROM progress WHERE task = 'rollup'`;
  const [next] = await db.sql`
    SELECT extract(epoch FROM clock_timestamp() - e.at)::float8 AS age FROM message_events e
    WHERE e.kind IN ('accepted', 'outcome', 'sent', 'final', 'correction') AND (e.tx, e.n) > (${held?.tx}, ${held?.n})
    ORDER BY e.tx, e.n LIMIT 1`;
  return Math.max(0, Number(next?.age ?? 0));
}
