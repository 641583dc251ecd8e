import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { makeFolder } from '../../local/data-folder.ts';
import { isFree } from '../../local/ports.ts';
import { type Child, logTail, startChild, trouble } from '../../local/processes.ts';
import { createLog } from '../../runtime/log.ts';
import { SEARCH_ATTRIBUTES } from '../../sms/names.ts';
import { prepareNamespace } from '../../workers/namespace.ts';
import type { Store } from './schema.ts';

export interface ServerOptions {
  binary: string;
  folder: string;
  /** File with the limits that the product needs. */
  dynamicConfig: string;
  store: Store;
  historyShards: number;
}

export const NAMESPACE = 'default';
const RETENTION_DAYS = 7;
const READY_WITHIN_MS = 120_000;
const LOWEST_PORT = 10_000;
/** The server's table of its own members has them as smallint. */
const HIGHEST_PORT = 2 ** 15 - 1;
const PORTS = [
  'FRONTEND_HTTP_PORT',
  ...['FRONTEND', 'HISTORY', 'MATCHING', 'WORKER'].flatMap((name) => [`${name}_GRPC_PORT`, `${name}_MEMBERSHIP_PORT`]),
];

/** All four services in one process. Resolves when the namespace with our search attributes can be used. */
export async function startServer(options: ServerOptions): Promise<Child & { port: number }> {
  const folder = makeFolder(options.folder);
  for (let attempt = 1; ; attempt += 1) {
    const ports = await freePorts();
    const port = Number(ports.FRONTEND_GRPC_PORT);
    const child = await startChild({
      name: 'temporal',
      folder,
      command: options.binary,
      args: ['start'],
      env: serverEnv(options, ports),
      stopWithinMs: 15_000,
    });
    try {
      await ready(child, port);
      return { ...child, port };
    } catch (error) {
      const portWasTaken = logTail(child.logFile).includes('address already in use');
      await child.killHard();
      if (attempt === 5 || !portWasTaken) throw error;
    }
  }
}

/** What the server's built-in configuration, which its image uses too, takes from the environment. Nothing else is there. */
function serverEnv(
  { store, historyShards, dynamicConfig }: ServerOptions,
  ports: Record<string, string>,
): NodeJS.ProcessEnv {
  return {
    ...ports,
    BIND_ON_IP: '127.0.0.1',
    DB: store.plugin,
    POSTGRES_SEEDS: '127.0.0.1',
    DB_PORT: String(store.port),
    POSTGRES_USER: store.user,
    POSTGRES_PWD: store.password,
    DBNAME: store.database,
    VISIBILITY_DBNAME: store.visibilityDatabase,
    NUM_HISTORY_SHARDS: String(historyShards),
    DYNAMIC_CONFIG_FILE_PATH: dynamicConfig,
    TEMPORAL_ALLOW_NO_AUTH: 'true',
    LOG_LEVEL: 'warn',
  };
}

/** By the names of their variables. */
async function freePorts(): Promise<Record<string, string>> {
  const free = new Set<number>();
  while (free.size < PORTS.length) {
    const port = randomInt(LOWEST_PORT, HIGHEST_PORT + 1);
    if (await isFree(port)) free.add(port);
  }
  const ports = [...free];
  return Object.fromEntries(PORTS.map((name, index) => [name, String(ports[index])]));
}

/** Each part of the server learns of a new namespace, and then of its attributes, a moment later than the one before. */
async function ready(child: Child, port: number): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  // A gRPC client that finds nobody waits a second before it tries again, together with all others of this process.
  const channelArgs = { 'grpc.use_local_subchannel_pool': 1, 'grpc.max_reconnect_backoff_ms': 200 };
  const connection = Connection.lazy({ address: `127.0.0.1:${port}`, channelArgs });
  const { workflowService } = connection;
  const untilDone = async (call: () => Promise<unknown>) => {
    for (;;) {
      try {
        await connection.withDeadline(Date.now() + 10_000, call);
        return;
      } catch (error) {
        if (child.hasEnded() || Date.now() > deadline) {
          throw new Error(await trouble(child, `cannot be used: ${String(error)}`));
        }
        await sleep(50);
      }
    }
  };
  const query = Object.values(SEARCH_ATTRIBUTES)
    .map((name) => `${name} = "none"`)
    .join(' AND ');
  try {
    await untilDone(() => register(connection));
    await untilDone(() => prepareNamespace(connection, NAMESPACE, RETENTION_DAYS, createLog('temporal', 'error')));
    await untilDone(() => workflowService.countWorkflowExecutions({ namespace: NAMESPACE, query }));
  } finally {
    await connection.close();
  }
}

/** Does nothing where an attempt before this one, whose answer was late, has done it. */
async function register({ workflowService }: Connection): Promise<void> {
  const { namespaces } = await workflowService.listNamespaces({ pageSize: 100 });
  if (namespaces?.some(({ namespaceInfo }) => namespaceInfo?.name === NAMESPACE)) return;
  await workflowService.registerNamespace({
    namespace: NAMESPACE,
    workflowExecutionRetentionPeriod: msToTs(`${RETENTION_DAYS}d`),
  });
}
