/** What is shown in lists is found by an index, so that it takes no longer when there are a hundred times as many. */
import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OVERVIEW_WINDOWS } from '../../api/schemas/overview.ts';
import { type Seeded, SOME_PHONE, seedBooks } from '../../bench/pages/seed.ts';
import type { Db } from '../../db/connection.ts';
import { listInbound } from '../../db/inbound.ts';
import { listMessages, type MessageFilter } from '../../db/message-list.ts';
import { readOverview } from '../../db/overview.ts';
import * as schema from '../../db/schema.ts';
import { findSender } from '../../db/senders.ts';
import { listSuppressions, suppressionsOf } from '../../db/suppressions.ts';
import { listUnmatchedReports } from '../../db/unmatched.ts';
import { type Books, openBooks } from './books.ts';

const MESSAGES = 20_000;
const PAGE = { limit: 51 };

interface Statement {
  query: string;
  values: unknown[];
  client: postgres.Sql;
}

let books: Books;
let seeded: Seeded;
let clients: postgres.Sql[];
/** Of which what is asked is written down. */
let watched: Db;
let asked: Statement[] = [];
beforeAll(async () => {
  books = await openBooks();
  seeded = await seedBooks(books, { messages: MESSAGES, suppressions: 20_000, inbound: 5_000, unmatched: 2_000 });
  await books.db.sql.unsafe('ANALYZE');
  // Drizzle changes how its client writes dates.
  const [lists, figures] = [watchedClient(), watchedClient()];
  clients = [lists, figures];
  watched = {
    ...books.db,
    sql: figures as unknown as Db['sql'],
    orm: drizzle(lists, { schema, casing: 'snake_case' }),
  };
});
afterAll(async () => {
  await Promise.all((clients ?? []).map((client) => client.end()));
  await books?.close();
});

function watchedClient(): postgres.Sql {
  const client: postgres.Sql = postgres(books.url, {
    max: 1,
    fetch_types: false,
    transform: { column: { from: postgres.toCamel } },
    debug: (_connection, query, values) => void asked.push({ query, values, client }),
  });
  return client;
}

/** The indexes by which what it asks is read from large tables, as in schema.ts; `whole T`: all of table T is read. */
async function ways(ask: () => Promise<unknown>): Promise<string[]> {
  asked = [];
  await ask();
  const reading = asked.filter(({ query }) => /^\s*(select|with)\s/i.test(query) && /\sfrom\s/i.test(query));
  const found = new Set<string>();
  for (const { query, values, client } of reading) {
    const told = await client.unsafe(`EXPLAIN (FORMAT JSON) ${query}`, values as never[]).values();
    const plans = told.flat(2) as { Plan: Plan }[];
    for (const way of plans.flatMap(({ Plan: plan }) => waysIn(plan)))
      if (await isLarge(way.relation)) found.add(await nameOf(way));
  }
  return [...found].sort();
}

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  Plans?: Plan[];
}

/** A table, or an index of it. */
interface Way {
  relation: string;
  isWhole: boolean;
}

function waysIn(plan: Plan): Way[] {
  const { 'Node Type': type, 'Relation Name': table, 'Index Name': index } = plan;
  const isWhole = table !== undefined && type.includes('Seq Scan');
  const relation = index ?? (isWhole ? table : undefined);
  return [...(relation === undefined ? [] : [{ relation, isWhole }]), ...(plan.Plans ?? []).flatMap(waysIn)];
}

/** What is known of small tables says nothing of large ones. */
async function isLarge(relation: string): Promise<boolean> {
  const [row] = await books.db.sql`
    SELECT reltuples >= 1000 AS yes FROM pg_class
    WHERE oid = coalesce((SELECT indrelid FROM pg_index WHERE indexrelid = ${relation}::regclass), ${relation}::regclass)`;
  return row?.yes === true;
}

/** Of an index of a partition that of the whole table. */
async function nameOf({ relation, isWhole }: Way): Promise<string> {
  const [row] = await books.db.sql`
    SELECT coalesce((SELECT inhparent FROM pg_inherits WHERE inhrelid = ${relation}::regclass), ${relation}::regclass)
      ::regclass::text AS name`;
  return `${isWhole ? 'whole ' : ''}${row?.name}`;
}

