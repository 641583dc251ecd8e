import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listMessages } from '../../db/message-list.ts';
import { acceptMessages } from '../../db/messages.ts';
import { migrate } from '../../db/migrate.ts';
import { ensurePartitions, firstIdAt } from '../../db/partitions.ts';
import {
  accept,
  type Books,
  claim,
  eventKinds,
  type House,
  newHouse,
  newMessage,
  openBooks,
  statusOf,
} from './books.ts';
import { openSession, watch } from './sessions.ts';

let books: Books;
let house: House;
let sql: postgres.Sql;

beforeAll(async () => {
  books = await openBooks();
  house = await newHouse(books.db);
  sql = postgres(books.url, { max: 2, onnotice: () => {} });
});
afterAll(async () => {
  await sql.end();
  await books.close();
});

const MONTH = /^(messages|message_events)_\d{4}_\d{2}$/;

async function months(): Promise<string[]> {
  const rows = await sql`
    SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent IN ('messages'::regclass, 'message_events'::regclass) AND c.relkind = 'r' ORDER BY c.relname`;
  return rows.map((row) => row.name as string).filter((name) => MONTH.test(name));
}

/** As partitions spell it. */
function monthOf(at: Date): string {
  return at.toISOString().slice(0, 7).replace('-', '_');
}

function monthsAhead(count: number): Date {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + count, 1));
}

/** An id as it would be made at this instant. */
function idAt(at: Date): string {
  return `${firstIdAt(at).slice(0, 14)}7abc-8abc-${crypto.randomUUID().slice(-12)}`;
}

async function placeOf(table: 'messages' | 'message_events', id: string): Promise<string[]> {
  const column = table === 'messages' ? sql`id` : sql`message_id`;
  const rows = await sql`SELECT DISTINCT tableoid::regclass::text AS place FROM ${sql(table)} WHERE ${column} = ${id}`;
  return rows.map((row) => row.place as string);
}

describe('migrate', () => {
  it('has made this month and the three after it', async () => {
    const expected = [0, 1, 2, 3].map((ahead) => monthOf(monthsAhead(ahead)));
    expect(await months()).toEqual([
      ...expected.map((month) => `message_events_${month}`),
      ...expected.map((month) => `messages_${month}`),
    ]);
  });

  it('does nothing the second time, and is safe with several at once', async () => {
    const shape = () => sql`
      SELECT c.oid, c.relname, c.relfilenode FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname IN ('public', 'drizzle') ORDER BY c.oid`;
    const before = await shape();
    await Promise.all([migrate(books.url), migrate(books.url), migrate(books.url)]);
    expect([...(await shape())]).toEqual([...before]);
  });
});

describe('rows', () => {
  it('of messages and of their events are in the partition of their month', async () => {
    for (const ahead of [0, 2]) {
      const at = monthsAhead(ahead);
      const id = await accept(books.db, house, { id: idAt(at) });
      expect(await placeOf('messages', id)).toEqual([`messages_${monthOf(at)}`]);
      expect(await placeOf('message_events', id)).toEqual([`message_events_${monthOf(at)}`]);
    }
  });

  it('at the very edges of a month are in it', async () => {
    const first = monthsAhead(1);
    const lastMs = new Date(first.getTime() - 1);
    const [a, b] = [
      await accept(books.db, house, { id: idAt(first) }),
      await accept(books.db, house, { id: idAt(lastMs) }),
    ];
    expect(await placeOf('messages', a)).toEqual([`messages_${monthOf(first)}`]);
    expect(await placeOf('messages', b)).toEqual([`messages_${monthOf(lastMs)}`]);
  });

  it('of a month that is not there go to the default partition, and work there', async () => {
    const id = await accept(books.db, house, { id: idAt(new Date(0)) });
    expect(await placeOf('messages', id)).toEqual(['messages_other']);
    expect(await claim(books.db, id)).toMatchObject({ verdict: 'claimed' });
    expect(await eventKinds(books.db, id)).toEqual(['accepted', 'attempt']);
    await sql`DELETE FROM messages WHERE id = ${id}`;
    await sql`DELETE FROM message_events WHERE message_id = ${id}`;
  });
});

