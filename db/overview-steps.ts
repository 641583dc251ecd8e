/**
 * What the overview adds up instead of messages: by steps of time how many were sent and ended, and how long deliveries
 * took. Made of the followed events in the order in which those are taken: by the roll-up, which keeps it, and by the
 * reader for what has not been rolled up yet.
 */
import type { PendingQuery, Row } from 'postgres';
import type { Sql } from './connection.ts';
import type { Position } from './events.ts';

/**
 * Seconds of each step, and for how long steps are kept: longer than any window that is asked for. The hours are for
 * times to delivery: a day of them is read by its hours, and by quarters only before the first whole one.
 */
export const STEPS = { minute: 60, quarter: 900, hour: 3_600 } as const;
const KEPT = { minute: '70 minutes', quarter: '25 hours', hour: '25 hours' } as const;

/** In the place of an account: all of them together, so that to read them is as cheap as to read one. */
export const ALL_ACCOUNTS = '00000000-0000-0000-0000-000000000000';

/** Each bucket of times to delivery ends so many times later than it begins; the shortest that is told apart is 1 ms. */
const GROWTH = 1.05;
const SHORTEST_S = 0.001;

/** As statements and parts of statements take them. */
type Part = PendingQuery<Row[]>;

/**
 * For the rest of a transaction. A statement over many months takes longer to plan than to carry out: it is planned once
 * for each connection, for whatever is asked, and by the indexes whatever Postgres knows of the rows.
 */
export async function planOnce(sql: Sql): Promise<void> {
  await sql`
    SELECT set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true),
      set_config('jit', 'off', true)`;
}

/** The followed events after a position, as `stepsOfTaken` wants them; `more`: which of them, in which order. */
export function takenAfter(sql: Sql, after: Position, more: Part): Part {
  return sql`
    SELECT e.tx, e.n, e.message_id, e.kind, e.at, e.source, e.detail->>'kind' AS outcome,
      coalesce(e.detail->>'class', '') AS class, e.detail->>'status' AS status,
      CASE e.detail->>'was' WHEN 'sending' THEN 'accepted' ELSE coalesce(e.detail->>'was', 'accepted') END AS was
    FROM message_events e
    WHERE e.kind IN ('accepted', 'outcome', 'sent', 'final', 'correction')
      AND (e.tx, e.n) > (${after.tx}, ${after.n}) ${more}`;
}

/**
 * What the events of the table `taken` add to the steps, as more tables of the same statement: `told`, the events with
 * their messages; and `new_steps`, of each account and of all.
 *
 * An answer to a submit is no `sent` where the message was told to be sent, or had ended, before it. A report that ends a
 * message of which no answer is known says too that it was sent. A correction takes the end before it away: that was never
 * a delivery, which is not corrected. A time to delivery counts from when the message was to be sent.
 */
export function stepsOfTaken(sql: Sql): Part {
  return sql`
    told AS MATERIALIZED (
      SELECT t.*, m.account_id, m.sender_id, g.gateway,
        greatest(0, extract(epoch FROM t.at - greatest(m.accepted_at, m.send_at)))::float8 AS seconds,
        CASE
          WHEN t.kind = 'sent' THEN true
          WHEN t.kind = 'outcome' AND t.outcome = 'accepted' THEN NOT EXISTS (
            SELECT FROM ${eventsBefore(sql)}
            WHERE p.kind IN ('sent', 'final') OR (p.kind = 'outcome' AND p.detail->>'kind' = 'accepted'))
          WHEN t.kind = 'final' THEN ${byReport(sql, 't')} AND t.was <> 'sent'
          WHEN t.kind = 'correction' THEN NOT EXISTS (
            SELECT FROM ${eventsBefore(sql)}
            WHERE p.kind IN ('final', 'correction') AND (${byReport(sql, 'p')} OR p.detail->>'was' = 'sent'))
          ELSE false
        END AS is_sent,
        t.kind IN ('final', 'correction') AND ${isEndThere(sql, { status: sql`t.status`, was: sql`t.was`, of: 't' })} AS is_end
      FROM taken t
      -- By their keys: joined as tables they would be read whole, with every month that there is.
      CROSS JOIN LATERAL (
        SELECT account_id, sender_id, gateway_account_id, accepted_at, send_at FROM messages WHERE id = t.message_id LIMIT 1
      ) m
      CROSS JOIN LATERAL (SELECT gateway FROM gateway_accounts WHERE id = m.gateway_account_id LIMIT 1) g
    ), moves AS (
      SELECT account_id, gateway, at, is_sent::int AS sent, is_end::int AS ended,
        CASE WHEN is_end AND status = 'delivered'
          THEN floor(ln(greatest(seconds, ${SHORTEST_S})) / ln(${GROWTH}::float8))::int END AS bucket
      FROM told WHERE is_sent OR is_end
      UNION ALL
      SELECT t.account_id, t.gateway, p.at, 0, -1, NULL
      FROM told t CROSS JOIN LATERAL (
        SELECT * FROM ${eventsBefore(sql)} WHERE p.kind IN ('final', 'correction') ORDER BY p.n DESC LIMIT 1
      ) p
      WHERE t.kind = 'correction'
        AND ${isEndThere(sql, { status: sql`p.detail->>'status'`, was: sql`p.detail->>'was'`, of: 'p' })}
    ), new_steps AS (
      SELECT account_id, step_s, at, gateway, sum(sent)::bigint AS sent, sum(ended)::bigint AS ended,
        sum(delivered)::bigint AS delivered,
        coalesce(jsonb_object_agg(bucket, delivered) FILTER (WHERE delivered > 0), '{}') AS times
      FROM (
        SELECT coalesce(account_id, ${ALL_ACCOUNTS}) AS account_id, step_s, at, gateway, bucket, sum(sent) AS sent,
          sum(ended) AS ended, count(bucket) AS delivered
        FROM (
          SELECT v.account_id, s.step_s, date_bin(make_interval(secs => s.step_s), v.at, 'epoch') AS at, v.gateway, v.sent,
            v.ended, v.bucket
          FROM moves v JOIN (VALUES
            (${STEPS.minute}::int, now() - ${KEPT.minute}::interval), (${STEPS.quarter}, now() - ${KEPT.quarter}::interval),
            (${STEPS.hour}, now() - ${KEPT.hour}::interval)
          ) s(step_s, kept_from) ON v.at >= s.kept_from
        ) x GROUP BY GROUPING SETS ((account_id, step_s, at, gateway, bucket), (step_s, at, gateway, bucket))
      ) y GROUP BY account_id, step_s, at, gateway
    )`;
}

