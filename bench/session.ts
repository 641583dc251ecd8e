/** One session of the bench, on servers of its own in a temporary folder; started by bench/main.ts, which gets the results. */
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Place } from '../local/parts.ts';
import { runInTemporaryFolder } from '../local/temporary-folder.ts';
import { accept } from './accept.ts';
import { deliver } from './deliver.ts';
import { floor } from './floor.ts';
import type { Options, Scenario } from './options.ts';
import { pace } from './pace.ts';
import type { Session } from './plan.ts';
import { poll } from './poll.ts';
import type { SessionResults } from './results.ts';
import { type Product, startProduct, startServers } from './system.ts';
import { waiting } from './waiting.ts';
import { webhook } from './webhook.ts';

export interface SessionOptions extends Session {
  options: Options;
  /** Of the built rooms. */
  built: string;
}

const say = (text: string) => process.stdout.write(`${text}\n`);

/** The floor runs before the product's processes are there, so that they cost it nothing. */
async function measure({ n, scenarios, options }: SessionOptions, place: Place): Promise<SessionResults> {
  const loadAverage = loadavg()[0] ?? 0;
  const servers = await startServers(place, options.store);
  const results: SessionResults = { n, temporal: servers.temporalVersion, loadAverage };
  const load = { n, concurrency: options.concurrency, warmUp: 2 * options.concurrency };
  const told = (name: string) => say(`${name}, n ${n} …`);
  if (scenarios.includes('floor')) {
    told('floor');
    results.floor = await floor(servers, load);
  }
  const others = scenarios.filter((name) => name !== 'floor');
  if (others.length === 0) return results;

  const product = await startProduct(servers, { worker: !others.includes('accept') });
  const measures: Record<Exclude<Scenario, 'floor'>, (product: Product) => Promise<Partial<SessionResults>>> = {
    deliver: async () => ({ deliver: await deliver(product, load) }),
    webhook: async () => ({ webhook: await webhook(product, load) }),
    poll: async () => ({ poll: await poll(product, load) }),
    accept: async () => ({ accept: await accept(product, load) }),
    pace: async () => ({ pace: await pace(product, options) }),
    waiting: async () => ({ waiting: await waiting(product, load, options.waiting) }),
  };
  for (const name of others) {
    told(name);
    Object.assign(results, await measures[name](product));
  }
  return results;
}

async function main(session: SessionOptions): Promise<void> {
  await runInTemporaryFolder('bench', async (folder, fail) => {
    process.on('disconnect', () => fail('Nobody is left who wants the results.'));
    const clone = fileURLToPath(new URL('..', import.meta.url));
    const results = await measure(session, { clone, dataDir: folder, built: session.built, say, onBreak: fail });
    await new Promise((resolve) => process.send?.(results, resolve));
    return 0;
  });
}

process.once('message', (session) => void main(session as SessionOptions));
