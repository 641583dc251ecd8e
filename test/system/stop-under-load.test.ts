/**
 * Hundreds of STOPs into thousands of messages that wait for their sender's pace, for their time or for another try, while
 * a worker is stopped in the middle and goes on later: once our webhook has answered, the gateways get nothing more for
 * that phone, by the simulator's clock.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pauseSender, resumeSender } from '../../db/sender-changes.ts';
import type { Child } from '../../local/processes.ts';
import { phone } from './phones.ts';
import { addSenders } from './senders.ts';
import { eventually, type System, startSystem, TEXT } from './system.ts';

/** `npm run test:full` has the whole size. */
const PHONES = process.env.FULL ? 300 : 80;
/** Of these, every fifth never answers STOP, to show that the others are not merely late. */
const STOPS = PHONES - PHONES / 5;
/** Messages to each phone: so many that are to leave at once, and these later. */
const NOW = 6;
const LATER_S = [3, 5, 7, 3600];
const EACH = NOW + LATER_S.length;
const LOGIN = 'load';
/** Together far less than what waits. */
const RATE_LIMIT = 30;
/** Of every ten phones one is refused once by the gateway, and one always: 429. */
const MAGIC = ['000', '000', '921', '000', '000', '922', '000', '000', '000', '000'];

let system: System;
let frozen: Child;

beforeAll(async () => {
  system = await startSystem({ workers: 1, env: { MAX_CACHED_WORKFLOWS: '5000' } });
  frozen = await system.startWorker();
  await addSenders(system, LOGIN, () => ({ rateLimit: RATE_LIMIT, awaitDeliveryS: 60 }));
});
afterAll(() => system?.stop());

it('nothing is submitted to a phone after its STOP was acknowledged', { timeout: 240_000 }, async () => {
  const phones = Array.from({ length: PHONES }, (_, i) => phone('infobip', MAGIC[i % MAGIC.length]));
  const stopped = phones.filter((_, i) => i % 5 !== 4);
  expect(stopped).toHaveLength(STOPS);

  const senders = await Promise.all(['infobip', 'smsc'].map((name) => system.sender(name)));
  for (const { id } of senders) await pauseSender(system.db, id, 'the test');
  await postRounds(phones, Array(NOW).fill(0));
  await eventually(waitingForTheirTurn, (n) => n === NOW * PHONES, 90_000, 200);
  await postRounds(phones, LATER_S);
  for (const { id } of senders) await resumeSender(system.db, id);
  await eventually(submits, (all) => all.length >= RATE_LIMIT, 30_000, 50);
  const left = new Set(stopped);
  while (left.size > 0) {
    const from = await nextToStop(left);
    left.delete(from);
    await system.control('inbound', { wire: 'infobip', login: LOGIN, from, to: '3700', text: 'Stop!' });
    if (left.size === STOPS / 2) process.kill(frozen.pid, 'SIGSTOP');
    await sleep(40);
  }
  await sleep(1_000);
  process.kill(frozen.pid, 'SIGCONT');

  const acknowledged = await eventually(acknowledgements, (all) => all.size === STOPS, 40_000, 200);
  expect(await untriedMessagesOf(stopped), 'what waited has ended with the acknowledgement').toBe(0);
  const lastAck = Math.max(...acknowledged.values());
  // What was to leave at its time, or after the pause of a 429, would leave by then.
  await sleep(6_000);
  const others = phones.filter((to) => !acknowledged.has(to));
  await post(others.map((to) => ({ to, text: TEXT, sender: 'infobip', priority: 'otp' })));
  const isServed = (all: Submit[]) => (to: string) => all.some((it) => it.to === to && it.mono > lastAck);
  const all = await eventually(submits, (sent) => others.every(isServed(sent)), 60_000, 200);

  const late = all.filter(({ mono, to }) => mono > (acknowledged.get(to) ?? Number.POSITIVE_INFINITY));
  const before = all.filter(({ to }) => acknowledged.has(to)).length;
  expect(late).toEqual([]);
  const suppressed = await suppressedOf(stopped);
  process.stdout.write(
    `${PHONES * EACH} messages; submits to the ${STOPS} phones before their STOP: ${before}, after: ${late.length}; ` +
      `ended by it: ${suppressed}\n`,
  );
  expect(suppressed).toBeGreaterThan(STOPS * (EACH - 2));
  expect(before, 'the sender was at work').toBeGreaterThan(0);
});

