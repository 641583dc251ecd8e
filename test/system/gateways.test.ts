/** Every gateway, through its simulated wire and Temporal: taken and told of, refused, put off, in doubt, and stopped. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GATEWAYS } from '../../gateways/catalogue.ts';
import { addLines, LINES, type Line } from './gateways.ts';
import { phone } from './phones.ts';
import { eventually, isFinal, type MessageView, type System, startSystem } from './system.ts';

let system: System;

const SESSION_MS = 2_000;

/** Whose ended sessions are answered with nothing that says so. */
const forgetful = LINES.filter(({ name }) => name === 'smsimple').map(
  (line): Line => ({
    ...line,
    name: 'smsimple-forgetful',
    login: 'smsimple-forgetful',
    options: { sessionMs: SESSION_MS, errors: 'empty' },
  }),
);

beforeAll(async () => {
  system = await startSystem({ env: { PULL_EVERY_S: '1' } });
  await addLines(system, [...LINES, ...forgetful]);
});
afterAll(() => system?.stop());

const WITHIN_MS = 55_000;

async function endOf(line: Line, magic: string): Promise<{ message: MessageView; taken: number; outcomes: string[] }> {
  const to = phone(line.gateway, magic);
  const id = await system.send({ to, sender: line.name });
  const message = await system.until(id, isFinal, WITHIN_MS);
  return { message, taken: await system.takenFor(to), outcomes: outcomesOf(message) };
}

const isRepeated = ({ resolvedBy }: Line) => resolvedBy === 'repeat' || resolvedBy === 'policy';

const outcomesOf = ({ timeline }: MessageView) =>
  timeline.filter(({ kind }) => kind === 'outcome').map(({ detail }) => String(detail?.kind));

/** What the timeline says of a doubt when it begins. */
const NEXT: Record<Line['resolvedBy'], RegExp> = {
  repeat: /^it is submitted again under the same reference: the gateway drops repeats .*as the first time$/,
  sign: /^it is submitted again under the same reference: the gateway drops repeats .*calls them duplicates$/,
  poll: /the gateway is asked by our reference/,
  report: /cannot be asked by our reference; a report by our reference is waited for/,
  policy: /after \d+ s without a sign the sender's policy decides \(resend\)$/,
  nothing: /(report by our reference is waited for|nothing can be asked .*); after .* decides \(hold\)$/,
};

/** Which of its entries closes the doubt, or says why nothing does. */
const RESOLVES: Record<Line['resolvedBy'], (entry: MessageView['timeline'][number]) => boolean> = {
  repeat: ({ detail }) => detail?.kind === 'accepted' && /drops repeats/.test(String(detail.repeated)),
  sign: ({ kind, source, detail }) => detail?.kind === 'accepted' || isSign(kind, source),
  // A report may be faster.
  poll: ({ kind, source }) => isSign(kind, source),
  report: ({ kind, source }) => isSign(kind, source) && source === 'report',
  policy: ({ detail }) => detail?.kind === 'accepted' && /policy is to submit once more/.test(String(detail.repeated)),
  nothing: ({ kind, detail }) => kind === 'waits' && /policy is not to submit again/.test(String(detail?.detail)),
};

const isSign = (kind: string, source: unknown) => kind === 'report' && (source === 'poll' || source === 'report');

