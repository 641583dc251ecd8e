/** What a worker process sets in Temporal when it starts: only what differs, and nobody's sending waits for a limit. */
import { Client, Connection, type ConnectionOptions } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { updateSender } from '../../db/sender-changes.ts';
import { createLog } from '../../runtime/log.ts';
import { sendQueue } from '../../sms/names.ts';
import { prepareNamespace } from '../../workers/namespace.ts';
import { type SenderWorkers, startSenderWorkers } from '../../workers/sender-workers.ts';
import { type Books, newHouse, openBooks } from '../db/books.ts';
import { freshNamespace } from '../setup/namespace.ts';

const log = createLog('test', 'silent');
/** temporal.api.enums.v1.TaskQueueType */
const ACTIVITY = 2;

type Interceptor = NonNullable<ConnectionOptions['interceptors']>[number];

let books: Books;
let connection: Connection;
let client: Client;
let native: NativeConnection;
let closing: (() => Promise<unknown>)[] = [];
/** Methods that change something in the server, once for each call. */
let updates: string[] = [];
let limitsRunOutOfTime = false;

const watchUpdates: Interceptor = (options, nextCall) => {
  const method = options.method_definition.path.split('/').at(-1) ?? '';
  if (method.startsWith('Update')) updates.push(method);
  const runsOut = limitsRunOutOfTime && method === 'UpdateTaskQueueConfig';
  return nextCall(runsOut ? { ...options, deadline: 1 } : options) as ReturnType<Interceptor>;
};

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
  const address = inject('temporalAddress');
  books = await openBooks();
  connection = await Connection.connect({ address, interceptors: [watchUpdates] });
  native = await NativeConnection.connect({ address });
  closing = [() => books.close(), () => connection.close(), () => native.close()];
  client = new Client({ connection, namespace: await freshNamespace(connection) });
});
afterAll(() => Promise.all(closing.map((close) => close())));

function startWorkers(): SenderWorkers {
  const never = async () => {
    throw new Error('nothing is sent here');
  };
  return startSenderWorkers({
    db: books.db,
    client,
    connection: native,
    activities: {
      send: { sendSms: never },
      probe: { probeSender: never, tryAccess: never },
      poll: { pollStatus: never, pullTexts: never },
    },
    log,
  });
}

async function queueOf(senderId: string): Promise<{ limit: number | undefined; served: boolean }> {
  const { config, pollers } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: sendQueue(senderId) },
    taskQueueType: ACTIVITY,
    reportConfig: true,
    reportPollers: true,
  });
  return {
    limit: config?.queueRateLimit?.rateLimit?.requestsPerSecond ?? undefined,
    served: (pollers ?? []).length > 0,
  };
}

it('serves all senders while no limit can be set, sets the limits when it can, and none again at the next start', async () => {
  const limited = (await newHouse(books.db, { rateLimit: 10 })).senderId;
  const free = (await newHouse(books.db)).senderId;

  limitsRunOutOfTime = true;
  let workers = startWorkers();
  try {
    await expect.poll(() => queueOf(limited)).toEqual({ limit: undefined, served: true });
    await expect.poll(() => queueOf(free)).toEqual({ limit: undefined, served: true });
    expect(updates, 'it was tried').toContain('UpdateTaskQueueConfig');

    limitsRunOutOfTime = false;
    await expect.poll(async () => (await queueOf(limited)).limit).toBeCloseTo(9.3);
  } finally {
    await workers.stop();
  }

  updates = [];
  await updateSender(books.db, [], free, { rateLimit: 20 });
  workers = startWorkers();
  try {
    await expect.poll(async () => (await queueOf(free)).limit).toBeCloseTo(18.6);
    expect(updates, 'only of the sender that has another limit now').toEqual(['UpdateTaskQueueConfig']);
  } finally {
    await workers.stop();
  }
});

it('sets a limit again whose call was written and not answered', async () => {
  const { senderId } = await newHouse(books.db, { rateLimit: 10 });
  const pause = async (yes: boolean) => {
    await books.db.sql`UPDATE senders SET paused_at = ${yes ? new Date() : null} WHERE id = ${senderId}`;
  };
  const workers = startWorkers();
  const other = await Connection.connect({ address: inject('temporalAddress') });
  try {
    await expect.poll(async () => (await queueOf(senderId)).limit).toBeCloseTo(9.3);
    limitsRunOutOfTime = true;
    updates = [];
    await pause(true);
    await expect.poll(() => updates.length).toBeGreaterThan(0);
    await other.workflowService.updateTaskQueueConfig({
      namespace: client.options.namespace,
      identity: 'the call whose answer was lost',
      taskQueue: sendQueue(senderId),
      taskQueueType: ACTIVITY,
      updateQueueRateLimit: { rateLimit: { requestsPerSecond: 0 }, reason: 'paused' },
    });
    await pause(false);
    limitsRunOutOfTime = false;
    await expect.poll(async () => (await queueOf(senderId)).limit).toBeCloseTo(9.3);
  } finally {
    await Promise.all([workers.stop(), other.close()]);
  }
});

it('sets the retention of the namespace where it is another', async () => {
  const prepare = async (days: number) => {
    updates = [];
    await prepareNamespace(connection, client.options.namespace, days, log);
    return updates;
  };
  expect(await prepare(3)).toEqual(['UpdateNamespace']);
  await expect.poll(() => prepare(3)).toEqual([]);
  expect(await prepare(4)).toEqual(['UpdateNamespace']);
});
