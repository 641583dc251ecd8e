import { pino } from 'pino';
import postgres from 'postgres';
import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHousekeepingActivities, type HousekeepingContext } from '../../activities/housekeeping.ts';
import { createSenderBook } from '../../activities/sender-book.ts';
import { storeInbound } from '../../db/inbound.ts';
import { dropMonthsBefore, ensurePartitions, firstIdAt } from '../../db/partitions.ts';
import { applyReports } from '../../db/reports.ts';
import { retain } from '../../db/retention.ts';
import { createDeliveries } from '../../runtime/deliveries.ts';
import { createInboundWorkflows } from '../../runtime/inbound.ts';
import { readSettings } from '../../runtime/settings.ts';
import { lazyClient } from '../../runtime/temporal.ts';
import {
  accept,
  type Books,
  claim,
  claimed,
  type House,
  newGatewayId,
  newHouse,
  openBooks,
  record,
  taken,
} from './books.ts';
import { allDecided } from './decided.ts';
import { openSession } from './sessions.ts';

const LIMITS = { textDays: 30, hookDays: 20, messageDays: 400 };
const DAY_MS = 24 * 3600 * 1000;

let books: Books;
let house: House;
let sql: postgres.Sql;
beforeAll(async () => {
  books = await openBooks();
  sql = postgres(books.url, { max: 2, onnotice: () => {} });
});
beforeEach(async () => {
  // What is dated back here would lie behind what was done before.
  await sql`DELETE FROM progress WHERE task <> 'rollup'`;
  await sql`TRUNCATE messages, message_events, gateway_messages, inbound, hooks, senders CASCADE`;
  house = await newHouse(books.db);
});
afterAll(async () => {
  await sql.end();
  await books.close();
});

const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS);
async function run(budgetMs = 30_000) {
  await allDecided(books.db);
  return await retain(books.db, LIMITS, new Date(), budgetMs);
}

function idAt(at: Date): string {
  return `${firstIdAt(at).slice(0, 14)}7abc-8abc-${crypto.randomUUID().slice(-12)}`;
}

/** A message accepted then, and ended then if a day is named: the later ones must end later. */
async function messageOf(acceptedDays: number, endedDays: number | null, input = {}): Promise<string> {
  const id = await accept(books.db, house, { id: idAt(daysAgo(acceptedDays)), ...input });
  if (endedDays === null) return id;
  await sql`SELECT finish(${id}, 'undelivered', 'report', 'it was not')`;
  await sql`UPDATE messages SET final_at = ${daysAgo(endedDays)}, accepted_at = ${daysAgo(acceptedDays)} WHERE id = ${id}`;
  await sql`UPDATE message_events SET at = ${daysAgo(endedDays)} WHERE message_id = ${id}`;
  return id;
}

async function textOf(id: string): Promise<string | undefined> {
  const [row] = await sql`SELECT text FROM messages WHERE id = ${id}`;
  return row?.text as string | undefined;
}

const count = async (query: postgres.PendingQuery<postgres.Row[]>) => (await query).length;

describe('texts', () => {
  it('are emptied when their message has ended for long enough, and nothing else of it', async () => {
    await ensurePartitions(sql, daysAgo(60));
    const old = await messageOf(50, 31, { metadata: { order: 1 }, callerId: 'ACME' });
    const [justNot, open] = [await messageOf(50, 29), await messageOf(50, null)];
    const [before] = await sql`SELECT * FROM messages WHERE id = ${old}`;
    const { counts, done } = await run();
    expect({ texts: counts.texts, done }).toEqual({ texts: 1, done: true });
    expect([await textOf(old), await textOf(justNot), await textOf(open)]).toEqual([
      '',
      'Your code is 0000',
      'Your code is 0000',
    ]);
    expect((await sql`SELECT * FROM messages WHERE id = ${old}`)[0]).toEqual({ ...before, text: '' });
    expect((await run()).counts).toEqual({});
  });

  it('are emptied also of a message that ended long after it was accepted', async () => {
    await run();
    const late = await messageOf(390, 29.5);
    expect((await run()).counts.texts).toBeUndefined();
    const later = await retain(books.db, LIMITS, new Date(Date.now() + DAY_MS), 30_000);
    expect([later.counts.texts, await textOf(late)]).toEqual([1, '']);
  });

  it('are emptied in batches, in as many runs as it takes', async () => {
    const from = idAt(daysAgo(45)).slice(0, 18);
    await sql`
      WITH made AS (
        INSERT INTO messages (id, account_id, sender_id, gateway_account_id, phone, text, encoding, parts, priority, ref,
          send_at, expires_at, report_by, status, final_at)
        SELECT (${from} || '-8abc-' || lpad(to_hex(g), 12, '0'))::uuid, ${house.accountId}, ${house.senderId},
          ${house.gatewayAccountId}, '+79995550000', 'a text', 'GSM-7', 1, 3, g, now(), now(), now(), 'delivered',
          ${daysAgo(40)}
        FROM generate_series(1, 4200) g RETURNING id
      )
      INSERT INTO message_events (message_id, at, kind, source, detail)
      SELECT id, ${daysAgo(40)}, 'final', 'report', '{"status": "delivered"}' FROM made`;
    const runs: (number | undefined)[] = [];
    for (let done = false; !done; ) {
      const result = await run(0);
      runs.push(result.counts.texts);
      done = result.done;
    }
    expect(runs).toEqual([1000, 1000, 1000, 1000, 200]);
    expect(await count(sql`SELECT FROM messages WHERE text = 'a text'`)).toBe(0);
  });

  it('from phones are emptied too', async () => {
    const inbound = async (days: number) => {
      await storeInbound(books.db, {
        ...house,
        hookId: null,
        inboundId: uuidv7(),
        phone: '+79995550001',
        recipient: null,
        text: 'a word',
        effect: 'none',
        accountIds: [],
      });
      const id = idAt(daysAgo(days));
      await sql`UPDATE inbound SET id = ${id}, received_at = ${daysAgo(days)} WHERE text = 'a word' AND id > ${firstIdAt(daysAgo(1))}`;
      return id;
    };
    const [old, fresh, ancient] = [await inbound(31), await inbound(29), await inbound(401)];
    await run();
    const rows = await sql`SELECT id, text FROM inbound WHERE id = ANY (${[old, fresh, ancient]}::uuid[]) ORDER BY id`;
    expect([...rows]).toEqual([
      { id: old, text: '' },
      { id: fresh, text: 'a word' },
    ]);
  });
});

