/** A sender's rate limit holds over all workers, also in the first second after a quiet time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { phone } from './phones.ts';
import { isFinal, type System, startSystem } from './system.ts';

const LIMIT = 49;
const SECONDS = 10;

let system: System;

beforeAll(async () => {
  system = await startSystem({ workers: 2 });
});
afterAll(() => system?.stop());

it(`no second has more than ${LIMIT} submits and a tenth, over two workers`, { timeout: 90_000 }, async () => {
  expect((await system.sender('demo-playmobile')).rateLimit).toBe(LIMIT);
  await sleep(5_000);
  const messages = Array.from({ length: LIMIT * SECONDS }, () => ({
    to: phone('playmobile'),
    text: 'Salom',
    sender: 'demo-playmobile',
  }));
  const { status, body } = await system.request('POST', '/v1/messages/batch', { messages });
  expect(status).toBeLessThan(300);
  const last = body.results.at(-1).message.id;
  await system.until(last, isFinal, 60_000);
  await expect.poll(taken, { timeout: 60_000 }).toBe(LIMIT * SECONDS);

  const { rates } = await system.control<{ rates: { login: string; largest: number }[] }>('rates?wire=playmobile');
  const [rate] = rates.filter(({ login }) => login === 'demo');
  expect(rate?.largest).toBeLessThanOrEqual(LIMIT * 1.1);
  expect(rate?.largest, 'the limit should also be used').toBeGreaterThan(LIMIT * 0.7);
});

async function taken(): Promise<number> {
  const { handsets } = await system.control<{ handsets: { sms: { wire: string }[] }[] }>('handsets');
  return handsets.flatMap(({ sms }) => sms).length;
}
