/** One run: start, load and faults side by side, mend, settle, check. */
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildRooms } from '../../local/built-rooms.ts';
import { moment } from '../../local/simulator/book.ts';
import { removeFolderIfKilled } from '../../local/watchdog.ts';
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
import { createPace } from './load-pace.ts';
import { buildOld, defaultOldRef } from './old.ts';
import { expectedMessages, type Options } from './options.ts';
import { type ChaosParts, type PartsOptions, startParts } from './parts.ts';
import { noPast, type Past, takePast } from './past.ts';
import { perform } from './perform.ts';
import { makePlan } from './plan.ts';
import { faultsByKind } from './progress/faults-by-kind.ts';
import { memoryOf } from './progress/memory.ts';
import { sampleEveryMs, startProgress } from './progress/progress.ts';
import { faultTable, memoryTable } from './progress/summary.ts';
import { createRandom } from './random.ts';
import { seedChaos } from './seed.ts';
import { listOf, settle, settleWithinMs } from './settle.ts';
import { createStage, mendAll } from './stage.ts';
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

const GIVE_UP_MS = 60_000;
/** The simulator: each message may be sent again once, and nothing of a moment may be forgotten before it was taken down. */
const KEEPS_AT_LEAST = 10_000;

/** @returns the promises that were broken, and those that nothing was seen of */
export async function runChaos(options: Options, place: Place): Promise<string[]> {
  const { say, onError } = place;
  const past = options.onto === undefined ? noPast() : await takePast(place.folder);
  const parts = await begin(options, place);
  const { accounts, senders } = await seedChaos(parts, options.validity);
  const random = createRandom(options.seed);
  const journal = createJournal(past.journal);
  goOnFrom(past, journal);
  const control = createControl(parts.simulatorUrl);
  const client = createClient(parts.apiUrl);
  const pace = createPace(options.rate);
  const watch = createWatch(parts.databaseUrl, pace.saw);
  const witness = startWitness(parts.proxies, control, onError);
  const keeper = startKeeper(parts, journal, say, onError);
  const helpers = { parts, senders, control, watch, witness, keeper };

  const traffic: Traffic = {
    accounts,
    senders,
    messages: createMessages(random.fork('messages'), postedIn(past)),
    poster: createPoster(client, journal),
    control,
    journal,
    claimed: watch.claimed,
  };
  const faults = options.only ? faultsNamed(options.only) : FAULTS;
  const plan = makePlan(faults, options, random.fork('plan'));
  const begun = Date.now();
  const postedBefore = new Set(postedIn(past).map(({ mark }) => mark)).size;
  const load = startLoad(traffic, { ...options, hasRoom: pace.hasRoom }, random.fork('load'), onError);
  const performance = perform(plan, createStage(helpers), journal, random.fork('faults'));
  performance.ended.catch(onError);
  const progress = startProgress({
    everyMs: sampleEveryMs(options.seconds),
    logFile: options.log,
    say,
    onError,
    take: async () => ({
      seed: options.seed,
      at: new Date().toISOString(),
      seconds: Math.round((Date.now() - begun) / 1_000),
      posted: postedBefore + load.posted(),
      final: await watch.finals(),
      inFlight: watch.inFlight(),
      openRequests: client.open(),
      faults: journal.entries.filter(({ kind }) => kind === 'fault').length,
      inForce: performance.current(),
      load: loadavg()[0] ?? 0,
      memory: memoryOf(parts),
    }),
  });
  await progress.look();

  await Promise.race([
    Promise.all([sleep(begun + options.seconds * 1_000 - Date.now()), performance.ended]),
    load.ended,
  ]);
  await performance.stop();
  await mendAll(helpers);
  client.giveUpIn(GIVE_UP_MS);
  await load.stop();
  say(`All is mended; ${load.posted()} messages were posted. Settling …`);
  const settled = await settle(watch, control, settleWithinMs(options.validity), say);
  await progress.look();
  await progress.end();
  await Promise.all([keeper.end(), witness.end(), watch.close(), client.close()]);

  say(`Settled in ${settled.seconds} s: ${listOf(settled.counts)}`);
  say(`\nFaults:\n\n${faultTable(faultsByKind(journal.entries))}`);
  say(`\nMemory over time:\n\n${memoryTable(progress.samples)}\n`);
  if (options.break !== undefined && !wasLoaded(logsOf(parts), options.break)) {
    throw new Error(`the break ${options.break} was never loaded`);
  }
  const run = {
    senders,
    accounts: accounts.map(({ name }) => name),
    journal: [...journal.entries],
    arrivals: [...past.arrivals, ...witness.seen.arrivals],
    simulator: {
      requests: [...past.requests, ...witness.seen.requests],
      calls: [...past.calls, ...witness.seen.calls],
      taken: past.taken,
      texts: past.texts,
    },
  };
  const workflowBundle = { codePath: join(place.built, 'workflow-bundle.js') };
  return await judge(parts, run, {
    seed: options.seed,
    folder: options.keep ? place.folder : undefined,
    workflowBundle,
    say,
  });
}

const postedIn = ({ journal }: Past) => journal.filter((entry) => entry.kind === 'posted');

/** From the end of the former run until now all parts were down. */
function goOnFrom({ journal: former }: Past, journal: Journal): void {
  const last = former.at(-1);
  if (!last) return;
  const begun = { at: last.at, mono: last.mono };
  const explains = ['started', 'webhookCalls'];
  journal.add({ kind: 'fault', name: 'all-down', what: 'from one run to the next', begun, ended: moment(), explains });
}

async function begin(options: Options, { root, folder, built, say, atEnd }: Place): Promise<ChaosParts> {
  say('Building …');
  await buildRooms(root, built);
  const launch = await launchFor(options, root, atEnd, say);
  say('Starting all parts …');
  const simulatorKeeps = 2 * expectedMessages(options) + KEEPS_AT_LEAST;
  const parts = await startParts({ folder, built, workers: options.workers, simulatorKeeps, launch, say });
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

function logsOf(parts: ChaosParts): string {
  const ours = parts.names().filter((name) => name === 'api' || name.startsWith('worker-'));
  return ours.map((name) => parts.log(name)).join('\n');
}
