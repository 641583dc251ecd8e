/** Does what the plan says, and writes down when it was done. */
import { setTimeout as sleep } from 'node:timers/promises';
import { moment } from '../../local/simulator/book.ts';
import { LANES, type Stage } from './faults/fault.ts';
import type { Journal } from './journal.ts';
import type { PlannedFault, Round } from './plan.ts';
import type { Random } from './random.ts';

export interface Performance {
  /** Faults that are in force now. */
  current(): string[];
  /** Resolves when the plan is done. */
  ended: Promise<void>;
  /** Begins no more faults. @returns when the last is mended */
  stop(): Promise<void>;
}

export function perform(plan: readonly Round[], stage: Stage, journal: Journal, random: Random): Performance {
  const current = new Set<string>();
  let stopping = false;

  async function run(): Promise<void> {
    for (const [i, { lanes, calmMs }] of plan.entries()) {
      if (stopping) return;
      const begun = Date.now();
      await Promise.all(LANES.map((lane) => inTurn(lanes[lane], begun, random.fork(`${i}/${lane}`))));
      journal.note('a calm window begins');
      await until(Date.now() + calmMs);
    }
  }

  async function inTurn(planned: readonly PlannedFault[], begun: number, ofLane: Random): Promise<void> {
    for (const { at, fault, lastsMs } of planned) {
      await until(begun + at);
      if (stopping) return;
      const faultBegun = moment();
      current.add(fault.name);
      const what = await fault.run(stage, lastsMs, ofLane);
      current.delete(fault.name);
      const explains = [...fault.explains];
      journal.add({ kind: 'fault', name: fault.name, what, begun: faultBegun, ended: moment(), explains });
    }
  }

  async function until(time: number): Promise<void> {
    while (!stopping && Date.now() < time) await sleep(Math.min(200, Math.max(0, time - Date.now())));
  }

  const ended = run();
  return {
    current: () => [...current],
    ended,
    async stop() {
      stopping = true;
      await ended;
    },
  };
}
