import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Db } from '../../db/connection.ts';
import { timelineOf } from '../../db/messages.ts';
import { applyReports } from '../../db/reports.ts';
import type { StatusReport } from '../../sms/report.ts';
import {
  accept,
  type Books,
  claimed,
  eventKinds,
  type House,
  newGatewayId,
  newHouse,
  newPhone,
  openBooks,
  record,
  rowOf,
  statusOf,
  taken,
} from './books.ts';
import { openSession, type Session, watch } from './sessions.ts';

let books: Books;
let house: House;
let worker: Session;
let webhook: Session;

beforeAll(async () => {
  books = await openBooks();
  house = await newHouse(books.db);
});
afterAll(() => books.close());

beforeEach(async () => {
  [worker, webhook] = await Promise.all([openSession(books.url, books.db), openSession(books.url, books.db)]);
});
afterEach(() => Promise.all([worker.close(), webhook.close()]));

async function report(db: Db, ...reports: StatusReport[]) {
  return await applyReports(db, house.gatewayAccountId, 'report', reports, { idScope: 'account' });
}

const told = (gatewayId: string, status: StatusReport['status'] = 'delivered'): StatusReport => ({
  gatewayId,
  status,
  raw: status.toUpperCase(),
});

async function open(): Promise<{ id: string; gatewayId: string }> {
  const id = await accept(books.db, house);
  await claimed(books.db, id);
  return { id, gatewayId: newGatewayId() };
}

async function idRows(gatewayId: string) {
  return [
    ...(await books.db.sql`
      SELECT message_id, part, status, phone FROM gateway_messages WHERE gateway_id = ${gatewayId} ORDER BY phone`),
  ];
}

