/** The figures of the overview, which are added up from steps, equal what is counted in the messages, whatever happened to them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OVERVIEW_WINDOWS } from '../../api/schemas/overview.ts';
import { acceptMessages } from '../../db/messages.ts';
import { rollUp } from '../../db/metrics.ts';
import { type Overview, type OverviewScope, readOverview } from '../../db/overview.ts';
import { type TimeCounts, timeWithin } from '../../db/overview-steps.ts';
import { type Books, type House, newHouse, newMessage, openBooks } from './books.ts';
import { allDecided } from './decided.ts';

const MESSAGES = 2_000;
/** Events that one roll-up takes at least. */
const AT_ONCE = 2_000;

let books: Books;
let houses: House[];
beforeAll(async () => {
  books = await openBooks();
  houses = [await newHouse(books.db), await newHouse(books.db, { gateway: 'another' })];
  // Both send through the second gateway.
  const shared = { ...houses[1], accountId: houses[0]?.accountId } as House;
  for (const [i, house] of [...houses, shared].entries())
    await acceptMessages(
      books.db,
      Array.from({ length: Math.ceil(MESSAGES / 3) }, (_, n) =>
        newMessage(house, { idempotencyKey: `${i} ${n}`, metadata: { way: n % WAYS } }),
      ),
    );
  await live();
  await spreadOverTime();
  await allDecided(books.db);
  await books.db.sql.unsafe('ANALYZE');
});
afterAll(() => books?.close());

const WAYS = 14;

/** All that can become of a message, in three stages, each of them of all messages, in transactions of 50. */
async function live(): Promise<void> {
  const { sql } = books.db;
  await sql.unsafe(`
    CREATE FUNCTION take(m messages) RETURNS void LANGUAGE sql AS $$
      SELECT record_send(m.id, m.attempt::int, jsonb_build_object('kind', 'accepted', 'ids',
        jsonb_build_array(jsonb_build_object('id', 'gw-' || m.id))), '{}', NULL, NULL, '') $$;
    CREATE FUNCTION told(m messages, kind text) RETURNS void LANGUAGE sql AS $$
      SELECT record_send(m.id, m.attempt::int, jsonb_build_object('kind', kind, 'class', 'temporary'), '{}', NULL, NULL, '') $$;
    CREATE FUNCTION report(m messages, said text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
      INSERT INTO gateway_messages (gateway_account_id, gateway_id, message_id)
        VALUES (m.gateway_account_id, 'gw-' || m.id, m.id) ON CONFLICT DO NOTHING;
      PERFORM apply_reports(m.gateway_account_id, CASE WHEN random() < 0.5 THEN 'report' ELSE 'poll' END, NULL,
        jsonb_build_array(jsonb_build_object('gatewayId', 'gw-' || m.id, 'status', said, 'raw', said)));
    END $$;
    CREATE FUNCTION end_of(m messages, what text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
      EXECUTE format('UPDATE messages SET %I = clock_timestamp() WHERE id = $1', what) USING m.id;
      PERFORM settle_message(m.id);
    END $$;
    CREATE FUNCTION stage(m messages, way int, stage int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
      IF stage = 1 AND way NOT IN (0, 1, 9) THEN
        PERFORM claim_send(m.id, 1000, 2000, NULL, false);
        SELECT * INTO m FROM messages WHERE id = m.id;
      END IF;
      CASE stage * 100 + way
        WHEN 101 THEN PERFORM cancel_message(m.id, NULL);
        WHEN 102, 112 THEN PERFORM told(m, 'refused');
        WHEN 103, 104, 105, 106, 111 THEN PERFORM take(m);
        WHEN 107 THEN PERFORM report(m, 'delivered');
        WHEN 108 THEN PERFORM report(m, 'sent');
        WHEN 109 THEN PERFORM end_of(m, 'expires_at');
        WHEN 110 THEN PERFORM told(m, 'uncertain'), end_of(m, 'report_by');
        WHEN 113 THEN PERFORM told(m, 'not-sent'), end_of(m, 'expires_at');
        WHEN 204 THEN PERFORM report(m, 'delivered');
        WHEN 205 THEN PERFORM report(m, 'undelivered');
        WHEN 206 THEN PERFORM end_of(m, 'report_by');
        WHEN 207, 208 THEN PERFORM take(m);
        WHEN 210, 211 THEN PERFORM report(m, 'expired');
        WHEN 213 THEN PERFORM report(m, 'undelivered');
        WHEN 305 THEN PERFORM report(m, 'delivered');
        WHEN 306 THEN PERFORM report(m, 'undelivered'), report(m, 'delivered');
        WHEN 308 THEN PERFORM report(m, 'rejected');
        WHEN 310, 312, 313 THEN PERFORM report(m, 'delivered');
        ELSE NULL;
      END CASE;
    END $$`);
  const rows = await sql`SELECT id FROM messages ORDER BY random()`;
  const ids = rows.map((row) => String(row.id));
  for (const stage of [1, 2, 3]) {
    const chunks = Array.from({ length: Math.ceil(ids.length / 50) }, (_, i) => ids.slice(50 * i, 50 * i + 50));
    await Promise.all(
      chunks.map(
        (some) => sql`
          SELECT stage(m, (m.metadata->>'way')::int, ${stage}) FROM messages m WHERE id = ANY (${some}::uuid[])`,
      ),
    );
  }
}