/**
 * Preferably a phone for which a worker has the licence to send and waits for its slot in the sender's pace: slots are
 * held a second ahead, so that there are such phones.
 */
async function nextToStop(left: ReadonlySet<string>): Promise<string> {
  await system.db.sql`UPDATE sender_pace SET next_slot_at = greatest(next_slot_at, now() + interval '1 second')`;
  const [claimed] = await system.db.sql`
    SELECT phone FROM messages WHERE status = 'sending' AND phone = ANY (${[...left]}) LIMIT 1`;
  const [first = ''] = left;
  return claimed ? String(claimed.phone) : first;
}

/** Through two gateways. @param afterS in how many seconds the messages of each round are to leave */
async function postRounds(phones: string[], afterS: number[]): Promise<void> {
  for (const [i, seconds] of afterS.entries()) {
    const round = {
      text: `${TEXT} ${i}`,
      priority: ['otp', 'notice', 'campaign'][i % 3],
      ...(seconds > 0 ? { sendAt: new Date(Date.now() + seconds * 1000).toISOString() } : {}),
    };
    await post(phones.map((to) => ({ ...round, to, sender: i % 3 === 2 && to.endsWith('000') ? 'smsc' : 'infobip' })));
  }
}

async function post(messages: object[]): Promise<void> {
  const answer = await system.request('POST', '/v1/messages/batch', { messages });
  expect(answer).toMatchObject({ status: 200, body: { accepted: messages.length } });
}

async function waitingForTheirTurn(): Promise<number> {
  const [row] = await system.db.sql`
    SELECT count(*)::int AS n FROM messages WHERE status = 'accepted' AND started_at IS NOT NULL`;
  return Number(row?.n);
}

interface Submit {
  mono: number;
  to: string;
}

interface Book {
  requests: { mono: number; call: string; sms: { phone: string }[] }[];
  calls: { mono: number; ms: number; answer?: number; body: string; inbound: string[] }[];
}

/** By when the first byte of the request came in. */
async function submits(): Promise<Submit[]> {
  const { requests } = await system.control<Book>('book');
  return requests
    .filter(({ call }) => call === 'send')
    .flatMap(({ mono, sms }) => sms.map((it) => ({ mono, to: `+${it.phone}` })));
}

/** When the answer to the webhook call with a phone's STOP was there. */
async function acknowledgements(): Promise<Map<string, number>> {
  const { calls } = await system.control<Book>('book');
  const heard = calls.filter(({ inbound, answer }) => inbound.length > 0 && answer === 200);
  return new Map(heard.map(({ mono, ms, body }) => [`+${(JSON.parse(body) as Inbound).results[0]?.from}`, mono + ms]));
}

interface Inbound {
  results: { from: string }[];
}

/** What a worker had claimed at the STOP may come back from it unsent; the next claim ends it. */
async function untriedMessagesOf(phones: string[]): Promise<number> {
  const [row] = await system.db.sql`
    SELECT count(*)::int AS n FROM messages WHERE phone = ANY (${phones}) AND status = 'accepted' AND attempt = 0`;
  return Number(row?.n);
}

async function suppressedOf(phones: string[]): Promise<number> {
  const [row] = await system.db.sql`
    SELECT count(*)::int AS n FROM messages WHERE phone = ANY (${phones}) AND status = 'suppressed'`;
  return Number(row?.n);
}
