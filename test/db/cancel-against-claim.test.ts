import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cancelMessage, checkMessage } from '../../db/deliveries.ts';
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
  openBooks,
  record,
  rowOf,
  statusOf,
  taken,
  UNCERTAIN,
} from './books.ts';
import { openSession, type Session, until, watch } from './sessions.ts';

let books: Books;
let house: House;
let canceller: Session;
let claimer: Session;

beforeAll(async () => {
  books = await openBooks();
  house = await newHouse(books.db);
});
afterAll(() => books.close());

beforeEach(async () => {
  [canceller, claimer] = await Promise.all([openSession(books.url, books.db), openSession(books.url, books.db)]);
});
afterEach(() => Promise.all([canceller.close(), claimer.close()]));

async function cancel(
  session: Session,
  id: string,
): Promise<{ verdict: string; status: string; waitMs: number | null }> {
  const [row] = await session.db.sql`SELECT verdict, status, wait_ms FROM cancel_message(${id}, NULL)`;
  return row as { verdict: string; status: string; waitMs: number | null };
}

/** An open claim, and a cancel that has been written down and waits for it. */
async function cancelDuringClaim() {
  const id = await accept(books.db, house);
  await claimed(books.db, id);
  await movePast(books.db, id, 'lease_until', -60);
  const cancelling = watch(cancelMessage(books.db, id, null));
  await until(async () => (await eventKinds(books.db, id)).includes('cancel-requested'));
  expect(cancelling.settled()).toBe(false);
  return { id, cancelling };
}

describe('cancel against a claim', () => {
  it('a claim that waits for an open cancel finds the message cancelled', async () => {
    const id = await accept(books.db, house);
    await canceller.begin();
    expect(await cancel(canceller, id)).toMatchObject({ verdict: 'cancelled' });
    const waiting = watch(claim(claimer.db, id));
    await claimer.blocked();
    await canceller.commit();
    expect(await waiting.call).toMatchObject({ verdict: 'final', status: 'cancelled', source: 'api' });
    expect(await rowOf(books.db, id)).toMatchObject({ status: 'cancelled', attempt: 0 });
  });

  it('a cancel that waits for a claim in its transaction is told to wait for the lease', async () => {
    const id = await accept(books.db, house);
    await claimer.begin();
    await claimed(claimer.db, id);
    const cancelling = watch(cancel(canceller, id));
    await canceller.blocked();
    await claimer.commit();
    const answer = await cancelling.call;
    expect(answer.verdict).toBe('wait');
    expect(answer.waitMs).toBeGreaterThan(0);
    expect(answer.waitMs).toBeLessThanOrEqual(2_000);
  });

  it('a claim that is rolled back leaves the message to the cancel', async () => {
    const id = await accept(books.db, house);
    await claimer.begin();
    await claimed(claimer.db, id);
    const cancelling = watch(cancel(canceller, id));
    await canceller.blocked();
    await claimer.rollback();
    expect(await cancelling.call).toMatchObject({ verdict: 'cancelled' });
  });

  it('the first step of a delivery that waits for an open cancel does not bring the message back', async () => {
    const id = await accept(books.db, house);
    await canceller.begin();
    await cancel(canceller, id);
    const checking = watch(checkMessage(claimer.db, id));
    await claimer.blocked();
    await canceller.commit();
    await checking.call;
    expect(await rowOf(books.db, id)).toMatchObject({ status: 'cancelled', wakeAt: null });
    expect(await checkMessage(books.db, id)).toMatchObject({ status: 'cancelled', source: 'api' });
  });
});

describe('cancel during an open claim', () => {
  it('is too late when the gateway took the message', async () => {
    const { id, cancelling } = await cancelDuringClaim();
    await record(books.db, id, taken(newGatewayId()));
    expect(await cancelling.call).toMatchObject({ verdict: 'too-late', status: 'sent' });
  });

  it('ends as cancelled when the attempt came to nothing', async () => {
    const { id, cancelling } = await cancelDuringClaim();
    expect(await record(books.db, id, NOT_SENT)).toMatchObject({ status: 'cancelled', source: 'api' });
    expect(await cancelling.call).toMatchObject({ verdict: 'cancelled', status: 'cancelled' });
    expect(await claim(books.db, id)).toMatchObject({ verdict: 'final', status: 'cancelled' });
  });

  it('is too late when nobody knows what the attempt came to; the message is not submitted again', async () => {
    const { id, cancelling } = await cancelDuringClaim();
    await record(books.db, id, UNCERTAIN);
    expect(await cancelling.call).toMatchObject({ verdict: 'too-late', status: 'sending' });
    expect(await claim(books.db, id, 3600)).toMatchObject({ verdict: 'uncertain' });
  });

  it('is answered when the lease is over, and what is recorded afterwards still counts', async () => {
    const { id, cancelling } = await cancelDuringClaim();
    await movePast(books.db, id, 'lease_until', 0);
    expect(await cancelling.call).toMatchObject({ verdict: 'too-late', status: 'sending' });
    expect(await record(books.db, id, NOT_SENT)).toMatchObject({ status: 'cancelled' });
  });

  it('asked for twice is written down once', async () => {
    const { id, cancelling } = await cancelDuringClaim();
    const again = watch(cancelMessage(books.db, id, null));
    await record(books.db, id, NOT_SENT);
    expect(await Promise.all([cancelling.call, again.call])).toMatchObject([
      { verdict: 'cancelled' },
      { verdict: 'cancelled' },
    ]);
    expect((await eventKinds(books.db, id)).filter((kind) => kind === 'cancel-requested')).toHaveLength(1);
  });
});

describe('cancel', () => {
  it('before the first claim is final, and every later claim is told so', async () => {
    const id = await accept(books.db, house);
    expect(await cancelMessage(books.db, id, house.accountId)).toMatchObject({ verdict: 'cancelled' });
    expect(await claim(books.db, id, 3600, true)).toMatchObject({ verdict: 'final', status: 'cancelled' });
    expect(await cancelMessage(books.db, id, house.accountId)).toMatchObject({ verdict: 'cancelled' });
    expect(await eventKinds(books.db, id)).toEqual(['accepted', 'final']);
  });

  it('after a not-sent attempt is final as well', async () => {
    const id = await accept(books.db, house);
    await claimed(books.db, id);
    await record(books.db, id, NOT_SENT);
    expect(await cancelMessage(books.db, id, null)).toMatchObject({ verdict: 'cancelled' });
    expect(await claim(books.db, id)).toMatchObject({ verdict: 'final', status: 'cancelled' });
  });

  it('of a message that the gateway has, or that has ended, is too late and changes nothing', async () => {
    const sent = await accept(books.db, house);
    await claimed(books.db, sent);
    await record(books.db, sent, taken(newGatewayId()));
    expect(await cancelMessage(books.db, sent, null)).toMatchObject({ verdict: 'too-late', status: 'sent' });
    expect(await rowOf(books.db, sent)).toMatchObject({ cancelRequestedAt: null });
  });

  it("of another account's message, or of none, says that there is no such message", async () => {
    const id = await accept(books.db, house);
    expect(await cancelMessage(books.db, id, await newAccount(books.db))).toMatchObject({ verdict: 'unknown' });
    expect(await cancelMessage(books.db, crypto.randomUUID(), null)).toMatchObject({ verdict: 'unknown' });
    expect(await statusOf(books.db, id)).toBe('accepted');
  });
});