describe('webhook calls and reports', () => {
  it('go when they are old, but for reports that a message has', async () => {
    const hook = async (days: number) => {
      const id = idAt(daysAgo(days));
      await sql`
        INSERT INTO hooks (id, sender_id, gateway_account_id, method, path, query, headers, body)
        VALUES (${id}, ${house.senderId}, ${house.gatewayAccountId}, 'POST', '', '', '{}', '\\x00')`;
      return id;
    };
    const [old, fresh] = [await hook(21), await hook(19)];
    const ids = [newGatewayId(), newGatewayId(), newGatewayId()];
    for (const gatewayId of ids) {
      const report = { gatewayId, status: 'delivered' as const, raw: 'ok' };
      await applyReports(books.db, house.gatewayAccountId, 'report', [report], { idScope: 'account' });
    }
    await sql`UPDATE gateway_messages SET created_at = ${daysAgo(21)} WHERE gateway_id = ANY (${ids.slice(0, 2)})`;
    await sql`UPDATE gateway_messages SET message_id = ${uuidv7()} WHERE gateway_id = ${ids[1] ?? ''}`;
    const { counts } = await run();
    expect(counts).toMatchObject({ webhookCalls: 1, unmatchedReports: 1 });
    expect([...(await sql`SELECT id FROM hooks WHERE id IN (${old}, ${fresh})`)]).toEqual([{ id: fresh }]);
    const left = await sql`SELECT gateway_id FROM gateway_messages WHERE gateway_id = ANY (${ids})`;
    expect(left.map((row) => row.gateway_id).sort()).toEqual(ids.slice(1).sort());
  });
});

const monthOf = (at: Date) => at.toISOString().slice(0, 7).replace('-', '_');
const isThere = async (name: string) => (await sql`SELECT to_regclass(${name}) IS NOT NULL AS yes`)[0]?.yes as boolean;

