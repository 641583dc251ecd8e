import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import {
  bundleWorkflowCode,
  DefaultLogger,
  NativeConnection,
  Runtime,
  Worker,
  type WorkerOptions,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import { testTemporal } from './server.ts';

const ACTIVITY_QUEUE = 2; // temporal.api.enums.v1.TaskQueueType

export interface Probe {
  address: string;
  client: Client;
  native: NativeConnection;
  bundle: WorkflowBundleWithSourceMap;
  /** Queue of the workflow worker that all probes of a file share. */
  workflows: string;
  close(): Promise<void>;
}

export interface RunningWorker {
  stop(): Promise<void>;
}

/** A server, a client, and a worker for the probe workflows. */
export async function openProbe(): Promise<Probe> {
  const bundle = await probeBundle();
  const server = await testTemporal();
  const connection = await Connection.connect({ address: server.address });
  const native = await NativeConnection.connect({ address: server.address });
  const workflows = `workflows-${randomUUID()}`;
  const probe = { address: server.address, client: new Client({ connection }), native, bundle, workflows };
  const worker = await workflowWorker(native, bundle, workflows);
  return {
    ...probe,
    async close() {
      await worker.stop();
      await native.close();
      await connection.close();
      await server.stop();
    },
  };
}

let bundle: Promise<WorkflowBundleWithSourceMap> | undefined;

export function probeBundle(): Promise<WorkflowBundleWithSourceMap> {
  const logger = new DefaultLogger('ERROR');
  Runtime.install({ logger, shutdownSignals: [] });
  bundle ??= bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('./probe-workflows.ts', import.meta.url)),
    logger,
  });
  return bundle;
}

export function workflowWorker(
  connection: NativeConnection,
  workflowBundle: WorkflowBundleWithSourceMap,
  taskQueue: string,
): Promise<RunningWorker> {
  const check = async () => 'checked';
  return runWorker({ connection, workflowBundle, taskQueue, activities: { act: check }, maxCachedWorkflows: 100 });
}

/** An activity-only worker as the design has it for a sender's queue: two pollers. */
export function activityWorker(
  connection: NativeConnection,
  taskQueue: string,
  act: (name: string) => Promise<string>,
): Promise<RunningWorker> {
  return runWorker({
    connection,
    taskQueue,
    activities: { act },
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 2 },
  });
}

async function runWorker(options: WorkerOptions): Promise<RunningWorker> {
  const worker = await Worker.create({ shutdownForceTime: '1s', ...options });
  const run = worker.run();
  return {
    async stop() {
      worker.shutdown();
      await run;
    },
  };
}

/** Sets a queue's limit for activities: 0 pauses it, null takes the limit away. */
export async function limitQueue(client: Client, taskQueue: string, perSecond: number | null): Promise<void> {
  await client.workflowService.updateTaskQueueConfig({
    namespace: 'default',
    identity: 'probe',
    taskQueue,
    taskQueueType: ACTIVITY_QUEUE,
    updateQueueRateLimit: {
      ...(perSecond !== null && { rateLimit: { requestsPerSecond: perSecond } }),
      reason: 'probe',
    },
  });
}

/** The limit as the server tells it; undefined without one. */
export async function queueLimit(client: Client, taskQueue: string): Promise<number | undefined> {
  const { config } = await client.workflowService.describeTaskQueue({
    namespace: 'default',
    taskQueue: { name: taskQueue },
    taskQueueType: ACTIVITY_QUEUE,
    reportConfig: true,
  });
  return config?.queueRateLimit?.rateLimit?.requestsPerSecond ?? undefined;
}