describe('a report against the answer to the submit', () => {
  it('answer first: the report finds the message', async () => {
    const { id, gatewayId } = await open();
    expect(await record(books.db, id, taken(gatewayId))).toMatchObject({ status: 'sent' });
    expect(await report(books.db, told(gatewayId))).toMatchObject([
      { messageId: id, status: 'delivered', ended: true },
    ]);
  });

  it('report first: it is kept, and the answer takes it up', async () => {
    const { id, gatewayId } = await open();
    expect(await report(books.db, told(gatewayId))).toEqual([]);
    expect(await idRows(gatewayId)).toMatchObject([{ messageId: null, status: 'delivered' }]);
    expect(await statusOf(books.db, id)).toBe('sending');
    expect(await record(books.db, id, taken(gatewayId))).toMatchObject({ status: 'delivered', source: 'report' });
    expect(await rowOf(books.db, id)).toMatchObject({ attemptState: 'accepted', pollAt: null, wakeAt: null });
  });

  it('report while the answer is being recorded: it waits, and finds the message', async () => {
    const { id, gatewayId } = await open();
    await worker.begin();
    expect(await record(worker.db, id, taken(gatewayId))).toMatchObject({ status: 'sent' });
    const reporting = watch(report(webhook.db, told(gatewayId)));
    await webhook.blocked();
    await worker.commit();
    expect(await reporting.call).toMatchObject([{ messageId: id, status: 'delivered', ended: true }]);
  });

  it('answer while the report is being stored: it waits, and takes the report up', async () => {
    const { id, gatewayId } = await open();
    await webhook.begin();
    expect(await report(webhook.db, told(gatewayId, 'undelivered'))).toEqual([]);
    const recording = watch(record(worker.db, id, taken(gatewayId)));
    await worker.blocked();
    await webhook.commit();
    expect(await recording.call).toMatchObject({ status: 'undelivered', source: 'report' });
  });

  it.each(['worker', 'webhook'] as const)('a %s that rolls back leaves it all to the other', async (loser) => {
    const { id, gatewayId } = await open();
    const recordIt = () => record(worker.db, id, taken(gatewayId));
    const reportIt = () => report(webhook.db, told(gatewayId));
    const [first, second] = loser === 'worker' ? [worker, webhook] : [webhook, worker];
    const [doFirst, doSecond] = loser === 'worker' ? [recordIt, reportIt] : [reportIt, recordIt];
    await first.begin();
    await doFirst();
    const waiting = watch<unknown>(doSecond());
    await second.blocked();
    await first.rollback();
    await waiting.call;
    await doFirst();
    expect(await statusOf(books.db, id)).toBe('delivered');
  });

  it('a report by our own reference comes before the answer: the message is ended, and the answer changes nothing', async () => {
    const ownId = newGatewayId();
    const id = await accept(books.db, house, { ownId });
    await claimed(books.db, id);
    expect(await report(books.db, told(ownId))).toMatchObject([{ messageId: id, status: 'delivered', ended: true }]);
    expect(await record(books.db, id, taken(newGatewayId()))).toMatchObject({ status: 'delivered' });
    expect(await eventKinds(books.db, id)).toEqual(['accepted', 'attempt', 'report', 'final', 'outcome']);
  });

  it('the same report many times at once ends the message once', async () => {
    const { id, gatewayId } = await open();
    await record(books.db, id, taken(gatewayId));
    const answers = await Promise.all(Array.from({ length: 10 }, () => report(books.db, told(gatewayId))));
    expect(answers.flat().filter((answer) => answer.ended)).toHaveLength(1);
    expect((await eventKinds(books.db, id)).filter((kind) => kind === 'final')).toHaveLength(1);
  });

  it('reports in any order within one call end the message as delivered', async () => {
    const { id, gatewayId } = await open();
    await record(books.db, id, taken(gatewayId));
    const reports = [
      told(gatewayId, 'undelivered'),
      told(gatewayId, 'sent'),
      told(gatewayId),
      told(gatewayId, 'expired'),
    ];
    expect(await report(books.db, ...reports)).toMatchObject([{ messageId: id, status: 'delivered', ended: true }]);
  });

  it('an early report of a second set of ids is taken up although a first set was recorded before', async () => {
    const { id, gatewayId: first } = await open();
    const second = newGatewayId();
    await report(books.db, told(second));
    await record(books.db, id, taken(first));
    expect(await record(books.db, id, taken(second), { attempt: 1 })).toMatchObject({ status: 'delivered' });
  });

  it('an early report is taken up as a correction by an answer that comes after the end', async () => {
    const { id, gatewayId } = await open();
    await report(books.db, told(gatewayId));
    await books.db.sql`
      UPDATE messages SET answer_by = now() - interval '1 s', lease_until = now() - interval '15 s', report_by = now()
      WHERE id = ${id}`;
    await books.db.sql`SELECT settle_message(${id})`;
    expect(await statusOf(books.db, id)).toBe('unknown');
    expect(await record(books.db, id, taken(gatewayId))).toMatchObject({ status: 'delivered', source: 'report' });
  });
});

describe('ids at the gateway', () => {
  it('that are unique only with the phone are kept apart by it', async () => {
    const gatewayId = newGatewayId();
    const phones = [newPhone(), newPhone()];
    const ids = await Promise.all(phones.map((phone) => accept(books.db, house, { phone })));
    for (const [i, id] of ids.entries()) {
      await claimed(books.db, id);
      await record(books.db, id, taken(gatewayId), { idPhone: phones[i] ?? '' });
    }
    await applyReports(books.db, house.gatewayAccountId, 'report', [{ ...told(gatewayId), phone: phones[1] ?? '' }], {
      idScope: 'account-and-phone',
    });
    expect(await Promise.all(ids.map((id) => statusOf(books.db, id)))).toEqual(['sent', 'delivered']);
  });

  it('of another gateway account are other ids', async () => {
    const other = await newHouse(books.db);
    const { id, gatewayId } = await open();
    await record(books.db, id, taken(gatewayId));
    const reports = [told(gatewayId)];
    expect(await applyReports(books.db, other.gatewayAccountId, 'report', reports, { idScope: 'account' })).toEqual([]);
    expect(await statusOf(books.db, id)).toBe('sent');
  });

  it('given for two messages are an alarm, and stay with the first', async () => {
    const { id: first, gatewayId } = await open();
    const { id: second } = await open();
    await record(books.db, first, taken(gatewayId));
    expect(await record(books.db, second, taken(gatewayId))).toMatchObject({ status: 'sent' });
    expect(await idRows(gatewayId)).toMatchObject([{ messageId: first, part: 1 }]);
    const alarms = (await timelineOf(books.db, second)).map((event) => event.detail?.alarm).filter(Boolean);
    expect(alarms).toEqual(['the gateway gave an id that another message already has']);
    await report(books.db, told(gatewayId));
    expect(await Promise.all([first, second].map((id) => statusOf(books.db, id)))).toEqual(['delivered', 'sent']);
  });

  it('given twice in one answer are one id', async () => {
    const { id, gatewayId } = await open();
    expect(await record(books.db, id, taken(gatewayId, gatewayId))).toMatchObject({ status: 'sent' });
    expect(await report(books.db, told(gatewayId))).toMatchObject([{ status: 'delivered' }]);
  });

  it('none at all: the message is sent and waits', async () => {
    const { id } = await open();
    expect(await record(books.db, id, taken())).toMatchObject({ status: 'sent' });
  });
});