describe('ensurePartitions', () => {
  it('makes the months that are missing as time goes on, and no other', async () => {
    const before = await months();
    const later = monthsAhead(2);
    const { made, strays } = await ensurePartitions(sql, later);
    const fresh = [4, 5].map((ahead) => monthOf(monthsAhead(ahead)));
    expect(made.sort()).toEqual(fresh.flatMap((month) => [`message_events_${month}`, `messages_${month}`]).sort());
    expect(strays).toBe(0);
    expect((await months()).sort()).toEqual([...before, ...made].sort());
    expect(await ensurePartitions(sql, later)).toEqual({ made: [], strays: 0 });
  });

  it('makes the other months, and says that there are strays, where a month has rows in the default partition', async () => {
    const late = monthsAhead(10);
    const id = await accept(books.db, house, { id: idAt(late) });
    const { made, strays } = await ensurePartitions(sql, late);
    expect(strays).toBe(1);
    expect(made).toContain(`messages_${monthOf(monthsAhead(11))}`);
    expect(made).not.toContain(`messages_${monthOf(late)}`);
    await migrate(books.url);
    expect(await statusOf(books.db, id)).toBe('accepted');
    await sql`DELETE FROM messages WHERE id = ${id}`;
    await sql`DELETE FROM message_events WHERE message_id = ${id}`;
    expect((await ensurePartitions(sql, late)).made).toContain(`messages_${monthOf(late)}`);
  });
});

describe('ensurePartitions while a long transaction reads the messages', () => {
  it('gives up soon, so that sends go on, and makes the month the next time', async () => {
    const later = monthsAhead(20);
    const backup = await openSession(books.url, books.db);
    await backup.begin();
    await backup.db.sql`SELECT count(*) FROM messages`;
    const ensuring = watch(ensurePartitions(sql, later));
    const id = await accept(books.db, house);
    expect(await claim(books.db, id)).toMatchObject({ verdict: 'claimed' });
    const { made } = await ensuring.call;
    expect(made.filter((name) => name.startsWith('messages_'))).toEqual([]);
    await backup.rollback();
    expect((await ensurePartitions(sql, later)).made.filter((name) => name.startsWith('messages_'))).toHaveLength(4);
    await backup.close();
  });
});

describe('an old month', () => {
  it('can be detached and dropped whole; other months stay', async () => {
    const gone = monthsAhead(1);
    const kept = await accept(books.db, house);
    const id = await accept(books.db, house, { id: idAt(new Date(gone.getTime() + 1000)) });
    for (const table of ['messages', 'message_events']) {
      const month = `${table}_${monthOf(gone)}`;
      await sql.unsafe(`ALTER TABLE ${table} DETACH PARTITION ${month}`);
      await sql.unsafe(`DROP TABLE ${month}`);
    }
    expect(await claim(books.db, id)).toMatchObject({ verdict: 'gone' });
    expect(await statusOf(books.db, kept)).toBe('accepted');
    expect((await ensurePartitions(sql, new Date())).made.sort()).toEqual(
      [`message_events_${monthOf(gone)}`, `messages_${monthOf(gone)}`].sort(),
    );
  });
});

describe('lists by time', () => {
  it('take messages from and to an instant, newest first, page by page', async () => {
    const other = await newHouse(books.db);
    const from = new Date(Date.now() + 60_000);
    const ids = Array.from({ length: 5 }, (_, i) => idAt(new Date(from.getTime() + i * 1000)));
    await acceptMessages(
      books.db,
      ids.map((id) => newMessage(other, { id })),
    );
    const filter = { senderId: other.senderId, acceptedFrom: from, acceptedTo: new Date(from.getTime() + 4_000) };
    const page = async (before?: string) =>
      (await listMessages(books.db, filter, { limit: 3, ...(before ? { before } : {}) })).rows.map((row) => row.id);
    expect(await page()).toEqual([ids[3], ids[2], ids[1]]);
    expect(await page(ids[1])).toEqual([ids[0]]);
  });
});
