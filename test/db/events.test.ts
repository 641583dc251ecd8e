import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Db } from '../../db/connection.ts';
import { cancelMessage } from '../../db/deliveries.ts';
import {
  eventsAfter,
  followEvents,
  lastPosition,
  OLDEST,
  type Position,
  positionNow,
  type StatusEvent,
} from '../../db/events.ts';
import { rollUp } from '../../db/metrics.ts';
import { migrate } from '../../db/migrate.ts';
import { applyReports } from '../../db/reports.ts';
import {
  accept,
  type Books,
  claim,
  claimed,
  type House,
  movePast,
  NOT_SENT,
  newGatewayId,
  newHouse,
  openBooks,
  record,
  taken,
  UNCERTAIN,
} from './books.ts';
import { allDecided } from './decided.ts';
import { openSession, type Session } from './sessions.ts';

let books: Books;
let house: House;
let start: Position;

beforeAll(async () => {
  books = await openBooks();
});
beforeEach(async () => {
  house = await newHouse(books.db);
  await allDecided(books.db);
  start = (await positionNow(books.db)).now;
});
afterAll(() => books.close());

/** Everything of this test's account, in pages. */
async function follow(...args: Parameters<typeof readOn>) {
  await allDecided(books.db);
  return await readOn(...args);
}

/** As far as may be told now. */
async function readOn(from = start, limit = 100, accountId: string | null = house.accountId) {
  const events: StatusEvent[] = [];
  let position = from;
  for (;;) {
    const page = await followEvents(books.db, position, { limit, accountId });
    events.push(...page.events);
    position = page.position;
    if (!page.more) return { events, position };
  }
}

const told = (events: StatusEvent[], id?: string) =>
  events
    .filter(({ messageId }) => id === undefined || messageId === id)
    .map(({ type, was, status, source }) => `${type}: ${was} → ${status} by ${source}`);

async function report(db: Db, gatewayId: string, status: 'sent' | 'delivered' | 'undelivered' | 'expired') {
  await applyReports(db, house.gatewayAccountId, 'report', [{ gatewayId, status, raw: `said ${status}` }], {
    idScope: 'account',
  });
}

async function sent(db: Db, id: string): Promise<string> {
  const gatewayId = newGatewayId();
  const { attempt } = await claimed(db, id);
  await record(db, id, taken(gatewayId), { attempt });
  return gatewayId;
}

describe('the events of a message', () => {
  it('are its changes, each with what was told before, and not its attempts', async () => {
    const id = await accept(books.db, house, { metadata: { order: 7 } });
    await claimed(books.db, id);
    await record(books.db, id, NOT_SENT);
    const gatewayId = newGatewayId();
    await claimed(books.db, id);
    await record(books.db, id, taken(gatewayId), { attempt: 2 });
    await report(books.db, gatewayId, 'undelivered');
    await report(books.db, gatewayId, 'delivered');
    const { events } = await follow();
    expect(told(events)).toEqual([
      'accepted: null → accepted by api',
      'sent: accepted → sent by answer',
      'final: sent → undelivered by report',
      'correction: undelivered → delivered by report',
    ]);
    expect(events.at(-1)).toMatchObject({ messageId: id, accountId: house.accountId, cause: 'said delivered' });
    expect(events.map(({ metadata }) => metadata)).toEqual(Array(4).fill({ order: 7 }));
  });

  it('tell no sent of an answer that comes after its report, nor a second one', async () => {
    const [early, twice] = [await accept(books.db, house), await accept(books.db, house)];
    const ids = [newGatewayId(), newGatewayId()];
    await claimed(books.db, early);
    const own = await applyEarly(early, ids[0] ?? '');
    await claimed(books.db, twice);
    await record(books.db, twice, UNCERTAIN);
    await claim(books.db, twice, 3600);
    await record(books.db, twice, taken(ids[1] ?? ''), { attempt: 2 });
    await record(books.db, twice, taken(newGatewayId()), { attempt: 1 });
    const { events } = await follow();
    expect(told(events, early)).toEqual(['accepted: null → accepted by api', `final: accepted → delivered by ${own}`]);
    expect(told(events, twice)).toEqual(['accepted: null → accepted by api', 'sent: accepted → sent by answer']);
  });

  /** The report has its effect by our own id, before the answer. */
  async function applyEarly(id: string, gatewayId: string): Promise<string> {
    await books.db.sql`
      INSERT INTO gateway_messages (gateway_account_id, gateway_id, message_id)
      VALUES (${house.gatewayAccountId}, ${gatewayId}, ${id})`;
    await report(books.db, gatewayId, 'delivered');
    await record(books.db, id, taken(gatewayId));
    return 'report';
  }

  it('are the same in pages of any size', async () => {
    for (let i = 0; i < 7; i++) {
      const id = await accept(books.db, house);
      if (i % 2 === 0) await report(books.db, await sent(books.db, id), 'delivered');
      else await cancelMessage(books.db, id, null);
    }
    const all = (await follow()).events;
    expect(all).toHaveLength(4 * 3 + 3 * 2);
    for (const limit of [1, 2, 3, 5]) expect((await follow(start, limit)).events).toEqual(all);
  });

  it('come from the cursor on, and of one account only', async () => {
    const other = await newHouse(books.db);
    const [mine, theirs] = [await accept(books.db, house), await accept(books.db, other)];
    const first = await follow();
    expect(first.events.map(({ messageId }) => messageId)).toEqual([mine]);
    expect((await follow(start, 100, other.accountId)).events.map(({ messageId }) => messageId)).toEqual([theirs]);
    expect((await follow(start, 100, null)).events.map(({ messageId }) => messageId)).toEqual([mine, theirs]);
    await sent(books.db, mine);
    const next = await follow(first.position);
    expect(told(next.events)).toEqual(['sent: accepted → sent by answer']);
    expect((await follow(next.position)).events).toEqual([]);
    expect(await lastPosition(books.db)).toEqual(next.position);
  });
});

