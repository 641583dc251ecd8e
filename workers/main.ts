/** The worker process: deliveries, the senders' queues and housekeeping. Any number of them may run. */
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { ActivityContext } from '../activities/context.ts';
import { createDeliveryActivities } from '../activities/deliveries.ts';
import { maskFailures } from '../activities/failures.ts';
import { signsOfLife } from '../activities/heartbeat.ts';
import { createHousekeepingActivities } from '../activities/housekeeping.ts';
import { createHttp } from '../activities/http.ts';
import { createPullActivities } from '../activities/inbound.ts';
import { createPollActivities } from '../activities/poll.ts';
import { createSendActivities } from '../activities/send.ts';
import { createSenderBook } from '../activities/sender-book.ts';
import { createSenderTestActivities } from '../activities/sender-test.ts';
import { createSessions } from '../activities/sessions.ts';
import { openDb } from '../db/connection.ts';
import { createReferences } from '../db/references.ts';
import { createDeliveries } from '../runtime/deliveries.ts';
import { createInboundWorkflows } from '../runtime/inbound.ts';
import { createLog } from '../runtime/log.ts';
import { readSettings, SettingsError } from '../runtime/settings.ts';
import { lazyClient, temporalTarget } from '../runtime/temporal.ts';
import { DELIVERIES_QUEUE } from '../sms/names.ts';
import { workflowBundle } from './bundle.ts';
import { SHUTDOWN_GRACE_MS } from './grace.ts';
import { keepHousekeeping } from './loop.ts';
import { prepareNamespace } from './namespace.ts';
import { startSenderWorkers } from './sender-workers.ts';
import { temporalLogger } from './temporal-logger.ts';

async function main(): Promise<void> {
  const stop = stopSignal();
  const settings = readSettings(process.env);
  const log = createLog('worker', settings.LOG_LEVEL);
  // One way to end: ours, below. The SDK would otherwise end its workers on its own.
  Runtime.install({ logger: temporalLogger(log), shutdownSignals: [] });

  const target = temporalTarget();
  const { client, connection, close: closeClient } = lazyClient(target);
  const [native, bundle] = await Promise.all([
    NativeConnection.connect(target.connection),
    workflowBundle(),
    connection.ensureConnected(),
  ]);
  const prepare = () => prepareNamespace(connection, target.namespace, settings.TEMPORAL_RETENTION_DAYS, log);
  await prepare();

  const db = openDb(settings.DATABASE_URL, {
    connections: settings.DATABASE_CONNECTIONS,
    applicationName: 'durable-sms worker',
  });
  const http = createHttp({
    headersTimeoutMs: settings.HTTP_TIMEOUT_MS,
    totalTimeoutMs: settings.HTTP_TIMEOUT_MS,
    networks: settings.GATEWAY_PRIVATE_NETWORKS,
  });
  const context: ActivityContext = {
    db,
    http,
    senders: createSenderBook(db, settings.SECRET_KEYS),
    sessions: createSessions(http),
    references: createReferences(db),
    settings,
    log,
  };

  const tools = { ...context, deliveries: createDeliveries(client), secretKeys: settings.SECRET_KEYS };
  const deliveries = await Worker.create({
    connection: native,
    namespace: target.namespace,
    taskQueue: DELIVERIES_QUEUE,
    workflowBundle: bundle,
    activities: {
      ...createDeliveryActivities(context),
      ...createHousekeepingActivities({ ...tools, inbound: createInboundWorkflows(client) }),
    },
    maxCachedWorkflows: settings.MAX_CACHED_WORKFLOWS,
    shutdownGraceTime: SHUTDOWN_GRACE_MS,
    interceptors: { activity: [() => ({ inbound: maskFailures(log) }), () => ({ inbound: signsOfLife })] },
  });
  const { sendSms, probeSender } = createSendActivities(context);
  const senders = startSenderWorkers({
    db,
    client,
    connection: native,
    activities: {
      send: { sendSms },
      probe: { probeSender, ...createSenderTestActivities(context) },
      poll: { ...createPollActivities(context), ...createPullActivities(tools) },
    },
    log,
  });
  const running = deliveries.run();
  const housekeeping = await keepHousekeeping({
    client,
    connection,
    db,
    log,
    async prepare() {
      await prepare();
      senders.limitAnew();
    },
  });

  process.stdout.write(`${JSON.stringify({ ready: true })}\n`);
  log.info({ address: target.address, namespace: target.namespace }, 'the worker is ready');

  await Promise.race([running, stop]);
  log.info('the worker stops; what is under way may end');
  if (deliveries.getState() === 'RUNNING') deliveries.shutdown();
  await Promise.all([running, senders.stop(), housekeeping.stop()]);
  await http.close();
  await Promise.all([db.close(), closeClient(), native.close()]);
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
}

main().then(
  () => process.exit(0),
  (err: unknown) => {
    const words = err instanceof SettingsError ? err.message : `The worker could not run: ${reason(err)}`;
    process.stderr.write(`${words}\n`);
    process.exit(1);
  },
);

function reason(err: unknown): string {
  return err instanceof Error ? err.message : String(err);
}
