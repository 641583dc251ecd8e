/** A gateway that refuses the login: the whole sender waits, and goes on by itself when the login works again. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { phone } from './phones.ts';
import { eventually, isFinal, type System, startSystem } from './system.ts';

let system: System;

beforeAll(async () => {
  system = await startSystem();
  await system.control('accounts', { wire: 'infobip', login: 'demo-infobip-key', revoked: true });
});
afterAll(() => system?.stop());

it('holds the sender, tries one message at a time, and delivers all when the login is mended', {
  timeout: 120_000,
}, async () => {
  const MESSAGES = 10;
  const sent = await Promise.all(
    Array.from({ length: MESSAGES }, async () => {
      const to = phone('infobip');
      return { to, id: await system.send({ to, sender: 'demo-infobip' }) };
    }),
  );
  await eventually(
    async () => (await system.sender('demo-infobip')).heldFor,
    (heldFor) => heldFor === 'auth',
  );
  // The first probe comes after 15 s and fails too; the pause to the next is longer.
  const held = await eventually(
    async () => await holdCount(),
    (count) => count === 2,
    40_000,
    200,
  );
  expect(held).toBe(2);
  const attempts = await totalAttempts();
  expect(attempts, 'not every message asks in vain, again and again').toBeLessThanOrEqual(MESSAGES + 1);
  for (const { id } of sent) expect((await system.message(id)).status).toBe('accepted');

  await system.control('accounts', { wire: 'infobip', login: 'demo-infobip-key', revoked: false });
  await system.db.sql`UPDATE senders SET probe_at = now() WHERE held_for IS NOT NULL`;
  for (const { id, to } of sent) {
    expect(await system.until(id, isFinal, 60_000)).toMatchObject({ status: 'delivered' });
    expect(await system.takenFor(to)).toBe(1);
  }
  expect((await system.sender('demo-infobip')).heldFor).toBeNull();
});

async function holdCount(): Promise<number> {
  const [row] = await system.db.sql`SELECT hold_count FROM senders WHERE name = 'demo-infobip'`;
  return Number(row?.holdCount);
}

async function totalAttempts(): Promise<number> {
  const [row] = await system.db.sql`SELECT sum(attempt)::int AS n FROM messages`;
  return Number(row?.n);
}
