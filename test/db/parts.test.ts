import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Db } from '../../db/connection.ts';
import { applyReports } from '../../db/reports.ts';
import type { ReportedStatus } from '../../sms/status.ts';
import {
  accept,
  type Books,
  claimed,
  type House,
  newGatewayId,
  newHouse,
  openBooks,
  record,
  rowOf,
  statusOf,
  taken,
} from './books.ts';
import { openSession, watch } from './sessions.ts';

let books: Books;
let house: House;

beforeAll(async () => {
  books = await openBooks();
  house = await newHouse(books.db);
});
afterAll(() => books.close());

type Told = ReportedStatus | null;

const TOLD: Told[] = [null, 'sent', 'delivered', 'undelivered', 'expired', 'rejected'];

async function report(db: Db, gatewayId: string, status: ReportedStatus) {
  return await applyReports(db, house.gatewayAccountId, 'report', [{ gatewayId, status, raw: status }], {
    idScope: 'account',
  });
}

async function sentInParts(count: number, ownId: string | null = null): Promise<{ id: string; parts: string[] }> {
  const id = await accept(books.db, house, { parts: count, ownId });
  const parts = Array.from({ length: count }, newGatewayId);
  await claimed(books.db, id);
  await record(books.db, id, taken(...parts));
  return { id, parts };
}

/** The design in words: delivered when all parts are; all have ended and one not delivered: as the first such one. */
function expected(told: Told[]): string {
  if (told.some((status) => status === null || status === 'sent')) return 'sent';
  return told.find((status) => status !== 'delivered') ?? 'delivered';
}

function combinations(parts: number): Told[][] {
  if (parts === 0) return [[]];
  return combinations(parts - 1).flatMap((rest) => TOLD.map((status) => [...rest, status]));
}

/** Another order than that of the parts, and not always the same one. */
function shuffled<T>(items: T[], seed: number): T[] {
  return items
    .map((item, i) => ({ item, at: (seed * 7919 + i * 104_729) % 31 }))
    .sort((a, b) => a.at - b.at)
    .map((x) => x.item);
}

describe('a message of several parts', () => {
  it.each([1, 2, 3])('%i: every combination of what its parts come to, reported in any order', async (count) => {
    const cases = combinations(count);
    expect(cases).toHaveLength(TOLD.length ** count);
    const ends = cases.map(async (told, seed) => {
      const { id, parts } = await sentInParts(count);
      for (const part of shuffled([...told.keys()], seed)) {
        const status = told[part];
        if (status) await report(books.db, parts[part] ?? '', status);
      }
      return await statusOf(books.db, id);
    });
    expect(await Promise.all(ends)).toEqual(cases.map(expected));
  });

  it('every combination of two parts, reported before the answer', async () => {
    const cases = combinations(2);
    const ends = cases.map(async (told) => {
      const id = await accept(books.db, house, { parts: 2 });
      const parts = [newGatewayId(), newGatewayId()];
      await claimed(books.db, id);
      for (const [part, status] of told.entries()) if (status) await report(books.db, parts[part] ?? '', status);
      return (await record(books.db, id, taken(...parts))).status;
    });
    expect(await Promise.all(ends)).toEqual(cases.map(expected));
  });

  it('two webhooks at once for its two parts: whoever comes second ends the message', async () => {
    for (const last of [0, 1]) {
      const { id, parts } = await sentInParts(2);
      const [one, two] = [await openSession(books.url, books.db), await openSession(books.url, books.db)];
      await one.begin();
      expect(await report(one.db, parts[1 - last] ?? '', 'delivered')).toMatchObject([
        { status: 'sent', ended: false },
      ]);
      const second = watch(report(two.db, parts[last] ?? '', 'delivered'));
      await two.blocked();
      await one.commit();
      expect(await second.call).toMatchObject([{ messageId: id, status: 'delivered', ended: true }]);
      await Promise.all([one.close(), two.close()]);
    }
  });

  it('an answer and the reports of its parts, all at once, in many tries', async () => {
    for (let round = 0; round < 30; round++) {
      const id = await accept(books.db, house, { parts: 3 });
      const parts = [newGatewayId(), newGatewayId(), newGatewayId()];
      await claimed(books.db, id);
      const answers = await Promise.all([
        ...parts.map((part) => report(books.db, part, 'delivered')),
        record(books.db, id, taken(...parts)).then((recorded) => [{ ...recorded, ended: recorded.status !== 'sent' }]),
      ]);
      expect(await statusOf(books.db, id)).toBe('delivered');
      expect(answers.flat().filter((answer) => answer.ended)).toHaveLength(1);
    }
  });

  it('takes cause and code from the part that was not delivered', async () => {
    const { id, parts } = await sentInParts(2);
    await report(books.db, parts[0] ?? '', 'delivered');
    const reports = [
      {
        gatewayId: parts[1] ?? '',
        status: 'undelivered',
        raw: 'UNDELIV',
        errorClass: 'blocked',
        errorCode: '27',
      } as const,
    ];
    await applyReports(books.db, house.gatewayAccountId, 'report', reports, { idScope: 'account' });
    expect(await rowOf(books.db, id)).toMatchObject({
      status: 'undelivered',
      cause: 'UNDELIV',
      errorClass: 'blocked',
      errorCode: '27',
    });
  });

  it('a late delivered corrects the part, and so the whole', async () => {
    const { id, parts } = await sentInParts(2);
    await report(books.db, parts[0] ?? '', 'undelivered');
    await report(books.db, parts[1] ?? '', 'delivered');
    expect(await statusOf(books.db, id)).toBe('undelivered');
    expect(await report(books.db, parts[0] ?? '', 'delivered')).toMatchObject([{ status: 'delivered', ended: false }]);
  });

  it('what is told of the whole by our reference goes before what is told of parts', async () => {
    const ownId = newGatewayId();
    const { id, parts } = await sentInParts(2, ownId);
    await report(books.db, parts[0] ?? '', 'delivered');
    await report(books.db, ownId, 'sent');
    expect(await statusOf(books.db, id)).toBe('sent');
    expect(await report(books.db, ownId, 'delivered')).toMatchObject([
      { messageId: id, status: 'delivered', ended: true },
    ]);
  });
});
