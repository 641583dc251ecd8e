import { type CpuSeconds, cpuSeconds } from './cpu.ts';
import type { Options } from './options.ts';
import type { Servers } from './system.ts';

/** Milliseconds. */
export interface Spread {
  p50: number;
  p95: number;
  p99: number;
}

export interface Load {
  /** Up to the end of the last workflow. */
  workflowsPerSecond: number;
  cpuPer1000: CpuSeconds;
  /** Mean history events of a workflow, from a sample. */
  events: number;
}

export interface Run {
  workflowId: string;
}

const SAMPLE = 20;

/**
 * Keeps so many of `one` under way until n have ended, after a warm-up.
 * @param drained resolves when Temporal has nothing more to do for them
 */
export async function underLoad<T extends Run>(
  { folder, client }: Servers,
  { n, concurrency }: Options,
  one: (index: number) => Promise<T>,
  drained: () => Promise<void> = async () => {},
): Promise<Load & { runs: T[]; startedAt: number }> {
  const warmUp = 2 * concurrency;
  await inFlight(warmUp, concurrency, one);
  await drained();

  const cpuBefore = cpuSeconds(folder);
  const startedAt = Date.now();
  const runs = await inFlight(n, concurrency, (index) => one(warmUp + index));
  await drained();
  const seconds = (Date.now() - startedAt) / 1000;
  const spent = Object.entries(cpuSeconds(folder)).map(([part, cpu]) => [part, cpu - (cpuBefore[part] ?? 0)] as const);

  const every = Math.max(1, Math.floor(n / SAMPLE));
  const sample = runs.filter((_, index) => index % every === 0);
  const found = await Promise.all(sample.map(({ workflowId }) => client.workflow.getHandle(workflowId).describe()));
  return {
    workflowsPerSecond: n / seconds,
    cpuPer1000: Object.fromEntries(spent.map(([part, cpu]) => [part, (cpu * 1000) / n])),
    events: found.reduce((sum, { historyLength }) => sum + historyLength, 0) / found.length,
    runs,
    startedAt,
  };
}

async function inFlight<T>(n: number, atOnce: number, one: (index: number) => Promise<T>): Promise<T[]> {
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

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
