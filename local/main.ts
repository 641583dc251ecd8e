/** `npm start`: Postgres, Temporal, simulated gateways, worker and API on this machine, until Ctrl-C. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { migrate } from '../db/migrate.ts';
import { readSettings } from '../runtime/settings.ts';
import { dataFolder } from './data-folder.ts';
import { lockFolder } from './lock.ts';
import { page } from './page.ts';
import { freePort } from './ports.ts';
import { startPostgres } from './postgres.ts';
import { type Child, killAll, readyLine, startChild, stopAll, trouble } from './processes.ts';
import { seed } from './seed.ts';
import { startTemporal } from './temporal.ts';
import { findTemporal } from './temporal-binary.ts';

const CLONE = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const TSX = createRequire(import.meta.url).resolve('tsx');

/** Ports that a newcomer finds in the documentation; others where they are taken. */
const PORTS = { api: 8080, temporal: 7233, temporalUi: 8233, simulator: 8090, postgres: 5440 };
const PART_READY_WITHIN_MS = 120_000;

const say = (text: string) => process.stdout.write(`${text}\n`);
let unlock = () => {};
let stoppedAt: number | undefined;

async function start(): Promise<void> {
  const data = await dataFolder(CLONE, process.env);
  unlock = lockFolder(data.path);

  const [postgres, temporal] = await Promise.all([postgresFor(data.path), temporalFor(data.path)]);
  const api = await freePort(Number(process.env.PORT || PORTS.api));
  const apiUrl = `http://127.0.0.1:${api.port}`;
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    ...temporal.env,
    DATABASE_URL: postgres.url,
    SECRET_KEYS: process.env.SECRET_KEYS || keepSecretKey(data.path),
    HOST: process.env.HOST || '127.0.0.1',
    PORT: String(api.port),
    PUBLIC_URL: process.env.PUBLIC_URL || apiUrl,
  };
  const settings = readSettings(env);
  await migrate(postgres.url);

  const simulatorPort = await freePort(Number(process.env.SIMULATOR_PORT || PORTS.simulator));
  const simulatorEnv = { ...env, SIMULATOR_PORT: String(simulatorPort.port) };
  const simulator = await startPart('simulator', 'local/simulator/main.ts', data.path, simulatorEnv);
  const simulatorUrl = String(simulator.url);
  const demo = await seed(postgres.url, {
    simulatorUrl,
    publicUrl: settings.PUBLIC_URL ?? apiUrl,
    dataDir: data.path,
    secretKeys: settings.SECRET_KEYS,
    playMobileLimit: settings.PLAY_MOBILE_LIMIT_REQUESTS_PER_SEC,
  });
  await Promise.all([
    startPart('worker', 'workers/main.ts', data.path, env),
    startPart('api', 'api/main.ts', data.path, env),
  ]);

  const taken = [api.taken && PORTS.api, simulatorPort.taken && PORTS.simulator, ...postgres.taken, ...temporal.taken];
  say(
    page({
      apiUrl,
      simulatorUrl,
      temporalUiUrl: env.TEMPORAL_UI_URL,
      temporalAddress: env.TEMPORAL_ADDRESS,
      publicUrl: process.env.PUBLIC_URL,
      portsTaken: taken.filter((port) => typeof port === 'number'),
      data,
      demo,
    }),
  );
}

interface Server {
  taken: number[];
}

async function postgresFor(dataDir: string): Promise<Server & { url: string }> {
  if (process.env.DATABASE_URL) return { url: process.env.DATABASE_URL, taken: [] };
  say('Starting Postgres …');
  const postgres = await startPostgres({ dataDir: join(dataDir, 'postgres'), port: PORTS.postgres });
  watch(postgres);
  return { url: postgres.url, taken: postgres.port === PORTS.postgres ? [] : [PORTS.postgres] };
}

async function temporalFor(dataDir: string): Promise<Server & { env: NodeJS.ProcessEnv }> {
  const { TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_UI_URL, ...rest } = process.env;
  if (TEMPORAL_ADDRESS) return { env: {}, taken: [] };
  const { path, version } = await findTemporal({ env: rest, dataDir, say });
  say(`Starting Temporal ${version} …`);
  const temporal = await startTemporal({
    dataDir: join(dataDir, 'temporal'),
    binary: path,
    port: PORTS.temporal,
    uiPort: PORTS.temporalUi,
    ...(TEMPORAL_NAMESPACE && { namespace: TEMPORAL_NAMESPACE }),
  });
  watch(temporal);
  return {
    env: {
      ...Object.fromEntries(OTHER_SERVERS_WAY.map((name) => [name, undefined])),
      TEMPORAL_CONFIG_FILE: '/dev/null',
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_NAMESPACE: temporal.namespace,
      TEMPORAL_UI_URL: TEMPORAL_UI_URL || temporal.uiUrl,
    },
    taken: [temporal.port === PORTS.temporal ? undefined : PORTS.temporal].filter((port) => port !== undefined),
  };
}

async function startPart(name: string, script: string, dataDir: string, env: NodeJS.ProcessEnv) {
  say(`Starting the ${name} …`);
  const part = await startChild({
    name,
    folder: dataDir,
    cwd: CLONE,
    command: process.execPath,
    args: ['--import', TSX, join(CLONE, script)],
    env,
    stopWithinMs: 30_000,
  });
  const ready = await readyLine(part, PART_READY_WITHIN_MS);
  watch(part);
  return ready;
}
