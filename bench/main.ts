/** `npm run bench`: how much one machine delivers, and at what cost, beside the bare cost of a workflow on the same server. */
import { fork } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { buildRooms, builtFolder } from '../local/built-rooms.ts';
import { keepFolder, removeFolderIfKilled } from '../local/watchdog.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import { planSessions } from './plan.ts';
import { changesOf, type RunResults } from './repeats.ts';
import type { SessionResults } from './results.ts';
import type { SessionOptions } from './session.ts';
import { type Results, table } from './table.ts';
import { judge } from './targets.ts';

const say = (text: string) => process.stdout.write(`${text}\n`);

/** What was measured before a failure is told too. @returns the exit code: 0 also where targets are missed */
async function bench(options: Options, built: string): Promise<number> {
  const at = new Date().toISOString();
  const runs: RunResults[] = [];
  let exitCode = 0;
  for (let run = 0; run < options.repeat && exitCode === 0; run++) {
    const sessions: SessionResults[] = [];
    for (const session of planSessions(options)) {
      const ended = await runSession({ ...session, options, built });
      exitCode = ended.exitCode;
      if (ended.results) sessions.push(ended.results);
      if (exitCode !== 0) break;
    }
    runs.push({ sessions, targets: judge(sessions) });
  }
  const machine = {
    platform: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    cpus: cpus().length,
    model: cpus()[0]?.model ?? 'unknown',
  };
  const results: Results = { at, machine, options, runs, changes: changesOf(runs) };
  if (runs.some(({ sessions }) => sessions.length > 0)) say(table(results));
  if (options.json) writeFileSync(options.json, `${JSON.stringify(results, null, 2)}\n`);
  return exitCode;
}

/** In a process of its own, so that each begins alike. */
async function runSession(session: SessionOptions): Promise<{ exitCode: number; results?: SessionResults }> {
  const child = fork(fileURLToPath(new URL('session.ts', import.meta.url)), {
    serialization: 'advanced', // some figures are no numbers
    execArgv: ['--import', createRequire(import.meta.url).resolve('tsx')],
  });
  const pass = (signal: NodeJS.Signals) => child.kill(signal);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, pass);
  let results: SessionResults | undefined;
  child.once('message', (message) => {
    results = message as SessionResults;
  });
  child.send(session);
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once('exit', (code) => resolve(code ?? 1)).once('error', reject);
  });
  for (const signal of signals) process.off(signal, pass);
  return { exitCode, ...(results && { results }) };
}

let options: Options;
try {
  options = readOptions(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
  process.exit(1);
}

const root = fileURLToPath(new URL('..', import.meta.url));
const built = builtFolder(root);
removeFolderIfKilled(built);
try {
  say('Building …');
  await buildRooms(root, built, 'bench/tsconfig.json');
  process.exitCode = await bench(options, built);
} finally {
  rmSync(built, { recursive: true, force: true });
  keepFolder(built);
}
process.exit();