/**
 * Lives of seconds to days that began up to 50 hours ago, half of them in the last hour; what a message says of its times
 * is moved with the event that was written with it.
 */
async function spreadOverTime(): Promise<void> {
  await books.db.sql.unsafe(`
    CREATE TABLE moved AS
    SELECT e.message_id, e.n, e.kind, e.at, now() - make_interval(secs => m.age
      * (1 - (row_number() OVER (PARTITION BY e.message_id ORDER BY e.n) - m.early)
        / count(*) OVER (PARTITION BY e.message_id) * m.part)) AS moved_to
    FROM message_events e JOIN (
      SELECT id, CASE WHEN random() < 0.5 THEN 4000 ELSE 180000 END * random() AS age, random() AS early,
        power(random(), 6) AS part
      FROM messages
    ) m ON m.id = e.message_id;
    CREATE INDEX ON moved (message_id);
    CREATE FUNCTION submit_moved(m uuid, t timestamptz) RETURNS timestamptz LANGUAGE sql AS $$
      SELECT moved_to FROM moved WHERE message_id = m AND kind IN ('outcome', 'sent', 'final', 'correction')
        AND t IS NOT NULL ORDER BY abs(extract(epoch FROM at - t)), n LIMIT 1 $$;
    CREATE FUNCTION end_moved(m uuid, t timestamptz) RETURNS timestamptz LANGUAGE sql AS $$
      SELECT moved_to FROM moved WHERE message_id = m AND kind IN ('final', 'correction') AND at >= t ORDER BY n LIMIT 1 $$;
    UPDATE messages m SET submitted_at = submit_moved(id, submitted_at), final_at = end_moved(id, final_at),
      accepted_at = a.moved_to, send_at = a.moved_to
    FROM moved a WHERE a.message_id = m.id AND a.kind = 'accepted';
    UPDATE message_events e SET at = a.moved_to FROM moved a WHERE a.message_id = e.message_id AND a.n = e.n`);
}

/** From the messages themselves. */
async function counted({ accountId, stepS }: OverviewScope, { since, until }: Overview) {
  const { sql } = books.db;
  const own = accountId === null ? sql`` : sql`AND m.account_id = ${accountId}`;
  const step = (at: 'submitted_at' | 'final_at') =>
    sql`date_bin(make_interval(secs => ${stepS}), m.${sql(at)}, 'epoch')`;
  const sent = sql`m.submitted_at >= ${since} AND m.submitted_at <= ${until} ${own}`;
  const ended = sql`m.final_at >= ${since} AND m.final_at <= ${until} ${own}`;
  const gateways = await sql`
    SELECT g.gateway, count(*) FILTER (WHERE ${sent})::int AS sent, count(*) FILTER (WHERE ${ended} AND is_end)::int AS ended,
      count(*) FILTER (WHERE ${ended} AND status = 'delivered')::int AS delivered,
      percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY extract(epoch FROM final_at - accepted_at))
        FILTER (WHERE ${ended} AND status = 'delivered') AS times
    FROM (
      SELECT *, status IN ('delivered', 'undelivered', 'rejected', 'unknown')
        OR (status = 'expired' AND submitted_at IS NOT NULL) AS is_end
      FROM messages
    ) m JOIN gateway_accounts g ON g.id = m.gateway_account_id
    GROUP BY 1 HAVING count(*) FILTER (WHERE (${sent}) OR (${ended} AND is_end)) > 0 ORDER BY 1`;
  return {
    sent: await sql`SELECT ${step('submitted_at')} AS at, count(*)::int FROM messages m WHERE ${sent} GROUP BY 1 ORDER BY 1`,
    delivered: await sql`
      SELECT ${step('final_at')} AS at, count(*)::int FROM messages m WHERE ${ended} AND status = 'delivered'
      GROUP BY 1 ORDER BY 1`,
    gateways: gateways.map(({ times, ...row }) => ({ ...row, p50: near(times[0]), p95: near(times[1]) })),
  };
}

const near = (seconds: number) => ({
  asymmetricMatch: (told: unknown) => Math.abs(Number(told) - seconds) <= 0.05 * seconds + 0.001,
});

