/**
 * Workers that come and go with the senders: for each sender one that submits and one that probes, for each gateway
 * account one that polls statuses and fetches texts.
 */
import type { Client } from '@temporalio/client';
import { type NativeConnection, Worker } from '@temporalio/worker';
import { maskFailures } from '../activities/failures.ts';
import type { Db } from '../db/connection.ts';
import { listSenderLines, type SenderLine } from '../db/sender-lines.ts';
import { kindOf, type Logger } from '../runtime/log.ts';
import { pollQueue, probeQueue, sendQueue } from '../sms/names.ts';
import type {
  PollActivities,
  ProbeActivities,
  PullActivities,
  SendActivities,
  SenderTestActivities,
} from '../workflows/contract.ts';
import { SHUTDOWN_GRACE_MS } from './grace.ts';
import { createQueueLimits } from './queue-limits.ts';

export interface SenderWorkers {
  /** Tells Temporal of all limits and pauses again: it has lost its store. */
  limitAnew(): void;
  /** Ends all of them; activities under way may finish first. */
  stop(): Promise<void>;
}

interface Parts {
  db: Db;
  client: Client;
  connection: NativeConnection;
  activities: {
    send: SendActivities;
    probe: ProbeActivities & SenderTestActivities;
    poll: PollActivities & PullActivities;
  };
  log: Logger;
}

/** How soon a new sender, a new limit or a pause is noticed. */
const LOOK_EVERY_MS = 1_000;
/** Submits of one sender at once in one process: at 49/s and 2 s for an answer about 100 are under way. */
const SENDS_AT_ONCE = 100;
const POLLS_AT_ONCE = 20;

export function startSenderWorkers(parts: Parts): SenderWorkers {
  const running = new Map<string, { worker: Worker; done: Promise<void> }>();
  const limits = createQueueLimits(parts);
  let stopping = false;

  async function look(): Promise<void> {
    const lines = await listSenderLines(parts.db);
    // First, so that nothing is tried in vain while its sender is paused.
    await limits.set(lines);
    await serve(lines);
  }

  async function serve(lines: readonly SenderLine[]): Promise<void> {
    const wanted = new Map<string, { activities: object; atOnce: number; pollers: number }>();
    for (const line of lines) {
      wanted.set(sendQueue(line.id), { activities: parts.activities.send, atOnce: SENDS_AT_ONCE, pollers: 4 });
      wanted.set(probeQueue(line.id), { activities: parts.activities.probe, atOnce: 1, pollers: 1 });
      wanted.set(pollQueue(line.gatewayAccountId), {
        activities: parts.activities.poll,
        atOnce: POLLS_AT_ONCE,
        pollers: 2,
      });
    }
    for (const [queue, options] of wanted) {
      if (!running.has(queue) && !stopping) await startWorker(queue, options);
    }
    for (const [queue, { worker }] of running) {
      if (!wanted.has(queue) && worker.getState() === 'RUNNING') worker.shutdown();
    }
  }

  async function startWorker(
    taskQueue: string,
    options: { activities: object; atOnce: number; pollers: number },
  ): Promise<void> {
    const worker = await Worker.create({
      connection: parts.connection,
      namespace: parts.client.options.namespace,
      taskQueue,
      activities: options.activities,
      maxConcurrentActivityTaskExecutions: options.atOnce,
      activityTaskPollerBehavior: { type: 'simple-maximum', maximum: options.pollers },
      shutdownGraceTime: SHUTDOWN_GRACE_MS,
      interceptors: { activity: [() => ({ inbound: maskFailures(parts.log) })] },
    });
    const done = worker
      .run()
      .catch((err: unknown) => parts.log.error({ taskQueue, kind: kindOf(err) }, 'a worker ended; it is started again'))
      .finally(() => running.delete(taskQueue));
    running.set(taskQueue, { worker, done });
  }

  const looking = (async () => {
    while (!stopping) {
      await look().catch((err: unknown) => parts.log.warn({ kind: kindOf(err) }, 'senders could not be looked at'));
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  })();

  return {
    limitAnew: limits.forget,
    async stop() {
      stopping = true;
      await looking;
      for (const { worker } of running.values()) {
        if (worker.getState() === 'RUNNING') worker.shutdown();
      }
      await Promise.all([...running.values()].map(({ done }) => done));
    },
  };
}
