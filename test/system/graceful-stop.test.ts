/**
 * Workers and the API are told to stop under load, as when a new version is rolled out: what is under way ends, nothing
 * is lost, nothing is submitted twice, and no submit is left of which nothing is known.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Child } from '../../local/processes.ts';
import { phone } from './phones.ts';
import { addSenders } from './senders.ts';
import { eventually, type System, startSystem, TEXT } from './system.ts';

const SENDERS = ['infobip', 'playmobile'] as const;
/** Of each sender, so that a stop finds about as many under way. */
const RATE_LIMIT = 12;
const ANSWER_DELAY_MS = 1_000;
const EACH = 75;
/** A submit and its record, and what the worker needs beside. */
const WORKER_STOPS_WITHIN_MS = 20_000;
const API_STOPS_WITHIN_MS = 15_000;

let system: System;
let worker: Child;
let api: Child;

beforeAll(async () => {
  system = await startSystem({ workers: 0, api: false });
  [worker, api] = await Promise.all([system.startWorker(), system.startApi()]);
  await addSenders(system, 'stops', () => ({ rateLimit: RATE_LIMIT, awaitDeliveryS: 5 }));
  for (const wire of SENDERS) {
    await system.control('accounts', { wire, login: 'stops', answerDelayMs: ANSWER_DELAY_MS });
  }
});
afterAll(() => system?.stop());

it('SIGTERM of a worker, twice, while the next one starts', { timeout: 120_000 }, async () => {
  const phones = newPhones(EACH);
  const ids = await postAll(phones);
  for (const share of [0.15, 0.55]) {
    await eventually(
      () => takenOf(phones),
      (n) => n >= phones.length * share,
      60_000,
    );
    expect(await openClaims(), 'submits are under way').toBeGreaterThan(0);
    const next = system.startWorker();
    await stopped(worker, WORKER_STOPS_WITHIN_MS);
    worker = await next;
  }
  await expectAllWell(ids, phones);
});

it('SIGTERM of the API, while it accepts and hears reports', { timeout: 120_000 }, async () => {
  const phones = newPhones(EACH);
  const ids: string[] = [];
  let refused = 0;
  const posting = Promise.all(
    phones.map(async ({ to, sender }, i) => {
      await sleep(i * 40);
      for (;;) {
        const answer = await post(to, sender, `stop-${i}`);
        if (answer?.status === 202) return ids.push(answer.body.id);
        refused++;
        await sleep(50);
      }
    }),
  );
  await eventually(
    () => takenOf(phones),
    (n) => n >= 15,
    60_000,
  );
  await stopped(api, API_STOPS_WITHIN_MS);
  expect(ids.length).toBeLessThan(phones.length);
  api = await system.startApi();
  await posting;
  process.stdout.write(`${refused} posts found no API and were repeated with their key\n`);
  await expectAllWell(ids, phones);
});

interface Recipient {
  to: string;
  sender: string;
}

const newPhones = (each: number): Recipient[] =>
  Array.from({ length: each }, () => SENDERS.map((sender) => ({ to: phone(sender), sender }))).flat();

async function postAll(phones: Recipient[]): Promise<string[]> {
  const messages = phones.map((it) => ({ ...it, text: TEXT }));
  const { body } = await system.request('POST', '/v1/messages/batch', { messages });
  expect(body).toMatchObject({ accepted: phones.length });
  return body.results.map(({ message }: { message: { id: string } }) => message.id);
}

/** Undefined: the connection was refused or closed before an answer. */
async function post(to: string, sender: string, key: string) {
  try {
    return await system.request('POST', '/v1/messages', { to, sender, text: TEXT }, { 'idempotency-key': key });
  } catch {
    return undefined;
  }
}

async function stopped(child: Child, withinMs: number): Promise<void> {
  const asked = Date.now();
  process.kill(child.pid, 'SIGTERM');
  expect(await child.ended).toBe('exit code 0');
  process.stdout.write(`${child.name} stopped in ${Date.now() - asked} ms\n`);
  expect(Date.now() - asked).toBeLessThan(withinMs);
}

async function openClaims(): Promise<number> {
  const [row] = await system.db.sql`SELECT count(*)::int AS n FROM messages WHERE attempt_state = 'open'`;
  return Number(row?.n);
}

async function takenOf(phones: Recipient[]): Promise<number> {
  const counts = await takenCounts();
  return phones.filter(({ to }) => counts.has(to)).length;
}

/** How many SMS the simulated gateways took for each phone. */
async function takenCounts(): Promise<Map<string, number>> {
  const { handsets } = await system.control<{ handsets: { phone: string; sms: unknown[] }[] }>('handsets');
  return new Map(handsets.map((it) => [`+${it.phone}`, it.sms.length]));
}

/** Delivered, each by one submit that the gateway answered. */
async function expectAllWell(ids: string[], phones: Recipient[]): Promise<void> {
  // A report may end a message before the answer to its submit is there.
  const ends = await eventually(
    () => system.db.sql`
      SELECT status, count(*)::int AS n, bool_or(attempt_state = 'open') AS open FROM messages
      WHERE id = ANY (${ids}) GROUP BY status`,
    (rows) => rows.every(({ status, open }) => !['accepted', 'sending', 'sent'].includes(String(status)) && !open),
    90_000,
    200,
  );
  const counts = await takenCounts();
  const outcomes = await system.db.sql`
    SELECT coalesce(detail->>'kind', kind) AS kind, count(*)::int AS n FROM message_events
    WHERE message_id = ANY (${ids}) AND kind IN ('outcome', 'uncertain') GROUP BY 1 ORDER BY 1`;
  const [longest] = await system.db.sql`
    SELECT max(extract(epoch FROM submitted_at - accepted_at))::float8 AS s FROM messages WHERE id = ANY (${ids})`;
  const { accepted, 'not-sent': notSent = 0, ...others } = Object.fromEntries(outcomes.map(({ kind, n }) => [kind, n]));
  process.stdout.write(
    `${ids.length} messages: ${accepted} submits were answered, ${notSent} not written; ` +
      `the longest from accept to submit: ${Number(longest?.s).toFixed(1)} s\n`,
  );
  expect(others, 'nothing uncertain').toEqual({});
  expect(accepted).toBe(phones.length);
  expect(phones.filter(({ to }) => counts.get(to) !== 1)).toEqual([]);
  expect(new Set(ids).size).toBe(phones.length);
  expect([...ends]).toEqual([{ status: 'delivered', n: phones.length, open: false }]);
}