const byTime = (a: { at: Date }, b: { at: Date }) => a.at.getTime() - b.at.getTime();

async function expectAllRight(): Promise<void> {
  for (const accountId of [null, ...houses.map((house) => house.accountId)])
    for (const window of Object.values(OVERVIEW_WINDOWS)) {
      const scope = { accountId, ...window };
      const shown = await readOverview(books.db, scope);
      const { sent, delivered, gateways } = await counted(scope, shown);
      expect(sent.length).toBeGreaterThan(20);
      expect([...shown.sent].sort(byTime)).toEqual([...sent]);
      expect([...shown.delivered].sort(byTime)).toEqual([...delivered]);
      expect(shown.gateways).toEqual([...gateways]);
    }
}

describe('the figures of 2,000 messages with which anything happened', () => {
  it('are those of lives of every kind', async () => {
    const ends = await books.db.sql`
      SELECT DISTINCT e.kind, e.detail->>'was' AS was, e.detail->>'status' AS status FROM message_events e
      WHERE e.kind IN ('final', 'correction') ORDER BY 1, 2, 3`;
    expect(ends.map(({ kind, was, status }) => `${kind} ${was} ${status}`)).toEqual([
      'correction expired delivered',
      'correction expired undelivered',
      'correction rejected delivered',
      'correction undelivered delivered',
      'correction unknown expired',
      'correction unknown undelivered',
      'final accepted cancelled',
      'final accepted expired',
      'final sending delivered',
      'final sending rejected',
      'final sending unknown',
      'final sent delivered',
      'final sent expired',
      'final sent rejected',
      'final sent undelivered',
      'final sent unknown',
    ]);
  });

  it('equal what is counted in the messages when nothing is rolled up, and some, and all', async () => {
    await expectAllRight();
    for (let taken = AT_ONCE; taken === AT_ONCE; ) {
      taken = await rollUp(books.db, 0);
      await expectAllRight();
    }
    const [last] = await books.db.sql`
      SELECT count(*)::int AS n FROM message_events e, progress p WHERE p.task = 'rollup' AND (e.tx, e.n) > (p.tx, p.n)
        AND e.kind IN ('accepted', 'outcome', 'sent', 'final', 'correction')`;
    expect(last?.n).toBe(0);
  });

  it('stay right when a report corrects what was rolled up', async () => {
    const corrected = await books.db.sql`
      SELECT report(m, 'delivered'), m.id FROM messages m WHERE status = 'rejected' LIMIT 100`;
    expect(corrected.length).toBe(100);
    await expectAllRight();
    await allDecided(books.db);
    expect(await rollUp(books.db, 1_000)).toBe(100);
    await expectAllRight();
  });
});

describe('steps that no window reaches any more', () => {
  it('go with a later roll-up, and none are made', async () => {
    const { sql } = books.db;
    const tooOld = async () => {
      const [row] = await sql`
        SELECT count(*)::int AS n FROM overview_steps
        WHERE at < now() - CASE step_s WHEN 60 THEN interval '72 minutes' ELSE interval '27 hours' END`;
      return row?.n;
    };
    expect(await tooOld()).toBe(0);
    const before = await readOverview(books.db, { accountId: null, ...OVERVIEW_WINDOWS['24h'] });
    await sql`
      INSERT INTO overview_steps
      SELECT account_id, step_s, at - interval '4 days', gateway, sent, ended, delivered, times FROM overview_steps`;
    const old = await tooOld();
    expect(old).toBeGreaterThan(300);
    await rollUp(books.db, 0);
    expect(await tooOld()).toBe(old);
    await sql`UPDATE progress SET until = until - interval '11 minutes' WHERE task = 'rollup'`;
    await rollUp(books.db, 0);
    expect(await tooOld()).toBe(0);
    const after = await readOverview(books.db, { accountId: null, ...OVERVIEW_WINDOWS['24h'] });
    expect(after.gateways).toEqual(before.gateways);
  });
});

describe('timeWithin', () => {
  it('is null of nothing, and lies between the neighbours of its place', () => {
    expect(timeWithin([], 0.5)).toBe(null);
    expect(timeWithin([{ 0: 1 }], 0.95)).toBeCloseTo(1.05 ** 0.5, 9);
    const two: TimeCounts[] = [{ 100: 1 }, { 0: 1 }];
    expect(timeWithin(two, 0)).toBeCloseTo(1.05 ** 0.5, 9);
    expect(timeWithin(two, 0.5)).toBeCloseTo((1.05 ** 0.5 + 1.05 ** 100.5) / 2, 9);
    expect(
      timeWithin(
        [
          { '-3': 1, 0: 40 },
          { 0: 60, 7: 1 },
        ],
        0.5,
      ),
    ).toBeCloseTo(1.05 ** 0.5, 6);
  });
});