describe('months', () => {
  it('go whole with all that belongs to them, but not while a message in them is open', async () => {
    const [gone, kept] = [daysAgo(600), daysAgo(500)];
    await ensurePartitions(sql, gone);
    await ensurePartitions(sql, kept);
    const message = async (at: Date, end: boolean) => {
      const id = await accept(books.db, house, { id: idAt(at), idempotencyKey: uuidv7(), ownId: newGatewayId() });
      if (end) await sql`SELECT finish(${id}, 'delivered', 'report', 'ok')`;
      return id;
    };
    const [dropped, ended, open, today] = [
      await message(gone, true),
      await message(kept, true),
      await message(kept, false),
      await message(new Date(), true),
    ];
    await sql`UPDATE idempotency_keys SET expires_at = now() - interval '1 second' WHERE message_id = ${dropped}`;
    const first = await run();
    expect(first).toMatchObject({ done: true, openMonths: [`messages_${monthOf(kept)}`] });
    expect(first.counts).toMatchObject({ gatewayIds: 1, idempotencyKeys: 1 });
    for (const table of ['messages', 'message_events']) {
      expect(await isThere(`${table}_${monthOf(gone)}`)).toBe(false);
      expect(await isThere(`${table}_${monthOf(kept)}`)).toBe(true);
    }
    const ids = async () =>
      (
        await sql`
        SELECT message_id FROM gateway_messages WHERE message_id = ANY (${[dropped, ended, open, today]}::uuid[])
        ORDER BY 1`
      ).map((row) => row.message_id);
    expect(await ids()).toEqual([ended, open, today].sort());
    expect(await claim(books.db, dropped)).toMatchObject({ verdict: 'gone' });

    await sql`SELECT finish(${open}, 'unknown', 'clock', 'nothing was heard')`;
    expect(await run()).toMatchObject({ done: true, openMonths: [] });
    expect(await isThere(`messages_${monthOf(kept)}`)).toBe(false);
    expect(await isThere(`message_events_${monthOf(kept)}`)).toBe(false);
    expect(await ids()).toEqual([today]);
    expect((await run()).counts).toEqual({});
  });

  it('that are not wholly older stay, and so does what came after', async () => {
    const cut = daysAgo(400);
    await ensurePartitions(sql, new Date(Date.UTC(cut.getUTCFullYear(), cut.getUTCMonth() - 1, 1)));
    await run();
    const last = new Date(Date.UTC(cut.getUTCFullYear(), cut.getUTCMonth(), 0));
    expect(await isThere(`messages_${monthOf(last)}`)).toBe(false);
    expect(await isThere(`messages_${monthOf(cut)}`)).toBe(true);
  });

  it('are left for the next time where a long transaction reads them, and sends go on meanwhile', async () => {
    const gone = daysAgo(700);
    await ensurePartitions(sql, gone);
    const backup = await openSession(books.url, books.db);
    await backup.begin();
    await backup.db.sql`SELECT count(*) FROM messages`;
    const dropping = retain(books.db, LIMITS, new Date(), 30_000);
    const id = await accept(books.db, house);
    expect(await claim(books.db, id)).toMatchObject({ verdict: 'claimed' });
    expect((await dropping).done).toBe(false);
    expect(await isThere(`messages_${monthOf(gone)}`)).toBe(true);
    expect(await isThere(`message_events_${monthOf(gone)}`)).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const tries: number[] = [];
    for (let i = 0; i < 3; i++) {
      const began = performance.now();
      expect(await dropMonthsBefore(sql, daysAgo(400))).toMatchObject({ busy: `messages_${monthOf(gone)}` });
      tries.push(performance.now() - began);
    }
    // Not even for the moment that it may wait for its lock, while sends would wait for it.
    expect(Math.min(...tries)).toBeLessThan(450);
    await backup.rollback();
    await backup.close();
    expect((await run()).done).toBe(true);
    expect(await isThere(`messages_${monthOf(gone)}`)).toBe(false);
    expect(await isThere(`message_events_${monthOf(gone)}`)).toBe(false);
  });

  it('do not matter to messages of none: those go one by one when they have ended', async () => {
    const [ended, open] = [await messageOf(2000, 1990), await messageOf(2000, null)];
    for (const id of [ended, open]) {
      await sql`INSERT INTO gateway_messages (gateway_account_id, gateway_id, message_id) VALUES (${house.gatewayAccountId}, ${newGatewayId()}, ${id})`;
    }
    expect((await run()).counts).toMatchObject({ strayMessages: 1, gatewayIds: 1 });
    const [left] = await sql`
      SELECT (SELECT array_agg(id) FROM messages_other) AS messages,
        (SELECT array_agg(DISTINCT message_id) FROM message_events_other) AS events,
        (SELECT array_agg(message_id) FROM gateway_messages WHERE message_id IN (${ended}, ${open})) AS ids`;
    expect(left).toEqual({ messages: [open], events: [open], ids: [open] });
  });
});

describe('housekeeping', () => {
  it('does it once a day, by the settings, and what is in use stays', async () => {
    await sql`TRUNCATE senders CASCADE`;
    const infobip = { url: 'https://x1.api.infobip.com', apiKey: 'a-key' };
    house = await newHouse(books.db, { gateway: 'infobip', settings: infobip });
    const [five, three] = [await messageOf(6, 5), await messageOf(6, 3)];
    const id = await accept(books.db, house);
    const { attempt } = await claimed(books.db, id);
    await record(books.db, id, taken(newGatewayId()), { attempt });
    await allDecided(books.db);
    const temporal = lazyClient({ connection: { address: '127.0.0.1:1' }, namespace: 'none' });
    const settings = readSettings({
      DATABASE_URL: books.url,
      SECRET_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
      RETENTION_TEXT_DAYS: '4',
    });
    const context = {
      db: books.db,
      secretKeys: settings.SECRET_KEYS,
      senders: createSenderBook(books.db, settings.SECRET_KEYS),
      settings,
      log: pino({ level: 'silent' }),
      deliveries: createDeliveries(temporal.client),
      inbound: createInboundWorkflows(temporal.client),
    };
    // What calls gateways is not needed: there is no sender whose texts are fetched.
    const { keepHouse } = createHousekeepingActivities(context as unknown as HousekeepingContext);
    await keepHouse();
    expect([await textOf(three), await textOf(five), await textOf(id)]).toEqual([
      'Your code is 0000',
      '',
      'Your code is 0000',
    ]);
    await sql`UPDATE messages SET text = 'again' WHERE id = ${five}`;
    await sql`DELETE FROM progress WHERE task = 'texts'`;
    await keepHouse();
    expect(await textOf(five)).toBe('again');
    const [rolledUp] =
      await sql`SELECT count FROM event_rollups WHERE sender_id = ${house.senderId} AND measure = 'sent'`;
    expect(rolledUp?.count).toBe('1');
    await temporal.close();
  });
});
