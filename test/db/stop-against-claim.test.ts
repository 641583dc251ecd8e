import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDb } from '../../db/connection.ts';
import { settleMessage } from '../../db/deliveries.ts';
import { acceptMessages } from '../../db/messages.ts';
import { applyReports } from '../../db/reports.ts';
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
  UNCERTAIN,
} from './books.ts';
import { openSession, type Session, until, watch } from './sessions.ts';

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

/** suppress_phone alone, without the wait for open claims, so that its transaction can be left open. */
async function stop(session: Session, phone: string, accountIds: string[] | 'global' = 'global'): Promise<string[]> {
  const accounts = accountIds === 'global' ? [] : accountIds;
  const rows = await session.db.sql`
    SELECT message_id FROM suppress_phone(${phone}, ${session.db.sql.array(accounts)}::uuid[],
      ${accountIds === 'global'}, 'stop-word', 'STOP', NULL,
      ${session.db.sql.array([...accounts, phone].map(() => crypto.randomUUID()))}::uuid[])`;
  return rows.map((row) => row.messageId as string);
}

const globalStop = (phone: string) => ({ phone, accountIds: [], global: true, source: 'stop-word' as const });

/** STOP as the API calls it, with the moments when it looks for open claims. */
function acknowledge(phone: string, entry: { accountIds: string[]; global: boolean } = globalStop(phone)) {
  const db = openDb(books.url, { connections: 1, applicationName: `stop ${phone}` });
  const looks = new Set<string>();
  const { call, settled } = watch(suppressPhone(db, { ...globalStop(phone), ...entry }).finally(() => db.close()));
  return {
    call,
    settled,
    lookedOften: () =>
      until(async () => {
        const [seen] = await books.db.sql`
          SELECT query_start::text FROM pg_stat_activity
          WHERE application_name = ${`stop ${phone}`} AND query LIKE '%open_claims_ms%'`;
        if (seen) looks.add(seen.queryStart);
        return looks.size >= 3;
      }),
  };
}

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

    const stopping = acknowledge(phone);
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
    const stopping = acknowledge(phone);
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
    const stopping = acknowledge(phone);
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

    const stopping = acknowledge(phone);
    await stopping.lookedOften();
    expect(stopping.settled()).toBe(false);
    await record(books.db, id, NOT_SENT, { attempt: 2 });
    await stopping.call;
    expect(await statusOf(books.db, id)).toBe(status);
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
    const acknowledged = acknowledge(phone);
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
