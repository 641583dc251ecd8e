import { type InTemporal, meanHistory } from './histories.ts';
import { type Costs, metered } from './meter.ts';
import type { Spread } from './spread.ts';
import type { Servers } from './system.ts';

/** One column of the table. */
export interface Measured extends Costs, Partial<InTemporal> {
  /** Messages, or workflows. */
  perSecond: number;
  /** How long one takes; docs/benchmarks.md says from when to when. */
  ms: Spread;
}

export interface Load {
  n: number;
  /** How many of them are under way at once. */
  concurrency: number;
  /** How many come before them and are not counted. */
  warmUp: number;
}

export interface Run {
  workflowId: string;
}

/**
 * Keeps so many of `one` under way until n have ended, after a warm-up.
 * @param drained resolves when Temporal has nothing more to do for them
 */
export async function underLoad<T extends Run>(
  servers: Servers,
  { n, concurrency, warmUp }: Load,
  one: (index: number) => Promise<T>,
  drained: () => Promise<void> = async () => {},
): Promise<{ runs: T[]; startedAt: number; workflowsPerSecond: number; measured: Costs & InTemporal }> {
  await inFlight(warmUp, concurrency, one);
  await drained();
  const { result, costs } = await metered(servers, n, async () => {
    const startedAt = Date.now();
    const runs = await inFlight(n, concurrency, (index) => one(warmUp + index));
    await drained();
    return { runs, startedAt, workflowsPerSecond: (n * 1000) / (Date.now() - startedAt) };
  });
  const workflowIds = result.runs.map(({ workflowId }) => workflowId);
  return { ...result, measured: { ...costs, ...(await meanHistory(servers.client, workflowIds)) } };
}

/** @returns what they came to, in their order */
export async function inFlight<T>(n: number, atOnce: number, one: (index: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const lane = async () => {
    while (next < n) {
      const index = next++;
      results[index] = await one(index);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return results;
}
