import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { settleMessage } from '../../db/deliveries.ts';
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
  newPhone,
  openBooks,
  record,
  rowOf,
  statusOf,
  taken,
  UNCERTAIN,
} from './books.ts';
import { openSession, type Session, watch } from './sessions.ts';
import { acknowledge, stop } from './stop.ts';

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

describe('STOP while a repeat is open and news of the attempt before it comes', () => {
  it.each(['a late answer', 'a report'])('%s does not close the repeat', async (news) => {
    const [phone, ownId] = [newPhone(), newGatewayId()];
    const id = await accept(books.db, house, { phone, ownId });
    await claimed(books.db, id);
    await record(books.db, id, UNCERTAIN);
    await claimed(books.db, id, 3600);
    await movePast(books.db, id, 'lease_until', -60);
    if (news === 'a report') {
      const reports = [{ gatewayId: ownId, status: 'undelivered', raw: 'UNDELIV' } as const];
      await applyReports(books.db, house.gatewayAccountId, 'report', reports, { idScope: 'account' });
    } else {
      await record(books.db, id, taken(newGatewayId()), { attempt: 1 });
    }
    const status = await statusOf(books.db, id);
    expect(status).toBe(news === 'a report' ? 'undelivered' : 'sent');

    const stopping = acknowledge(books, phone);
    await stopping.lookedOften();
    expect(stopping.settled()).toBe(false);
    await record(books.db, id, NOT_SENT, { attempt: 2 });
    await stopping.call;
    expect(await statusOf(books.db, id)).toBe(status);
  });
});

/**
 * The claim for a repeat as one would first write it: one statement that asks for everything at once. Its snapshot is
 * from before it waits for the row, so it does not see the STOP that was committed and acknowledged in the meantime.
 */
async function naiveRepeat(session: Session, id: string): Promise<boolean> {
  const rows = await session.db.sql`
    UPDATE messages x SET attempt = x.attempt + 1, attempt_state = 'open'
    WHERE x.id = ${id} AND x.status = 'sending' AND x.attempt_state = 'uncertain'
      AND NOT EXISTS (SELECT FROM suppressions s WHERE s.phone = x.phone) RETURNING x.id`;
  return rows.length > 0;
}

/** STOP without the phone's lock: its entry, the end of what waits, and a look for open claims when it has committed. */
async function naiveStop(session: Session, phone: string): Promise<{ openClaims: number }> {
  await session.begin();
  await session.db.sql`
    INSERT INTO suppressions (id, phone, source) VALUES (${crypto.randomUUID()}, ${phone}, 'stop-word')`;
  await session.db.sql`UPDATE messages SET status = 'suppressed' WHERE phone = ${phone} AND status = 'accepted'`;
  await session.commit();
  const open = await session.db.sql`SELECT FROM messages WHERE phone = ${phone} AND attempt_state = 'open'`;
  return { openClaims: open.length };
}

describe('a claim for a repeat that waits for the row, which another transaction holds for a moment', () => {
  async function uncertainAndLocked(phone: string): Promise<string> {
    const id = await accept(books.db, house, { phone });
    await claimed(books.db, id);
    await record(books.db, id, UNCERTAIN);
    await recorder.begin();
    await settleMessage(recorder.db, id);
    return id;
  }

  it('written as one statement, sends after the STOP was acknowledged', async () => {
    const phone = newPhone();
    const id = await uncertainAndLocked(phone);
    const waiting = watch(naiveRepeat(claimer, id));
    await claimer.blocked();
    expect(await naiveStop(stopper, phone)).toEqual({ openClaims: 0 });
    await recorder.commit();
    expect(await waiting.call).toBe(true);
  });

  it('is known to the STOP, which is not acknowledged before that claim is closed', async () => {
    const phone = newPhone();
    const id = await uncertainAndLocked(phone);
    const waiting = watch(claim(claimer.db, id, 3600));
    await claimer.blocked();
    await stopper.begin();
    const stopping = watch(stop(stopper, phone));
    await stopper.blocked();
    await recorder.commit();
    expect(await waiting.call).toMatchObject({ verdict: 'claimed', attempt: 2, afterUncertain: true });
    await stopping.call;
    await stopper.commit();

    await movePast(books.db, id, 'lease_until', -60);
    const acknowledged = acknowledge(books, phone);
    await acknowledged.lookedOften();
    expect(acknowledged.settled()).toBe(false);
    await record(books.db, id, taken(newGatewayId()), { attempt: 2 });
    await acknowledged.call;
  });

  it('is refused where the STOP came first', async () => {
    const phone = newPhone();
    const id = await uncertainAndLocked(phone);
    await stopper.begin();
    await stop(stopper, phone);
    const waiting = watch(claim(claimer.db, id, 3600));
    await claimer.blocked();
    await stopper.commit();
    await claimer.blocked();
    await recorder.commit();
    expect(await waiting.call).toMatchObject({ verdict: 'uncertain' });
    expect(await rowOf(books.db, id)).toMatchObject({ status: 'sending', attempt: 1, attemptState: 'uncertain' });
  });
});