it('leaves no gateway out but the one that is all profile', () => {
  const tried = new Set(LINES.map(({ gateway }) => gateway));
  expect(GATEWAYS.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual(['http']);
});

describe.concurrent.each(LINES.map((line) => [line.name, line] as const))('%s', (_, line) => {
  it('delivers, and says by what it knows', async () => {
    const { message, taken, outcomes } = await endOf(line, '000');
    expect(outcomes.at(-1)).toBe('accepted');
    expect(outcomes).not.toContain('uncertain');
    const source = {
      report: 'report',
      poll: 'poll',
      either: expect.stringMatching(/^(report|poll)$/),
      nothing: 'clock',
    };
    expect(message).toMatchObject({
      status: line.told === 'nothing' ? 'unknown' : 'delivered',
      source: source[line.told],
    });
    expect(taken).toBe(1);
  });

  it('refuses a bad recipient', async () => {
    const { message, taken } = await endOf(line, '911');
    expect(message).toMatchObject({ status: 'rejected', source: 'answer' });
    expect(taken).toBe(0);
  });

  it('puts off what was not taken, and delivers it', async () => {
    const to = phone(line.gateway, '921');
    const id = await system.send({ to, sender: line.name });
    // The message is read before its timeline.
    const isPutOff = (message: MessageView) => outcomesOf(message).length > 0 && message.status !== 'sending';
    const wanted = line.slow ? isPutOff : isFinal;
    const message = await system.until(id, wanted, WITHIN_MS);
    // Once or twice: a session may be over as well.
    expect(outcomesOf(message).join(' ')).toMatch(line.slow ? /^not-sent$/ : /^(not-sent )+accepted$/);
    expect(message.status).toBe(line.slow ? 'accepted' : line.told === 'nothing' ? 'unknown' : 'delivered');
    expect(await system.takenFor(to)).toBe(line.slow ? 0 : 1);
    // Where repeats are dropped by it, the reference is what keeps the next attempt from being a second SMS.
    const references = message.timeline.filter(({ kind }) => kind === 'attempt').map(({ detail }) => detail?.reference);
    if (!line.slow) expect(new Set(references).size === 1).toBe(line.resolvedBy === 'repeat');
  });

  it('resolves a doubt by its own means, and never takes an SMS twice', async () => {
    const { message, taken, outcomes } = await endOf(line, '935');
    expect(taken).toBe(1);
    const [first, ...others] = outcomes.filter((kind) => kind !== 'not-sent');
    expect(first).toBe('uncertain');
    if (line.resolvedBy !== 'sign') expect(others).toEqual(isRepeated(line) ? ['accepted'] : []);
    expect(message.status).toBe(line.resolvedBy === 'nothing' ? 'unknown' : 'delivered');

    const doubt = message.timeline.find(({ detail }) => detail?.kind === 'uncertain')?.detail;
    expect(doubt?.evidence).toMatchObject({ reach: 'answered', status: 500 });
    expect(doubt?.next).toMatch(NEXT[line.resolvedBy]);
    expect(message.timeline.filter(RESOLVES[line.resolvedBy]), JSON.stringify(message.timeline)).not.toEqual([]);
  });

  it.runIf(line.inbound)('hears a stop word', async () => {
    const to = phone(line.gateway);
    await system.control('inbound', { wire: line.wire ?? line.gateway, login: line.login, from: to, text: 'STOP' });
    await eventually(
      () => system.db.sql`SELECT source FROM suppressions WHERE phone = ${to}`,
      ([entry]) => entry?.source === 'stop-word',
      WITHIN_MS,
    );
    const message = await system.until(await system.send({ to, sender: line.name }), isFinal, WITHIN_MS);
    expect(message).toMatchObject({ status: 'suppressed' });
    expect(await system.takenFor(to)).toBe(0);
  });
});

it('logs in anew where nothing says that the session is over', async () => {
  const [sender] = forgetful.map(({ name }) => name);
  const send = async () => await system.send({ to: phone('smsimple', '000'), sender });
  const first = await send();
  expect(await system.until(first, isFinal, WITHIN_MS)).toMatchObject({ status: 'delivered', source: 'poll' });
  await sleep(SESSION_MS);
  const doubted = await send();
  await system.until(doubted, (message) => outcomesOf(message).includes('uncertain'), WITHIN_MS);
  const last = await system.until(await send(), isFinal, WITHIN_MS);
  expect(last).toMatchObject({ status: 'delivered', source: 'poll' });
  expect(outcomesOf(last)).toEqual(['accepted']);
});

it('sends nothing to a phone in answer to a webhook call', async () => {
  const { calls } = await system.control<{ calls: { sentBack?: string[]; answer?: number }[] }>('book');
  expect(calls.length).toBeGreaterThan(10);
  expect(calls.flatMap(({ sentBack = [] }) => sentBack)).toEqual([]);
  expect(calls.filter(({ answer = 0 }) => answer >= 400)).toEqual([]);
});
