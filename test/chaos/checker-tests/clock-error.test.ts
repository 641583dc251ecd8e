import { expect, it } from 'vitest';
import { createClockError } from '../checker/clock-error.ts';

const arrival = (mono: number, lateMs: number) => ({ at: mono, mono, lateMs, marks: [], passedOn: true });

it('takes off what the proxy stated of that arrival, and of the wall clock a millisecond more', () => {
  const clockError = createClockError();
  expect(clockError.monoAfter(arrival(130, 20), 100)).toBe(10);
  expect(clockError.monoAfter(arrival(130, 0), 100)).toBe(30);
  expect(clockError.wallAfter(arrival(130, 20), 100)).toBe(9);
});

it('says the largest error, and how many would be breaches without one', () => {
  const clockError = createClockError();
  clockError.monoAfter(arrival(110, 10), 100);
  clockError.monoAfter(arrival(99, 56.12), 100);
  clockError.monoAfter(arrival(130, 20), 100);
  expect(`${clockError}`).toBe('stated clock error at most 56.1 ms, needed by 1');
});
