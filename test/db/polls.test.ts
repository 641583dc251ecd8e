import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pollDueMs, takePolls } from '../../db/polls.ts';
import { applyReports } from '../../db/reports.ts';
import {
  accept,
  type Books,
  claimed,
  eventKinds,
  type House,
  movePast,
  newGatewayId,
  newHouse,
  openBooks,
  record,
  rowOf,
  taken,
  UNCERTAIN,
} from './books.ts';
import { openSession, watch } from './sessions.ts';

let books: Books;
let house: House;

beforeAll(async () => {
  books = await openBooks();
});
afterAll(() => books.close());
beforeEach(async () => {
  house = await newHouse(books.db);
});

const OPTIONS = { gapMs: 0, limit: 10, everyS: 30, byOwnId: true };

async function ask(messageId: string, options: Partial<typeof OPTIONS> = {}) {
  return await takePolls(books.db, house.gatewayAccountId, { messageId, ...OPTIONS, ...options });
}

async function sent(due = true, ownId: string | null = null): Promise<{ id: string; gatewayId: string }> {
  const id = await accept(books.db, house, { ownId });
  const gatewayId = newGatewayId();
  await claimed(books.db, id);
  await record(books.db, id, taken(gatewayId));
  if (due) await movePast(books.db, id, 'poll_at');
  return { id, gatewayId };
}

describe('what is asked in one status request', () => {
  it('the message itself first, then those that are due longest, up to the limit', async () => {
    const messages = [await sent(), await sent(), await sent(), await sent()];
    const ids = messages.map(({ id }) => id);
    for (const [i, id] of ids.entries()) await movePast(books.db, id, 'poll_at', 100 - i);
    const asked = await ask(ids[3] ?? '', { limit: 3 });
    expect(asked.map((due) => due.messageId).sort()).toEqual([ids[0], ids[1], ids[3]].sort());
    expect(asked.find((due) => due.messageId === ids[3])?.ids).toEqual([{ id: messages[3]?.gatewayId, part: 1 }]);
    expect((await ask(ids[3] ?? '', { limit: 3 })).map((due) => due.messageId)).toEqual([ids[2]]);
  });

  it('nothing that is not due, not of this gateway account, or that has ended', async () => {
    const early = await sent(false);
    const ended = await sent();
    const reports = [{ gatewayId: ended.gatewayId, status: 'delivered', raw: 'x' } as const];
    await applyReports(books.db, house.gatewayAccountId, 'report', reports, { idScope: 'account' });
    const other = { ...house, ...(await newHouse(books.db)) };
    const foreign = await accept(books.db, other);
    await claimed(books.db, foreign);
    await record(books.db, foreign, taken(newGatewayId()));
    await movePast(books.db, foreign, 'poll_at');
    expect(await ask(early.id)).toEqual([]);
  });

  it('uncertain messages only where our reference can be asked for, and not while a repeat is open', async () => {
    const ownId = newGatewayId();
    const id = await accept(books.db, house, { ownId });
    await claimed(books.db, id);
    expect(await ask(id)).toEqual([]);
    await record(books.db, id, UNCERTAIN);
    expect(await ask(id, { byOwnId: false })).toEqual([]);
    expect(await ask(id)).toMatchObject([{ messageId: id, ownId, uncertain: true, ids: [{ id: ownId }] }]);
    await movePast(books.db, id, 'poll_at');
    await claimed(books.db, id, 3600);
    expect(await ask(id)).toEqual([]);
  });

  it('the parts of a message by their ids', async () => {
    const id = await accept(books.db, house, { ownId: newGatewayId(), parts: 2 });
    const parts = [newGatewayId(), newGatewayId()];
    await claimed(books.db, id);
    await record(books.db, id, taken(...parts));
    await movePast(books.db, id, 'poll_at');
    const [asked] = await ask(id);
    const { ownId } = await rowOf(books.db, id);
    expect(asked?.ids.filter(({ id: asId }) => asId !== ownId)).toEqual(
      parts.map((part, i) => ({ id: part, part: i + 1 })),
    );
  });
});

it('tells when a message may be asked for next', async () => {
  const { id } = await sent();
  expect(await pollDueMs(books.db, id)).toBe(0);
  await ask(id, { everyS: 30 });
  expect(await pollDueMs(books.db, id)).toBeGreaterThan(25_000);
  await books.db.sql`UPDATE messages SET poll_at = NULL WHERE id = ${id}`;
  expect(await pollDueMs(books.db, id)).toBe(0);
});

describe("the gateway account's slot for status requests", () => {
  it('is taken by one of many at once, and comes back after the gap', async () => {
    const messages = await Promise.all(Array.from({ length: 8 }, () => sent()));
    const answers = await Promise.all(messages.map(({ id }) => ask(id, { gapMs: 60_000, limit: 1 })));
    expect(answers.flat()).toHaveLength(1);
    await books.db.sql`
      UPDATE gateway_accounts SET next_poll_at = next_poll_at - interval '1 minute' WHERE id = ${house.gatewayAccountId}`;
    expect(await ask(messages[0]?.id ?? '', { gapMs: 60_000 })).toHaveLength(7);
  });

  it('does not wait for a message that another transaction holds: it is asked for another time', async () => {
    const [held, free] = [await sent(), await sent()];
    const holder = await openSession(books.url, books.db);
    await holder.begin();
    await holder.db.sql`SELECT FROM messages WHERE id = ${held.id} FOR UPDATE`;
    expect((await ask(held.id)).map((due) => due.messageId)).toEqual([free.id]);
    await holder.rollback();
    expect((await ask(held.id)).map((due) => due.messageId)).toEqual([held.id]);
    await holder.close();
  });

  it('a second asker that waits for the slot of a first finds it taken', async () => {
    const message = await sent();
    const [one, two] = [await openSession(books.url, books.db), await openSession(books.url, books.db)];
    const options = { messageId: message.id, ...OPTIONS, gapMs: 60_000 };
    await one.begin();
    expect(await takePolls(one.db, house.gatewayAccountId, options)).toHaveLength(1);
    const waiting = watch(takePolls(two.db, house.gatewayAccountId, options));
    await two.blocked();
    await one.commit();
    expect(await waiting.call).toEqual([]);
    await Promise.all([one.close(), two.close()]);
  });
});

describe('a poll that says what is known', () => {
  it('is no event; what is new is', async () => {
    const { id, gatewayId } = await sent();
    const told = async (status: 'sent' | 'delivered') =>
      await applyReports(books.db, house.gatewayAccountId, 'poll', [{ gatewayId, status, raw: status }], {
        idScope: 'account',
      });
    await told('sent');
    await told('sent');
    await told('sent');
    expect(await told('delivered')).toMatchObject([{ status: 'delivered', source: 'poll', ended: true }]);
    const kinds = await eventKinds(books.db, id);
    expect(kinds).toEqual(['accepted', 'attempt', 'outcome', 'report', 'report', 'final']);
  });
});
