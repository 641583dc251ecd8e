import { columnsOf, type SessionResults } from './results.ts';
import type { Judged } from './targets.ts';

export interface RunResults {
  sessions: SessionResults[];
  targets: Judged[];
}

/** How far a figure differs from run to run. */
export interface Change {
  name: string;
  least: number;
  median: number;
  most: number;
  /** Of least and most, as a share of the median. */
  spread: number;
}

/** Of what is compared between runs: the messages per second of each scenario, and what targets are about. */
export function changesOf(runs: readonly RunResults[]): Change[] {
  if (runs.length < 2) return [];
  const values = new Map<string, number[]>();
  for (const [name, value] of runs.flatMap(figuresOf)) values.set(name, [...(values.get(name) ?? []), value]);
  return [...values].map(([name, all]) => changeOf(name, all));
}

function figuresOf({ sessions, targets }: RunResults): [string, number][] {
  const rates = sessions.flatMap((session) =>
    columnsOf(session).map(({ name, measured }): [string, number] => [
      `${name}, per second (n ${session.n})`,
      measured.perSecond,
    ]),
  );
  return [...rates, ...targets.map(({ name, measured }): [string, number] => [name, measured])];
}

function changeOf(name: string, values: readonly number[]): Change {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const [least, most] = [at(0), at(sorted.length - 1)];
  const median = (at(Math.floor((sorted.length - 1) / 2)) + at(Math.ceil((sorted.length - 1) / 2))) / 2;
  return { name, least, median, most, spread: (most - least) / median };
}
