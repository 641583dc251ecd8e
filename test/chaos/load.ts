/** Mixed traffic at a steady rate where the machine keeps up, as the seed has it, until it is told to stop. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ACTS, burst, crowd, type Traffic } from './load/acts.ts';
import type { Random } from './random.ts';

export interface LoadOptions {
  /** Messages per second. */
  rate: number;
  /** It ends by itself when so many were posted. */
  messages: number;
  /** Whether the machine can take more at the moment: it waits while it cannot. */
  hasRoom(): boolean;
}

export interface Load {
  /** Messages. */
  posted(): number;
  /** Resolves when nothing more is begun. */
  ended: Promise<void>;
  /** Begins nothing more. @returns when all requests that were begun are over */
  stop(): Promise<void>;
}

const MOST_AT_ONCE = 250;
const RUSH_EVERY_MS = 20_000;

/** @param onError where the load itself goes wrong, which no fault may cause */
export function startLoad(
  traffic: Traffic,
  options: LoadOptions,
  random: Random,
  onError: (error: unknown) => void,
): Load {
  const drawn = ACTS.flatMap(([weight, act]) => Array(weight).fill(act) as (typeof act)[]);
  const underWay = new Set<Promise<unknown>>();
  let stopping = false;
  let posted = 0;

  function begin(act: (typeof drawn)[number]): number {
    const { posts, over } = act(traffic, random);
    const watched = over.catch(onError).finally(() => underWay.delete(watched));
    underWay.add(watched);
    posted += posts;
    return posts;
  }

  async function run(): Promise<void> {
    let dueAt = Date.now();
    let rushAt = Date.now() + RUSH_EVERY_MS / 4;
    while (!stopping && posted < options.messages) {
      if (Date.now() > rushAt) {
        rushAt = Date.now() + RUSH_EVERY_MS;
        dueAt += (1_000 * (begin(crowd) + begin(burst))) / options.rate;
      }
      dueAt += (1_000 * begin(random.pick(drawn))) / options.rate;
      await sleep(Math.max(0, dueAt - Date.now()));
      while (!stopping && (!options.hasRoom() || underWay.size > MOST_AT_ONCE)) await sleep(100);
      // What was not posted meanwhile is not made up for.
      dueAt = Math.max(dueAt, Date.now() - 1_000);
    }
  }

  const ended = run();
  return {
    posted: () => posted,
    ended,
    async stop() {
      stopping = true;
      await ended;
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}
