/**
 * How far the time of an arrival may be wrong: by what the proxy measured for that very arrival (`lateMs`), and no more.
 * Its first byte came between `lateMs` before the time stamp and the stamp itself.
 */
import type { Arrival } from '../model.ts';

export interface ClockError {
  /** Milliseconds by which it came later than `time` (of the monotonic clock) at the least. Not above 0: perhaps before. */
  monoAfter(arrival: Arrival, time: number): number;
  /** The same by the wall clock, for a time of Postgres: both clocks count whole milliseconds, which is 1 ms more. */
  wallAfter(arrival: Arrival, time: number): number;
  /** The largest that was stated of the arrivals looked at, and how many would be breaches without it. */
  toString(): string;
}

const WHOLE_MS = 1;

export function createClockError(): ClockError {
  let largest = 0;
  let needed = 0;
  const surely = (byStamp: number, lateMs: number) => {
    largest = Math.max(largest, lateMs);
    if (byStamp > 0 && byStamp <= lateMs) needed++;
    return byStamp - lateMs;
  };
  return {
    monoAfter: ({ mono, lateMs }, time) => surely(mono - time, lateMs),
    wallAfter: ({ at, lateMs }, time) => surely(at - time, lateMs + WHOLE_MS),
    toString: () => `stated clock error at most ${largest.toFixed(1)} ms, needed by ${needed}`,
  };
}
