import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { acceptMessages } from '../../db/messages.ts';
import { suppressionsOf, suppressPhone } from '../../db/suppressions.ts';
import {
  accept,
  type Books,
  claim,
  claimed,
  eventKinds,
  type House,
  movePast,
  NOT_SENT,
  newAccount,
  newGatewayId,
  newHouse,
  newMessage,
  newPhone,
  openBooks,
  record,
  rowOf,
  statusOf,
  taken,
} from './books.ts';
import { openSession, type Session, watch } from './sessions.ts';
import { acknowledge, globalStop, stop } from './stop.ts';

let books: Books;
let house: House;
let stopper: Session;
let claimer: Session;
let recorder: Session;

beforeAll(async () => {
  books = await openBooks();
  house = await newHouse(books.db);
});
afterAll(() => books.close());

beforeEach(async () => {
  [stopper, claimer, recorder] = await Promise.all([
    openSession(books.url, books.db),
    openSession(books.url, books.db),
    openSession(books.url, books.db),
  ]);
});
afterEach(() => Promise.all([stopper.close(), claimer.close(), recorder.close()]));

describe('STOP against a claim', () => {
  it('a claim that waits for an open STOP finds the message suppressed when the STOP commits', async () => {
    const phone = newPhone();
    const id = await accept(books.db, house, { phone });
    await stopper.begin();
    expect(await stop(stopper, phone)).toEqual([id]);

    const waiting = watch(claim(claimer.db, id));
    await claimer.blocked();
    await stopper.commit();
    expect(await waiting.call).toMatchObject({ verdict: 'final', status: 'suppressed', source: 'stop-word' });
    expect(await rowOf(books.db, id)).toMatchObject({ status: 'suppressed', attempt: 0 });
  });

  it('a STOP that is rolled back leaves the message to the claim', async () => {
    const phone = newPhone();
    const id = await accept(books.db, house, { phone });
    await stopper.begin();
    await stop(stopper, phone);
    const waiting = watch(claim(claimer.db, id));
    await claimer.blocked();
    await stopper.rollback();
    expect(await waiting.call).toMatchObject({ verdict: 'claimed', attempt: 1 });
  });

  it('a STOP waits for a claim that is in its transaction, and then sees it as open', async () => {
    const phone = newPhone();
    const id = await accept(books.db, house, { phone });
    await claimer.begin();
    await claimed(claimer.db, id);

    const stopping = watch(stop(stopper, phone));
    await stopper.blocked();
    await claimer.commit();
    expect(await stopping.call).toEqual([]);
    expect(await statusOf(books.db, id)).toBe('sending');
    const [open] = await books.db.sql`SELECT open_claims_ms(${phone}) AS ms`;
    expect(open?.ms).toBeGreaterThan(0);
  });

  it('is acknowledged only when the open claim is closed', async () => {
    const phone = newPhone();
    const id = await accept(books.db, house, { phone });
    await claimed(books.db, id);
    await movePast(books.db, id, 'lease_until', -60);

    const stopping = acknowledge(books, phone);
    await stopping.lookedOften();
    expect(await suppressionsOf(books.db, phone)).toHaveLength(1);
    expect(stopping.settled()).toBe(false);
    await record(books.db, id, taken(newGatewayId()));
    await stopping.call;
    expect(await statusOf(books.db, id)).toBe('sent');
  });

  it('is acknowledged when the lease is over, although nobody has recorded what came of the claim', async () => {
    const phone = newPhone();
    const id = await accept(books.db, house, { phone });
    await claimed(books.db, id);
    await movePast(books.db, id, 'lease_until', -60);
    const stopping = acknowledge(books, phone);
    await stopping.lookedOften();
    expect(stopping.settled()).toBe(false);
    await movePast(books.db, id, 'lease_until', -0.2);
    await stopping.call;
    const [over] = await books.db.sql`SELECT lease_until <= clock_timestamp() AS yes FROM messages WHERE id = ${id}`;
    expect(over?.yes).toBe(true);
    expect(await claim(books.db, id)).toMatchObject({ verdict: 'busy' });
  });

  it('a claim closed as not sent is not claimed again after the STOP', async () => {
    const phone = newPhone();
    const id = await accept(books.db, house, { phone });
    await claimed(books.db, id);
    const stopping = acknowledge(books, phone);
    await stopping.lookedOften();
    expect(stopping.settled()).toBe(false);
    expect(await record(books.db, id, NOT_SENT)).toMatchObject({ status: 'accepted' });
    await stopping.call;
    expect(await claim(books.db, id)).toMatchObject({ verdict: 'final', status: 'suppressed' });
    expect(await eventKinds(books.db, id)).toEqual(['accepted', 'attempt', 'outcome', 'final']);
  });

  it('a message accepted while the STOP is open is suppressed at its claim', async () => {
    const phone = newPhone();
    await stopper.begin();
    await stop(stopper, phone);
    const id = await accept(books.db, house, { phone });
    const waiting = watch(claim(claimer.db, id));
    await claimer.blocked();
    await stopper.commit();
    expect(await waiting.call).toMatchObject({ verdict: 'final', status: 'suppressed', source: 'suppress-list' });
  });

  it('a message whose accept commits after the STOP is suppressed at its claim', async () => {
    const message = newMessage(house);
    await recorder.begin();
    await acceptMessages(recorder.db, [message]);
    await suppressPhone(books.db, globalStop(message.phone));
    await recorder.commit();
    expect(await claim(books.db, message.id)).toMatchObject({ verdict: 'final', status: 'suppressed' });
  });
});

describe('whose messages a STOP ends', () => {
  it("an account's STOP leaves another account's message and claim alone", async () => {
    const other = { ...house, accountId: await newAccount(books.db) };
    const phone = newPhone();
    const mine = await accept(books.db, house, { phone });
    const others = await accept(books.db, other, { phone });
    const otherPhone = await accept(books.db, house);

    const ended = await suppressPhone(books.db, {
      ...globalStop(phone),
      accountIds: [house.accountId],
      global: false,
    });
    expect(ended).toEqual([mine]);
    expect(await statusOf(books.db, others)).toBe('accepted');
    expect(await claim(books.db, others)).toMatchObject({ verdict: 'claimed' });
    expect(await claim(books.db, otherPhone)).toMatchObject({ verdict: 'claimed' });
  });

  it('a global STOP ends the messages of all accounts', async () => {
    const other = { ...house, accountId: await newAccount(books.db) };
    const phone = newPhone();
    const ids = [await accept(books.db, house, { phone }), await accept(books.db, other, { phone })];
    expect((await suppressPhone(books.db, globalStop(phone))).sort()).toEqual(ids.sort());
    for (const id of ids) expect(await statusOf(books.db, id)).toBe('suppressed');
  });

  it('the same STOP twice, at once and again, makes one entry for each list', async () => {
    const phone = newPhone();
    const entry = { ...globalStop(phone), accountIds: [house.accountId] };
    await Promise.all(Array.from({ length: 6 }, () => suppressPhone(books.db, entry)));
    await suppressPhone(books.db, entry);
    const lists = (await suppressionsOf(books.db, phone)).map((row) => row.accountId);
    expect(new Set(lists)).toEqual(new Set([null, house.accountId]));
    expect(lists).toHaveLength(2);
  });
});
