import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { BREAKS, runOf } from './breaks/index.ts';
import { faultsNamed } from './faults/index.ts';

export interface Options {
  seed: string;
  /** Of load and faults; starting, settling and checking come on top. */
  seconds: number;
  /** The load ends when so many messages were posted. */
  messages: number;
  /** Messages posted per second. */
  rate: number;
  workers: number;
  /** Seconds of validity of most messages; some have a sixth of it. */
  validity: number;
  /** A module is swapped for its broken twin: one of test/chaos/breaks; or `all`, one after another. */
  break: string | undefined;
  /** So many runs in a row, each with the next seed. */
  runs: number;
  /** One worker runs the code of this commit; empty: of the default one. */
  old: string | undefined;
  /** Names of faults; undefined: all. */
  only: string[] | undefined;
  /** Keeps the folder with the logs and data of all parts. */
  keep: boolean;
  /** Goes on from the run that was kept in this folder: with its data, and to one verdict on both. */
  onto: string | undefined;
  /** A file that gets a line of JSON for each look at how far the run is. */
  log: string | undefined;
  /** Parts are killed and frozen as often as mending them leaves time for. */
  busy: boolean;
  /** Seconds from the beginning of one calm window to that of the next. 0: none but at the end. */
  calmEvery: number;
}

export const USAGE =
  'npm run chaos -- [--seed N] [--seconds 120] [--messages N] [--rate 12] [--workers 2] [--calm-every 30]\n' +
  '                 [--validity 60] [--only FAULT,FAULT | --no-faults] [--break NAME | --break all] [--old [REF]] [--runs 1] [--busy] [--log FILE] [--keep | --onto FOLDER]';

/** More messages than any run has. */
const NO_END = 1_000_000;

/** Messages that a run will post, at the most. */
export const expectedMessages = ({ messages, rate, seconds }: Pick<Options, 'messages' | 'rate' | 'seconds'>): number =>
  Math.min(messages, rate * seconds);

/** @throws an error that says which option is wrong */
export function readOptions(given: readonly string[]): Options {
  const broken = given[given.indexOf('--break') + 1] ?? '';
  const args = given.includes('--break') && isBreak(broken) ? [...runOf(broken), ...given] : given;
  const { values } = parseArgs({
    args: withOldRef(args),
    options: {
      seed: { type: 'string', default: String(randomInt(1, 1_000_000)) },
      seconds: { type: 'string', default: '120' },
      messages: { type: 'string', default: String(NO_END) },
      rate: { type: 'string', default: '12' },
      workers: { type: 'string', default: '2' },
      validity: { type: 'string', default: '60' },
      break: { type: 'string' },
      old: { type: 'string' },
      only: { type: 'string' },
      'no-faults': { type: 'boolean', default: false },
      runs: { type: 'string', default: '1' },
      busy: { type: 'boolean', default: false },
      log: { type: 'string' },
      keep: { type: 'boolean', default: false },
      onto: { type: 'string' },
      'calm-every': { type: 'string', default: '30' },
    },
  });
  if (values.only !== undefined && values['no-faults']) throw new Error('--only and --no-faults exclude each other');
  if (values.break !== undefined && values.runs !== '1') throw new Error('--break and --runs exclude each other');
  if (values.break === ALL && given.filter((arg) => arg.startsWith('--')).length > 1) {
    throw new Error(`--break ${ALL} goes with no other option: each break brings its own`);
  }
  if (values.keep && values.runs !== '1') throw new Error('--keep goes with one run: name its --seed');
  if (values.onto !== undefined && (values.break !== undefined || values.runs !== '1')) {
    throw new Error('--onto goes with neither --break nor --runs');
  }
  if (!/^[\w-]{1,40}$/.test(values.seed)) throw new Error(`--seed must be a number, not '${values.seed}'`);
  if (values.only !== undefined) faultsNamed(values.only.split(','));
  if (values.break !== undefined && values.break !== ALL && !isBreak(values.break)) {
    throw new Error(`--break takes ${ALL} or one of ${Object.keys(BREAKS).join(', ')}, not '${values.break}'`);
  }
  return {
    seed: values.seed,
    seconds: count('seconds', values.seconds, 1),
    messages: count('messages', values.messages, 1),
    rate: count('rate', values.rate, 1),
    workers: count('workers', values.workers, 1),
    validity: count('validity', values.validity, 6),
    break: values.break,
    runs: count('runs', values.runs, 1),
    old: values.old,
    only: values['no-faults'] ? [] : values.only?.split(','),
    busy: values.busy,
    log: values.log,
    keep: values.keep || values.onto !== undefined,
    onto: values.onto,
    calmEvery: count('calm-every', values['calm-every'], 0),
  };
}

/** As a value of `--break`: each of them. */
export const ALL = 'all';

const isBreak = (name: string) => Object.hasOwn(BREAKS, name);

/** The command that repeats the run. */
export function commandOf(options: Options): string {
  const { seed, seconds, messages, rate, workers, validity, only, old, calmEvery } = options;
  const words = ['npm run chaos --', '--seed', seed, '--seconds', seconds, '--rate', rate, '--workers', workers];
  if (messages < NO_END) words.push('--messages', messages);
  if (validity !== 60) words.push('--validity', validity);
  if (calmEvery !== 30) words.push('--calm-every', calmEvery);
  if (options.busy) words.push('--busy');
  if (only) words.push(...(only.length === 0 ? ['--no-faults'] : ['--only', only.join(',')]));
  if (options.break !== undefined) words.push('--break', options.break);
  if (old !== undefined) words.push('--old', old);
  if (options.onto !== undefined) words.push('--onto', options.onto);
  else if (options.keep) words.push('--keep');
  return words.join(' ').trimEnd();
}

/** `--old` may stand without a value. */
function withOldRef(args: readonly string[]): string[] {
  return args.map((arg, i) => (arg === '--old' && (args[i + 1] ?? '-').startsWith('-') ? '--old=' : arg));
}

function count(name: string, value: string, least: number): number {
  if (!/^\d{1,7}$/.test(value) || Number(value) < least) {
    throw new Error(`--${name} must be a whole number from ${least}, not '${value}'`);
  }
  return Number(value);
}
