/** A gateway breaks off, answers wrongly, shuts us out, or is slow. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault as Answer, Programme } from '../../../local/simulator/faults.ts';
import type { Control } from '../control.ts';
import type { ChaosSender } from '../model.ts';
import type { Random } from '../random.ts';
import type { Fault, Stage } from './fault.ts';

/** For the next few submits, whatever their phones. A large body costs the machine so much that one has to do. */
const PROGRAMMED: readonly [Answer, number][] = [
  ['reset-before-body', 4],
  ['reset-after-accept', 4],
  ['silent', 3],
  ['error-500', 4],
  ['error-500-accepted', 4],
  ['unavailable', 4],
  ['rate-limited', 4],
  ['garbage', 4],
  ['half-answer', 4],
  ['slow-answer', 3],
  ['no-id', 3],
  ['redirect', 3],
  ['drip', 3],
  ['giant', 1],
  ['gzip-bomb', 1],
  ['odd-charset', 4],
];

export const gatewayFaults: readonly Fault[] = [
  ...PROGRAMMED.map(programmed),
  changed('gateway-revoked', [1_000, 4_000], { revoked: true }, { revoked: false }),
  changed('gateway-no-balance', [1_000, 4_000], { balance: 0 }, { balance: null }),
  gatewayFault('gateway-late', [1_000, 5_000], async ({ control }, { wire, login }, lastsMs, random) => {
    const answerDelayMs = random.int(200, 4_000);
    await control.post('accounts', { wire, login, answerDelayMs });
    await sleep(lastsMs);
    await control.post('accounts', { wire, login, answerDelayMs: 0 });
    return `answers after ${answerDelayMs} ms, for ${lastsMs} ms`;
  }),
];

/** At whichever gateway the next submits come to: at one alone they would be too rare. */
function programmed([fault, times]: readonly [Answer, number]): Fault {
  return {
    ...base(`gateway-${fault}`, [500, 3_000]),
    async run({ control }, lastsMs, random) {
      const wanted = random.int(1, times);
      await control.post('fault', { fault, times: wanted });
      const left = await leftOf(control, fault, lastsMs);
      return left === 0 ? `${wanted} times` : `${wanted - left} times, and ${left} times later`;
    },
  };
}

/** Waits until it was met as often as was programmed, or for as long as it may last. @returns how often it is still to come */
async function leftOf(control: Control, fault: Answer, withinMs: number): Promise<number> {
  for (const deadline = Date.now() + withinMs; ; await sleep(200)) {
    const { programmed: open } = await control.get<{ programmed: Programme[] }>('faults');
    const left = open.filter((it) => it.fault === fault).reduce((sum, it) => sum + it.times, 0);
    if (left === 0 || Date.now() > deadline) return left;
  }
}

function changed(name: string, lastsMs: readonly [number, number], wrong: object, right: object): Fault {
  return gatewayFault(name, lastsMs, async ({ control }, { wire, login }, ms) => {
    await control.post('accounts', { wire, login, ...wrong });
    await sleep(ms);
    await control.post('accounts', { wire, login, ...right });
    return `for ${ms} ms`;
  });
}

function gatewayFault(
  name: string,
  lastsMs: readonly [number, number],
  run: (stage: Stage, sender: ChaosSender, lastsMs: number, random: Random) => Promise<string>,
): Fault {
  return {
    ...base(name, lastsMs),
    async run(stage, ms, random) {
      const sender = random.pick(stage.senders);
      return `${sender.name}: ${await run(stage, sender, ms, random)}`;
    },
  };
}

function base(name: string, lastsMs: readonly [number, number]): Omit<Fault, 'run'> {
  return { name, lane: 'gateways', weight: 2, lastsMs, mendsMs: 50, explains: [] };
}
