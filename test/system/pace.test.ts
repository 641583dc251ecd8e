/** A sender's rate limit holds over all workers, also in the first second after a quiet time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pauseSender, resumeSender } from '../../db/sender-changes.ts';
import { phone } from './phones.ts';
import { eventually, type System, startSystem } from './system.ts';

/** Well below what a busy machine's Temporal can bring, so that it is the limit that is measured. */
const LIMIT = 20;
const SECONDS = 10;

let system: System;

beforeAll(async () => {
  system = await startSystem({ workers: 2 });
  await system.addSender({
    name: 'paced',
    gateway: 'playmobile',
    settings: { url: `${system.simulator.url}/playmobile`, login: 'paced', password: 'secret-password' },
    login: 'paced',
    callerId: '3700',
    columns: { rateLimit: LIMIT },
  });
});
afterAll(() => system?.stop());

it(`no second has more than ${LIMIT} submits and a tenth, over two workers`, { timeout: 120_000 }, async () => {
  const { id } = await system.sender('paced');
  await pauseSender(system.db, id, 'the test');
  const messages = Array.from({ length: LIMIT * SECONDS }, () => ({
    to: phone('playmobile'),
    text: 'Salom',
    sender: 'paced',
  }));
  expect((await system.request('POST', '/v1/messages/batch', { messages })).status).toBe(200);
  await eventually(waitingForTheirTurn, (n) => n === LIMIT * SECONDS, 60_000, 200);
  await sleep(2_000);
  expect(await taken(), 'a paused sender sends nothing').toBe(0);

  await resumeSender(system.db, id);
  await eventually(taken, (n) => n === LIMIT * SECONDS, 60_000, 200);
  const { rates } = await system.control<{ rates: { login: string; largest: number }[] }>('rates?wire=playmobile');
  const largest = rates.find(({ login }) => login === 'paced')?.largest;
  process.stdout.write(`Most submits in a second at a limit of ${LIMIT}/s: ${largest}\n`);
  expect(largest).toBeLessThanOrEqual(LIMIT * 1.1);
  expect(largest, 'the limit is also used').toBeGreaterThan(LIMIT * 0.7);
});

async function waitingForTheirTurn(): Promise<number> {
  const [row] = await system.db.sql`
    SELECT count(*)::int AS n FROM messages WHERE status = 'accepted' AND started_at IS NOT NULL`;
  return Number(row?.n);
}

async function taken(): Promise<number> {
  const { handsets } = await system.control<{ handsets: { sms: unknown[] }[] }>('handsets');
  return handsets.flatMap(({ sms }) => sms).length;
}
