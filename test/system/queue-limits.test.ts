/** Limits on senders' queues in the Temporal server: asked for seldom, and not believed for ever. */
import { Client, Connection, type ConnectionOptions } from '@temporalio/client';
import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, beforeEach, expect, inject, it, vi } from 'vitest';
import type { SenderLine } from '../../db/sender-lines.ts';
import { createLog } from '../../runtime/log.ts';
import { sendQueue } from '../../sms/names.ts';
import { createQueueLimits } from '../../workers/queue-limits.ts';
import { freshNamespace } from '../setup/namespace.ts';

/** temporal.api.enums.v1.TaskQueueType */
const ACTIVITY = 2;

type Interceptor = NonNullable<ConnectionOptions['interceptors']>[number];

let connection: Connection;
let client: Client;
let calls: string[] = [];
let line: SenderLine;

const watchCalls: Interceptor = (options, nextCall) => {
  calls.push(options.method_definition.path.split('/').at(-1) ?? '');
  return nextCall(options) as ReturnType<Interceptor>;
};

beforeAll(async () => {
  connection = await Connection.connect({ address: inject('temporalAddress'), interceptors: [watchCalls] });
  client = new Client({ connection, namespace: await freshNamespace(connection) });
  // The part of the server that has the queues learns of the namespace a moment later.
  await vi.waitFor(() => someoneSets(sendQueue('another'), 1), 15_000);
});
afterAll(() => connection.close());
beforeEach(() => {
  line = { id: uuidv7(), gatewayAccountId: uuidv7(), rateLimit: 10, stopped: null };
});

const limitsWith = (askAgainMs?: number) =>
  createQueueLimits({ client, log: createLog('test', 'silent'), ...(askAgainMs !== undefined && { askAgainMs }) });

async function limitInServer(): Promise<number | null | undefined> {
  const { config } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: sendQueue(line.id) },
    taskQueueType: ACTIVITY,
    reportConfig: true,
  });
  return config?.queueRateLimit?.rateLimit?.requestsPerSecond;
}

async function someoneSets(taskQueue: string, requestsPerSecond: number): Promise<void> {
  await client.workflowService.updateTaskQueueConfig({
    namespace: client.options.namespace,
    identity: 'someone else',
    taskQueue,
    taskQueueType: ACTIVITY,
    updateQueueRateLimit: { rateLimit: { requestsPerSecond }, reason: 'test' },
  });
}

it('makes no call for a limit that it knows', async () => {
  const limits = limitsWith();
  await limits.set([line]);
  expect(await limitInServer()).toBeCloseTo(9.3);
  calls = [];
  for (let look = 0; look < 5; look++) await limits.set([line]);
  expect(calls).toEqual([]);
});

it('finds what someone else has changed when it asks again', async () => {
  const limits = limitsWith(0);
  await limits.set([line]);
  await someoneSets(sendQueue(line.id), 3);
  expect(await limitInServer()).toBe(3);
  await limits.set([line]);
  expect(await limitInServer()).toBeCloseTo(9.3);
});

it('asks again at once for what it was told to forget', async () => {
  const limits = limitsWith();
  await limits.set([line]);
  await someoneSets(sendQueue(line.id), 3);
  limits.forget();
  await limits.set([line]);
  expect(await limitInServer()).toBeCloseTo(9.3);
});

it('sets 0 for a pause, and the limit again after it', async () => {
  const limits = limitsWith();
  await limits.set([{ ...line, stopped: 'paused' }]);
  expect(await limitInServer()).toBe(0);
  await limits.set([line]);
  expect(await limitInServer()).toBeCloseTo(9.3);
});