describe('GET /v1/messages', () => {
  const { first, rare } = { first: 'first', rare: 'rare' } as const;
  const senderId = async (name: string) => (await findSender(books.db, [], { name }))?.id ?? '';
  const cases: [string, (of: { first: string; rare: string }) => MessageFilter, string[]][] = [
    ['all', () => ({}), ['messages_pkey']],
    ['a status', () => ({ statuses: ['cancelled'] }), ['messages_by_status']],
    ['a status that nearly all have', () => ({ statuses: ['delivered'] }), ['messages_pkey']],
    ['several statuses', () => ({ statuses: ['cancelled', 'unknown'] }), ['messages_by_status']],
    ['a rare sender', (of) => ({ senderId: of.rare }), ['messages_by_sender']],
    ['a sender and an end', (of) => ({ senderId: of.first, statuses: ['unknown'] }), ['messages_ended_by_sender']],
    ['a rare account', () => ({ accountId: seeded.accounts.rare }), ['messages_by_account']],
    [
      'an account and an end',
      () => ({ accountId: seeded.accounts.small, statuses: ['unknown'] }),
      ['messages_ended_by_account'],
    ],
    ['a phone', () => ({ phone: SOME_PHONE }), ['messages_by_phone']],
    ['a phone and a status', () => ({ phone: SOME_PHONE, statuses: ['cancelled'] }), ['messages_by_phone']],
    ['a time', () => ({ acceptedFrom: new Date(Date.now() - 3_600_000) }), ['messages_pkey']],
    ['a part of the cause', () => ({ error: 'no such words' }), ['messages_pkey']],
    ['a sender and a part of the cause', (of) => ({ senderId: of.rare, error: 'absent' }), ['messages_by_sender']],
  ];
  it.each(cases)('by %s', async (_, filterOf, expected) => {
    const filter = filterOf({ first: await senderId(first), rare: await senderId(rare) });
    expect(await ways(() => listMessages(watched, filter, PAGE))).toEqual(expected);
  });

  it('looks through a part of the messages where no index leads to what is asked for, and goes on from there', async () => {
    const error = 'CANCELLED before';
    const found: string[] = [];
    let before: string | undefined;
    let pages = 0;
    do {
      const page = await listMessages(books.db, { error }, { ...PAGE, ...(before === undefined ? {} : { before }) });
      found.push(...page.rows.map(({ id }) => id));
      before = page.searchedTo;
      pages++;
    } while (before !== undefined);
    const all = await books.db.sql`SELECT id FROM messages WHERE status = 'cancelled' ORDER BY id DESC`;
    expect(all.length).toBeGreaterThan(3);
    expect(found).toEqual(all.map(({ id }) => id));
    expect(pages).toBe(2);
  });
});

describe('other lists', () => {
  it('of the overview: the steps of its window, and events after a position, by their keys, and no messages by the time', async () => {
    const accounts = [null, seeded.accounts.big, seeded.accounts.rare];
    const scopes = Object.values(OVERVIEW_WINDOWS).flatMap((of) => accounts.map((accountId) => ({ accountId, ...of })));
    const byKey = ['message_events_followed', 'message_events_message_id_n_pk', 'messages_pkey'];
    const open = [
      'messages_by_account',
      'messages_by_status',
      'messages_by_wake',
      'messages_uncertain',
      'messages_waiting_by_sender',
    ];
    for (const scope of scopes) {
      const used = await ways(() => readOverview(watched, scope));
      const others = used.filter((way) => !way.startsWith('overview_'));
      expect([...byKey, ...open]).toEqual(expect.arrayContaining(others));
    }
  });

  it('of the suppress lists: by list, source and phone', async () => {
    const accountId = seeded.accounts.big;
    const list = async (filter: object, of: string | null = accountId) =>
      await ways(() => listSuppressions(watched, { accountId: of, ...filter }, PAGE));
    expect(await list({}, seeded.accounts.rare)).toEqual(['suppressions_by_account']);
    expect(await list({ source: 'operator' })).toEqual(['suppressions_by_source']);
    expect(await list({ source: 'operator' }, null)).toEqual(['suppressions_by_source']);
    expect(await list({ phone: SOME_PHONE })).toEqual(['suppressions_once']);
    expect(await ways(() => suppressionsOf(watched, SOME_PHONE))).toEqual(['suppressions_once']);
  });

  it('of what came in: by account, effect and phone', async () => {
    const list = async (filter: object) => await ways(() => listInbound(watched, filter, PAGE));
    expect(await list({})).toEqual(['inbound_pkey']);
    expect(await list({ effect: 'start' })).toEqual(['inbound_by_effect']);
    expect(await list({ phone: SOME_PHONE })).toEqual(['inbound_by_phone']);
    expect(await list({ accountId: seeded.accounts.rare })).toEqual(['inbound_by_account']);
    expect(await ways(() => listUnmatchedReports(watched, {}, PAGE))).toEqual(['gateway_messages_unmatched']);
  });
});
