import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeHooks, leftHooks, storeHook } from '../../db/hooks.ts';
import { timelineOf } from '../../db/messages.ts';
import { applyReports } from '../../db/reports.ts';
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
let house: House;

beforeAll(async () => {
  books = await openBooks();
  house = await newHouse(books.db);
});
afterAll(() => books.close());

/** Postgres takes no NUL in text and no half of a surrogate pair in JSON; gateways and phones send both. */
const ODD = ['nul \0 here', 'half \ud83d here', 'other half \ude00', '\0', 'whole 🙂', '\\u0000', 'a\u0001b'];

describe('what a gateway or a phone may write', () => {
  it.each(ODD)('does not keep an outcome from being recorded: %j', async (odd) => {
    const id = await accept(books.db, house);
    const gatewayId = newGatewayId();
    await claimed(books.db, id);
    const uncertain = { ...UNCERTAIN, detail: odd } as typeof UNCERTAIN;
    expect(await record(books.db, id, uncertain, { evidence: { body: odd, [odd]: [odd] } })).toMatchObject({
      status: 'sending',
      uncertain: true,
    });
    expect(await record(books.db, id, taken(gatewayId + odd), { evidence: { odd } })).toMatchObject({ status: 'sent' });
    const reports = [{ gatewayId: gatewayId + odd, status: 'delivered', raw: odd, detail: odd } as const];
    const told = await applyReports(books.db, house.gatewayAccountId, 'report', reports, { idScope: 'account' });
    expect(told).toMatchObject([{ messageId: id, status: 'delivered' }]);
    expect((await timelineOf(books.db, id)).map((event) => event.kind)).toContain('final');
  });

  it('may be an id of any length: its answer and its reports still meet', async () => {
    const id = await accept(books.db, house);
    const gatewayId = `${newGatewayId()}${'🙂'.repeat(5_000)}`;
    await claimed(books.db, id);
    expect(await record(books.db, id, taken(gatewayId))).toMatchObject({ status: 'sent' });
    const reports = [{ gatewayId, status: 'delivered', raw: '0' } as const];
    const told = await applyReports(books.db, house.gatewayAccountId, 'poll', reports, { idScope: 'account' });
    expect(told).toMatchObject([{ messageId: id, status: 'delivered' }]);
  });

  it.each(ODD)('does not keep a webhook call from being closed: %j', async (odd) => {
    const body = Buffer.from(`${odd}\xff\0`, 'latin1');
    const call = { method: 'POST', path: '/hooks/x', query: 'a=%00', headers: { a: 'b' }, body };
    const id = await storeHook(books.db, {
      senderId: house.senderId,
      gatewayAccountId: house.gatewayAccountId,
      ...call,
    });
    const left = (await leftHooks(books.db, -1, 100)).find((hook) => hook.id === id);
    expect(left).toMatchObject({ ...call, body: expect.any(Uint8Array) });
    expect(left && Buffer.from(left.body).equals(body)).toBe(true);
    await closeHooks(books.db, [id], 'refused', odd);
    expect((await leftHooks(books.db, -1, 100)).map((hook) => hook.id)).not.toContain(id);
  });
});
