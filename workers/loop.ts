/**
 * Sees to it that housekeeping runs. It is missing at the first start of all, and when Temporal's store is lost: then it
 * is on it to find everything that has not ended, so nothing else may depend on somebody's starting a worker anew.
 */
import { type Client, type Connection, WorkflowNotFoundError } from '@temporalio/client';
import type { Db } from '../db/connection.ts';
import { wakeOpen } from '../db/housekeeping.ts';
import { kindOf, type Logger } from '../runtime/log.ts';
import { DELIVERIES_QUEUE, HOUSEKEEPING_WORKFLOW_ID } from '../sms/names.ts';

export interface Loop {
  stop(): Promise<void>;
}

interface Parts {
  client: Client;
  connection: Connection;
  db: Db;
  log: Logger;
  /** What else a store needs that has nothing in it. */
  prepare(): Promise<void>;
}

const LOOK_EVERY_MS = 5_000;
const CALL_MS = 5_000;

/** @returns when it runs. @throws where Temporal or Postgres does not let it be started now; later on that is logged */
export async function keepHousekeeping(parts: Parts): Promise<Loop> {
  const stopping = new AbortController();
  await look(parts);
  const looking = (async () => {
    while (await pause(stopping.signal)) {
      await look(parts).catch((err: unknown) =>
        parts.log.warn({ kind: kindOf(err) }, 'it could not be seen whether housekeeping runs'),
      );
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await looking;
    },
  };
}

async function look(parts: Parts): Promise<void> {
  await parts.connection.withDeadline(Date.now() + CALL_MS, async () => {
    if (await runs(parts.client)) return;
    parts.log.info('housekeeping does not run: all that has not ended is looked at, and it is started');
    await parts.prepare();
    // Before the start: whoever dies in between leaves it to the next who finds that it does not run.
    await wakeOpen(parts.db);
    await parts.client.workflow.start('housekeeping', {
      workflowId: HOUSEKEEPING_WORKFLOW_ID,
      taskQueue: DELIVERIES_QUEUE,
      workflowIdConflictPolicy: 'USE_EXISTING',
      staticSummary: 'mends what a crash left half done',
    });
  });
}

async function runs(client: Client): Promise<boolean> {
  try {
    return (await client.workflow.getHandle(HOUSEKEEPING_WORKFLOW_ID).describe()).status.name === 'RUNNING';
  } catch (err) {
    if (err instanceof WorkflowNotFoundError) return false;
    throw err;
  }
}

/** @returns false where it is time to stop */
async function pause(stopping: AbortSignal): Promise<boolean> {
  if (stopping.aborted) return false;
  return await new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      stopping.removeEventListener('abort', done);
      resolve(!stopping.aborted);
    };
    const timer = setTimeout(done, LOOK_EVERY_MS);
    stopping.addEventListener('abort', done);
  });
}
