import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from '../sms/names.ts';
import { makeFolder } from './data-folder.ts';
import { accepts, freePort } from './ports.ts';
import { type Child, logTail, startChild, trouble } from './processes.ts';

export interface Temporal extends Child {
  address: string;
  uiUrl: string;
  namespace: string;
}

export interface TemporalOptions {
  dataDir: string;
  /** The Temporal CLI: see `findTemporal`. */
  binary: string;
  /** Preferred ports; others if they are taken. */
  port?: number;
  uiPort?: number;
  namespace?: string;
  /** Settings of the server beyond those that the product needs. */
  dynamicConfig?: Readonly<Record<string, string | number | boolean>>;
}

const READY_WITHIN_MS = 60_000;

/**
 * Temporal's development server with its Web UI, on 127.0.0.1 only. Its state is in a file in the folder, so that
 * workflows go on after a restart. The caller sees to it that only one of us starts on a folder at a time.
 */
export async function startTemporal(options: TemporalOptions): Promise<Temporal> {
  const { binary, namespace = 'default', dynamicConfig = {} } = options;
  const dataDir = makeFolder(options.dataDir);
  let { port: preferred, uiPort: preferredUi } = options;
  for (let attempt = 1; ; attempt += 1) {
    const { port } = await freePort(preferred);
    const { port: uiPort } = await freePort(preferredUi);
    const child = await startServer({ binary, dataDir, namespace, dynamicConfig, port, uiPort });
    const address = `127.0.0.1:${port}`;
    if (await answers(child, port, namespace)) {
      return { ...child, address, uiUrl: `http://127.0.0.1:${uiPort}`, namespace };
    }

    const portWasTaken = logTail(child.logFile).includes('already in use');
    const message = await trouble(child, `did not answer within ${READY_WITHIN_MS / 1000} s`);
    await child.killHard();
    if (attempt === 5 || !portWasTaken) throw new Error(message);
    preferred = undefined;
    preferredUi = undefined;
  }
}

function startServer(options: Required<TemporalOptions>): Promise<Child> {
  const flags = [
    ['--ip', '127.0.0.1'],
    ['--port', String(options.port)],
    ['--ui-port', String(options.uiPort)],
    ['--namespace', options.namespace],
    ['--db-filename', 'temporal.db'],
    ['--log-level', 'warn'],
    // A crash of the process loses nothing; one of the machine may lose the last moments, which housekeeping repairs.
    ['--sqlite-pragma', 'journal_mode=WAL'],
    ['--sqlite-pragma', 'synchronous=NORMAL'],
    // A queue's rate limit and priorities hold within a partition only.
    ['--dynamic-config-value', 'matching.numTaskqueueReadPartitions=1'],
    ['--dynamic-config-value', 'matching.numTaskqueueWritePartitions=1'],
    ['--dynamic-config-value', 'matching.useNewMatcher=true'], // has the priorities; the default from server 1.31 on
    ...Object.entries(options.dynamicConfig).map(([name, value]) => ['--dynamic-config-value', `${name}=${value}`]),
    ...Object.values(SEARCH_ATTRIBUTES).map((name) => ['--search-attribute', `${name}=Keyword`]),
  ];
  return startChild({
    name: 'temporal',
    folder: options.dataDir,
    command: options.binary,
    args: ['server', 'start-dev', ...flags.flat()],
    env: serverEnv(),
    stopWithinMs: 15_000,
  });
}

/** Whether the namespace can be used: the port alone answers a little earlier. False if the server ends or stays silent. */
async function answers(child: Child, port: number, namespace: string): Promise<boolean> {
  const deadline = Date.now() + READY_WITHIN_MS;
  // A gRPC client that finds nobody waits a second before it tries again, together with all others of this process.
  while (!child.hasEnded() && Date.now() < deadline && !(await accepts(port))) await sleep(20);
  const channelArgs = { 'grpc.use_local_subchannel_pool': 1 };
  const connection = Connection.lazy({ address: `127.0.0.1:${port}`, channelArgs });
  try {
    while (!child.hasEnded() && Date.now() < deadline) {
      if (await hasSearchAttributes(connection, namespace)) return true;
      await sleep(50);
    }
    return false;
  } finally {
    await connection.close();
  }
}

async function hasSearchAttributes(connection: Connection, namespace: string): Promise<boolean> {
  try {
    const found = await connection.withDeadline(Date.now() + 5_000, () =>
      connection.operatorService.listSearchAttributes({ namespace }),
    );
    return Object.values(SEARCH_ATTRIBUTES).every((name) => found.customAttributes?.[name] !== undefined);
  } catch {
    return false;
  }
}

/** Nothing that turns the server's own client to somewhere else. */
function serverEnv(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TEMPORAL_')));
}
