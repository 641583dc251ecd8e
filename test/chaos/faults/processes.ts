/** Parts die or stand still at any moment. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { PartName } from '../model.ts';
import type { Random } from '../random.ts';
import type { Fault, RepairKind, Stage } from './fault.ts';

/** What the API had accepted and not started yet, and webhook calls that it had not worked through. */
const LEFT_BEHIND: readonly RepairKind[] = ['started', 'webhookCalls'];

export const processFaults: readonly Fault[] = [
  kill('kill-worker', workerOf, 3, 4_000),
  kill('kill-api', () => 'api', 2, 3_000, LEFT_BEHIND),
  kill('kill-temporal', () => 'temporal', 2, 4_000, LEFT_BEHIND),
  kill('kill-postgres', () => 'postgres', 2, 4_000, LEFT_BEHIND),
  freeze('freeze-worker', workerOf, 3, [3_000, 7_000]),
  freeze('freeze-api', () => 'api', 1, [1_500, 6_000], LEFT_BEHIND),
  {
    ...base('kill-worker-in-submit', 3, 4_500, []),
    lastsMs: [1_000, 2_500],
    async run(stage, lastsMs, random) {
      await answerAfter(stage, 1_000);
      const seen = await stage.submitting(lastsMs);
      await sleep(random.int(0, 300));
      const worker = workerOf(stage, random);
      await stage.parts.kill(worker);
      await answerAfter(stage, 0);
      await stage.restart(worker);
      return `${worker}, ${seen ? 'while submits were' : 'while no submit was'} under way`;
    },
  },
];

/** The answers of all gateways. */
async function answerAfter({ control, senders }: Stage, answerDelayMs: number): Promise<void> {
  for (const { wire, login } of senders) await control.post('accounts', { wire, login, answerDelayMs });
}

type Choice = (stage: Stage, random: Random) => PartName;

function kill(
  name: string,
  choose: Choice,
  weight: number,
  mendsMs: number,
  explains: readonly RepairKind[] = [],
): Fault {
  return {
    ...base(name, weight, mendsMs, explains),
    lastsMs: [0, 3_000],
    async run(stage, lastsMs, random) {
      const part = choose(stage, random);
      await stage.parts.kill(part);
      await sleep(lastsMs);
      await stage.restart(part);
      return `${part}, away for ${lastsMs} ms`;
    },
  };
}

function freeze(
  name: string,
  choose: Choice,
  weight: number,
  lastsMs: readonly [number, number],
  explains: readonly RepairKind[] = [],
): Fault {
  return {
    ...base(name, weight, 200, explains),
    lastsMs,
    async run({ parts, ...stage }, ms, random) {
      const part = choose({ parts, ...stage }, random);
      parts.freeze(part);
      try {
        await sleep(ms);
      } finally {
        parts.thaw(part);
      }
      return `${part} for ${ms} ms`;
    },
  };
}

function base(name: string, weight: number, mendsMs: number, explains: readonly RepairKind[]) {
  return { name, lane: 'processes' as const, weight, mendsMs, explains };
}

function workerOf({ parts }: Stage, random: Random): PartName {
  return random.pick(parts.names().filter((name) => name.startsWith('worker-')));
}
