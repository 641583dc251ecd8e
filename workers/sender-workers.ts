/**
 * Workers that come and go with the senders: for each sender one that submits and one that probes, for each gateway
 * account one that polls statuses and fetches texts. The sender's rate limit and its pause are set on its queue in the
 * Temporal server, so that they hold over all processes.
 */
import type { Client } from '@temporalio/client';
import { type NativeConnection, Worker } from '@temporalio/worker';
import { maskFailures } from '../activities/failures.ts';
import type { Db } from '../db/connection.ts';
import { listSenderLines, type SenderLine } from '../db/sender-lines.ts';
import type { Logger } from '../runtime/log.ts';
import { pollQueue, probeQueue, sendQueue } from '../sms/names.ts';
import type {
  PollActivities,
  ProbeActivities,
  PullActivities,
  SendActivities,
  SenderTestActivities,
} from '../workflows/contract.ts';

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
/** Calls that hang would keep new senders from getting their workers. */
const CALLS_MS = 5_000;
/** Submits of one sender at once in one process: at 49/s and 2 s for an answer about 100 are under way. */
const SENDS_AT_ONCE = 100;
const POLLS_AT_ONCE = 20;
/** A little less than the pace of the slots (claim_send), so that no line of claims that wait for theirs stays. */
const QUEUE_SHARE = 0.93;
/** What others have changed, or a server has found again in its store, is noticed then. */
const ASK_AGAIN_MS = 5 * 60_000;
/** Longer than a submit with its record: what is under way may end. */
const SHUTDOWN_GRACE = '20s';

interface KnownLimit {
  /** Tasks per second; null: none. */
  limit: number | null;
  /** By performance.now(). */
  at: number;
}

/** A call that sets it has not succeeded. */
const IN_DOUBT = 'in doubt';

export function startSenderWorkers(parts: Parts): SenderWorkers {
  const running = new Map<string, { worker: Worker; done: Promise<void> }>();
  const limits = new Map<string, KnownLimit | typeof IN_DOUBT>();
  let stopping = false;

  async function look(): Promise<void> {
    const lines = await listSenderLines(parts.db);
    // First, so that nothing is tried in vain while its sender is paused.
    await setLimits(lines);
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
      shutdownGraceTime: SHUTDOWN_GRACE,
      interceptors: { activity: [() => ({ inbound: maskFailures(parts.log) })] },
    });
    const done = worker
      .run()
      .catch((err: unknown) => parts.log.error({ taskQueue, kind: nameOf(err) }, 'a worker ended; it is started again'))
      .finally(() => running.delete(taskQueue));
    running.set(taskQueue, { worker, done });
  }

  /**
   * A server that takes no limit now, or few of them in a second, keeps nobody from sending: a claim keeps the pace and a
   * pause by itself. Those that failed are tried again at the next look.
   */
  async function setLimits(lines: readonly SenderLine[]): Promise<void> {
    const outcomes = await parts.client.connection.withDeadline(Date.now() + CALLS_MS, () =>
      Promise.allSettled(lines.map((line) => setLimit(line))),
    );
    const failed = outcomes.filter((outcome) => outcome.status === 'rejected');
    if (failed[0]) {
      parts.log.warn({ kind: nameOf(failed[0].reason), senders: failed.length }, 'limits could not be set');
    }
  }

  /**
   * 0 is a pause: what waits in the queue stays there, in order of priority, without trying. Asked for before it is set:
   * servers take few of these calls in a second (10 in a namespace by default), a restart changes no limit, and a change
   * is often made by another process already.
   */
  async function setLimit(line: SenderLine): Promise<void> {
    const limit = line.stopped ? 0 : line.rateLimit && Math.fround(line.rateLimit * QUEUE_SHARE);
    const queue = sendQueue(line.id);
    const known = limits.get(line.id);
    if (known !== IN_DOUBT) {
      if (known?.limit === limit && performance.now() - known.at < ASK_AGAIN_MS) return;
      const there = await limitOf(queue);
      limits.set(line.id, { limit: there, at: performance.now() });
      if (there === limit) return;
    }
    // Also where its answer is lost it may be written, and be found in the store later: it is set until a call succeeds.
    limits.set(line.id, IN_DOUBT);
    await parts.client.workflowService.updateTaskQueueConfig({
      namespace: parts.client.options.namespace,
      identity: 'durable-sms',
      taskQueue: queue,
      taskQueueType: ACTIVITY_QUEUE,
      updateQueueRateLimit: {
        ...(limit === null ? {} : { rateLimit: { requestsPerSecond: limit } }),
        reason: line.stopped ?? 'the rate limit of the sender',
      },
    });
    limits.set(line.id, { limit, at: performance.now() });
  }

  /** As the server has it, which keeps 32 bits of it; null: none. */
  async function limitOf(queue: string): Promise<number | null> {
    const { config } = await parts.client.workflowService.describeTaskQueue({
      namespace: parts.client.options.namespace,
      taskQueue: { name: queue },
      taskQueueType: ACTIVITY_QUEUE,
      reportConfig: true,
    });
    return config?.queueRateLimit?.rateLimit?.requestsPerSecond ?? null;
  }

  const looking = (async () => {
    while (!stopping) {
      await look().catch((err: unknown) => parts.log.warn({ kind: nameOf(err) }, 'senders could not be looked at'));
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  })();

  return {
    limitAnew: () => limits.clear(),
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

/** temporal.api.enums.v1.TaskQueueType */
const ACTIVITY_QUEUE = 2;

function nameOf(err: unknown): string {
  return err instanceof Error ? err.name : 'unknown';
}
