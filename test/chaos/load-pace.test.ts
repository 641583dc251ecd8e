import { describe, expect, it } from 'vitest';
import { createPace, WINDOW_S } from './load-pace.ts';

const RATE = 24;
const VALIDITY_S = 60;

interface Machine {
  /** Submits in the nth second, at most. */
  capacity(second: number): number;
  /** In which Postgres answers nobody. */
  away?(second: number): boolean;
  /** Seconds from submit to report. */
  reportsAfter?: number;
}

/** A load of `RATE` on this machine, second by second. @returns by second */
function run({ capacity, away = () => false, reportsAfter = 2 }: Machine, seconds: number) {
  const pace = createPace(RATE);
  const waiting: number[] = [];
  const submits: number[] = [];
  return Array.from({ length: seconds }, (_, second) => {
    const posted = pace.hasRoom() && !away(second) ? RATE : 0;
    for (let i = 0; i < posted; i++) waiting.push(second);
    const expired = waiting.filter((at) => second - at >= VALIDITY_S).length;
    waiting.splice(0, expired);
    const waited = waiting.splice(0, away(second) ? 0 : capacity(second)).map((at) => second - at);
    submits.push(waited.length);
    if (!away(second)) {
      const open = waiting.length + sum(submits.slice(-reportsAfter));
      pace.saw({ open, waiting: waiting.length, submitted: sum(submits.slice(-WINDOW_S)) });
    }
    return { posted, expired, waited: Math.max(0, ...waited), backlog: waiting.length };
  });
}

const sum = (all: readonly number[]) => all.reduce((one, other) => one + other, 0);
const of = <Key extends string>(seconds: readonly Record<Key, number>[], key: Key) => seconds.map((it) => it[key]);

describe('the pace of the load', () => {
  it.each([
    ['a machine that keeps up', { capacity: () => 60 }, RATE, 0],
    ['one that just keeps up', { capacity: () => RATE }, RATE, 0],
    ['a slow one', { capacity: () => 10 }, 10, 15],
    ['one that is slow by fits and starts', { capacity: (s: number) => (s % 5 === 0 ? 50 : 0) }, 10, 20],
    ['one that is slower than the least that it gets', { capacity: () => 5 }, 5, 30],
    ['one whose gateways report late', { capacity: () => 60, reportsAfter: 25 }, RATE, 0],
  ])('follows %s', (_, machine: Machine, rate, longestWait) => {
    const seconds = run(machine, 600);
    expect(sum(of(seconds.slice(60), 'posted')) / 540).toBeCloseTo(rate, 0);
    expect(Math.max(...of(seconds, 'waited'))).toBeLessThanOrEqual(longestWait);
    expect(sum(of(seconds, 'expired'))).toBe(0);
  });

  it('stops at half a minute of the wanted rate in flight', () => {
    const seconds = run({ capacity: () => 60, reportsAfter: 70 }, 200);
    const inFlight = seconds.map((_, second) => sum(of(seconds.slice(Math.max(0, second - 70), second), 'posted')));
    expect(Math.max(...inFlight)).toBeLessThanOrEqual(31 * RATE);
    expect(Math.max(...inFlight)).toBeGreaterThan(29 * RATE);
  });

  it.each([1, 5, 10])('goes on through an outage of the submits of %i s, and after it', (lasts) => {
    const isDown = (second: number) => second >= 100 && second < 100 + lasts;
    const seconds = run({ capacity: (second) => (isDown(second) ? 0 : 60) }, 200);
    expect(sum(of(seconds.slice(100), 'posted'))).toBe(100 * RATE);
  });

  it('has a backlog of ten seconds in a longer outage, and the same in the next one', () => {
    const isDown = (second: number) => second % 60 >= 30;
    const seconds = run({ capacity: (second) => (isDown(second) ? 0 : 60) }, 300);
    for (const end of [119, 179, 239, 299]) {
      const backlog = seconds[end]?.backlog ?? 0;
      expect(backlog, `at ${end} s`).toBeGreaterThanOrEqual(9 * RATE);
      expect(backlog, `at ${end} s`).toBeLessThanOrEqual(12 * RATE);
    }
  });

  it('does not count the time in which Postgres is away', () => {
    const away = (second: number) => second >= 100 && second < 190;
    const seconds = run({ capacity: () => 20, away }, 260);
    const before = Math.max(...of(seconds.slice(60, 100), 'backlog'));
    expect(Math.max(...of(seconds.slice(190), 'backlog'))).toBeCloseTo(before, -1);
  });

  it('follows a machine that becomes slow, within a minute and a half', () => {
    const seconds = run({ capacity: (second) => (second < 200 ? 60 : 10) }, 500);
    expect(sum(of(seconds, 'expired'))).toBe(0);
    expect(Math.max(...of(seconds.slice(290), 'waited'))).toBeLessThanOrEqual(15);
  });

  it('is not misled by a backlog that is submitted all at once', () => {
    const seconds = run({ capacity: (second) => (second === 100 ? 500 : 10) }, 300);
    expect(Math.max(...of(seconds.slice(101), 'waited'))).toBeLessThanOrEqual(15);
  });

  it('is not misled by what ends without a submit', () => {
    const pace = createPace(RATE);
    for (let second = 0; second < 120; second++) pace.saw({ open: 300, waiting: 73, submitted: 30 });
    expect(pace.hasRoom()).toBe(false);
    pace.saw({ open: 299, waiting: 72, submitted: 30 });
    expect(pace.hasRoom()).toBe(true);
  });
});
