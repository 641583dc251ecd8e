/**
 * The sender's rate limit and its pause, set on its queue in the Temporal server, so that they hold over all processes and
 * what waits keeps its order of priority. Claims keep both by themselves as well: a limit that is not set yet costs attempts
 * and order, and nothing is sent too fast or during a pause.
 */
import type { Client } from '@temporalio/client';
import type { SenderLine } from '../db/sender-lines.ts';
import { kindOf, type Logger } from '../runtime/log.ts';
import { sendQueue } from '../sms/names.ts';

export interface QueueLimits {
  /** Of all senders, where they differ. Never throws. */
  set(lines: readonly SenderLine[]): Promise<void>;
  /** All of them are asked for again: Temporal has lost its store. */
  forget(): void;
}

/** Calls that hang would keep new senders from getting their workers. */
const CALLS_MS = 5_000;
/** A little less than the pace of the slots (claim_send), so that no line of claims that wait for theirs stays. */
const QUEUE_SHARE = 0.93;
/** What others have changed, or a server has found again in its store, is noticed then. */
const ASK_AGAIN_MS = 5 * 60_000;
/** temporal.api.enums.v1.TaskQueueType */
const ACTIVITY_QUEUE = 2;

interface KnownLimit {
  /** Tasks per second; null: none. */
  limit: number | null;
  /** By performance.now(). */
  at: number;
}

/** A call that sets it has not succeeded. */
const IN_DOUBT = 'in doubt';

interface Parts {
  client: Client;
  log: Logger;
  askAgainMs?: number;
}

export function createQueueLimits({ client, log, askAgainMs = ASK_AGAIN_MS }: Parts): QueueLimits {
  const known = new Map<string, KnownLimit | typeof IN_DOUBT>();

  /**
   * A server that takes no limit now, or few of them in a second, keeps nobody from sending: a claim keeps the pace and a
   * pause by itself. Those that failed are tried again at the next look.
   */
  async function set(lines: readonly SenderLine[]): Promise<void> {
    const outcomes = await client.connection.withDeadline(Date.now() + CALLS_MS, () =>
      Promise.allSettled(lines.map((line) => setLimit(line))),
    );
    const failed = outcomes.filter((outcome) => outcome.status === 'rejected');
    if (failed[0]) {
      log.warn({ kind: kindOf(failed[0].reason), senders: failed.length }, 'limits could not be set');
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
    const its = known.get(line.id);
    if (its !== IN_DOUBT) {
      if (its?.limit === limit && performance.now() - its.at < askAgainMs) return;
      const there = await limitOf(queue);
      known.set(line.id, { limit: there, at: performance.now() });
      if (there === limit) return;
    }
    // Also where its answer is lost it may be written, and be found in the store later: it is set until a call succeeds.
    known.set(line.id, IN_DOUBT);
    await client.workflowService.updateTaskQueueConfig({
      namespace: client.options.namespace,
      identity: 'durable-sms',
      taskQueue: queue,
      taskQueueType: ACTIVITY_QUEUE,
      updateQueueRateLimit: {
        ...(limit === null ? {} : { rateLimit: { requestsPerSecond: limit } }),
        reason: line.stopped ?? 'the rate limit of the sender',
      },
    });
    known.set(line.id, { limit, at: performance.now() });
  }

  /** As the server has it, which keeps 32 bits of it; null: none. */
  async function limitOf(queue: string): Promise<number | null> {
    const { config } = await client.workflowService.describeTaskQueue({
      namespace: client.options.namespace,
      taskQueue: { name: queue },
      taskQueueType: ACTIVITY_QUEUE,
      reportConfig: true,
    });
    return config?.queueRateLimit?.rateLimit?.requestsPerSecond ?? null;
  }

  return { set, forget: () => known.clear() };
}
