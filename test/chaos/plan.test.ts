import { describe, expect, it } from 'vitest';
import { LANES } from './faults/fault.ts';
import { FAULTS } from './faults/index.ts';
import { makePlan, type Round } from './plan.ts';
import { createRandom } from './random.ts';

const DEFAULT = { seconds: 120, calmEvery: 30 };
const plan = (seed: number, options = DEFAULT) => makePlan(FAULTS, options, createRandom(seed));
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

  it('knows each fault once', () => {
    const names = FAULTS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
