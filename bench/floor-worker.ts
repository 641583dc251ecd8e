/** The worker process of the floor, set up as the product's own (workers/main.ts). */
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { createLog } from '../runtime/log.ts';
import { readSettings } from '../runtime/settings.ts';
import { temporalTarget } from '../runtime/temporal.ts';
import { temporalLogger } from '../workers/temporal-logger.ts';
import type { FloorActivities } from './floor-workflow.ts';

const activities: FloorActivities = { nothing: async () => {} };

const settings = readSettings(process.env);
Runtime.install({ logger: temporalLogger(createLog('floor', settings.LOG_LEVEL)), shutdownSignals: [] });
const { namespace, connection: options } = temporalTarget();
const connection = await NativeConnection.connect(options);
const worker = await Worker.create({
  connection,
  namespace,
  taskQueue: String(process.env.FLOOR_QUEUE),
  workflowBundle: await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL(`./floor-workflow${extname(import.meta.url)}`, import.meta.url)),
    logger: new DefaultLogger('WARN'),
  }),
  activities,
  maxCachedWorkflows: settings.MAX_CACHED_WORKFLOWS,
  shutdownGraceTime: '20s',
});
process.once('SIGTERM', () => worker.shutdown());
const running = worker.run();
process.stdout.write(`${JSON.stringify({ ready: true })}\n`);
await running;
await connection.close();
process.exit(0);
