import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pacedLimit } from '../../activities/slot.ts';
import { freshSlot, LEASE_MS, lateAttempts } from '../../db/claims.ts';
import { dueProbes } from '../../db/housekeeping.ts';
import { pauseSender, resumeSender } from '../../db/sender-changes.ts';
import { holdSender, releaseSender } from '../../db/senders.ts';
import {
  accept,
  type Books,
  claim,
  claimed,
  type House,
  NOT_SENT,
  newHouse,
  openBooks,
  record,
  rowOf,
} from './books.ts';
import { openSession, type Session, watch } from './sessions.ts';

let books: Books;

beforeAll(async () => {
  books = await openBooks();
});
afterAll(() => books.close());

/** When the requests may be written, in milliseconds by the server's clock: the lease begins at the slot. */
async function slotsOf(house: House): Promise<number[]> {
  const rows = await books.db.sql`
    SELECT extract(epoch FROM lease_until)::float8 * 1000 - ${LEASE_MS}::float8 AS slot FROM messages
    WHERE sender_id = ${house.senderId} AND lease_until IS NOT NULL ORDER BY lease_until`;
  return rows.map((row) => Number(row.slot));
}

function gaps(slots: number[]): number[] {
  return slots.slice(1).map((slot, i) => slot - (slots[i] ?? 0));
}

/** Postgres keeps microseconds. */
const ROUNDING_MS = 0.01;

