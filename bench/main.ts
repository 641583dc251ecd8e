/** `npm run bench`: how much one machine delivers, beside the bare cost of a workflow on the same server. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Place } from '../local/parts.ts';
import { stopAll } from '../local/processes.ts';
import { keepFolder, removeFolderIfKilled } from '../local/watchdog.ts';
import { deliver } from './deliver.ts';
import { floor } from './floor.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import { pace } from './pace.ts';
import { type Results, ratios, table } from './results.ts';
import { startProduct, startServers } from './system.ts';

const say = (text: string) => process.stdout.write(`${text}\n`);

/** The floor runs before the product's processes are there, so that they cost it nothing. */
async function bench(options: Options, place: Place): Promise<Results> {
  const servers = await startServers(place);
  const results: Results = {
    at: new Date().toISOString(),
    machine: {
      platform: `${process.platform} ${process.arch}`,
      node: process.versions.node,
      temporal: servers.temporalVersion,
      cpus: cpus().length,
      model: cpus()[0]?.model ?? 'unknown',
      loadAverage: loadavg()[0] ?? 0,
    },
    options,
  };
  if (options.only.includes('floor')) {
    say(`Floor: ${options.n} bare workflows …`);
    results.floor = await floor(servers, options);
  }
  if (!options.only.includes('deliver') && !options.only.includes('pace')) return results;

  const product = await startProduct(servers);
  if (options.only.includes('deliver')) {
    say(`Deliver: ${options.n} SMS …`);
    results.deliver = await deliver(product, options);
    if (results.floor) results.ratios = ratios(results.floor, results.deliver);
  }
  if (options.only.includes('pace')) {
    say(`Pace: ${options.paceSeconds} s at a sender's limit, over two workers …`);
    results.pace = await pace(product, options);
  }
  return results;
}

function report(results: Results, file: string | undefined): void {
  say(table(results));
  if (file) writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
}

/** Whatever happens, no process and no folder is left. */
async function main(options: Options): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'durable-sms-bench-'));
  chmodSync(folder, 0o711); // as root, Postgres runs as another user
  removeFolderIfKilled(folder);
  let ending = false;
  const end = async (exitCode: number, message = '') => {
    if (ending) return;
    ending = true;
    if (message) process.stderr.write(`\n${message}\n`);
    try {
      await stopAll();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
      keepFolder(folder);
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

  const clone = fileURLToPath(new URL('..', import.meta.url));
  const results = await bench(options, { clone, dataDir: folder, say, onBreak: fail });
  report(results, options.json);
  await end(0);
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

let options: Options;
try {
  options = readOptions(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${reason(error)}\n${USAGE}\n`);
  process.exit(1);
}
await main(options);
