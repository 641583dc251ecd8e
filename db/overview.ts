/** What the overview shows: figures of a window that ends now, added up from its steps, and what is open. */
import type { PendingQuery, Row } from 'postgres';
import type { Db, Sql } from './connection.ts';
import { OLDEST, type Position } from './events.ts';
import {
  ALL_ACCOUNTS,
  planOnce,
  STEPS,
  stepsOfTaken,
  type TimeCounts,
  takenAfter,
  timeWithin,
} from './overview-steps.ts';

export interface OverviewScope {
  /** null: all accounts. */
  accountId: string | null;
  /** The window is the last so many steps, the one under way included. */
  steps: number;
  stepS: typeof STEPS.minute | typeof STEPS.quarter;
}

export interface Overview {
  since: Date;
  until: Date;
  /** Steps with nothing are left out. */
  sent: StepCount[];
  delivered: StepCount[];
  gateways: GatewayFigures[];
  /** Accepted and not submitted. */
  waiting: number;
  /** May have been taken by the gateway: nobody knows. */
  uncertain: number;
}

export interface StepCount {
  /** Beginning of the step. */
  at: Date;
  count: number;
}

export interface GatewayFigures {
  gateway: string;
  /** That the gateway took. */
  sent: number;
  /** That came to their end there. */
  ended: number;
  delivered: number;
  /** Seconds from when a message was to be sent to its delivery, to within 5 %; null: none was delivered. */
  p50: number | null;
  p95: number | null;
}

/**
 * All at one instant. It costs as much as the window has steps, and as much as has happened since the last roll-up; what is
 * open has indexes of its own. The messages are not read.
 */
export async function readOverview(db: Db, { accountId, steps, stepS }: OverviewScope): Promise<Overview> {
  return await db.sql.begin(async (tx) => {
    const sql = tx as unknown as Sql;
    await sql`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY`;
    await planOnce(sql);
    // The clock, read after what is visible was settled: none of that is later.
    const [bounds] = await sql`
      SELECT c.now AS until, p.tx, p.n,
        date_bin(make_interval(secs => ${stepS}), c.now, 'epoch') - make_interval(secs => ${(steps - 1) * stepS}) AS since
      FROM (SELECT clock_timestamp() AS now OFFSET 0) c LEFT JOIN progress p ON p.task = 'rollup'`;
    const { since, until, tx: after, n } = bounds as unknown as Bounds;
    const rows = await readSteps(sql, {
      ...{ since, until, stepS, accountId: accountId ?? ALL_ACCOUNTS },
      after: after === null || n === null ? OLDEST : { tx: after, n },
    });
    const open = await countOpen(sql, accountId === null ? sql`` : sql`AND m.account_id = ${accountId}`);
    const byStep = rows.filter((row) => row.at !== null);
    return {
      ...{ since, until, ...open },
      sent: byStep.map(({ at, sent }) => ({ at, count: sent })).filter(({ count }) => count > 0),
      delivered: byStep.map(({ at, delivered }) => ({ at, count: delivered })).filter(({ count }) => count > 0),
      gateways: rows.filter((row) => row.at === null).map(figuresOf),
    };
  });
}

interface Bounds {
  since: Date;
  until: Date;
  /** Up to where the events are rolled up. */
  tx: bigint | null;
  n: bigint | null;
}

interface Window {
  since: Date;
  until: Date;
  stepS: number;
  accountId: string;
  after: Position;
}

/** Of one step and all gateways. */
interface StepRow {
  at: Date;
  sent: number;
  delivered: number;
}

/** Of the whole window. */
interface GatewayRow {
  at: null;
  gateway: string;
  sent: number;
  ended: number;
  delivered: number;
  /** Of several steps; null: none was delivered. */
  times: TimeCounts[] | null;
}

async function readSteps(
  sql: Sql,
  { since, until, stepS, accountId, after }: Window,
): Promise<(StepRow | GatewayRow)[]> {
  // Times are added up from longer steps, but for what lies before the first of those.
  const longS = stepS === STEPS.minute ? STEPS.quarter : STEPS.hour;
  const longFrom = new Date(Math.ceil(since.getTime() / (longS * 1000)) * longS * 1000);
  const own = sql`account_id = ${accountId}`;
  const inSteps = sql`${own} AND step_s = ${stepS} AND at >= ${since} AND at <= ${until}`;
  const early = sql`${own} AND step_s = ${stepS} AND at >= ${since} AND at < ${longFrom}`;
  const late = sql`${own} AND step_s = ${longS} AND at >= ${longFrom} AND at <= ${until}`;
  return (await sql`
    WITH taken AS MATERIALIZED (${takenAfter(sql, after, sql`AND e.kind <> 'accepted' AND e.at >= ${since}`)}),
    ${stepsOfTaken(sql)}, steps AS (
      SELECT at, gateway, sum(sent)::float8 AS sent, sum(ended)::float8 AS ended, sum(delivered)::float8 AS delivered
      FROM (
        SELECT at, gateway, sent, ended, delivered FROM overview_steps WHERE ${inSteps}
        UNION ALL SELECT at, gateway, sent, ended, delivered FROM new_steps WHERE ${inSteps}
      ) s GROUP BY GROUPING SETS ((at), (gateway))
    ), times AS MATERIALIZED (
      SELECT gateway, json_agg(times) AS times
      FROM (
        SELECT gateway, times FROM overview_steps WHERE ${early}
        UNION ALL SELECT gateway, times FROM overview_steps WHERE ${late}
        UNION ALL SELECT gateway, times FROM new_steps WHERE (${early}) OR (${late})
      ) t WHERE times <> '{}' GROUP BY gateway
    )
    SELECT * FROM steps LEFT JOIN times USING (gateway) ORDER BY at, gateway`) as unknown as (StepRow | GatewayRow)[];
}

function figuresOf({ gateway, sent, ended, delivered, times }: GatewayRow): GatewayFigures {
  const [p50 = null, p95 = null] = [0.5, 0.95].map((part) => timeWithin(times ?? [], part));
  return { gateway, sent, ended, delivered, p50, p95 };
}

async function countOpen(sql: Sql, own: PendingQuery<Row[]>): Promise<{ waiting: number; uncertain: number }> {
  const [row] = await sql`
    SELECT
      (SELECT count(*) FROM messages m WHERE m.status = 'accepted' ${own})::float8 AS waiting,
      (SELECT count(*) FROM messages m
       WHERE m.uncertain_at IS NOT NULL AND m.status IN ('accepted', 'sending') ${own})::float8 AS uncertain`;
  return row as unknown as { waiting: number; uncertain: number };
}
