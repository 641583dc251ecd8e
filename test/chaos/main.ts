/** `npm run chaos`: everything goes wrong while messages are sent, and then it is checked whether the promises were kept. */
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtFolder } from '../../local/built-rooms.ts';
import { stopAll } from '../../local/processes.ts';
import { keepFolder, removeFolderIfKilled } from '../../local/watchdog.ts';
import { passable } from '../setup/folder.ts';
import { BREAKS } from './breaks/index.ts';
import { ALL, commandOf, type Options, readOptions, USAGE } from './options.ts';
import { runChaos } from './run.ts';
import { CAUGHT, runSeries } from './series.ts';

const say = (text: string) => process.stdout.write(`${text}\n`);

/** Whatever happens, no process and no folder is left. */
async function main(options: Options): Promise<void> {
  const root = resolve(fileURLToPath(new URL('../..', import.meta.url)));
  const folder = options.onto === undefined ? passable('durable-sms-chaos-') : resolve(options.onto);
  const built = builtFolder(root);
  if (!options.keep) removeFolderIfKilled(folder);
  removeFolderIfKilled(built);
  const leftovers: (() => unknown)[] = [];
  let ending = false;
  const end = async (exitCode: number, message = '') => {
    if (ending) return;
    ending = true;
    if (message) process.stderr.write(`\n${message}\n`);
    try {
      await Promise.all([stopAll(), ...leftovers.map(async (work) => await work())]);
      remove(built);
      if (options.keep) say(`Logs and data of all parts: ${folder}`);
      else remove(folder);
    } finally {
      process.exit(exitCode);
    }
  };
  const fail = (error: unknown) => void end(1, reason(error));
  process.on('SIGINT', () => void end(130, 'Stopping …'));
  process.on('SIGTERM', () => void end(143, 'Stopping …'));
  process.on('SIGHUP', () => void end(129));
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);

  say(`Seed ${options.seed}`);
  const broken = await runChaos(options, {
    root,
    folder,
    built,
    say,
    atEnd: (work) => leftovers.push(work),
    onError: fail,
  });
  say(`${conclusion(broken, options)}. Again: ${commandOf(options)}`);
  await end(broken.length === 0 ? 0 : 1);
}

function conclusion(broken: readonly string[], options: Options): string {
  if (options.break !== undefined) {
    const by = BREAKS[options.break]?.expects.filter((invariant) => broken.includes(invariant)) ?? [];
    return by.length > 0 ? `${CAUGHT} ${by.join(', ')}` : 'The break was NOT caught';
  }
  return broken.length === 0 ? 'All promises were kept' : `Broken, or nothing seen of it: ${broken.join(', ')}`;
}

function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  keepFolder(folder);
}

function reason(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

let options: Options;
try {
  options = readOptions(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
  process.exit(1);
}
if (options.break === ALL || options.runs > 1) process.exit(await runSeries(options, say));
await main(options);
