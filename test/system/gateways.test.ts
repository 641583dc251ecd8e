/** Every gateway, through its simulated wire and Temporal: taken and told of, refused, put off, in doubt, and stopped. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GATEWAYS } from '../../gateways/catalogue.ts';
import { addLines, LINES, type Line } from './gateways.ts';
import { phone } from './phones.ts';
import { eventually, isFinal, type MessageView, type System, startSystem } from './system.ts';

let system: System;

beforeAll(async () => {
  system = await startSystem({ env: { PULL_EVERY_S: '1' } });
  await addLines(system);
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
  });

  it('resolves a doubt by its own means, and never takes an SMS twice', async () => {
    const { message, taken, outcomes } = await endOf(line, '935');
    expect(taken).toBe(1);
    const [first, ...others] = outcomes.filter((kind) => kind !== 'not-sent');
    expect(first).toBe('uncertain');
    if (line.resolvedBy !== 'sign') expect(others).toEqual(isRepeated(line) ? ['accepted'] : []);
    expect(message.status).toBe(line.resolvedBy === 'nothing' ? 'unknown' : 'delivered');
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

it('sends nothing to a phone in answer to a webhook call', async () => {
  const { calls } = await system.control<{ calls: { sentBack?: string[]; answer?: number }[] }>('book');
  expect(calls.length).toBeGreaterThan(10);
  expect(calls.flatMap(({ sentBack = [] }) => sentBack)).toEqual([]);
  expect(calls.filter(({ answer = 0 }) => answer >= 400)).toEqual([]);
});
