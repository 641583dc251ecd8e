import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimSend } from '../../db/claims.ts';
import { type Db, openDb } from '../../db/connection.ts';
import { settleMessage } from '../../db/deliveries.ts';
import { dueDeliveries, wakeSoon } from '../../db/housekeeping.ts';
import { acceptMessages } from '../../db/messages.ts';
import { applyReports } from '../../db/reports.ts';
import { suppressPhone } from '../../db/suppressions.ts';
import type { StatusReport } from '../../sms/report.ts';
import { REPORTED_STATUSES } from '../../sms/status.ts';
import {
  accept,
  type Books,
  claimed,
  type House,
  NOT_SENT,
  newGatewayId,
  newHouse,
  newMessage,
  newPhone,
  openBooks,
  record,
  taken,
  UNCERTAIN,
} from './books.ts';

let books: Books;
let house: House;
let pool: Db;

beforeAll(async () => {
  books = await openBooks();
  house = await newHouse(books.db, { rateLimit: 1000 });
  // So that a deadlock is found before the calls around it have ended by themselves.
  await books.db.sql.unsafe(`ALTER DATABASE ${new URL(books.url).pathname.slice(1)} SET deadlock_timeout = '30ms'`);
  pool = openDb(books.url, { connections: 24 });
});
afterAll(async () => {
  await pool.close();
  await books.close();
});

/** The same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function pick<T>(items: readonly T[], random: () => number): T {
  return items[Math.floor(random() * items.length)] as T;
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

const ROUNDS = 12;

describe('everything at once on the same messages', () => {
  it.each(Array.from({ length: ROUNDS }, (_, i) => i + 1))(
    'never deadlocks, and no report is missed (seed %i)',
    async (seed) => {
      const random = randomFrom(seed);
      const phones = Array.from({ length: 4 }, newPhone);
      const messages = await Promise.all(
        Array.from({ length: 20 }, async () => {
          const phone = pick(phones, random);
          const ownId = newGatewayId();
          const id = await accept(pool, house, { phone, ownId, parts: 2 });
          if (random() < 0.8) await claimed(pool, id);
          return { id, phone, ownId, parts: [newGatewayId(), newGatewayId()] };
        }),
      );
      await pool.sql`UPDATE messages SET wake_at = now() WHERE status = 'accepted'`;
      const batch = (): StatusReport[] =>
        shuffled(messages, random).flatMap(({ ownId, parts }) =>
          shuffled([ownId, ...parts], random).map((gatewayId) => ({
            gatewayId,
            status: pick(REPORTED_STATUSES, random),
            raw: 'x',
          })),
        );
      const outcomes = [NOT_SENT, UNCERTAIN];
      const calls: (() => Promise<unknown>)[] = [
        ...Array.from({ length: 16 }, () => {
          const reports = batch();
          return () => applyReports(pool, house.gatewayAccountId, 'report', reports, { idScope: 'account' });
        }),
        ...messages.flatMap(({ id, parts }) => [
          () => record(pool, id, taken(...shuffled(parts, random))),
          () => record(pool, id, pick(outcomes, random), { fresh: { ref: 1n, ownId: newGatewayId() } }),
          () => claimSend(pool, id, { repeatWithinS: 3600, probe: false }),
          () => settleMessage(pool, id),
        ]),
        () => suppressPhone(pool, { phone: pick(phones, random), accountIds: [], global: true, source: 'stop-word' }),
        () =>
          wakeSoon(
            pool,
            shuffled(
              messages.map(({ id }) => id),
              random,
            ),
          ),
        () => dueDeliveries(pool, 100),
        () =>
          wakeSoon(
            pool,
            shuffled(
              messages.map(({ id }) => id),
              random,
            ),
          ),
        () =>
          acceptMessages(
            pool,
            messages.map(({ ownId, phone }) => newMessage(house, { phone, ownId })),
          ),
      ];
      const ended = await Promise.allSettled(shuffled(calls, random).map((call) => call()));
      expect(ended.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []))).toEqual([]);

      const ids = messages.map(({ id }) => id);
      const missed = await pool.sql`
      SELECT m.id, m.status, w.status AS told FROM messages m, LATERAL whole_status(m.id) w
      WHERE m.id = ANY (${ids}::uuid[]) AND m.attempt > 0 AND report_replaces(m.status, m.source, w.status)`;
      expect([...missed]).toEqual([]);
      const endedTwice = await pool.sql`
      SELECT message_id FROM message_events WHERE message_id = ANY (${ids}::uuid[]) AND kind = 'final'
      GROUP BY message_id HAVING count(*) > 1`;
      expect([...endedTwice]).toEqual([]);
    },
  );
});
