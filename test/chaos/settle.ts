/** After the load: everything comes to its end, with nothing more in its way. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Control } from './control.ts';
import type { Watch } from './watch.ts';

export interface Settled {
  seconds: number;
  /** Messages without an end. */
  inFlight: number;
  counts: Readonly<Record<string, number>>;
}

/** Of housekeeping and retries, on top of the time that messages may take. */
const SLACK_MS = 170_000;
const LOOK_EVERY_MS = 500;
const SAY_EVERY_MS = 10_000;

/** Calls are closed within seconds, and those that a fault has left when housekeeping comes to them. */
const CALLS_MS = 60_000;

/** Validity, and the sender's report grace, which is a sixth of it: four minutes for a validity of one. */
export const settleWithinMs = (validityS: number): number => Math.ceil((validityS * 7) / 6) * 1_000 + SLACK_MS;

/**
 * @returns when nothing is in flight, gateways have nothing more to tell, and what they have told is worked through; or
 * when the time for it is over
 */
export async function settle(
  watch: Watch,
  control: Control,
  withinMs: number,
  say: (line: string) => void,
): Promise<Settled> {
  const begun = Date.now();
  let quietSince: number | undefined;
  for (let sayAt = begun + SAY_EVERY_MS; ; await sleep(LOOK_EVERY_MS)) {
    const inFlight = await watch.openNow();
    const { waiting } = await control.get<{ waiting: number }>('waiting');
    const calls = await watch.callsLeft();
    const seconds = Math.round((Date.now() - begun) / 1_000);
    if (inFlight > 0 || waiting > 0) quietSince = undefined;
    else quietSince ??= Date.now();
    const isDone = quietSince !== undefined && (calls === 0 || Date.now() - quietSince > CALLS_MS);
    if (isDone || seconds * 1_000 > withinMs) return { seconds, inFlight, counts: await watch.countNow() };
    if (Date.now() < sayAt) continue;
    sayAt += SAY_EVERY_MS;
    say(
      `settling for ${seconds} s: in flight ${inFlight}, gateways have ${waiting} to tell, calls left ${calls}; ${listOf(await watch.countNow())}`,
    );
  }
}

/** Such as `accepted 3, delivered 410`. */
export function listOf(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}
