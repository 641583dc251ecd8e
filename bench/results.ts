import type { AcceptResult } from './accept.ts';
import type { DeliverResult } from './deliver.ts';
import type { Measured } from './load.ts';
import type { PaceResult } from './pace.ts';
import type { WaitingResult } from './waiting.ts';

export interface SessionResults {
  n: number;
  /** Of the Temporal server. */
  temporal: string;
  /** At the start. */
  loadAverage: number;
  floor?: Measured;
  deliver?: DeliverResult;
  webhook?: Measured;
  poll?: DeliverResult;
  accept?: AcceptResult;
  pace?: PaceResult;
  waiting?: WaitingResult;
}

export interface Column {
  name: string;
  measured: Measured;
}

/** What was measured in the same way: the columns of the table. */
export function columnsOf({ floor, deliver, webhook, poll, accept, waiting }: SessionResults): Column[] {
  const all: [string, Measured | undefined][] = [
    ['floor', floor],
    ['deliver', deliver],
    ['webhook', webhook],
    ['poll', poll],
    ['accept', accept?.single],
    ['batch', accept?.batch],
    ['without', waiting?.without],
    ['with', waiting?.with],
  ];
  return all.flatMap(([name, measured]) => (measured ? [{ name, measured }] : []));
}
