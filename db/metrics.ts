/**
 * What /metrics shows. Counts are made from the followed events, each taken once by whoever comes first, so that they are
 * the same whichever process is asked, outlive every process, and cost the same with a million messages as with one.
 */
import type { Db, Sql } from './connection.ts';
import { decided, type Position } from './events.ts';

/** Upper bounds in seconds of the times to delivery; what takes longer is in one more. */
export const DELIVERY_BUCKETS = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_800, 3_600, 14_400, 86_400] as const;

/** Events that are counted in one transaction. */
const AT_ONCE = 2_000;

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
    const [held] = await sql`SELECT tx, n FROM progress WHERE task = 'rollup' FOR UPDATE SKIP LOCKED`;
    if (!held) return 0;
    const [row] = await countAfter(sql, held as Position);
    return Number(row?.taken ?? 0);
  });
}

/**
 * An answer to a submit is no `sent` where the message was told to be sent, or had ended, before it. The time of a
 * delivery counts from when the message was to be sent.
 */
function countAfter(sql: Sql, after: Position) {
  return sql`
    WITH taken AS MATERIALIZED (
      SELECT e.tx, e.n, e.message_id, e.kind, e.at, e.detail->>'kind' AS outcome,
        coalesce(e.detail->>'class', '') AS class, e.detail->>'status' AS status,
        CASE e.detail->>'was' WHEN 'sending' THEN 'accepted' ELSE coalesce(e.detail->>'was', 'accepted') END AS was
      FROM message_events e
      WHERE e.kind IN ('accepted', 'outcome', 'sent', 'final', 'correction')
        AND (e.tx, e.n) > (${after.tx}, ${after.n}) AND e.tx < ${decided(sql)}
      ORDER BY e.tx, e.n LIMIT ${AT_ONCE}
    ), told AS MATERIALIZED (
      SELECT t.*, m.sender_id,
        greatest(0, extract(epoch FROM t.at - greatest(m.accepted_at, m.send_at)))::float8 AS seconds
      FROM taken t
      -- By its key: joined as a table it would be read whole, with every month that there is.
      CROSS JOIN LATERAL (SELECT sender_id, accepted_at, send_at FROM messages WHERE id = t.message_id LIMIT 1) m
    ), counted AS (
      SELECT sender_id, kind AS measure,
        CASE kind WHEN 'outcome' THEN outcome WHEN 'accepted' THEN '' WHEN 'sent' THEN '' ELSE status END AS what,
        CASE kind WHEN 'outcome' THEN class WHEN 'accepted' THEN '' WHEN 'sent' THEN '' ELSE was END AS more,
        0::float8 AS seconds
      FROM told
      UNION ALL
      SELECT sender_id, 'sent', '', '', 0 FROM told t
      WHERE kind = 'outcome' AND outcome = 'accepted' AND NOT EXISTS (
        SELECT FROM message_events p WHERE p.message_id = t.message_id AND p.n < t.n
          AND (p.kind IN ('sent', 'final') OR (p.kind = 'outcome' AND p.detail->>'kind' = 'accepted')))
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
