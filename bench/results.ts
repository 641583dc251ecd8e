import type { DeliverResult } from './deliver.ts';
import type { FloorResult } from './floor.ts';
import type { Options } from './options.ts';
import type { PaceResult } from './pace.ts';

/** What `--json` writes. */
export interface Results {
  at: string;
  machine: { platform: string; node: string; temporal: string; cpus: number; model: string; loadAverage: number };
  options: Options;
  floor?: FloorResult;
  deliver?: DeliverResult;
  pace?: PaceResult;
  ratios?: Ratios;
}

/** Of the delivery to the floor. */
interface Ratios {
  /** Messages per second to workflows per second. */
  throughput: number;
  /** The same, up to the end of the last workflow. */
  workflows: number;
  /** CPU of api, worker and postgres to that of the floor's worker; null where CPU times cannot be read. */
  ownCpu: number | null;
}

const PARTS = ['api', 'worker', 'postgres', 'temporal', 'simulator'];
const OWN = ['api', 'worker', 'postgres'];
const SHARES = ['p50', 'p95', 'p99'] as const;

export function ratios(floor: FloorResult, deliver: DeliverResult): Ratios {
  const own = OWN.reduce((sum, part) => sum + (deliver.cpuPer1000[part] ?? 0), 0);
  const bare = floor.cpuPer1000.worker;
  return {
    throughput: deliver.messagesPerSecond / floor.workflowsPerSecond,
    workflows: deliver.workflowsPerSecond / floor.workflowsPerSecond,
    ownCpu: bare ? own / bare : null,
  };
}

/** For a person. */
export function table({ machine, options, floor, deliver, pace, ratios }: Results): string {
  const row = (name: string, left?: number, right?: number, digits = 0, ratio?: number | null) =>
    [name.padEnd(40), cell(left, digits), cell(right, digits), cell(ratio, 2)].join('').trimEnd();
  const load = [
    `${''.padEnd(40)}${'floor'.padStart(10)}${'deliver'.padStart(10)}${'ratio'.padStart(10)}`,
    row('final per second', floor?.workflowsPerSecond, deliver?.messagesPerSecond, 1, ratios?.throughput),
    row('workflows ended per second', floor?.workflowsPerSecond, deliver?.workflowsPerSecond, 1, ratios?.workflows),
    ...SHARES.map((share) => row(`accepted, ms, ${share}`, undefined, deliver?.acceptMs[share])),
    ...SHARES.map((share) => row(`end to end, ms, ${share}`, floor?.endToEndMs[share], deliver?.endToEndMs[share])),
    row('history events each', floor?.events, deliver?.events, 1),
    ...PARTS.map((part) => row(`CPU s per 1000, ${part}`, floor?.cpuPer1000[part], deliver?.cpuPer1000[part], 1)),
    row('CPU, api + worker + postgres to worker', undefined, undefined, 0, ratios?.ownCpu),
  ];
  const paced = pace && [
    `pace: limit ${pace.limit}/s over two workers, ${pace.submits} submits`,
    row('  largest second, as a share of the limit', undefined, pace.largest, 0, pace.largestToLimit),
    row('  mean per second', undefined, pace.meanPerSecond, 1, pace.meanToLimit),
  ];
  const { cpus, model, platform, node, temporal, loadAverage } = machine;
  const where =
    `n ${options.n}, concurrency ${options.concurrency}; ${cpus} x ${model}, ${platform}, Node ${node}, ` +
    `Temporal ${temporal}, load average at the start ${loadAverage.toFixed(1)}`;
  return ['', ...(floor || deliver ? load : []), ...(paced ?? []), where].join('\n');
}

function cell(value: number | null | undefined, digits: number): string {
  return (value === undefined || value === null ? '' : value.toFixed(digits)).padStart(10);
}
