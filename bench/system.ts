/** The whole product as real processes on servers of its own, all in one folder. */
import type { Client } from '@temporalio/client';
import { openDb } from '../db/connection.ts';
import { migrate } from '../db/migrate.ts';
import { localPostgres, localTemporal, type Place, startPart } from '../local/parts.ts';
import { freePort } from '../local/ports.ts';
import { keepSecretKeys } from '../local/secret-keys.ts';
import { seed } from '../local/seed.ts';
import { readSettings } from '../runtime/settings.ts';
import { lazyClient } from '../runtime/temporal.ts';
import { type Books, openBooks } from './books.ts';
import type { Store } from './options.ts';
import { startTemporalOnPostgres } from './temporal-on-postgres.ts';

export interface Servers {
  folder: string;
  client: Client;
  temporalVersion: string;
  /** The product's, once it is there. */
  books?: Books;
  /** For the product's processes. */
  env: NodeJS.ProcessEnv;
  /** Starts one of our programs and waits until it is ready. */
  start(name: string, script: string, env?: NodeJS.ProcessEnv): Promise<Record<string, unknown>>;
}

export interface Product extends Servers {
  books: Books;
  apiUrl: string;
  apiKey: string;
  simulatorUrl: string;
}

const REPORT_DELAY_MS = 50;

/** @param store where Temporal keeps what it has: as on a developer's machine, or in a Postgres of its own */
export async function startServers(place: Place, store: Store): Promise<Servers> {
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !SERVER_ELSEWHERE.test(name)));
  const startTemporal = store === 'postgres' ? startTemporalOnPostgres : localTemporal;
  const [postgres, temporal] = await Promise.all([localPostgres(place, own), startTemporal(place, own)]);
  await migrate(postgres.url);
  const { client, connection } = lazyClient({ connection: { address: temporal.address }, namespace: 'default' });
  const { serverVersion } = await connection.workflowService.getSystemInfo({});
  const env = {
    ...temporal.env,
    DATABASE_URL: postgres.url,
    SECRET_KEYS: keepSecretKeys(place.dataDir),
    GATEWAY_PRIVATE_NETWORKS: '127.0.0.1',
    API_RATE_LIMIT_PER_MIN: '10000000',
  };
  return {
    folder: place.dataDir,
    client,
    temporalVersion: serverVersion,
    env,
    start: (name, script, more) => startPart(name, script, { ...env, ...more }, place),
  };
}

/** Simulator, API and, if wanted, one worker, with the demo senders. */
export async function startProduct(servers: Servers, { worker }: { worker: boolean }): Promise<Product> {
  const { port: apiPort } = await freePort();
  const apiUrl = `http://127.0.0.1:${apiPort}`;
  const { url } = await servers.start('simulator', 'local/simulator/main.ts', {
    SIMULATOR_PORT: '0',
    SIMULATOR_REPORT_DELAY_MS: String(REPORT_DELAY_MS),
  });
  const simulatorUrl = String(url);
  const settings = readSettings(servers.env);
  const { apiKey } = await seed(settings.DATABASE_URL, {
    simulatorUrl,
    publicUrl: apiUrl,
    dataDir: servers.folder,
    secretKeys: settings.SECRET_KEYS,
    playMobileLimit: settings.PLAY_MOBILE_LIMIT_REQUESTS_PER_SEC,
  });
  const env = { ...servers.env, HOST: '127.0.0.1', PORT: String(apiPort), PUBLIC_URL: apiUrl };
  await Promise.all([
    ...(worker ? [servers.start('worker-1', 'workers/main.ts', env)] : []),
    servers.start('api', 'api/main.ts', env),
  ]);
  const db = openDb(settings.DATABASE_URL, { connections: 2, applicationName: 'durable-sms bench' });
  return { ...servers, env, books: openBooks(db), apiUrl, apiKey, simulatorUrl };
}

/** The servers are always our own, whatever the user's variables name. */
const SERVER_ELSEWHERE = /^(DATABASE_URL|TEMPORAL_(ADDRESS|NAMESPACE|PROFILE|CONFIG_FILE))$/;
