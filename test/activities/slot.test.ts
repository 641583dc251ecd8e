import http from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import type { ActivityContext } from '../../activities/context.ts';
import { createHttp } from '../../activities/http.ts';
import type { KnownSender } from '../../activities/sender-book.ts';
import { callInSlot, latenessMs, pacedLimit } from '../../activities/slot.ts';

/** Slots of a sender with this limit, in milliseconds: see slot_gap in the books (test/db/pacing.test.ts). */
const slots = (limit: number, count: number) =>
  Array.from({ length: count }, (_, n) => (n * 1000) / (0.95 * pacedLimit(limit)));

it.each([1, 1.06, 1.5, 2, 2.5, 3.3, 5, 5.3, 9, 10, 19, 20, 49, 100, 500])(
  'no second has more than %i submits and a tenth, however late each is',
  (limit) => {
    const lateness = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 400, maxLength: 400 });
    fc.assert(
      fc.property(lateness, (late) => {
        const writes = slots(limit, Math.min(400, 4 * limit + 4)).map(
          (slot, n) => slot + (late[n] ?? 0) * latenessMs(limit),
        );
        const most = Math.max(...writes.map((from) => writes.filter((at) => at >= from && at < from + 1000).length));
        expect(most).toBeLessThanOrEqual(Math.max(1, limit * 1.1));
      }),
      { numRuns: 20 },
    );
  },
);

it('the first late and the others in time is the worst', () => {
  for (const limit of [1, 5, 10, 20, 49]) {
    const [first = 0, ...others] = slots(limit, 4 * limit + 4);
    const from = first + latenessMs(limit);
    expect(1 + others.filter((at) => at < from + 1000).length).toBeLessThanOrEqual(limit * 1.1);
    expect(latenessMs(limit)).toBeGreaterThan(30);
  }
});

it('any limit leaves time, also one that is no whole number', () => {
  for (let limit = 0.01; limit < 60; limit += 0.01) expect(latenessMs(limit), `${limit}`).toBeGreaterThan(30);
});

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

it.each([
  [300, 'unwritten', 0],
  [5_000, 'answered', 1],
])('with a slot in 600 ms and a validity of %i ms a request is %s', async (validityMs, reach, requests) => {
  let seen = 0;
  const server = http.createServer((_, response) => {
    seen++;
    response.end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => new Promise((resolve) => server.close(resolve)));
  const calls = createHttp({ networks: ['127.0.0.1'] });
  ends.unshift(() => calls.close());

  const { port } = server.address() as AddressInfo;
  const now = performance.now();
  const slot = { asked: now, answered: now, ms: 600, from: now + 600, to: now + 600 };
  const result = await callInSlot(
    { http: calls } as unknown as ActivityContext,
    { sender: { id: 'a sender', rateLimit: null } } as KnownSender,
    { method: 'POST', url: `http://127.0.0.1:${port}/`, headers: {}, body: Buffer.from('sms') },
    slot,
    validityMs,
    {},
  );
  expect(result.reach).toBe(reach);
  expect(seen).toBe(requests);
});
