/** What the overview shows: figures of a window that ends now, counted from the messages themselves, and what is open. */
import type { PendingQuery, Row } from 'postgres';
import type { Db, Sql } from './connection.ts';

export interface OverviewScope {
  /** null: all accounts. */
  accountId: string | null;
  /** The window is the last so many steps, the one under way included. */
  steps: number;
  stepS: number;
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
  /** Seconds from when a message was to be sent to its delivery; null: none was delivered. */
  p50: number | null;
  p95: number | null;
}

/**
 * All at one instant. It costs as much as the window and what is open are large: both have indexes of their own, and the
 * rest of the messages is not read.
 */
export async function readOverview(db: Db, { accountId, steps, stepS }: OverviewScope): Promise<Overview> {
  return await db.sql.begin(async (tx) => {
    const sql = tx as unknown as Sql;
    await sql`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY`;
    // The times of some hundred thousand deliveries are sorted twice as fast as with the usual 4 MB.
    await sql`SET LOCAL work_mem = '32MB'`;
    const [bounds] = await sql`
      SELECT now() AS until,
        date_bin(make_interval(secs => ${stepS}), now(), 'epoch') - make_interval(secs => ${(steps - 1) * stepS}) AS since`;
    const { since, until } = bounds as unknown as { since: Date; until: Date };
    const own = accountId === null ? sql`` : sql`AND m.account_id = ${accountId}`;
    const window = { since, stepS, own };
    const sent = await countSent(sql, window);
    const delivered = await countDelivered(sql, window);
    const ended = await countEnded(sql, window);
    const open = await countOpen(sql, own);
    return { since, until, sent: byStep(sent), delivered, gateways: byGateway(sent, ended), ...open };
  });
}

interface Window {
  since: Date;
  stepS: number;
  /** Which messages, as a condition. */
  own: PendingQuery<Row[]>;
}

interface SentCount extends StepCount {
  gateway: string;
}

async function countSent(sql: Sql, { since, stepS, own }: Window): Promise<SentCount[]> {
  return (await sql`
    SELECT g.gateway, c.at, sum(c.count)::float8 AS count
    FROM (
      SELECT m.gateway_account_id, date_bin(make_interval(secs => ${stepS}), m.submitted_at, 'epoch') AS at, count(*)
      FROM messages m WHERE m.submitted_at >= ${since} AND m.submitted_at <= now() ${own} GROUP BY 1, 2
    ) c JOIN gateway_accounts g ON g.id = c.gateway_account_id
    GROUP BY 1, 2`) as unknown as SentCount[];
}

async function countDelivered(sql: Sql, { since, stepS, own }: Window): Promise<StepCount[]> {
  return (await sql`
    SELECT date_bin(make_interval(secs => ${stepS}), m.final_at, 'epoch') AS at, count(*)::float8 AS count
    FROM messages m WHERE m.final_at >= ${since} AND m.final_at <= now() AND m.status = 'delivered' ${own}
    GROUP BY 1`) as unknown as StepCount[];
}

type Ended = Omit<GatewayFigures, 'sent'>;

/** Of what the gateway had, or may have had, and of what it refused: not of what we held back or never came to send. */
async function countEnded(sql: Sql, { since, own }: Window): Promise<Ended[]> {
  const rows = await sql`
    SELECT g.gateway, count(*)::float8 AS ended, count(m.seconds)::float8 AS delivered,
      percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY m.seconds) AS times
    FROM (
      SELECT m.gateway_account_id, CASE m.status WHEN 'delivered'
        THEN greatest(0, date_part('epoch', m.final_at - greatest(m.accepted_at, m.send_at))) END AS seconds
      FROM messages m
      WHERE m.final_at >= ${since} AND m.final_at <= now() ${own}
        AND (m.status IN ('delivered', 'undelivered', 'rejected', 'unknown')
          OR (m.status = 'expired' AND m.submitted_at IS NOT NULL))
    ) m JOIN gateway_accounts g ON g.id = m.gateway_account_id
    GROUP BY g.gateway`;
  return (rows as unknown as (Ended & { times: number[] | null })[]).map(({ times, ...row }) => {
    const [p50 = null, p95 = null] = times ?? [];
    return { ...row, p50, p95 };
  });
}

async function countOpen(sql: Sql, own: Window['own']): Promise<{ waiting: number; uncertain: number }> {
  const [row] = await sql`
    SELECT
      (SELECT count(*) FROM messages m WHERE m.status = 'accepted' ${own})::float8 AS waiting,
      (SELECT count(*) FROM messages m
       WHERE m.uncertain_at IS NOT NULL AND m.status IN ('accepted', 'sending') ${own})::float8 AS uncertain`;
  return row as unknown as { waiting: number; uncertain: number };
}

function byStep(sent: readonly SentCount[]): StepCount[] {
  const counts = new Map<number, number>();
  for (const { at, count } of sent) counts.set(at.getTime(), (counts.get(at.getTime()) ?? 0) + count);
  return [...counts].map(([at, count]) => ({ at: new Date(at), count }));
}

/** With those that have sent and where nothing has ended, and the other way round. */
function byGateway(sent: readonly SentCount[], ended: readonly Ended[]): GatewayFigures[] {
  const gateways = [...new Set([...sent, ...ended].map(({ gateway }) => gateway))].sort();
  return gateways.map((gateway) => {
    const own = sent.filter((row) => row.gateway === gateway);
    const ends = ended.find((row) => row.gateway === gateway);
    const { ended: count = 0, delivered = 0, p50 = null, p95 = null } = ends ?? {};
    return { gateway, sent: own.reduce((sum, row) => sum + row.count, 0), ended: count, delivered, p50, p95 };
  });
}
