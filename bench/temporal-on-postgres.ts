/** Temporal as docker-compose.yml runs it, for the bench: a real server, with Postgres as its store. */
import { join } from 'node:path';
import { type Place, watch, wayTo } from '../local/parts.ts';
import { startPostgres } from '../local/postgres.ts';
import type { Child } from '../local/processes.ts';
import { serverBinaries, VERSION } from './temporal-server/binaries.ts';
import { prepareStore } from './temporal-server/schema.ts';
import { NAMESPACE, startServer } from './temporal-server/server.ts';

export interface TemporalOnPostgres {
  address: string;
  namespace: string;
  /** Of the server. */
  version: string;
  /** For the product's processes: `env` with the way to this server, and to no other. */
  env: NodeJS.ProcessEnv;
  /** Its databases `temporal` and `temporal_visibility`, with the password; owned by a superuser. */
  storeUrl: string;
  visibilityUrl: string;
  /** By the names under which their CPU time and memory are told. */
  processes: { temporal: Child; 'temporal-postgres': Child };
}

export interface StoreOptions {
  /**
   * Into how many parts the server divides its workflows, for good. 4, Temporal's own default, suits one machine: each
   * part has queues that are read also when nothing happens. docker-compose.yml has 512, for a server that may grow.
   */
  historyShards?: number;
}

/**
 * Starts both on 127.0.0.1, on free ports, with their data in the place's folder: the server in `temporal`, its Postgres,
 * which is not the product's, in `temporal-postgres`. The namespace has our search attributes. `stopAll` ends them.
 * The first time it builds the server, with Go.
 * @throws where there is no Go, or a part does not start, with the end of its log
 */
export async function startTemporalOnPostgres(
  place: Place,
  env: NodeJS.ProcessEnv,
  { historyShards = 4 }: StoreOptions = {},
): Promise<TemporalOnPostgres> {
  const { clone, dataDir, say, onBreak } = place;
  const binaries = await serverBinaries({ env, dataDir, say });
  say(`Starting Temporal ${VERSION} with Postgres as its store …`);
  const postgres = await startPostgres({ dataDir: join(dataDir, 'temporal-postgres') });
  watch(postgres, onBreak);
  const store = await prepareStore(binaries.sqlTool, postgres);
  const { port, ...temporal } = await startServer({
    binary: binaries.server,
    folder: join(dataDir, 'temporal'),
    dynamicConfig: join(clone, 'docker/temporal-dynamic-config.yaml'),
    store,
    historyShards,
  });
  watch(temporal, onBreak);
  const address = `127.0.0.1:${port}`;
  return {
    address,
    namespace: NAMESPACE,
    version: VERSION,
    env: wayTo({ address, namespace: NAMESPACE }, dataDir, env),
    storeUrl: databaseUrl(postgres.url, store.database),
    visibilityUrl: databaseUrl(postgres.url, store.visibilityDatabase),
    processes: { temporal, 'temporal-postgres': postgres },
  };
}

function databaseUrl(url: string, database: string): string {
  return Object.assign(new URL(url), { pathname: `/${database}` }).href;
}
