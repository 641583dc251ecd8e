import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noteTrouble, type SenderHealth, sendersHealth } from '../../db/sender-health.ts';
import {
  accept,
  type Books,
  claimed,
  type House,
  newGatewayId,
  newHouse,
  openBooks,
  record,
  taken,
  UNCERTAIN,
} from './books.ts';

let books: Books;
beforeAll(async () => {
  books = await openBooks();
});
afterAll(() => books.close());

const healthsOf = (...houses: House[]) =>
  sendersHealth(
    books.db,
    houses.map(({ senderId, gatewayAccountId }) => ({ id: senderId, gatewayAccountId })),
  );
async function healthOf(house: House): Promise<SenderHealth> {
  const health = (await healthsOf(house)).get(house.senderId);
  if (!health) throw new Error('the sender has no health');
  return health;
}

describe('the health of a sender', () => {
  it('counts what waits and what is under way, of this sender alone', async () => {
    const house = await newHouse(books.db);
    const twin = await newHouse(books.db);
    await books.db.sql`
      UPDATE senders SET gateway_account_id = ${house.gatewayAccountId} WHERE id = ${twin.senderId}`;
    const all = [house, { ...twin, gatewayAccountId: house.gatewayAccountId }];
    for (const one of all) {
      await accept(books.db, one, { sendAt: new Date(Date.now() + 3_600_000) });
      for (let i = 0; i < 3; i++) await accept(books.db, one);
      await claimed(books.db, await accept(books.db, one));
      const sent = await accept(books.db, one);
      await claimed(books.db, sent);
      await record(books.db, sent, taken(newGatewayId()));
      const doubted = await accept(books.db, one);
      await claimed(books.db, doubted);
      await record(books.db, doubted, UNCERTAIN);
    }
    const health = await healthOf(house);
    expect(health).toMatchObject({ waiting: 4, due: 3, sending: 1, sent: 1, uncertain: 1, submittedInLastMinute: 1 });
    expect(Date.now() - (health.oldestDueAt?.getTime() ?? 0)).toBeLessThan(60_000);

    await books.db.sql`
      UPDATE messages SET submitted_at = now() - interval '61 seconds' WHERE sender_id = ${house.senderId}`;
    expect(await healthOf(house)).toMatchObject({ submittedInLastMinute: 0, sent: 1 });

    const idle = await newHouse(books.db);
    await noteTrouble(books.db, twin.senderId, { kind: 'refused', class: 'blocked' });
    const healths = await healthsOf(...all, idle);
    expect([...healths.keys()].sort()).toEqual([house.senderId, twin.senderId, idle.senderId].sort());
    expect(healths.get(house.senderId)).toEqual(await healthOf(house));
    expect(healths.get(twin.senderId)).toMatchObject({ waiting: 4, submittedInLastMinute: 1, errors: [{ count: 1 }] });
    expect(healths.get(idle.senderId)).toEqual(await healthOf(idle));
    expect(await healthsOf()).toEqual(new Map());
  });

  it('of one that did nothing is empty', async () => {
    const house = await newHouse(books.db);
    expect(await healthOf(house)).toEqual({
      waiting: 0,
      due: 0,
      oldestDueAt: null,
      sending: 0,
      sent: 0,
      uncertain: 0,
      submittedInLastMinute: 0,
      pulledAt: null,
      pullFailure: null,
      errors: [],
    });
  });

  it('tells the last trouble of each class and outcome, the latest first', async () => {
    const house = await newHouse(books.db);
    const note = (kind: 'refused' | 'not-sent', code?: string) =>
      noteTrouble(books.db, house.senderId, {
        kind,
        class: kind === 'refused' ? 'blocked' : 'auth',
        ...(code === undefined ? {} : { code }),
      });
    await note('not-sent', '401');
    await note('refused', 'a\0b');
    await Promise.all(Array.from({ length: 10 }, () => note('not-sent')));
    const { errors } = await healthOf(house);
    expect(errors).toMatchObject([
      { errorClass: 'auth', outcome: 'not-sent', errorCode: null, count: 11 },
      { errorClass: 'blocked', outcome: 'refused', errorCode: 'a\ufffdb', count: 1 },
    ]);
    expect(errors[0]?.lastAt).toBeInstanceOf(Date);
  });
});
