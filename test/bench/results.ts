/** Results as the bench might measure them. */
import type { DeliverResult } from '../../bench/deliver.ts';
import type { Measured } from '../../bench/load.ts';
import type { SessionResults } from '../../bench/results.ts';

const MS = { p50: 10, p95: 20, p99: 30 };

export function measured(perSecond: number, more: Partial<Measured> = {}): Measured {
  return { perSecond, ms: MS, cpuPer1000: {}, peakMb: {}, ...more };
}

export function delivered(perSecond: number, more: Partial<Measured> = {}): DeliverResult {
  return { ...measured(perSecond, more), workflowsPerSecond: perSecond, acceptMs: MS };
}

export function session(n: number, more: Partial<SessionResults>): SessionResults {
  return { n, temporal: '1.32.0', loadAverage: 0.1, ...more };
}
