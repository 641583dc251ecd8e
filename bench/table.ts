/** The results for a person. */
import type { Measured } from './load.ts';
import type { Options } from './options.ts';
import type { Change, RunResults } from './repeats.ts';
import { type Column, columnsOf, type SessionResults } from './results.ts';

/** What `--json` writes. */
export interface Results {
  at: string;
  machine: { platform: string; node: string; cpus: number; model: string };
  options: Options;
  /** As often as it was repeated. */
  runs: RunResults[];
  /** From run to run; empty where there is only one. */
  changes: Change[];
}

const PARTS = ['api', 'worker', 'postgres', 'temporal', 'temporal-postgres', 'simulator'];
const SHARES = ['p50', 'p95', 'p99'] as const;
const NAME_WIDTH = 36;
const WIDTH = 10;

export function table({ machine, options, runs, changes }: Results): string {
  const { cpus, model, platform, node } = machine;
  const [first] = runs.flatMap(({ sessions }) => sessions);
  const where =
    `concurrency ${options.concurrency}; ${cpus} x ${model}, ${platform}, Node ${node}, ` +
    `Temporal ${first?.temporal} on ${options.store}, load average at the start ${first?.loadAverage.toFixed(1)}`;
  const all = runs.flatMap((run, index) => [...(runs.length > 1 ? ['', `Run ${index + 1}`] : []), ...runLines(run)]);
  const changed = changes.map(({ name, least, median, most, spread }) =>
    [long(name), number(least), number(median), number(most), `${(spread * 100).toFixed(0)} %`.padStart(WIDTH)].join(
      '',
    ),
  );
  const heading = `${long('From run to run')}${cells(['least', 'median', 'most', 'spread'])}`;
  return [...all, ...(changed.length > 0 ? ['', heading, ...changed] : []), '', where].join('\n');
}

function runLines({ sessions, targets }: RunResults): string[] {
  const sizes = [...new Set(sessions.map(({ n }) => n))];
  const loads = sizes.flatMap((n) =>
    loadLines(
      n,
      sessions.filter((session) => session.n === n),
    ),
  );
  const judged = targets.map(({ name, wanted, measured, met }) =>
    [long(name), number(measured), `  ${wanted.padEnd(14)}`, met ? 'met' : 'MISSED'].join(''),
  );
  return [...loads, ...(judged.length > 0 ? ['', 'Targets', ...judged] : [])];
}

function loadLines(n: number, sessions: readonly SessionResults[]): string[] {
  const columns = sessions.flatMap(columnsOf);
  const lines = columns.length > 0 ? ['', ...blockOf(n, columns)] : [];
  return [...lines, ...sessions.flatMap(furtherLines)];
}

function blockOf(n: number, columns: readonly Column[]): string[] {
  const row = (name: string, of: (measured: Measured) => number | undefined) => {
    const values = columns.map(({ measured }) => of(measured));
    return values.some((value) => value !== undefined)
      ? [`${name.padEnd(NAME_WIDTH)}${values.map(number).join('')}`]
      : [];
  };
  return [
    `${`n ${n}`.padEnd(NAME_WIDTH)}${cells(columns.map(({ name }) => name))}`,
    ...row('per second', ({ perSecond }) => perSecond),
    ...SHARES.flatMap((share) => row(`ms, ${share}`, ({ ms }) => ms[share])),
    ...PARTS.flatMap((part) => row(`CPU s per 1000, ${part}`, ({ cpuPer1000 }) => cpuPer1000[part])),
    ...PARTS.flatMap((part) => row(`peak MB, ${part}`, ({ peakMb }) => peakMb[part])),
    ...row('Temporal actions each', ({ actions }) => actions),
    ...row('history events each', ({ events }) => events),
    ...row('SQL statements each', ({ statements }) => statements),
  ];
}

function furtherLines({ deliver, poll, pace, waiting }: SessionResults): string[] {
  const shares = (ms: Record<(typeof SHARES)[number], number>) => SHARES.map((share) => number(ms[share])).join('');
  const line = (name: string, ...values: number[]) => `${long(name)}${values.map(number).join('')}`;
  return [
    ...(deliver ? [line('deliver, workflows ended per second', deliver.workflowsPerSecond)] : []),
    ...(deliver ? [`${long('deliver, accepted, ms, p50 p95 p99')}${shares(deliver.acceptMs)}`] : []),
    ...(poll ? [line('poll, workflows ended per second', poll.workflowsPerSecond)] : []),
    ...(waiting
      ? [`${long(`waiting ${waiting.waiting}, ${waiting.otps} otp, ms, p50 p95 p99`)}${shares(waiting.otpMs)}`]
      : []),
    ...(pace
      ? [
          line(`pace, ${pace.submits} submits over two workers, limit`, pace.limit),
          line('pace, largest second, and its share of the limit', pace.largest, pace.largestToLimit),
          line('pace, mean per second, and its share of the limit', pace.meanPerSecond, pace.meanToLimit),
        ]
      : []),
  ];
}

const long = (name: string) => name.padEnd(84);
const cells = (words: readonly string[]) => words.map((word) => word.padStart(WIDTH)).join('');

/** Three digits that say something. */
function number(value: number | undefined): string {
  if (value === undefined) return ''.padStart(WIDTH);
  return value.toFixed(Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2).padStart(WIDTH);
}