describe('an open transaction', () => {
  let slow: Session;
  beforeEach(async () => {
    slow = await openSession(books.url, books.db);
    await slow.begin();
  });
  afterEach(() => slow.close());

  it('holds back what was written after it, and nothing is skipped when it commits', async () => {
    const first = await accept(slow.db, house);
    const second = await accept(books.db, house);
    const meanwhile = await readOn();
    expect(meanwhile.events).toEqual([]);
    await slow.commit();
    const after = await follow(meanwhile.position);
    expect(after.events.map(({ messageId }) => messageId)).toEqual([first, second]);
  });

  it('holds nothing back any more when it is rolled back', async () => {
    await accept(slow.db, house);
    const second = await accept(books.db, house);
    expect((await readOn()).events).toEqual([]);
    await slow.rollback();
    expect((await follow()).events.map(({ messageId }) => messageId)).toEqual([second]);
  });

  it('that is older than another and changes the message after it is told after it', async () => {
    const [id, next] = [await accept(books.db, house), await accept(books.db, house)];
    const before = await follow();
    await report(slow.db, newGatewayId(), 'delivered');
    const gatewayId = await sent(books.db, id);
    await report(slow.db, gatewayId, 'undelivered');
    await slow.commit();
    await report(books.db, gatewayId, 'delivered');
    await sent(books.db, next);
    for (const limit of [1, 2, 100]) {
      const { events } = await follow(before.position, limit);
      expect(told(events, id)).toEqual([
        'sent: accepted → sent by answer',
        'final: sent → undelivered by report',
        'correction: undelivered → delivered by report',
      ]);
      expect(events).toHaveLength(4);
    }
  });
});

describe('a follower among many writers', () => {
  it('reads live what is read afterwards, each event once', async () => {
    const live: StatusEvent[] = [];
    let position = start;
    let writing = true;
    const reader = (async () => {
      for (let last = false; !last; last = !writing) {
        const page = await followEvents(books.db, position, { limit: 3, accountId: house.accountId });
        live.push(...page.events);
        position = page.position;
      }
    })();
    const sessions = await Promise.all(Array.from({ length: 4 }, () => openSession(books.url, books.db)));
    await Promise.all(
      sessions.map(async (session) => {
        for (let i = 0; i < 25; i++) await oneLife(session, i);
        await session.close();
      }),
    );
    writing = false;
    await reader;
    live.push(...(await follow(position)).events);
    const afterwards = (await follow()).events;
    expect(live).toEqual(afterwards);
    expect(new Set(live.map(({ n }) => n)).size).toBe(live.length);
    const lives = new Map<string, string[]>();
    for (const { messageId, type } of live) lives.set(messageId, [...(lives.get(messageId) ?? []), type]);
    expect(lives.size).toBe(100);
    const types = new Set([...lives.values()].map((life) => life.join(' ')));
    expect([...types].sort()).toEqual([
      'accepted',
      'accepted final',
      'accepted sent final',
      'accepted sent final correction',
    ]);
  });

  /** In a transaction that stays open for a while and does several things at once, as reports do. */
  async function oneLife({ db, ...session }: Session, i: number): Promise<void> {
    const id = await accept(db, house);
    if (i % 4 === 0) return;
    if (i % 4 === 1) {
      await session.begin();
      await cancelMessage(db, id, null);
      await report(db, newGatewayId(), 'delivered');
      return await session.commit();
    }
    await session.begin();
    await report(db, newGatewayId(), 'delivered');
    const gatewayId = await sent(books.db, id);
    await report(db, gatewayId, 'undelivered');
    await session.commit();
    if (i % 4 === 3) await report(db, gatewayId, 'delivered');
  }
});