describe('our own reference as the id', () => {
  it('a report about it before the accept is forgotten by the accept', async () => {
    const ownId = newGatewayId();
    await report(books.db, told(ownId));
    const id = await accept(books.db, house, { ownId });
    await claimed(books.db, id);
    expect(await record(books.db, id, taken())).toMatchObject({ status: 'sent' });
  });

  it('a report about a message that was never submitted is noted, and ignored for good', async () => {
    const ownId = newGatewayId();
    const id = await accept(books.db, house, { ownId });
    expect(await report(books.db, told(ownId))).toMatchObject([{ messageId: id, status: 'accepted', ended: false }]);
    expect(await eventKinds(books.db, id)).toEqual(['accepted', 'report', 'report-ignored']);
    await claimed(books.db, id);
    expect(await record(books.db, id, taken())).toMatchObject({ status: 'sent' });
    expect(await report(books.db, told(ownId))).toMatchObject([{ status: 'delivered', ended: true }]);
  });

  it('a fresh reference after an answer that refused the first one is known for reports, too', async () => {
    const [first, fresh] = [newGatewayId(), newGatewayId()];
    const id = await accept(books.db, house, { ownId: first });
    await claimed(books.db, id);
    await report(books.db, told(fresh, 'sent'));
    const notSent = { kind: 'not-sent', class: 'rate-limited', holdSender: false } as const;
    await record(books.db, id, notSent, { fresh: { ref: 990_001n, ownId: fresh } });
    expect(await rowOf(books.db, id)).toMatchObject({ ref: 990_001n, ownId: fresh, status: 'accepted' });
    expect(await claimed(books.db, id)).toMatchObject({ attempt: 2, ref: 990_001n, ownId: fresh });
    expect(await report(books.db, told(fresh))).toMatchObject([{ messageId: id, status: 'delivered', ended: true }]);
  });

  describe('when an attempt under it was not taken, and the next one has a fresh one', () => {
    let id: string;
    let first: string;
    let fresh: string;
    beforeEach(async () => {
      [first, fresh] = [newGatewayId(), newGatewayId()];
      id = await accept(books.db, house, { ownId: first });
      await claimed(books.db, id);
      const notSent = { kind: 'not-sent', class: 'no-balance', holdSender: true } as const;
      await record(books.db, id, notSent, { fresh: { ref: 990_002n, ownId: fresh } });
    });

    it.each(['rejected', 'undelivered', 'expired', 'sent'] as const)(
      'a late "%s" about it changes nothing',
      async (status) => {
        expect(await report(books.db, told(first, status))).toMatchObject([{ status: 'accepted', ended: false }]);
        await claimed(books.db, id);
        expect(await record(books.db, id, taken(newGatewayId()), { attempt: 2 })).toMatchObject({ status: 'sent' });
        expect(await report(books.db, told(first, status))).toMatchObject([{ status: 'sent', ended: false }]);
        expect(await report(books.db, told(fresh, 'undelivered'))).toMatchObject([
          { messageId: id, status: 'undelivered', ended: true },
        ]);
      },
    );

    it('a "delivered" about it counts: the gateway had taken it after all', async () => {
      expect(await report(books.db, told(first))).toMatchObject([{ messageId: id, status: 'delivered', ended: true }]);
    });
  });
});
