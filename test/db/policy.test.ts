import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancelMessage, resendByPolicy, settleMessage } from '../../db/deliveries.ts';
import { applyReports } from '../../db/reports.ts';
import { suppressPhone } from '../../db/suppressions.ts';
import {
  accept,
  type Books,
  claim,
  claimed,
  eventKinds,
  type House,
  movePast,
  NOT_SENT,
  newGatewayId,
  newHouse,
  newPhone,
  openBooks,
  REFUSED,
  record,
  rowOf,
  taken,
  UNCERTAIN,
} from './books.ts';

let books: Books;
let house: House;

beforeAll(async () => {
  books = await openBooks();
  house = await newHouse(books.db, { onUncertain: 'resend' });
});
afterAll(() => books.close());

async function uncertain(at: House = house, phone = newPhone()): Promise<string> {
  const id = await accept(books.db, at, { phone });
  await claimed(books.db, id);
  await record(books.db, id, UNCERTAIN);
  return id;
}

/** Uncertain, and the policy has decided to submit once more. */
async function decided(phone = newPhone()): Promise<string> {
  const id = await uncertain(house, phone);
  expect(await resendByPolicy(books.db, id)).toBe(true);
  return id;
}

async function resent(): Promise<string> {
  const id = await decided();
  expect(await claim(books.db, id)).toMatchObject({ verdict: 'claimed', attempt: 2, afterUncertain: true });
  return id;
}

/** It may be with the gateway: nothing but a report, or the end of waiting for one, gives it an end. */
async function expectDoubt(id: string): Promise<void> {
  expect(await claim(books.db, id)).toMatchObject({ verdict: 'uncertain' });
  expect(await settleMessage(books.db, id)).toMatchObject({ status: 'sending', uncertain: true });
  await movePast(books.db, id, 'report_by');
  expect(await settleMessage(books.db, id)).toMatchObject({ status: 'unknown', source: 'clock' });
}

describe('the policy for uncertain submits', () => {
  it('hold: is not submitted again', async () => {
    const id = await uncertain(await newHouse(books.db, { onUncertain: 'hold' }));
    expect(await resendByPolicy(books.db, id)).toBe(false);
    await expectDoubt(id);
  });

  it('resend: is submitted once more, even where a repeat is not safe, and it is written down', async () => {
    const id = await decided();
    expect(await settleMessage(books.db, id)).toMatchObject({ status: 'accepted', uncertain: false });
    expect(await claim(books.db, id)).toMatchObject({ verdict: 'claimed', attempt: 2 });
    expect(await eventKinds(books.db, id)).toEqual(['accepted', 'attempt', 'outcome', 'resend', 'attempt']);
  });

  it('resend: only once, also when asked at the same time', async () => {
    const id = await uncertain();
    const answers = await Promise.all(Array.from({ length: 6 }, () => resendByPolicy(books.db, id)));
    expect(answers.filter(Boolean)).toHaveLength(1);
    await claimed(books.db, id);
    await record(books.db, id, UNCERTAIN, { attempt: 2 });
    expect(await resendByPolicy(books.db, id)).toBe(false);
    await expectDoubt(id);
  });

  it('resend: not for a message that is waiting, open, sent, past its validity, or that there is not', async () => {
    const waiting = await accept(books.db, house);
    const open = await accept(books.db, house);
    await claimed(books.db, open);
    const sent = await accept(books.db, house);
    await claimed(books.db, sent);
    await record(books.db, sent, taken(newGatewayId()));
    const late = await uncertain();
    await movePast(books.db, late, 'expires_at');
    for (const id of [waiting, open, sent, late, crypto.randomUUID()]) {
      expect(await resendByPolicy(books.db, id)).toBe(false);
    }
  });

  it('resend: not for a message that somebody wants cancelled, or whose phone has said STOP', async () => {
    const phone = newPhone();
    const [cancelled, stopped] = [await uncertain(), await uncertain(house, phone)];
    expect(await cancelMessage(books.db, cancelled, null)).toMatchObject({ verdict: 'too-late', status: 'sending' });
    await suppressPhone(books.db, { phone, accountIds: [], global: true, source: 'stop-word' });
    for (const id of [cancelled, stopped]) {
      await resendByPolicy(books.db, id);
      await expectDoubt(id);
    }
  });
});

describe('after the decision to submit once more, the first submit may still have been taken', () => {
  it('STOP before the resend: nothing is sent, and it is not called suppressed', async () => {
    const phone = newPhone();
    const id = await decided(phone);
    expect(await suppressPhone(books.db, { phone, accountIds: [], global: true, source: 'stop-word' })).toEqual([]);
    await expectDoubt(id);
  });

  it('cancel before the resend: nothing is sent, and it is not called cancelled', async () => {
    const id = await decided();
    expect(await cancelMessage(books.db, id, null)).toMatchObject({ verdict: 'too-late', status: 'sending' });
    await expectDoubt(id);
  });

  it('validity ends before the resend: it is not called expired', async () => {
    const bySettle = await decided();
    await movePast(books.db, bySettle, 'expires_at');
    expect(await settleMessage(books.db, bySettle)).toMatchObject({ status: 'sending', uncertain: true });
    await expectDoubt(bySettle);

    const byClaim = await decided();
    await movePast(books.db, byClaim, 'expires_at');
    await expectDoubt(byClaim);
  });

  it('the resend is refused: it is not called rejected', async () => {
    const id = await resent();
    expect(await record(books.db, id, REFUSED, { attempt: 2 })).toMatchObject({ status: 'sending', uncertain: true });
    await expectDoubt(id);
  });

  it('the resend was not sent: it may be tried again, under the same reference, within validity', async () => {
    const id = await resent();
    const { ref } = await rowOf(books.db, id);
    const answer = await record(books.db, id, NOT_SENT, { attempt: 2, fresh: { ref: 5n, ownId: '5' } });
    expect(answer).toMatchObject({ status: 'accepted', uncertain: false });
    expect(await claim(books.db, id)).toMatchObject({ verdict: 'claimed', attempt: 3, ref, afterUncertain: true });
    await record(books.db, id, NOT_SENT, { attempt: 3 });
    await movePast(books.db, id, 'expires_at');
    await expectDoubt(id);
  });

  it('cancel while the resend is open, and it was not sent: it is not called cancelled', async () => {
    const id = await resent();
    await movePast(books.db, id, 'lease_until');
    expect(await cancelMessage(books.db, id, null)).toMatchObject({ verdict: 'too-late', status: 'sending' });
    expect(await record(books.db, id, NOT_SENT, { attempt: 2 })).toMatchObject({ status: 'sending', uncertain: true });
    await expectDoubt(id);
  });

  it('the resend was taken: sent, and a report on either submit counts', async () => {
    const [first, second] = [newGatewayId(), newGatewayId()];
    for (const [heard, other] of [
      [first, second],
      [second, first],
    ]) {
      const id = await resent();
      const [one, two] = [`${first}-${id}`, `${second}-${id}`];
      expect(await record(books.db, id, taken(two), { attempt: 2 })).toMatchObject({
        status: 'sent',
        uncertain: false,
      });
      await record(books.db, id, taken(one), { attempt: 1 });
      const report = (gatewayId: string, status: 'delivered' | 'undelivered') =>
        applyReports(books.db, house.gatewayAccountId, 'report', [{ gatewayId, status, raw: status }], {
          idScope: 'account',
        });
      expect(await report(`${other}-${id}`, 'undelivered')).toMatchObject([{ status: 'sent' }]);
      expect(await report(`${heard}-${id}`, 'delivered')).toMatchObject([{ status: 'delivered', ended: true }]);
    }
  });
});
