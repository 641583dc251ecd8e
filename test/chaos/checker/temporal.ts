/** What Temporal has left: open and odd workflows, what housekeeping mended, and whether histories replay. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { HOUSEKEEPING_WORKFLOW_ID } from '../../../sms/names.ts';
import { bundleWorkflows } from '../../../workers/bundle.ts';
import type { Books, TemporalState } from '../model.ts';
import { createRandom } from '../random.ts';
import { type RecordedHistory, type RecordedRun, replayAll, wasRun } from './histories.ts';
import { chooseDeliveries, type Sample } from './paths.ts';
import { repairsIn } from './repairs-made.ts';

export interface TemporalOptions {
  seed: string | number;
  histories: number;
  settleMs: number;
  workflowBundle: { codePath: string } | undefined;
}

/** They run for as long as the installation. */
const LOOPS = new Set(['housekeeping', 'inbound']);
const OPEN = `ExecutionStatus = "Running" AND ${[...LOOPS].map((type) => `WorkflowType != "${type}"`).join(' AND ')}`;
const IN_ORDER = new Set(['RUNNING', 'COMPLETED', 'CONTINUED_AS_NEW']);
const FETCHES_AT_ONCE = 8;

export async function readTemporal(address: string, books: Books, options: TemporalOptions): Promise<TemporalState> {
  const connection = await Connection.connect({ address });
  try {
    const client = new Client({ connection, namespace: 'default' });
    await settled(client, options.settleMs);
    const { seen, open, odd, loops } = await listAll(client);
    const loopHistories = await fetchAll(client, loops);
    const housekeeping = loopHistories.filter(({ workflowId }) => workflowId === HOUSEKEEPING_WORKFLOW_ID);
    const made = housekeeping.map(({ history }) => repairsIn(history));
    const random = createRandom(options.seed).fork('histories');
    // The newest of each loop: they were continued as new again and again.
    const newest = [...new Map(loopHistories.map((it) => [it.workflowId, it])).values()];
    const sample = chooseDeliveries(books, Math.max(0, options.histories - newest.length), random);
    const deliveries = await fetchAll(
      client,
      sample.ids.map((workflowId) => ({ workflowId })),
    );
    return {
      seen,
      open,
      odd,
      repairs: made.flatMap(({ repairs }) => repairs),
      rounds: made.reduce((sum, { rounds }) => sum + rounds, 0),
      sample: wordsOf(sample),
      ...(await replayAll(
        [...newest, ...deliveries].filter(({ history }) => wasRun(history)),
        options.workflowBundle ?? (await bundleWorkflows()),
      )),
    };
  } finally {
    await connection.close();
  }
}

/** The end of a message is in the books a little before its workflow has ended. */
async function settled(client: Client, withinMs: number): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (Date.now() < deadline) {
    const { count } = await client.workflow.count(OPEN);
    if (count === 0) return;
    await sleep(500);
  }
}

function wordsOf({ paths, pathsTaken, steps, stepsTaken, tenths }: Sample): string {
  return `${pathsTaken} of ${paths} paths, ${stepsTaken} of ${steps} kinds of steps, from ${tenths} tenths of the run`;
}

/** Page by page: the server hands out no more than a thousand at once. */
async function listAll(client: Client) {
  const found = {
    seen: 0,
    open: [] as TemporalState['open'],
    odd: [] as TemporalState['odd'],
    loops: [] as RecordedRun[],
  };
  const runs: (RecordedRun & { startTime: Date })[] = [];
  for await (const { workflowId, runId, type, status, startTime } of client.workflow.list({ pageSize: 1_000 })) {
    found.seen++;
    if (LOOPS.has(type)) runs.push({ workflowId, runId, startTime });
    else if (status.name === 'RUNNING') found.open.push({ workflowId, type });
    if (!IN_ORDER.has(status.name)) found.odd.push({ workflowId, type, status: status.name });
  }
  runs.sort((a, b) => a.startTime.getTime() - b.startTime.getTime());
  found.loops = runs;
  return found;
}

async function fetchAll(client: Client, runs: readonly RecordedRun[]): Promise<RecordedHistory[]> {
  const fetched: RecordedHistory[] = [];
  for (let i = 0; i < runs.length; i += FETCHES_AT_ONCE) {
    const some = runs.slice(i, i + FETCHES_AT_ONCE).map((run) => fetchOne(client, run));
    fetched.push(...(await Promise.all(some)).flat());
  }
  return fetched;
}

/** None where a message came to its end before its workflow was started. */
async function fetchOne(client: Client, { workflowId, runId }: RecordedRun): Promise<RecordedHistory[]> {
  try {
    return [{ workflowId, history: await client.workflow.getHandle(workflowId, runId).fetchHistory() }];
  } catch (error) {
    if (isNotFound(error)) return [];
    throw error;
  }
}

const NOT_FOUND = 5;
const isNotFound = (error: unknown) => error instanceof Error && 'code' in error && error.code === NOT_FOUND;
