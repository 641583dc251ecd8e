import { parseArgs } from 'node:util';

const SCENARIOS = ['floor', 'deliver', 'pace'] as const;
type Scenario = (typeof SCENARIOS)[number];

export interface Options {
  /** Workflows of the floor, and messages of the delivery. */
  n: number;
  /** How many of them are under way at once. */
  concurrency: number;
  only: Scenario[];
  paceSeconds: number;
  /** File for the results. */
  json: string | undefined;
}

export const USAGE = `npm run bench -- [--n 500] [--concurrency 32] [--only ${SCENARIOS.join(',')}] [--pace-seconds 60] [--json FILE]`;

/** @throws an error that says which option is wrong */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      n: { type: 'string', default: '500' },
      concurrency: { type: 'string', default: '32' },
      only: { type: 'string', default: SCENARIOS.join(',') },
      'pace-seconds': { type: 'string', default: '60' },
      json: { type: 'string' },
    },
  });
  return {
    n: count('n', values.n),
    concurrency: count('concurrency', values.concurrency),
    only: values.only.split(',').map(scenario),
    paceSeconds: count('pace-seconds', values['pace-seconds']),
    json: values.json,
  };
}

function count(name: string, value: string): number {
  if (!/^[1-9]\d{0,6}$/.test(value)) throw new Error(`--${name} must be a whole number from 1, not '${value}'`);
  return Number(value);
}

function scenario(name: string): Scenario {
  const known = SCENARIOS.find((it) => it === name);
  if (!known) throw new Error(`--only takes ${SCENARIOS.join(', ')}, not '${name}'`);
  return known;
}