describe('the pace of a sender', () => {
  it.each([
    [0.5, 0.5],
    [1, 1],
    [1.5, 1],
    [1.9, 1.9],
    [2.5, 2],
    [5.3, 5],
    [10, 10],
    [49, 49],
  ])(
    'at a limit of %d a second is that of %d: no more whole submits go into the limit and a tenth',
    async (limit, paced) => {
      const [row] = await books.db.sql`SELECT extract(epoch FROM slot_gap(${limit}))::float8 AS gap_s`;
      expect(Number(row?.gapS)).toBeCloseTo(1 / (0.95 * paced), 5);
      expect(pacedLimit(limit)).toBe(paced);
    },
  );

  it('keeps 60 claims that come from 3 connections at once at least 50 ms apart, at 20 a second', async () => {
    const house = await newHouse(books.db, { rateLimit: 20 });
    const ids = await Promise.all(Array.from({ length: 60 }, () => accept(books.db, house)));
    const workers = await Promise.all([1, 2, 3].map(() => openSession(books.url, books.db)));
    const started = performance.now();
    const claimAll = async (session: Session, mine: string[]) => {
      const told: string[] = [];
      for (const id of mine) {
        for (;;) {
          const answer = await claim(session.db, id);
          told.push(answer.verdict);
          if (answer.verdict !== 'later') break;
          expect(answer.waitMs).toBeGreaterThan(0);
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      }
      return told;
    };
    const told = (
      await Promise.all(
        workers.map((session, i) =>
          claimAll(
            session,
            ids.filter((_, n) => n % 3 === i),
          ),
        ),
      )
    ).flat();
    const tookMs = performance.now() - started;

    expect(told.filter((verdict) => verdict === 'claimed')).toHaveLength(60);
    const slots = await slotsOf(house);
    expect(slots).toHaveLength(60);
    expect(Math.min(...gaps(slots))).toBeGreaterThanOrEqual(50 - ROUNDING_MS);
    // No slots are wasted: nobody waits much longer than the limit asks for.
    expect(tookMs).toBeLessThan(60 * 50 + 5_000);
    await Promise.all(workers.map((session) => session.close()));
  });

  it('tells those that would wait over three seconds to come later, and gives them neither a slot nor an attempt', async () => {
    const house = await newHouse(books.db, { rateLimit: 20 });
    const ids = await Promise.all(Array.from({ length: 100 }, () => accept(books.db, house)));
    const answers = await Promise.all(ids.map((id) => claim(books.db, id)));
    const waits = answers.flatMap((answer) => (answer.verdict === 'claimed' ? [answer.slotMs] : []));
    const later = answers.flatMap((answer, i) => (answer.verdict === 'later' ? [ids[i] ?? ''] : []));
    expect(Math.max(...waits)).toBeLessThanOrEqual(3_000);
    expect(Math.max(...waits)).toBeGreaterThan(2_000);
    expect(waits.length + later.length).toBe(100);
    expect(later.length).toBeGreaterThan(0);
    for (const id of later) expect(await rowOf(books.db, id)).toMatchObject({ status: 'accepted', attempt: 0 });
    expect(await slotsOf(house)).toHaveLength(waits.length);
  });

  it('does not let go at once what was held up together', async () => {
    const house = await newHouse(books.db, { rateLimit: 20 });
    const ids = await Promise.all(Array.from({ length: 5 }, () => accept(books.db, house)));
    const [jam, ...claimers] = await Promise.all(Array.from({ length: 6 }, () => openSession(books.url, books.db)));
    if (!jam) throw new Error('no session');
    await jam.begin();
    await jam.db.sql`SELECT FROM sender_pace WHERE sender_id = ${house.senderId} FOR UPDATE`;
    const waiting = claimers.map((session, i) => watch(claimed(session.db, ids[i] ?? '')));
    await Promise.all(claimers.map((session) => session.blocked()));
    const [end] = await jam.db.sql`
      SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS ms FROM pg_sleep(0.4)`;
    await jam.commit();
    await Promise.all(waiting.map(({ call }) => call));
    const slots = await slotsOf(house);
    expect(Math.min(...slots)).toBeGreaterThanOrEqual(Number(end?.ms));
    expect(Math.min(...gaps(slots))).toBeGreaterThanOrEqual(50 - ROUNDING_MS);
    await Promise.all([jam, ...claimers].map((session) => session.close()));
  });

  it('an idle sender saves up nothing', async () => {
    const house = await newHouse(books.db, { rateLimit: 20 });
    await books.db.sql`
      UPDATE sender_pace SET next_slot_at = now() - interval '1 hour' WHERE sender_id = ${house.senderId}`;
    for (let i = 0; i < 5; i++) await claimed(books.db, await accept(books.db, house));
    expect(Math.min(...gaps(await slotsOf(house)))).toBeGreaterThanOrEqual(50 - ROUNDING_MS);
  });

  it('without a limit there is no wait', async () => {
    const house = await newHouse(books.db);
    for (let i = 0; i < 3; i++) {
      expect(await claimed(books.db, await accept(books.db, house))).toMatchObject({ slotMs: 0 });
    }
  });
});

describe('what keeps a message waiting', () => {
  it('a paused sender: no claim, but a probe; resumed, it goes on', async () => {
    const house = await newHouse(books.db);
    const [id, other] = [await accept(books.db, house), await accept(books.db, house)];
    await pauseSender(books.db, house.senderId, 'a person');
    expect(await claim(books.db, id)).toMatchObject({ verdict: 'paused' });
    expect(await claim(books.db, other, null, true)).toMatchObject({ verdict: 'claimed' });
    await resumeSender(books.db, house.senderId);
    expect(await claim(books.db, id)).toMatchObject({ verdict: 'claimed' });
  });

  it('a held sender: no claim, but a probe; released, it goes on', async () => {
    const house = await newHouse(books.db);
    const [id, other] = [await accept(books.db, house), await accept(books.db, house)];
    await holdSender(books.db, house.senderId, 'no-balance');
    const answer = await claim(books.db, id);
    expect(answer).toMatchObject({ verdict: 'held' });
    if (answer.verdict === 'held') expect(answer.waitMs).toBeGreaterThan(10_000);
    expect(await claim(books.db, other, null, true)).toMatchObject({ verdict: 'claimed' });
    await releaseSender(books.db, house.senderId);
    expect(await claim(books.db, id)).toMatchObject({ verdict: 'claimed' });
  });

  it('a held sender that is paused too: nobody probes it until it is resumed', async () => {
    const house = await newHouse(books.db);
    const messageId = await accept(books.db, house);
    await holdSender(books.db, house.senderId, 'auth');
    await books.db.sql`UPDATE senders SET probe_at = now() WHERE id = ${house.senderId}`;
    const due = async () => (await dueProbes(books.db)).filter(({ senderId }) => senderId === house.senderId);
    expect(await due()).toEqual([{ senderId: house.senderId, messageId }]);
    await pauseSender(books.db, house.senderId, 'Ann');
    expect(await due()).toEqual([]);
  });

  it.each([1, 60])('its own time, %i days ahead', async (days) => {
    const house = await newHouse(books.db);
    const id = await accept(books.db, house, { sendAt: new Date(Date.now() + days * 86_400_000) });
    const answer = await claim(books.db, id);
    expect(answer).toMatchObject({ verdict: 'later' });
    if (answer.verdict === 'later') expect(answer.waitMs).toBeGreaterThan(86_000_000);
  });
});

/** @returns milliseconds until it */
async function msOf({ senderId }: House, leadMs: number): Promise<number> {
  const fresh = await freshSlot(books.db, senderId, { leadMs, withinMs: 2_000 });
  if (!fresh) throw new Error('no slot');
  return fresh.slotMs;
}

describe('another slot for a claim that came too late for its own', () => {
  it('comes after those that are given out, and as far ahead as is asked for', async () => {
    const house = await newHouse(books.db, { rateLimit: 10 });
    const gap = 1000 / 9.5;
    await claimed(books.db, await accept(books.db, house));
    await claimed(books.db, await accept(books.db, house));
    const next = await msOf(house, 0);
    expect(next).toBeGreaterThan(0);
    expect(next).toBeLessThanOrEqual(2 * gap);
    const ahead = await msOf(house, 700);
    expect(ahead).toBeGreaterThan(600);
    expect(ahead).toBeLessThanOrEqual(700);
    const { slotMs } = await claimed(books.db, await accept(books.db, house));
    expect(slotMs).toBeGreaterThan(ahead);
  });

  it('is not taken where it would lie beyond the lease', async () => {
    const house = await newHouse(books.db, { rateLimit: 1 });
    for (let n = 0; n < 2; n++) await claimed(books.db, await accept(books.db, house));
    const [before] = await books.db.sql`SELECT next_slot_at FROM sender_pace WHERE sender_id = ${house.senderId}`;
    expect(await freshSlot(books.db, house.senderId, { leadMs: 0, withinMs: 500 })).toBeUndefined();
    const [after] = await books.db.sql`SELECT next_slot_at FROM sender_pace WHERE sender_id = ${house.senderId}`;
    expect(after).toEqual(before);
  });

  it('is one for each of many that ask at once', async () => {
    const house = await newHouse(books.db, { rateLimit: 100 });
    const asked = performance.now();
    const slots = await Promise.all(
      Array.from({ length: 40 }, async () => {
        const ms = await msOf(house, 0);
        return ms + performance.now() - asked;
      }),
    );
    const [row] = await books.db.sql`
      SELECT extract(epoch FROM next_slot_at - clock_timestamp())::float8 * 1000 AS ms
      FROM sender_pace WHERE sender_id = ${house.senderId}`;
    const end = performance.now() - asked + Number(row?.ms);
    // Forty slots of 10.5 ms each, whichever of the connections came first.
    expect(end).toBeGreaterThanOrEqual((40 * 1000) / 95 - 1);
    expect(slots.every((slot) => slot <= end + 50)).toBe(true);
  });

  it('leaves alone a sender without a limit', async () => {
    const house = await newHouse(books.db);
    expect(await freshSlot(books.db, house.senderId, { leadMs: 0, withinMs: 2_000 })).toBeUndefined();
  });

  it('an attempt that was late is told from one that the gateway put off', async () => {
    const id = await accept(books.db, await newHouse(books.db));
    await claimed(books.db, id);
    await record(books.db, id, {
      kind: 'not-sent',
      class: 'temporary',
      detail: 'too late',
      holdSender: false,
      late: true,
    });
    await claimed(books.db, id);
    await record(books.db, id, NOT_SENT, { attempt: 2 });
    expect(await lateAttempts(books.db, id)).toBe(1);
  });
});
