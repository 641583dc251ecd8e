import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANSWER_MS, LEASE_MS } from '../../db/claims.ts';
import { recordNotFound, settleMessage } from '../../db/deliveries.ts';
import type { Outcome } from '../../sms/outcome.ts';
import {
  accept,
  type Books,
  claim,
  claimed,
  eventKinds,
  type House,
  loseClaim,
  movePast,
  NOT_SENT,
  newGatewayId,
  newHouse,
  openBooks,
  REFUSED,
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
  house = await newHouse(books.db);
});
afterAll(() => books.close());

const DAY_S = 86_400;

async function lost(): Promise<string> {
  const id = await accept(books.db, house);
  await claimed(books.db, id);
  await loseClaim(books.db, id);
  return id;
}

describe('a worker that stopped after its claim', () => {
  it('keeps others out until its call must have ended, even when its lease is over', async () => {
    const id = await accept(books.db, house);
    await claimed(books.db, id);
    const early = await claim(books.db, id, DAY_S);
    expect(early).toMatchObject({ verdict: 'busy' });
    if (early.verdict === 'busy') expect(early.waitMs).toBeGreaterThan(ANSWER_MS - LEASE_MS);

    await movePast(books.db, id, 'lease_until');
    expect(await claim(books.db, id, DAY_S)).toMatchObject({ verdict: 'busy' });
    expect(await rowOf(books.db, id)).toMatchObject({ attempt: 1, attemptState: 'open' });
  });

  it('leaves a message that is uncertain: not submitted again where a repeat is not safe', async () => {
    const id = await lost();
    expect(await claim(books.db, id)).toMatchObject({ verdict: 'uncertain' });
    expect(await claim(books.db, id)).toMatchObject({ verdict: 'uncertain' });
    expect(await rowOf(books.db, id)).toMatchObject({ status: 'sending', attempt: 1, attemptState: 'uncertain' });
    expect((await eventKinds(books.db, id)).filter((kind) => kind === 'uncertain')).toHaveLength(1);
  });

  it('leaves a message that is repeated under the same reference where the gateway drops repeats', async () => {
    const id = await lost();
    const before = await rowOf(books.db, id);
    const again = await claimed(books.db, id, DAY_S);
    expect(again).toMatchObject({ attempt: 2, afterUncertain: true, ref: before.ref });
  });

  it('counts as uncertain from the end of its lease, and is not repeated once the gateway may have forgotten it', async () => {
    const id = await lost();
    await movePast(books.db, id, 'lease_until', 100);
    expect(await claim(books.db, id, 99)).toMatchObject({ verdict: 'uncertain' });
    const { uncertainAt, leaseUntil } = await rowOf(books.db, id);
    expect(uncertainAt).toEqual(leaseUntil);
    expect(await claim(books.db, id, 3600)).toMatchObject({ verdict: 'claimed' });
  });

  it('two that come after it at the same time get one claim between them', async () => {
    const id = await lost();
    const answers = await Promise.all(Array.from({ length: 8 }, () => claim(books.db, id, DAY_S)));
    expect(answers.map((answer) => answer.verdict).sort()).toEqual([...Array(7).fill('busy'), 'claimed']);
  });

  it('a claim that waits for an open claim is told that it is busy, and gets the message when that is rolled back', async () => {
    for (const end of ['commit', 'rollback'] as const) {
      const id = await accept(books.db, house);
      const [first, second] = [await openSession(books.url, books.db), await openSession(books.url, books.db)];
      await first.begin();
      await claimed(first.db, id);
      const waiting = watch(claim(second.db, id));
      await second.blocked();
      await first[end]();
      expect(await waiting.call).toMatchObject({ verdict: end === 'commit' ? 'busy' : 'claimed' });
      await Promise.all([first.close(), second.close()]);
    }
  });
});

