import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { erasePhone } from '../../db/erasure.ts';
import { accept, type Books, type House, newHouse, newPhone, openBooks } from './books.ts';

const ACTOR = { keyId: null, name: 'test' };

let books: Books;
let house: House;
beforeAll(async () => {
  books = await openBooks();
  house = await newHouse(books.db);
});
afterAll(() => books.close());

async function counts(phone: string) {
  const erasure = await erasePhone(books.db, ACTOR, phone);
  if (erasure.kind === 'open') throw new Error('it is open');
  return erasure.counts;
}

describe('webhook calls', () => {
  it('are looked through, however many there are and whatever bytes they hold', async () => {
    const phone = newPhone();
    await books.db.sql`
      INSERT INTO hooks (id, sender_id, gateway_account_id, method, path, query, headers, body, state)
      SELECT gen_random_uuid(), ${house.senderId}, ${house.gatewayAccountId}, 'POST', '', '', '{}',
        CASE WHEN g % 1000 = 7 THEN '\\x00ff'::bytea || ${Buffer.from(phone)} || '\\xfe00' ELSE '\\x00ff00'::bytea END, 'done'
      FROM generate_series(1, 5000) g`;
    expect((await counts(phone)).webhookCalls).toBe(5);
    const left = await books.db.sql`SELECT DISTINCT encode(body, 'hex') AS body FROM hooks ORDER BY 1`;
    expect(left.map(({ body }) => body)).toEqual(['', '00ff00']);
  });
});

describe('what others wrote', () => {
  /** In the detail of an event. */
  async function erased(phone: string, written: unknown): Promise<unknown> {
    const id = await accept(books.db, house, { phone });
    await books.db.sql`SELECT finish(${id}, 'delivered', 'report', 'ok')`;
    await books.db.sql`
      INSERT INTO message_events (message_id, kind, source, detail)
      VALUES (${id}, 'note', 'worker', ${books.db.sql.json({ written } as never)})`;
    await counts(phone);
    const [row] = await books.db.sql`SELECT detail FROM message_events WHERE message_id = ${id} AND kind = 'note'`;
    return row?.detail.written;
  }

  it.each([
    ['+79995550101', '+79995550101', 'erased'],
    ['+79995550101', 'to 79995550101.', 'to erased.'],
    ['+79995550101', '8 (999) 555-01-01', 'erased'],
    ['+79995550101', 'tel:+7-999-555-01-01;x', 'tel:erased;x'],
    ['+79995550101', 79995550101, 'erased'],
    ['+79995550101', ['a79995550101b', { '79995550101': 1 }], ['aerasedb', { erased: 1 }]],
    ['+79995550101', '+79995550102', '+79995550102'],
    ['+79995550101', 'id 12345, 3 parts', 'id 12345, 3 parts'],
    ['+290123', 'from 290123', 'from erased'],
    ['+290123', '+290 123', 'erased'],
    ['+290123', 'id 5290123 of 2901234', 'id 5290123 of 2901234'],
  ])('%s in %j becomes %j', async (phone, written, expected) => {
    expect(await erased(phone, written)).toEqual(expected);
  });
});
