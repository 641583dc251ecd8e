import { cpuSeconds } from './cpu.ts';
import { watchMemory } from './memory.ts';
import { type ByPart, difference } from './parts.ts';
import type { Servers } from './system.ts';

/** What a thousand messages took, or workflows. */
export interface Costs {
  /** CPU seconds. */
  cpuPer1000: ByPart;
  /** Resident memory in MB at its highest, while it was measured. */
  peakMb: ByPart;
  /** SQL statements of the product for each message; what it makes without work is taken off. */
  statements?: number;
}

/** @param n how many messages or workflows the work is about */
export async function metered<T>(
  { folder, books }: Servers,
  n: number,
  work: () => Promise<T>,
): Promise<{ result: T; costs: Costs }> {
  const idle = (await books?.idleStatements()) ?? 0;
  const statementsBefore = (await books?.statements()) ?? 0;
  const from = Date.now();
  const cpuBefore = cpuSeconds(folder);
  const peakMb = watchMemory(folder);

  const result = await work();

  const spent = Object.entries(difference(cpuSeconds(folder), cpuBefore));
  const costs: Costs = {
    cpuPer1000: Object.fromEntries(spent.map(([part, cpu]) => [part, (cpu * 1000) / n])),
    peakMb: peakMb(),
  };
  if (books) {
    const made = (await books.statements()) - statementsBefore;
    costs.statements = (made - (idle * (Date.now() - from)) / 1000) / n;
  }
  return { result, costs };
}
