import fc from 'fast-check';
import { expect, it } from 'vitest';
import { latenessMs } from '../../activities/slot.ts';

/** Slots of a sender with this limit, in milliseconds: see claim_send. */
const slots = (limit: number, count: number) => Array.from({ length: count }, (_, n) => (n * 1000) / (0.95 * limit));

it.each([1, 2, 5, 9, 10, 19, 20, 49, 100, 500])(
  'no second has more than %i submits and a tenth, however late each is',
  (limit) => {
    const lateness = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 400, maxLength: 400 });
    fc.assert(
      fc.property(lateness, (late) => {
        const writes = slots(limit, Math.min(400, 4 * limit + 4)).map(
          (slot, n) => slot + (late[n] ?? 0) * latenessMs(limit),
        );
        const most = Math.max(...writes.map((from) => writes.filter((at) => at >= from && at < from + 1000).length));
        expect(most).toBeLessThanOrEqual(limit * 1.1);
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

it('a limit below one in a second leaves time too', () => {
  expect(latenessMs(0.5)).toBeGreaterThan(30);
});
