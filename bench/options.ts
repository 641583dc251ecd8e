import { parseArgs } from 'node:util';

export const SCENARIOS = ['floor', 'deliver', 'webhook', 'poll', 'accept', 'pace', 'waiting'] as const;
export type Scenario = (typeof SCENARIOS)[number];

const STORES = ['sqlite', 'postgres'] as const;
/** Where the Temporal server keeps what it has. */
export type Store = (typeof STORES)[number];

export interface Options {
  /** How many workflows, or messages: floor and deliver with each of these, all others with the first. */
  n: number[];
  /** How many of them are under way at once. */
  concurrency: number;
  only: Scenario[];
  store: Store;
  /** How often all of it is measured. */
  repeat: number;
  paceSeconds: number;
  /** How many messages wait on one sender. */
  waiting: number;
  /** File for the results. */
  json: string | undefined;
}

/** What does not take many minutes by itself. */
const USUAL = SCENARIOS.filter((name) => name !== 'waiting').join(',');

export const USAGE =
  `npm run bench -- [--n 500[,…]] [--concurrency 32] [--only ${USUAL} | all] [--store ${STORES.join('|')}] ` +
  '[--repeat 1] [--pace-seconds 60] [--waiting 100000] [--json FILE]';

/** @throws an error that says which option is wrong */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      n: { type: 'string', default: '500' },
      concurrency: { type: 'string', default: '32' },
      only: { type: 'string', default: USUAL },
      store: { type: 'string', default: STORES[0] },
      repeat: { type: 'string', default: '1' },
      'pace-seconds': { type: 'string', default: '60' },
      waiting: { type: 'string', default: '100000' },
      json: { type: 'string' },
    },
  });
  return {
    n: values.n.split(',').map((value) => count('n', value)),
    concurrency: count('concurrency', values.concurrency),
    only: values.only === 'all' ? [...SCENARIOS] : values.only.split(',').map((name) => oneOf(SCENARIOS, 'only', name)),
    store: oneOf(STORES, 'store', values.store),
    repeat: count('repeat', values.repeat),
    paceSeconds: count('pace-seconds', values['pace-seconds']),
    waiting: count('waiting', values.waiting),
    json: values.json,
  };
}

function count(name: string, value: string): number {
  if (!/^[1-9]\d{0,6}$/.test(value)) throw new Error(`--${name} must be a whole number from 1, not '${value}'`);
  return Number(value);
}

function oneOf<T extends string>(known: readonly T[], name: string, value: string): T {
  const found = known.find((it) => it === value);
  if (!found) throw new Error(`--${name} takes ${known.join(', ')}, not '${value}'`);
  return found;
}