/** Of the message of `t`. By its key alone: no other index may seem as good while there are few rows. */
const eventsBefore = (sql: Sql) => sql`(
  SELECT e.n, e.at, e.kind, e.source, e.detail FROM message_events e
  WHERE e.message_id = t.message_id AND e.n < t.n OFFSET 0
) p`;

const byReport = (sql: Sql, of: 't' | 'p') => sql`${sql(of)}.source IN ('report', 'poll')`;

/** Of what the gateway had, or may have had, and of what it refused: not of what we held back or never came to send. */
function isEndThere(sql: Sql, { status, was, of }: { status: Part; was: Part; of: 't' | 'p' }): Part {
  return sql`(${status} IN ('delivered', 'undelivered', 'rejected', 'unknown')
    OR (${status} = 'expired' AND (${byReport(sql, of)} OR ${was} = 'sent')))`;
}

/** Puts `new_steps` into the books, as one more table of the same statement. */
export function keepNewSteps(sql: Sql): Part {
  return sql`
    kept_steps AS (
      INSERT INTO overview_steps AS o (account_id, step_s, at, gateway, sent, ended, delivered, times)
      SELECT account_id, step_s, at, gateway, sent, ended, delivered, times FROM new_steps
      ON CONFLICT (account_id, step_s, at, gateway) DO UPDATE SET
        sent = o.sent + excluded.sent, ended = o.ended + excluded.ended, delivered = o.delivered + excluded.delivered,
        times = CASE excluded.times WHEN '{}' THEN o.times ELSE (
          SELECT jsonb_object_agg(key, count) FROM (
            SELECT key, sum(value::bigint) AS count
            FROM (SELECT * FROM jsonb_each_text(o.times) UNION ALL SELECT * FROM jsonb_each_text(excluded.times)) t
            GROUP BY key
          ) u) END
    )`;
}

/** Those that no window reaches any more. */
export async function dropOldSteps(sql: Sql): Promise<void> {
  for (const [step, kept] of Object.entries(KEPT)) {
    const stepS = STEPS[step as keyof typeof STEPS];
    await sql`DELETE FROM overview_steps WHERE step_s = ${stepS} AND at < now() - ${kept}::interval`;
  }
}

/** How many deliveries took how long: by the number of a bucket. */
export type TimeCounts = Readonly<Record<string, number>>;

/**
 * Which time so many of all took at most, in seconds, between two as `percentile_cont` does it; within 5 % of what it was,
 * or a millisecond. null: there are none.
 * @param part of all, 0 to 1
 */
export function timeWithin(counted: readonly TimeCounts[], part: number): number | null {
  const counts = new Map<number, number>();
  for (const [bucket, count] of counted.flatMap((one) => Object.entries(one)))
    counts.set(Number(bucket), (counts.get(Number(bucket)) ?? 0) + count);
  const sorted = [...counts].sort(([a], [b]) => a - b);
  const all = sorted.reduce((sum, [, count]) => sum + count, 0);
  if (all === 0) return null;
  const place = part * (all - 1);
  const [low, high] = [timeAt(sorted, Math.floor(place)), timeAt(sorted, Math.ceil(place))];
  return low + (high - low) * (place - Math.floor(place));
}

/** As if those of a bucket lay evenly in it. @param place 0: the shortest */
function timeAt(sorted: readonly [bucket: number, count: number][], place: number): number {
  let before = 0;
  for (const [bucket, count] of sorted) {
    if (place < before + count) return GROWTH ** (bucket + (place - before + 0.5) / count);
    before += count;
  }
  throw new RangeError(`there are ${before} times, and none at ${place}`);
}
