/**
 * The steps of an SMS are planned once per connection, perhaps while a table or a new month is all but empty. A plan that
 * reads the whole of it would stay, and grow slower with every message.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Db, openDb } from '../../db/connection.ts';
import { checkMessage } from '../../db/deliveries.ts';
import { acceptMessages } from '../../db/messages.ts';
import { applyReports } from '../../db/reports.ts';
import { type Books, claimed, newGatewayId, newHouse, newMessage, openBooks, record, taken } from './books.ts';

let books: Books;
/** With one connection, so that it is the one that has the early plans. */
let db: Db;

beforeAll(async () => {
  books = await openBooks();
  db = openDb(books.url, { connections: 1 });
});
afterAll(async () => {
  await db.close();
  await books.close();
});

const WARM_UP = 20;
const TIMES = 10;
const OTHERS = 3_000;

it('reads no table whole, though its plans were made when the tables were empty', { timeout: 60_000 }, async () => {
  const house = await newHouse(db);
  const step = async () => {
    const message = newMessage(house);
    await acceptMessages(db, [message]);
    await checkMessage(db, message.id);
    await claimed(db, message.id);
    const gatewayId = newGatewayId();
    await record(db, message.id, taken(gatewayId));
    const report = { gatewayId, status: 'delivered', raw: 'DELIVERED' } as const;
    const [concerned] = await applyReports(db, house.gatewayAccountId, 'report', [report], {
      idScope: 'account',
    });
    expect(concerned).toMatchObject({ messageId: message.id, status: 'delivered', ended: true });
  };
  for (let n = 0; n < WARM_UP; n++) await step();
  for (let n = 0; n < OTHERS; n += 500) {
    await acceptMessages(
      db,
      Array.from({ length: 500 }, () => newMessage(house, { ownId: newGatewayId() })),
    );
  }

  const before = await wholeReads();
  for (let n = 0; n < TIMES; n++) await step();
  expect(await wholeReads()).toEqual(before);
});

/** Rows that were read by reading a table from its beginning, of those tables that grow with the messages. */
async function wholeReads(): Promise<Record<string, string>> {
  await db.sql`SELECT pg_stat_force_next_flush()`;
  const rows = await db.sql`
    SELECT relname, seq_tup_read::text AS read FROM pg_stat_user_tables
    WHERE relname ~ '^(messages|message_events|gateway_messages|idempotency_keys|suppressions)' ORDER BY relname`;
  return Object.fromEntries(rows.map(({ relname, read }) => [String(relname), String(read)]));
}
