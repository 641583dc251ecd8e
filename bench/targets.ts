/** What the product is to reach, each measured within one run. */
import type { DeliverResult } from './deliver.ts';
import type { Measured } from './load.ts';
import type { SessionResults } from './results.ts';

export interface Judged {
  name: string;
  /** `at least 0.6`, `at most 5`. */
  wanted: string;
  measured: number;
  met: boolean;
}

interface Target {
  name: string;
  atLeast?: number;
  atMost?: number;
  /** Undefined where the run did not measure it. With a number of messages, where there are several. */
  measure(sessions: readonly SessionResults[]): (number | undefined)[];
}

export const TARGETS: readonly Target[] = [
  {
    name: 'deliver, messages/s to workflows/s of floor',
    atLeast: 0.6,
    measure: each(({ floor, deliver }) => ratio(deliver?.perSecond, floor?.perSecond)),
  },
  {
    name: 'deliver, CPU of api + worker + postgres to CPU of the worker of floor',
    atMost: 1.6,
    measure: each(({ floor, deliver }) => ratio(ownCpu(deliver), floor?.cpuPer1000.worker)),
  },
  { name: 'deliver, Temporal actions', atMost: 5, measure: each(({ deliver }) => deliver?.actions) },
  { name: 'deliver, history events', atMost: 18, measure: each(({ deliver }) => deliver?.events) },
  { name: 'deliver, SQL statements', atMost: 6, measure: each(({ deliver }) => deliver?.statements) },
  { name: 'poll, history events', atMost: 24, measure: each(({ poll }) => poll?.events) },
  {
    name: 'deliver, memory of the worker with most messages to that with fewest',
    atMost: 1.1,
    measure: mostToFewest(({ peakMb }) => peakMb.worker),
  },
  {
    name: 'deliver to floor, with most messages to that with fewest',
    atLeast: 0.95,
    measure: mostToFewest(({ perSecond }, floor) => ratio(perSecond, floor?.perSecond)),
  },
  {
    name: 'webhook, reports/s to messages/s of deliver',
    atLeast: 5,
    measure: each(({ webhook, deliver }) => ratio(webhook?.perSecond, deliver?.perSecond)),
  },
  {
    name: 'poll, messages/s to workflows/s of floor',
    atLeast: 0.4,
    measure: each(({ floor, poll }) => ratio(poll?.perSecond, floor?.perSecond)),
  },
  {
    name: 'accept, messages/s in batches to those posted singly',
    atLeast: 10,
    measure: each(({ accept }) => ratio(accept?.batch.perSecond, accept?.single.perSecond)),
  },
  {
    name: 'waiting, messages/s of others to those without',
    atLeast: 0.9,
    measure: each(({ waiting }) => ratio(waiting?.with.perSecond, waiting?.without.perSecond)),
  },
  {
    name: 'waiting, otp on the same sender, ms until its submit, p99',
    atMost: 2_000,
    measure: each(({ waiting }) => waiting?.otpMs.p99),
  },
];

/** @param sessions of one run */
export function judge(sessions: readonly SessionResults[]): Judged[] {
  return TARGETS.flatMap(({ name, atLeast, atMost, measure }) => {
    const found = measure(sessions);
    const wanted = atLeast === undefined ? `at most ${atMost}` : `at least ${atLeast}`;
    const several = found.filter((value) => value !== undefined).length > 1;
    return found.flatMap((measured, index) => {
      if (measured === undefined) return [];
      const met = measured >= (atLeast ?? Number.NEGATIVE_INFINITY) && measured <= (atMost ?? Number.POSITIVE_INFINITY);
      return [{ name: several ? `${name} (n ${sessions[index]?.n})` : name, wanted, measured, met }];
    });
  });
}

/** In the order of the sessions. */
function each(of: (session: SessionResults) => number | undefined): Target['measure'] {
  return (sessions) => sessions.map(of);
}

function mostToFewest(
  of: (deliver: DeliverResult, floor: Measured | undefined) => number | undefined,
): Target['measure'] {
  return (sessions) => {
    const sizes = sessions.filter(({ deliver }) => deliver).sort((a, b) => a.n - b.n);
    const values = sizes.map(({ deliver, floor }) => deliver && of(deliver, floor));
    return [values.length > 1 ? ratio(values.at(-1), values[0]) : undefined];
  };
}

function ratio(value: number | undefined, to: number | undefined): number | undefined {
  return value === undefined || !to ? undefined : value / to;
}

/** Undefined where CPU times cannot be read. */
function ownCpu(deliver: Measured | undefined): number | undefined {
  const { api, worker, postgres } = deliver?.cpuPer1000 ?? {};
  return api === undefined || worker === undefined || postgres === undefined ? undefined : api + worker + postgres;
}
