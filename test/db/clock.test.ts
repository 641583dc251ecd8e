import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Standing, settleMessage } from '../../db/deliveries.ts';
import { timelineOf } from '../../db/messages.ts';
import { applyReports } from '../../db/reports.ts';
import type { ReportedStatus } from '../../sms/status.ts';
import {
  accept,
  type Books,
  claim,
  claimed,
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
  statusOf,
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

async function sent(gatewayId = newGatewayId()): Promise<{ id: string; gatewayId: string }> {
  const id = await accept(books.db, house);
  await claimed(books.db, id);
  await record(books.db, id, taken(gatewayId));
  return { id, gatewayId };
}

async function settle(id: string): Promise<Standing> {
  return await settleMessage(books.db, id);
}

async function report(gatewayId: string, status: ReportedStatus) {
  const reports = [{ gatewayId, status, raw: `raw ${status}` }];
  return await applyReports(books.db, house.gatewayAccountId, 'report', reports, { idScope: 'account' });
}

describe('validity', () => {
  it('ends a message that was never submitted as expired, by the clock', async () => {
    const id = await accept(books.db, house);
    expect(await settle(id)).toMatchObject({ status: 'accepted', uncertain: false });
    await movePast(books.db, id, 'expires_at');
    expect(await settle(id)).toMatchObject({ status: 'expired', source: 'clock', validityMs: 0 });
    expect(await rowOf(books.db, id)).toMatchObject({ submittedAt: null, wakeAt: null, pollAt: null });
  });

  it('ends a message whose attempts were not sent as expired', async () => {
    const id = await accept(books.db, house);
    await claimed(books.db, id);
    await record(books.db, id, NOT_SENT);
    await movePast(books.db, id, 'expires_at');
    expect(await settle(id)).toMatchObject({ status: 'expired', source: 'clock' });
  });

  it('is seen by the claim itself', async () => {
    const id = await accept(books.db, house);
    await movePast(books.db, id, 'expires_at');
    expect(await claim(books.db, id, null, true)).toMatchObject({
      verdict: 'final',
      status: 'expired',
      source: 'clock',
    });
    expect(await statusOf(books.db, id)).toBe('expired');
  });

  it('does not end what was submitted', async () => {
    const { id } = await sent();
    await movePast(books.db, id, 'expires_at');
    expect(await settle(id)).toMatchObject({ status: 'sent', validityMs: 0 });
  });

  it('ends repeats, not the wait for a sign of an uncertain submit', async () => {
    const id = await accept(books.db, house);
    await claimed(books.db, id);
    await record(books.db, id, UNCERTAIN);
    await movePast(books.db, id, 'expires_at');
    expect(await settle(id)).toMatchObject({ status: 'sending', uncertain: true });
    expect(await claim(books.db, id, 3600)).toMatchObject({ verdict: 'uncertain' });
  });
});

describe('report-by', () => {
  it('ends a sent message of which nothing was heard as unknown', async () => {
    const { id } = await sent();
    await movePast(books.db, id, 'report_by');
    expect(await settle(id)).toMatchObject({ status: 'unknown', source: 'clock', reportMs: 0 });
  });

  it('ends an uncertain message as unknown', async () => {
    const id = await accept(books.db, house);
    await claimed(books.db, id);
    await record(books.db, id, UNCERTAIN);
    await movePast(books.db, id, 'report_by');
    expect(await settle(id)).toMatchObject({ status: 'unknown', source: 'clock' });
  });

  it('never ends an open claim; a lost one is uncertain first', async () => {
    const id = await accept(books.db, house);
    await claimed(books.db, id);
    await movePast(books.db, id, 'expires_at');
    await movePast(books.db, id, 'report_by');
    await movePast(books.db, id, 'lease_until');
    expect(await settle(id)).toMatchObject({ status: 'sending', uncertain: false });

    await loseClaim(books.db, id);
    expect(await settle(id)).toMatchObject({ status: 'unknown', source: 'clock' });
    const kinds = (await timelineOf(books.db, id)).map((event) => event.kind);
    expect(kinds).toEqual(['accepted', 'attempt', 'uncertain', 'final']);
  });

  it('waits for an attempt that is being recorded, and does not end it', async () => {
    const id = await accept(books.db, house);
    await claimed(books.db, id);
    await loseClaim(books.db, id);
    const [recorder, settler] = [await openSession(books.url, books.db), await openSession(books.url, books.db)];
    await recorder.begin();
    await record(recorder.db, id, taken(newGatewayId()));
    const settling = watch(settleMessage(settler.db, id));
    await settler.blocked();
    await recorder.commit();
    expect(await settling.call).toMatchObject({ status: 'sent', uncertain: false });
    await Promise.all([recorder.close(), settler.close()]);
  });
});

describe('a report that comes after the end', () => {
  const corrections: [string, () => Promise<{ id: string; gatewayId: string }>, ReportedStatus[]][] = [
    [
      'unknown',
      async () => {
        const message = await sent();
        await movePast(books.db, message.id, 'report_by');
        await settle(message.id);
        return message;
      },
      ['delivered', 'undelivered', 'expired', 'rejected'],
    ],
    [
      'expired, by the gateway',
      async () => {
        const message = await sent();
        await report(message.gatewayId, 'expired');
        return message;
      },
      ['delivered'],
    ],
    [
      'rejected, by the answer',
      async () => {
        const gatewayId = newGatewayId();
        const id = await accept(books.db, house, { ownId: gatewayId });
        await claimed(books.db, id);
        await record(books.db, id, REFUSED);
        return { id, gatewayId };
      },
      ['delivered'],
    ],
    [
      'delivered',
      async () => {
        const message = await sent();
        await report(message.gatewayId, 'delivered');
        return message;
      },
      [],
    ],
  ];

  it.each(corrections)('changes %s only where it knows better', async (_, make, replacing) => {
    for (const told of ['sent', 'delivered', 'undelivered', 'expired', 'rejected'] as const) {
      const { id, gatewayId } = await make();
      const before = await rowOf(books.db, id);
      const [concerned] = await report(gatewayId, told);
      const after = await rowOf(books.db, id);
      const changes = replacing.includes(told);
      expect([told, after.status]).toEqual([told, changes ? told : before.status]);
      expect(concerned).toMatchObject({ messageId: id, status: after.status, ended: false });
      const corrected = (await timelineOf(books.db, id)).filter((event) => event.kind === 'correction');
      expect(corrected.map((event) => event.detail)).toMatchObject(
        changes ? [{ status: told, was: before.status, wasSource: before.source }] : [],
      );
    }
  });

  it('is told as the end of a message only by the report that ended it', async () => {
    const { id, gatewayId } = await sent();
    expect(await report(gatewayId, 'sent')).toMatchObject([{ messageId: id, status: 'sent', ended: false }]);
    expect(await report(gatewayId, 'delivered')).toMatchObject([
      { status: 'delivered', source: 'report', ended: true },
    ]);
    expect(await report(gatewayId, 'delivered')).toMatchObject([{ status: 'delivered', ended: false }]);
  });
});
