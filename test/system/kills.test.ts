/**
 * kill -9 of the worker at four points of a submit, on three gateways at once, then a new worker: at most one SMS is taken
 * and each message comes to exactly one end. `unknown` only where the gateway neither drops repeats nor can be asked.
 */
import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Child } from '../../local/processes.ts';
import { phone } from './phones.ts';
import { addSenders, GATEWAYS, type GatewayName } from './senders.ts';
import { isFinal, type MessageView, type System, startSystem } from './system.ts';

/** Answered after 3 s, so that the kill finds it between write and answer. */
const LATE_ANSWER = '938';

let system: System;
let worker: Child;
let locks: postgres.Sql;

beforeAll(async () => {
  system = await startSystem({ workers: 0 });
  worker = await system.startWorker();
  locks = postgres(system.databaseUrl, { max: 20 });
  const columns = { awaitDeliveryS: 2, defaultValidityS: 120, reportGraceS: 2 };
  await addSenders(system, 'kills', () => columns);
  // For the claims that wait for their slot. What Play Mobile may or may not have taken need not take long to end.
  const slow = (gateway: GatewayName) => (gateway === 'playmobile' ? { defaultValidityS: 20 } : {});
  await addSenders(
    system,
    'kills',
    (gateway) => ({ ...columns, ...slow(gateway), rateLimit: 5 }),
    (gateway) => `${gateway}-slow`,
  );
});
afterAll(async () => {
  await locks?.end({ timeout: 0 });
  await system?.stop();
});

it('kill -9 at four points of a submit on three gateways', { timeout: 150_000 }, async () => {
  const sent = new Map<string, { gateway: string; point: string; to: string }>();
  const send = async (point: string, gateway: string, sender: string, magic?: string) => {
    const to = phone(gateway, magic);
    const id = await system.send({ to, sender });
    sent.set(id, { gateway, point, to });
    return { id, to };
  };

  // Before the claim: the phone's lock, which a claim takes first, is ours.
  const held = await locks.reserve();
  await held`BEGIN`;
  for (const gateway of GATEWAYS) {
    const to = phone(gateway);
    await held`SELECT pg_advisory_xact_lock(phone_lock(${to}))`;
    const id = await system.send({ to, sender: gateway });
    sent.set(id, { gateway, point: 'before the claim', to });
  }

  // Between answer and record: the message's row, which the record takes, is ours from the claim on.
  const rows = await locks.reserve();
  await rows`BEGIN`;
  for (const gateway of GATEWAYS) {
    const { id, to } = await send('answer to record', gateway, gateway, LATE_ANSWER);
    await system.until(id, attempted);
    await rows`SELECT FROM messages WHERE id = ${id} FOR UPDATE`;
    await expect.poll(() => system.takenFor(to), { timeout: 10_000 }).toBe(1);
  }
  await expect.poll(async () => (await blocked('record_send')).length, { timeout: 20_000 }).toBe(GATEWAYS.length);

  // Between write and answer.
  await Promise.all(
    GATEWAYS.map(async (gateway) => {
      const { to } = await send('write to answer', gateway, gateway, LATE_ANSWER);
      await expect.poll(() => system.takenFor(to), { timeout: 10_000, interval: 20 }).toBe(1);
    }),
  );
  // Between claim and write: whatever is claimed now gets a slot that is nearly a second ahead.
  const claims = Promise.all(GATEWAYS.map((gateway) => send('claim to write', gateway, `${gateway}-slow`)));
  while ((await claimedAhead()) < GATEWAYS.length);
  await worker.killHard();
  await claims;
  // Postgres sees that nobody is there any more, and lets go of what the worker was waiting for.
  await expect
    .poll(async () => (await blocked('claim_send')).length + (await blocked('record_send')).length, { timeout: 10_000 })
    .toBe(0);
  await Promise.all([held`ROLLBACK`, rows`ROLLBACK`]);
  held.release();
  rows.release();

  worker = await system.startWorker();
  for (const [id, { gateway, point, to }] of sent) {
    const ended = await system.until(id, isFinal, 120_000);
    const taken = await system.takenFor(to);
    const lost = gateway === 'playmobile' && point === 'claim to write';
    expect({ gateway, point, status: ended.status, taken }, JSON.stringify(ended.timeline, null, 1)).toEqual({
      gateway,
      point,
      status: lost ? 'unknown' : 'delivered',
      taken: lost ? 0 : 1,
    });
    expect(ended.timeline.filter(({ kind }) => kind === 'final')).toHaveLength(1);
  }
  expect(sent.size).toBe(12);
});

const attempted = (message: MessageView) => message.timeline.some(({ kind }) => kind === 'attempt');

async function blocked(statement: string) {
  return await locks`
    SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE ${`%${statement}%`}`;
}

/** How many of the slow senders' messages are claimed; those that are not yet will get a slot nearly a second ahead. */
async function claimedAhead(): Promise<number> {
  await locks`
    UPDATE sender_pace SET next_slot_at = now() + interval '0.9 seconds'
    WHERE sender_id IN (SELECT id FROM senders WHERE name LIKE '%-slow')`;
  const [row] = await locks`
    SELECT count(*)::int AS n FROM messages m JOIN senders s ON s.id = m.sender_id
    WHERE s.name LIKE '%-slow' AND m.status = 'sending'`;
  return Number(row?.n);
}