describe('books that were restored from a dump', () => {
  it('go on with a new order, and what was taken already stays so', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 4; i++) ids.push(await accept(books.db, house));
    await allDecided(books.db);
    // As on a server that has counted further. The third and fourth had been swapped: that order is given up.
    for (const [i, id] of ids.entries()) {
      await books.db
        .sql`UPDATE message_events SET tx = ${50_000_000 + ([0, 1, 3, 2][i] ?? 0)} WHERE message_id = ${id}`;
    }
    await books.db
      .sql`UPDATE progress SET tx = 50000001, n = (SELECT max(n) FROM message_events) WHERE task = 'rollup'`;
    expect((await readOn()).events).toEqual([]);
    await migrate(books.url);
    const [last] = ids.slice(-1);
    await sent(books.db, last ?? '');
    const { events } = await follow(OLDEST);
    expect(events.map(({ messageId, type }) => [ids.indexOf(messageId), type])).toEqual([
      [0, 'accepted'],
      [1, 'accepted'],
      [2, 'accepted'],
      [3, 'accepted'],
      [3, 'sent'],
    ]);
    await rollUp(books.db, 1_000);
    const [counted] = await books.db.sql`
      SELECT count FROM event_rollups WHERE sender_id = ${house.senderId} AND measure = 'accepted'`;
    expect(counted?.count).toBe(2n);
    await migrate(books.url);
    expect((await follow(OLDEST)).events).toEqual(events);
  });
});

describe('among many events', () => {
  it('the next ones are found by the index of every month, without sorting', async () => {
    await books.db.sql`
      INSERT INTO message_events (message_id, kind, source, tx)
      SELECT (lpad(to_hex((extract(epoch FROM now() + make_interval(days => (g % 90)::int)) * 1000)::bigint), 12, '0')
          || '7abc8abc' || lpad(to_hex(g), 12, '0'))::uuid,
        (ARRAY['accepted', 'started', 'attempt', 'outcome', 'report', 'final'])[1 + g % 6], 'worker', 1 + g / 300
      FROM generate_series(1, 120000) g`;
    await books.db.sql`ANALYZE message_events`;
    await movePast(books.db, await accept(books.db, house), 'poll_at');
    for (const after of [OLDEST, { tx: 200n, n: 60_000n }]) {
      const [row] = await books.db.sql`EXPLAIN (ANALYZE, FORMAT JSON) ${eventsAfter(books.db.sql, after, 200)}`;
      const nodes = nodesOf(row?.['QUERY PLAN'][0].Plan);
      const types = [...new Set(nodes.map((node) => node['Node Type']))].sort();
      expect(types).toEqual(['Index Scan', 'Limit', 'Merge Append']);
      const scans = nodes.filter((node) => node['Node Type'] === 'Index Scan');
      expect(scans.length).toBeGreaterThan(4);
      for (const scan of scans) expect(scan['Index Cond']).toMatch(/ROW\(tx, n\) >.* AND \(tx </);
      const read = scans.reduce((sum, scan) => sum + Number(scan['Actual Rows']), 0);
      expect(read).toBeGreaterThanOrEqual(200);
      expect(read).toBeLessThanOrEqual(200 + scans.length);
    }
  });
});

interface PlanNode {
  'Node Type': string;
  'Index Cond'?: string;
  'Actual Rows': number;
  Plans?: PlanNode[];
}

function nodesOf(plan: PlanNode): PlanNode[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
}
