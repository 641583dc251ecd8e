import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acceptMessages, findMessage, type NewMessage, timelineOf } from '../../db/messages.ts';
import { type Books, type House, newAccount, newGatewayId, newHouse, newMessage, openBooks } from './books.ts';
import { openSession, watch } from './sessions.ts';

let books: Books;
let house: House;

beforeAll(async () => {
  books = await openBooks();
  house = await newHouse(books.db);
});
afterAll(() => books.close());

function keyed(key: string, input: Partial<NewMessage> = {}): NewMessage {
  return newMessage(house, { idempotencyKey: key, bodyHash: 'aa', ...input });
}

const newKey = () => randomBytes(12).toString('hex');

async function stored(ids: string[]): Promise<string[]> {
  const rows = await books.db.sql`SELECT id FROM messages WHERE id = ANY (${ids}::uuid[])`;
  return rows.map((row) => row.id as string);
}

describe('idempotency keys', () => {
  it('100 accepts at once with the same key and request make one message', async () => {
    const key = newKey();
    const messages = Array.from({ length: 100 }, () => keyed(key));
    const answers = (await Promise.all(messages.map((message) => acceptMessages(books.db, [message])))).flat();
    const rows = await stored(messages.map(({ id }) => id));
    expect(rows).toHaveLength(1);
    expect(answers.filter((answer) => answer.kind === 'accepted')).toHaveLength(1);
    expect(answers.filter((answer) => answer.kind === 'repeated')).toHaveLength(99);
    expect(new Set(answers.map((answer) => answer.id))).toEqual(new Set(rows));
  });

  it('a key is kept for thirty days from the time for which its message is planned', async () => {
    const message = keyed(newKey(), { sendAt: new Date(Date.now() + 100 * 86_400_000) });
    await acceptMessages(books.db, [message]);
    const [row] = await books.db.sql`
      SELECT extract(epoch FROM k.expires_at - m.send_at)::float8 / 86400 AS days
      FROM idempotency_keys k JOIN messages m ON m.id = k.message_id WHERE m.id = ${message.id}`;
    expect(Number(row?.days)).toBeCloseTo(30, 3);
  });

  it('another request with the same key is a conflict, and is not stored', async () => {
    const key = newKey();
    const [first, other] = [keyed(key), keyed(key, { bodyHash: 'bb' })];
    expect(await acceptMessages(books.db, [first])).toEqual([{ kind: 'accepted', id: first.id }]);
    expect(await acceptMessages(books.db, [other])).toEqual([{ kind: 'conflict', id: first.id }]);
    expect(await stored([first.id, other.id])).toEqual([first.id]);
  });

  it('the same key of another account is another key', async () => {
    const key = newKey();
    const other = { ...keyed(key), accountId: await newAccount(books.db) };
    const answers = await acceptMessages(books.db, [keyed(key), other]);
    expect(answers.map((answer) => answer.kind)).toEqual(['accepted', 'accepted']);
  });

  it('the same key twice in one batch is answered in the order of the batch', async () => {
    const key = newKey();
    const [first, again, other] = [keyed(key), keyed(key), keyed(key, { bodyHash: 'bb' })];
    const without = newMessage(house);
    const answers = await acceptMessages(books.db, [without, first, again, other]);
    expect(answers).toEqual([
      { kind: 'accepted', id: without.id },
      { kind: 'accepted', id: first.id },
      { kind: 'repeated', id: first.id },
      { kind: 'conflict', id: first.id },
    ]);
    expect((await stored([first.id, again.id, other.id])).length).toBe(1);
  });

  it('an accept that waits for another with its key is a repeat, or is stored where the other is rolled back', async () => {
    for (const end of ['commit', 'rollback'] as const) {
      const key = newKey();
      const [one, two] = [await openSession(books.url, books.db), await openSession(books.url, books.db)];
      const [first, second] = [keyed(key), keyed(key)];
      await one.begin();
      await acceptMessages(one.db, [first]);
      const waiting = watch(acceptMessages(two.db, [second]));
      await two.blocked();
      await one[end]();
      expect(await waiting.call).toEqual([
        end === 'commit' ? { kind: 'repeated', id: first.id } : { kind: 'accepted', id: second.id },
      ]);
      await Promise.all([one.close(), two.close()]);
    }
  });

  it('batches with the same keys in opposite orders do not deadlock', async () => {
    for (let round = 0; round < 10; round++) {
      const keys = Array.from({ length: 60 }, newKey);
      const batch = (order: string[]) =>
        acceptMessages(
          books.db,
          order.map((key) => keyed(key, { ownId: newGatewayId() })),
        );
      const answers = await Promise.all([batch(keys), batch(keys.toReversed()), batch(keys), batch(keys.toReversed())]);
      const kinds = answers.flat().map((answer) => answer.kind);
      expect(kinds.filter((kind) => kind === 'accepted')).toHaveLength(60);
      expect(kinds.filter((kind) => kind === 'repeated')).toHaveLength(180);
    }
  });

  it('a batch of 1,000 that is sent again is answered with the messages of the first', async () => {
    const messages = Array.from({ length: 1_000 }, () => keyed(newKey()));
    await acceptMessages(books.db, messages);
    const again = await acceptMessages(
      books.db,
      messages.map((message) => keyed(message.idempotencyKey ?? '')),
    );
    expect(again).toEqual(messages.map(({ id }) => ({ kind: 'repeated', id })));
  });
});

describe('an accept', () => {
  it('stores what it was given, and when it is due', async () => {
    const sendAt = new Date(Date.now() + 600_000);
    const message = newMessage(house, {
      text: 'Ваш код: 1234 🙂',
      encoding: 'UCS-2',
      parts: 2,
      callerId: 'SHOP',
      priority: 1,
      metadata: { order: 'a-1', tags: ['x'] },
      ownId: newGatewayId(),
      sendAt,
      validityS: 60,
      reportGraceS: 30,
    });
    await acceptMessages(books.db, [message]);
    const row = await findMessage(books.db, message.id, house.accountId);
    const { idPhone, validityS, reportGraceS, idempotencyKey, bodyHash, ...columns } = message;
    expect(row).toMatchObject({ ...columns, status: 'accepted', attempt: 0 });
    expect(row?.expiresAt.getTime()).toBe(sendAt.getTime() + 60_000);
    expect(row?.reportBy.getTime()).toBe(sendAt.getTime() + 90_000);
    expect(row?.wakeAt?.getTime()).toBeGreaterThan(sendAt.getTime());
    expect(await timelineOf(books.db, message.id)).toMatchObject([{ kind: 'accepted', source: 'api' }]);
    expect(await findMessage(books.db, message.id, await newAccount(books.db))).toBeUndefined();
  });

  it('with a time in the past counts from now', async () => {
    const message = newMessage(house, { sendAt: new Date(0), validityS: 60 });
    await acceptMessages(books.db, [message]);
    const row = await findMessage(books.db, message.id, null);
    expect(row?.expiresAt.getTime()).toBe((row?.acceptedAt.getTime() ?? 0) + 60_000);
  });
});
