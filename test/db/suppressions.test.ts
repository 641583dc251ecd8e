import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDb } from '../../db/connection.ts';
import { checkMessage } from '../../db/deliveries.ts';
import { liftStopWord, type NewSuppression, suppressionsOf, suppressPhone } from '../../db/suppressions.ts';
import {
  accept,
  type Books,
  claim,
  eventKinds,
  type House,
  newAccount,
  newHouse,
  newPhone,
  openBooks,
  rowOf,
  statusOf,
} from './books.ts';

let books: Books;
let house: House;

beforeAll(async () => {
  books = await openBooks();
  house = await newHouse(books.db);
});
afterAll(() => books.close());

async function suppress(phone: string, entry: Partial<NewSuppression> = {}): Promise<string[]> {
  return await suppressPhone(books.db, {
    phone,
    accountIds: [house.accountId],
    global: false,
    source: 'stop-word',
    ...entry,
  });
}

describe('suppress lists', () => {
  it('are asked by the first step of a delivery, which ends a message whose phone is on one', async () => {
    const phone = newPhone();
    await suppress(phone);
    const id = await accept(books.db, house, { phone });
    expect(await checkMessage(books.db, id)).toMatchObject({ status: 'suppressed', source: 'suppress-list' });
    expect(await rowOf(books.db, id)).toMatchObject({ attempt: 0, wakeAt: null });
    expect(await eventKinds(books.db, id)).toEqual(['accepted', 'final']);
  });

  it('let a phone through that is on none, or on those of other accounts', async () => {
    const phone = newPhone();
    await suppress(phone, { accountIds: [await newAccount(books.db)] });
    const id = await accept(books.db, house, { phone });
    expect(await checkMessage(books.db, id)).toMatchObject({ status: 'accepted', uncertain: false });
    expect(await rowOf(books.db, id)).toMatchObject({ startedAt: expect.any(Date) });
    expect(await checkMessage(books.db, id)).toMatchObject({ status: 'accepted' });
    expect(await claim(books.db, id)).toMatchObject({ verdict: 'claimed' });
    expect(await checkMessage(books.db, id)).toMatchObject({ status: 'sending' });
  });

  it('of all say so to every account', async () => {
    const phone = newPhone();
    await suppress(phone, { accountIds: [], global: true, reason: 'complaint', source: 'operator' });
    expect(await suppressionsOf(books.db, phone)).toMatchObject([
      { accountId: null, phone, source: 'operator', reason: 'complaint' },
    ]);
    const id = await accept(books.db, { ...house, accountId: await newAccount(books.db) }, { phone });
    expect(await claim(books.db, id)).toMatchObject({
      verdict: 'final',
      status: 'suppressed',
      source: 'suppress-list',
    });
  });

  it('tell by what a waiting message was ended', async () => {
    for (const [source, told] of [
      ['stop-word', 'stop-word'],
      ['operator', 'suppress-list'],
    ] as const) {
      const phone = newPhone();
      const id = await accept(books.db, house, { phone });
      expect(await suppress(phone, { source })).toEqual([id]);
      expect(await rowOf(books.db, id)).toMatchObject({ status: 'suppressed', source: told });
    }
  });

  it('are left by START where STOP put the phone on them', async () => {
    const phone = newPhone();
    const other = await newAccount(books.db);
    await suppress(phone, { accountIds: [house.accountId, other] });
    expect(await liftStopWord(books.db, phone, [house.accountId])).toBe(1);
    expect(await suppressionsOf(books.db, phone)).toMatchObject([{ accountId: other }]);
    expect(await claim(books.db, await accept(books.db, house, { phone }))).toMatchObject({ verdict: 'claimed' });
  });

  it("are not left by START where an operator put the phone on them, before the phone's STOP or after it", async () => {
    for (const sources of [
      ['operator', 'stop-word'],
      ['stop-word', 'operator'],
    ] as const) {
      const phone = newPhone();
      for (const source of sources) await suppress(phone, { source });
      await liftStopWord(books.db, phone, [house.accountId]);
      const id = await accept(books.db, house, { phone });
      expect([sources, await claim(books.db, id)]).toMatchObject([sources, { verdict: 'final', status: 'suppressed' }]);
    }
  });

  it('take their first entry over a connection that has just been opened', async () => {
    const phone = newPhone();
    const id = await accept(books.db, house, { phone });
    const fresh = openDb(books.url, { connections: 1 });
    await suppressPhone(fresh, { phone, accountIds: [house.accountId], global: true, source: 'api' });
    await fresh.close();
    expect(await statusOf(books.db, id)).toBe('suppressed');
  });
});
