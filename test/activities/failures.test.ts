import { ApplicationFailure } from '@temporalio/common';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { maskFailures } from '../../activities/failures.ts';

const SECRET = '+79995550101 refused: Tajnyj tekst';

/** Fails an activity with this input. @returns what Temporal is told, and the lines of the log */
async function failed(args: unknown[], err: unknown) {
  const lines: string[] = [];
  const log = pino({ base: null, timestamp: false }, { write: (line: string) => void lines.push(line) });
  const execute = maskFailures(log).execute;
  if (!execute) throw new Error('it masks nothing');
  const told: unknown = await execute({ args, headers: {} }, () => Promise.reject(err)).catch((failure) => failure);
  return { told, lines: lines.map((line): unknown => JSON.parse(line)), raw: lines.join('\n') };
}

it.each([
  [[{ messageId: 'm-1', senderId: 's-1' }], { messageId: 'm-1' }],
  [[{ senderId: 's-1', messageId: null }], {}],
  [[{ gatewayAccountId: 'a-1' }], {}],
  [[], {}],
])('the log of a failure names the message that it was about: %j', async (args, named) => {
  const { lines } = await failed(args, new TypeError(SECRET));
  const words = { level: 40, kind: 'TypeError', msg: 'an activity failed and will be tried again' };
  expect(lines).toEqual([{ ...words, ...named, stack: expect.any(Array) }]);
});

it('neither Temporal nor the log gets the words of others', async () => {
  const { told, raw } = await failed([{ messageId: 'm-1' }], new TypeError(SECRET));
  expect(told).toBeInstanceOf(ApplicationFailure);
  expect(told).toMatchObject({ type: 'TypeError', message: "failed (TypeError); see the worker's log" });
  expect(`${JSON.stringify(told)}${raw}`).not.toContain('Tajnyj');
});

it('our own failures go as they are, and are not logged', async () => {
  const ours = ApplicationFailure.create({ type: 'NotSent', message: 'not sent' });
  expect(await failed([{ messageId: 'm-1' }], ours)).toMatchObject({ told: ours, lines: [] });
});

it('what waits for Postgres is tried again after seconds, however often it has failed', async () => {
  const away = Object.assign(new Error('reset'), { code: 'ECONNRESET' });
  const waits = (err: unknown) => failed([], err).then(({ told }) => (told as ApplicationFailure).nextRetryDelay);
  expect(await waits(Object.assign(new Error('Failed query'), { cause: away }))).toBe(3_000);
  expect(await waits(new TypeError(SECRET))).toBeUndefined();
});
