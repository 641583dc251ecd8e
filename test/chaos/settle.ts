/** After the load: everything comes to its end, with nothing more in its way. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Control } from './control.ts';
import { openOf, type Watch } from './watch.ts';

export interface Settled {
  seconds: number;
  /** Messages without an end. */
  inFlight: number;
  counts: Readonly<Record<string, number>>;
}

const WITHIN_MS = 4 * 60_000;
const LOOK_EVERY_MS = 500;
const SAY_EVERY_MS = 10_000;

/** @returns when nothing is in flight and gateways have nothing more to tell, or after four minutes */
export async function settle(watch: Watch, control: Control, say: (line: string) => void): Promise<Settled> {
  const begun = Date.now();
  for (let sayAt = begun + SAY_EVERY_MS; ; await sleep(LOOK_EVERY_MS)) {
    const counts = await watch.countNow();
    const { waiting } = await control.get<{ waiting: number }>('waiting');
    const inFlight = openOf(counts);
    const seconds = Math.round((Date.now() - begun) / 1_000);
    if ((inFlight === 0 && waiting === 0) || seconds * 1_000 > WITHIN_MS) return { seconds, inFlight, counts };
    if (Date.now() < sayAt) continue;
    sayAt += SAY_EVERY_MS;
    say(`settling for ${seconds} s: in flight ${inFlight}, gateways have ${waiting} to tell; ${listOf(counts)}`);
  }
}

/** Such as `accepted 3, delivered 410`. */
export function listOf(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}