describe('what is recorded late', () => {
  it('an accepted first attempt still counts after the claim was given up as lost', async () => {
    const id = await lost();
    await claim(books.db, id);
    expect(await record(books.db, id, taken(newGatewayId()))).toMatchObject({ status: 'sent', uncertain: false });
  });

  it('an accepted first attempt counts while a repeat is under way, and keeps a third away', async () => {
    const id = await lost();
    await claimed(books.db, id, DAY_S);
    expect(await record(books.db, id, taken(newGatewayId()), { attempt: 1 })).toMatchObject({ status: 'sent' });
    expect(await claim(books.db, id, DAY_S)).toMatchObject({ verdict: 'sent' });
    expect(await record(books.db, id, REFUSED, { attempt: 2 })).toMatchObject({ status: 'sent' });
  });

  it.each([
    ['not sent', NOT_SENT],
    ['refused', REFUSED],
    ['uncertain', UNCERTAIN],
  ])('a first attempt that was %s does not close the repeat that is under way', async (_, outcome) => {
    const id = await lost();
    await claimed(books.db, id, DAY_S);
    await record(books.db, id, outcome, { attempt: 1 });
    expect(await rowOf(books.db, id)).toMatchObject({ status: 'sending', attempt: 2, attemptState: 'open' });
    expect(await claim(books.db, id, DAY_S)).toMatchObject({ verdict: 'busy' });
  });

  it('does not change a message that has ended', async () => {
    const id = await lost();
    await movePast(books.db, id, 'report_by');
    expect(await settleMessage(books.db, id)).toMatchObject({ status: 'unknown' });
    expect(await record(books.db, id, taken(newGatewayId()))).toMatchObject({ status: 'unknown' });
    expect(await eventKinds(books.db, id)).toContain('outcome');
  });
});

describe('a repeat after an uncertain attempt', () => {
  const told: [string, Outcome][] = [
    ['refused', REFUSED],
    ['not sent', NOT_SENT],
    ['uncertain', UNCERTAIN],
  ];

  it.each(told)('that was %s says nothing of the attempt before it', async (_, outcome) => {
    const id = await accept(books.db, house);
    await claimed(books.db, id);
    expect(await record(books.db, id, UNCERTAIN)).toMatchObject({ status: 'sending', uncertain: true });
    const { uncertainAt } = await rowOf(books.db, id);
    await claimed(books.db, id, DAY_S);
    expect(await record(books.db, id, outcome, { attempt: 2 })).toMatchObject({ status: 'sending', uncertain: true });
    expect(await rowOf(books.db, id)).toMatchObject({ attemptState: 'uncertain', uncertainAt });
    expect(await claim(books.db, id)).toMatchObject({ verdict: 'uncertain' });
  });

  it('that was accepted ends the doubt', async () => {
    const id = await accept(books.db, house);
    await claimed(books.db, id);
    await record(books.db, id, UNCERTAIN);
    await claimed(books.db, id, DAY_S);
    expect(await record(books.db, id, taken(), { attempt: 2 })).toMatchObject({ status: 'sent', uncertain: false });
  });

  it('keeps its reference, since a fresh one would be a second SMS', async () => {
    const id = await accept(books.db, house);
    const { ref } = await rowOf(books.db, id);
    await claimed(books.db, id);
    await record(books.db, id, UNCERTAIN);
    await claimed(books.db, id, DAY_S);
    await record(books.db, id, NOT_SENT, { attempt: 2, fresh: { ref: 77n, ownId: '77' } });
    expect(await rowOf(books.db, id)).toMatchObject({ ref, ownId: null });
  });
});

describe('a gateway that does not know our reference', () => {
  it('is believed only from the end of the last call on, after the time that it needs', async () => {
    const id = await accept(books.db, house);
    await claimed(books.db, id);
    await record(books.db, id, UNCERTAIN);
    expect(await recordNotFound(books.db, id, 5)).toBe(false);
    await movePast(books.db, id, 'uncertain_at', 60);
    expect(await recordNotFound(books.db, id, 5)).toBe(false);
    await movePast(books.db, id, 'answer_by', 6);
    expect(await recordNotFound(books.db, id, 5)).toBe(true);
    expect(await rowOf(books.db, id)).toMatchObject({
      status: 'accepted',
      attemptState: 'not-sent',
      uncertainAt: null,
    });
    expect(await claim(books.db, id)).toMatchObject({ verdict: 'claimed', afterUncertain: false });
  });

  it('is not believed while an attempt is open, or once the message is sent or has ended', async () => {
    const id = await lost();
    expect(await recordNotFound(books.db, id, 0)).toBe(false);
    await record(books.db, id, taken(newGatewayId()));
    expect(await recordNotFound(books.db, id, 0)).toBe(false);
    expect(await recordNotFound(books.db, crypto.randomUUID(), 0)).toBe(false);
  });
});
