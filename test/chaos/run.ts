/** One run: start, load and faults side by side, mend, settle, check. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { removeFolderIfKilled } from '../../local/watchdog.ts';
import { buildRooms } from '../setup/built.ts';
import { applySql, launchOf, wasLoaded } from './breaks/index.ts';
import { createControl } from './control.ts';
import { FAULTS, faultsNamed } from './faults/index.ts';
import { createJournal, type Journal } from './journal.ts';
import { judge } from './judge.ts';
import { startKeeper } from './keeper.ts';
import type { Traffic } from './load/acts.ts';
import { createClient } from './load/client.ts';
import { createMessages } from './load/messages.ts';
import { createPoster } from './load/post.ts';
import { startLoad } from './load.ts';
import { buildOld, defaultOldRef } from './old.ts';
import type { Options } from './options.ts';
import { type ChaosParts, type PartsOptions, startParts } from './parts.ts';
import { perform } from './perform.ts';
import { makePlan } from './plan.ts';
import { createRandom } from './random.ts';
import { seedChaos } from './seed.ts';
import { listOf, settle } from './settle.ts';
import { createStage, mendAll } from './stage.ts';
import { usageOf } from './usage.ts';
import { createWatch } from './watch.ts';
import { startWitness } from './witness.ts';

export interface Place {
  /** Of the checkout. */
  root: string;
  folder: string;
  /** For the built rooms. */
  built: string;
  say(line: string): void;
  /** To be done when the run is over, however it ends. */
  atEnd(work: () => unknown): void;
  onError(error: unknown): void;
}

const SAY_EVERY_MS = 10_000;
const GIVE_UP_MS = 60_000;

/** @returns the promises that were broken, and those that nothing was seen of */
export async function runChaos(options: Options, place: Place): Promise<string[]> {
  const { say, onError } = place;
  const parts = await begin(options, place);
  const { accounts, senders } = await seedChaos(parts, options.validity);
  const random = createRandom(options.seed);
  const journal = createJournal();
  const control = createControl(parts.simulatorUrl);
  const client = createClient(parts.apiUrl);
  const watch = createWatch(parts.databaseUrl);
  const witness = startWitness(parts.proxies, control, onError);
  const keeper = startKeeper(parts, journal, onError);
  const helpers = { parts, senders, control, watch, witness, keeper };

  const traffic: Traffic = {
    accounts,
    senders,
    messages: createMessages(random.fork('messages')),
    poster: createPoster(client, journal),
    control,
    journal,
    claimed: watch.claimed,
  };
  const faults = options.only ? faultsNamed(options.only) : FAULTS;
  const plan = makePlan(faults, options, random.fork('plan'));
  const usage = [`At the start: ${usageOf(parts)}`];
  const begun = Date.now();
  const load = startLoad(traffic, { ...options, inFlight: watch.inFlight }, random.fork('load'), onError);
  const performance = perform(plan, createStage(helpers), journal, random.fork('faults'));
  performance.ended.catch(onError);
  const progress = setInterval(() => {
    const now = performance.current().join(', ') || 'calm';
    const seconds = Math.round((Date.now() - begun) / 1_000);
    say(`${seconds} s: posted ${load.posted()}, in flight ${watch.inFlight()}, open requests ${client.open()}; ${now}`);
  }, SAY_EVERY_MS);

  await Promise.race([sleep(options.seconds * 500), load.ended]);
  usage.push(`In the middle: ${usageOf(parts)}`);
  await Promise.race([
    Promise.all([sleep(begun + options.seconds * 1_000 - Date.now()), performance.ended]),
    load.ended,
  ]);
  await performance.stop();
  await mendAll(helpers);
  client.giveUpIn(GIVE_UP_MS);
  await load.stop();
  clearInterval(progress);
  say(`All is mended; ${load.posted()} messages were posted. Settling …`);
  const settled = await settle(watch, control, say);
  await Promise.all([keeper.end(), witness.end(), watch.close(), client.close()]);
  usage.push(`At the end: ${usageOf(parts)}`);

  say(`Settled in ${settled.seconds} s: ${listOf(settled.counts)}`);
  say(`Faults: ${listOf(faultCounts(journal))}`);
  for (const line of usage) say(line);
  if (options.break !== undefined && !wasLoaded(logsOf(parts), options.break)) {
    throw new Error(`the break ${options.break} was never loaded`);
  }
  const { arrivals, ...simulator } = witness.seen;
  const names = accounts.map(({ name }) => name);
  const run = { senders, accounts: names, journal: [...journal.entries], arrivals, simulator };
  const workflowBundle = { codePath: join(place.built, 'workflow-bundle.js') };
  return await judge(parts, run, { seed: options.seed, folder: place.folder, workflowBundle, say });
}

async function begin(options: Options, { root, folder, built, say, atEnd }: Place): Promise<ChaosParts> {
  say('Building …');
  await buildRooms(root, built);
  const launch = await launchFor(options, root, atEnd, say);
  say('Starting all parts …');
  const parts = await startParts({ folder, built, workers: options.workers, launch, say });
  atEnd(() => parts.stopAll());
  if (options.break !== undefined) await applySql(parts.databaseUrl, options.break);
  return parts;
}

/** A break goes onto all of API and workers; the last worker is the old one. */
async function launchFor(
  options: Options,
  root: string,
  atEnd: Place['atEnd'],
  say: Place['say'],
): Promise<PartsOptions['launch']> {
  const broken = options.break === undefined ? undefined : launchOf(options.break);
  if (options.old === undefined) return (name) => (name === 'simulator' ? undefined : broken);
  const ref = options.old === '' ? defaultOldRef() : options.old;
  say(`Building ${ref} …`);
  const old = await buildOld(ref, root);
  removeFolderIfKilled(old.folder);
  atEnd(() => old.end());
  return (name) => {
    if (name === 'simulator') return undefined;
    return name === `worker-${options.workers}` ? { ...broken, built: old.folder } : broken;
  };
}

function faultCounts({ entries }: Journal): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const entry of entries) if (entry.kind === 'fault') counts[entry.name] = (counts[entry.name] ?? 0) + 1;
  return counts;
}

function logsOf(parts: ChaosParts): string {
  const ours = parts.names().filter((name) => name === 'api' || name.startsWith('worker-'));
  return ours.map((name) => parts.log(name)).join('\n');
}
