import { describe, expect, it } from 'vitest';
import { LANES } from './faults/fault.ts';
import { FAULTS } from './faults/index.ts';
import { makePlan, type PlanOptions, type Round } from './plan.ts';
import { createRandom } from './random.ts';

const DEFAULT = { seconds: 120, calmEvery: 30 };
const sum = (all: number[]) => all.reduce((one, other) => one + other, 0);
const plan = (seed: number, options: PlanOptions = DEFAULT) => makePlan(FAULTS, options, createRandom(seed));
const faultsOf = (rounds: Round[]) => rounds.flatMap(({ lanes }) => LANES.flatMap((lane) => lanes[lane]));
const namesOf = (rounds: Round[]) => faultsOf(rounds).map(({ at, fault, lastsMs }) => [at, fault.name, lastsMs]);

describe('the plan of faults', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(namesOf(plan(7))).toEqual(namesOf(plan(7)));
    expect(namesOf(plan(8))).not.toEqual(namesOf(plan(7)));
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'has every fault in a default run, and in one of a minute, with seed %i',
    (seed) => {
      for (const options of [DEFAULT, { seconds: 60, calmEvery: 30 }]) {
        const names = new Set(faultsOf(plan(seed, options)).map(({ fault }) => fault.name));
        expect([...names].sort()).toEqual(FAULTS.map(({ name }) => name).sort());
      }
    },
  );

  it('leaves a calm window at the end of every round', () => {
    const rounds = plan(1);
    expect(rounds).toHaveLength(4);
    for (const { lanes, calmMs } of rounds) {
      expect(calmMs).toBeGreaterThanOrEqual(5_000);
      for (const lane of LANES) {
        const ends = lanes[lane].map(({ at, fault, lastsMs }) => at + lastsMs + fault.mendsMs);
        expect(ends.length).toBeGreaterThan(0);
        expect(Math.max(...ends)).toBeLessThanOrEqual(30_000 - calmMs);
      }
    }
  });

  it('has the faults of a lane one after another, each as long as it may last', () => {
    for (const { lanes } of plan(2)) {
      for (const lane of LANES) {
        let free = 0;
        for (const { at, fault, lastsMs } of lanes[lane]) {
          expect(at, fault.name).toBeGreaterThanOrEqual(free);
          expect(lastsMs).toBeGreaterThanOrEqual(fault.lastsMs[0]);
          expect(lastsMs).toBeLessThanOrEqual(fault.lastsMs[1]);
          free = at + lastsMs + fault.mendsMs;
        }
      }
    }
  });

  it('takes what fits into a short run', () => {
    const short = plan(1, { seconds: 15, calmEvery: 30 });
    expect(short).toHaveLength(1);
    expect(faultsOf(short).length).toBeGreaterThan(6);
    expect(plan(1, { seconds: 300, calmEvery: 0 })).toHaveLength(1);
  });

  describe('of a soak', () => {
    const SOAK = { seconds: 7_000, calmEvery: 30 };
    const troubleS = (rounds: Round[]) =>
      rounds.length * SOAK.calmEvery - sum(rounds.map(({ calmMs }) => calmMs)) / 1_000;
    const countsOf = (rounds: Round[]) => {
      const counts: Record<string, number> = {};
      for (const { fault } of faultsOf(rounds)) counts[fault.name] = (counts[fault.name] ?? 0) + 1;
      return counts;
    };

    it.each([1, 2, 3])('has a fault every 4 s and more, all over it, with seed %i', (seed) => {
      const rounds = plan(seed, SOAK);
      expect(rounds).toHaveLength(233);
      expect(faultsOf(rounds).length).toBeGreaterThan(troubleS(rounds) / 4);
      for (const round of rounds) expect(faultsOf([round]).length).toBeGreaterThan(troubleS([round]) / 4);
    });

    it.each([1, 2, 3])('kills every part of the product again and again, with seed %i', (seed) => {
      const counts = countsOf(plan(seed, SOAK));
      const workers = (counts['kill-worker'] ?? 0) + (counts['kill-worker-in-submit'] ?? 0);
      expect(workers).toBeGreaterThan(150);
      for (const name of ['kill-api', 'kill-temporal', 'kill-postgres']) expect(counts[name]).toBeGreaterThan(40);
    });

    it.each([1, 2, 3])('kills or freezes a part every 6 s where it is busy, with seed %i', (seed) => {
      const rounds = plan(seed, { ...SOAK, busy: true });
      const counts = Object.entries(countsOf(rounds));
      const of = (prefix: RegExp) => sum(counts.filter(([name]) => prefix.test(name)).map(([, count]) => count));
      expect(of(/^(kill|freeze)-/)).toBeGreaterThan(troubleS(rounds) / 6);
      expect(of(/^kill-/)).toBeGreaterThan(troubleS(rounds) / 8);
    });
  });

  it('knows each fault once', () => {
    const names = FAULTS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
