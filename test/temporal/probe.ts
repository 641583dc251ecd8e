import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, Connection, type WorkflowOptions } from '@temporalio/client';
import { optionalTsToMs } from '@temporalio/common/lib/time.js';
import {
  bundleWorkflowCode,
  DefaultLogger,
  makeTelemetryFilterString,
  NativeConnection,
  Runtime,
  Worker,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import { type TestTemporal, testTemporal } from './server.ts';

export interface Probe {
  address: string;
  client: Client;
  native: NativeConnection;
  /** Queue of a worker that runs the probe workflows. */
  workflows: string;
  close(): Promise<void>;
}

/** A server, a client, and a worker for the probe workflows. */
export async function openProbe(startServer: () => Promise<TestTemporal> = testTemporal): Promise<Probe> {
  const bundle = await bundleProbeWorkflows();
  const server = await startServer();
  const connection = await Connection.connect({ address: server.address });
  const native = await NativeConnection.connect({ address: server.address });
  const workflows = named('workflows');
  const worker = await workflowWorker(native, bundle, workflows);
  const run = worker.run();
  return {
    address: server.address,
    client: new Client({ connection }),
    native,
    workflows,
    async close() {
      worker.shutdown();
      await run;
      await native.close();
      await connection.close();
      await server.stop();
    },
  };
}

let built: Promise<WorkflowBundleWithSourceMap> | undefined;

/** Built once in a process. Quietens the SDK too: it logs a line for each poller when a server is away. */
export function bundleProbeWorkflows(): Promise<WorkflowBundleWithSourceMap> {
  if (built) return built;
  const logger = new DefaultLogger('ERROR');
  const filter = makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' });
  Runtime.install({ logger, shutdownSignals: [], telemetryOptions: { logging: { filter } } });
  const workflowsPath = fileURLToPath(new URL('./probe-workflows.ts', import.meta.url));
  built = bundleWorkflowCode({ workflowsPath, logger });
  return built;
}

export function workflowWorker(
  connection: NativeConnection,
  workflowBundle: WorkflowBundleWithSourceMap,
  taskQueue: string,
): Promise<Worker> {
  const activities = { act: async () => 'checked' };
  return Worker.create({ connection, workflowBundle, taskQueue, activities, maxCachedWorkflows: 100 });
}

export type Act = (name: string) => Promise<string>;

/** An activity-only worker, with two pollers as a sender's queue has. */
export function activityWorker(
  connection: NativeConnection,
  taskQueue: string,
  act: Act,
  pollers = 2,
): Promise<Worker> {
  return Worker.create({
    connection,
    taskQueue,
    activities: { act },
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: pollers },
  });
}

/** Options to start a probe workflow with an id of its own. */
export function workflow(taskQueue: string, ...args: unknown[]): WorkflowOptions & { args: unknown[] } {
  return { taskQueue, workflowId: named('probe'), args };
}

export function named(what: string): string {
  return `${what}-${randomUUID()}`;
}

export async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 30_000;
  while (!(await isTrue())) {
    if (Date.now() > end) throw new Error('not within 30 s');
    await sleep(50);
  }
}

/** Notes which activity was handed to a worker, and when. */
export class Starts {
  readonly seen: { name: string; at: number }[] = [];

  readonly act: Act = async (name) => {
    this.seen.push({ name, at: Date.now() });
    return name;
  };

  /** Milliseconds from `since` to each start after it. */
  after(since: number): number[] {
    return this.seen.filter(({ at }) => at >= since).map(({ at }) => at - since);
  }
}

const ACTIVITY_QUEUE = 2; // temporal.api.enums.v1.TaskQueueType

/** Sets a queue's limit for activities: 0 pauses it, null takes the limit away. */
export async function limitQueue({ workflowService }: Client, taskQueue: string, limit: number | null): Promise<void> {
  await workflowService.updateTaskQueueConfig({
    namespace: 'default',
    identity: 'probe',
    taskQueue,
    taskQueueType: ACTIVITY_QUEUE,
    updateQueueRateLimit: { reason: 'probe', ...(limit !== null && { rateLimit: { requestsPerSecond: limit } }) },
  });
}

/** The limit as the server tells it; undefined without one. */
export async function queueLimit({ workflowService }: Client, taskQueue: string): Promise<number | undefined> {
  const { config } = await workflowService.describeTaskQueue({
    namespace: 'default',
    taskQueue: { name: taskQueue },
    taskQueueType: ACTIVITY_QUEUE,
    reportConfig: true,
  });
  return config?.queueRateLimit?.rateLimit?.requestsPerSecond ?? undefined;
}

/** Resolves when that many activities wait in a queue. */
export async function backlogOf({ workflowService }: Client, taskQueue: string, count: number): Promise<void> {
  await until(async () => {
    const { stats } = await workflowService.describeTaskQueue({
      namespace: 'default',
      taskQueue: { name: taskQueue },
      taskQueueType: ACTIVITY_QUEUE,
      reportStats: true,
    });
    return Number(stats?.approximateBacklogCount) >= count;
  });
}

/** When the server handed out each activity of a run that has ended: milliseconds of the epoch, in order. */
export async function startTimes({ workflow }: Client, workflowId: string): Promise<number[]> {
  const { events } = await workflow.getHandle(workflowId).fetchHistory();
  const started = (events ?? []).filter(({ activityTaskStartedEventAttributes }) => activityTaskStartedEventAttributes);
  return started.map(({ eventTime }) => optionalTsToMs(eventTime) ?? Number.NaN).sort((a, b) => a - b);
}

/** A run's events, for example `workflowExecutionStarted`, in their order. */
export async function eventsOf({ workflow }: Client, workflowId: string): Promise<string[]> {
  const { events } = await workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).map((event) => {
    const kind = Object.keys(event).find((key) => key.endsWith('EventAttributes'));
    return kind?.replace('EventAttributes', '') ?? 'unknown';
  });
}
