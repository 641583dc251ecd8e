/** Runs in a row, each a process of its own: several seeds, or every break. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { BREAKS } from './breaks/index.ts';
import { ALL, type Options } from './options.ts';

/** How a run says that its break was caught, and by which promises. */
export const CAUGHT = 'The break was caught by:';

/** @returns the exit code: 0 where every run kept all promises, or every break was caught by a promise of its own */
export async function runSeries(options: Options, say: (line: string) => void): Promise<number> {
  const runs = options.break === ALL ? Object.keys(BREAKS).map(ofBreak) : ofSeeds(options);
  const results: string[] = [];
  let failed = 0;
  for (const { name, args, isGood } of runs) {
    const begun = Date.now();
    const { output, signal } = await run(args);
    if (signal !== undefined) return 128 + constants.signals[signal];
    const last = output.trimEnd().split('\n').at(-1) ?? '';
    if (!isGood(last)) failed++;
    const took = Math.round((Date.now() - begun) / 1_000);
    results.push(`${isGood(last) ? 'good' : 'BAD '}  ${name} (${took} s): ${last}`);
  }
  say(`\n${results.join('\n')}\n${runs.length - failed} of ${runs.length} runs are as they should be.`);
  return failed === 0 ? 0 : 1;
}

interface Run {
  name: string;
  args: string[];
  /** By the last line of its output. */
  isGood(conclusion: string): boolean;
}

function ofBreak(name: string): Run {
  return { name, args: ['--break', name], isGood: (last) => last.startsWith(CAUGHT) };
}

function ofSeeds(options: Options): Run[] {
  if (!/^\d+$/.test(options.seed)) throw new Error('--runs counts on from --seed, which must be a number');
  const { seconds, messages, rate, workers, validity, calmEvery, only, old, log } = options;
  const common = { seconds, messages, rate, workers, validity, 'calm-every': calmEvery };
  const args = Object.entries(common).flatMap(([name, value]) => [`--${name}`, String(value)]);
  if (only) args.push(...(only.length === 0 ? ['--no-faults'] : ['--only', only.join(',')]));
  if (old !== undefined) args.push('--old', ...(old === '' ? [] : [old]));
  if (options.busy) args.push('--busy');
  if (log !== undefined) args.push('--log', log);
  return Array.from({ length: options.runs }, (_, i) => {
    const seed = String(Number(options.seed) + i);
    const isGood = (last: string) => last.startsWith('All promises were kept');
    return { name: `seed ${seed}`, args: ['--seed', seed, ...args], isGood };
  });
}

/** Passes on its output as it comes, and to it what is to end us. */
async function run(args: string[]): Promise<{ output: string; signal: NodeJS.Signals | undefined }> {
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1, 2), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let ended: NodeJS.Signals | undefined;
  const pass = (signal: NodeJS.Signals) => {
    ended = signal;
    child.kill(signal);
  };
  process.on('SIGINT', pass).on('SIGTERM', pass);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
    process.stdout.write(chunk);
  });
  await new Promise((resolve) => child.once('close', resolve));
  process.off('SIGINT', pass).off('SIGTERM', pass);
  return { output, signal: ended };
}
