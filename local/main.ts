/** `npm start`: Postgres, Temporal, simulated gateways, worker and API on this machine, until Ctrl-C. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { migrate } from '../db/migrate.ts';
import { readSettings } from '../runtime/settings.ts';
import { dataFolder } from './data-folder.ts';
import { lockFolder } from './lock.ts';
import { page } from './page.ts';
import { localPostgres, localTemporal, type Place, startPart } from './parts.ts';
import { freePort } from './ports.ts';
import { endLeftovers, killAll, stopAll } from './processes.ts';
import { keepSecretKeys } from './secret-keys.ts';
import { keepAdminKey, seed } from './seed.ts';
import { keepPagesBuilt } from './web.ts';

const API_PORT = 8080;
const SIMULATOR_PORT = 8090;
/** Folder of the built admin pages. */
const WEB = 'web';

const say = (text: string) => process.stdout.write(`${text}\n`);
let unlock = () => {};
let stopsSince: number | undefined;

async function start(): Promise<void> {
  const clone = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
  const data = await dataFolder(clone, process.env);
  unlock = lockFolder(data.path);
  await endLeftovers([data.path, join(data.path, 'postgres'), join(data.path, 'temporal')]);
  const place: Place = { clone, dataDir: data.path, say, onBreak };

  const [postgres, temporal] = await Promise.all([
    localPostgres(place, process.env),
    localTemporal(place, process.env),
    pages(place),
  ]);
  await migrate(postgres.url);

  const api = await freePort(Number(process.env.PORT || API_PORT));
  const apiUrl = `http://127.0.0.1:${api.port}`;
  const env = {
    ...temporal.env,
    DATABASE_URL: postgres.url,
    SECRET_KEYS: process.env.SECRET_KEYS || keepSecretKeys(data.path),
    HOST: process.env.HOST || '127.0.0.1',
    PORT: String(api.port),
    PUBLIC_URL: process.env.PUBLIC_URL || apiUrl,
    WEB_DIR: process.env.WEB_DIR || join(data.path, WEB),
    // The simulated gateways are here.
    GATEWAY_PRIVATE_NETWORKS: [process.env.GATEWAY_PRIVATE_NETWORKS, '127.0.0.1'].filter(Boolean).join(','),
  };
  const settings = readSettings(env);

  const simulatorPort = await freePort(Number(process.env.SIMULATOR_PORT || SIMULATOR_PORT));
  const simulatorEnv = { ...env, SIMULATOR_PORT: String(simulatorPort.port) };
  const simulator = await startPart('simulator', 'local/simulator/main.ts', simulatorEnv, place);
  const simulatorUrl = String(simulator.url);
  const demo = await seed(postgres.url, {
    simulatorUrl,
    publicUrl: settings.PUBLIC_URL ?? apiUrl,
    dataDir: data.path,
    secretKeys: settings.SECRET_KEYS,
    playMobileLimit: settings.PLAY_MOBILE_LIMIT_REQUESTS_PER_SEC,
  });
  const adminKeyFile = join(data.path, 'admin-api-key');
  await keepAdminKey(postgres.url, adminKeyFile);
  await Promise.all([startPart('worker', 'workers/main.ts', env, place), startPart('api', 'api/main.ts', env, place)]);

  say(
    page({
      apiUrl,
      simulatorUrl,
      temporal: { address: temporal.address, uiUrl: settings.TEMPORAL_UI_URL },
      publicUrl: process.env.PUBLIC_URL,
      portsTaken: [api, simulatorPort, ...postgres.ports, ...temporal.ports].flatMap(({ taken }) => taken ?? []),
      data,
      demo,
      adminKeyFile,
    }),
  );
}

/** Without them the rest is as useful: the API says that they are missing. */
async function pages({ clone, dataDir }: Place): Promise<void> {
  if (process.env.WEB_DIR) return;
  try {
    await keepPagesBuilt(clone, join(dataDir, WEB), say);
  } catch (error) {
    say(`The admin pages could not be built: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Once. The data stays. */
async function stop(exitCode: number): Promise<void> {
  if (stopsSince) return;
  stopsSince = Date.now();
  try {
    await stopAll();
    unlock();
  } finally {
    process.exit(exitCode);
  }
}

function onBreak(message: string): void {
  if (stopsSince) return;
  process.stderr.write(`\n${message}\n\nWithout it the rest cannot go on: everything stops.\n`);
  void stop(1);
}

function onSignal(): void {
  // A terminal and npm may both pass on the same Ctrl-C; only a later one means that a person is tired of waiting.
  if (stopsSince && Date.now() - stopsSince > 1_000) {
    killAll();
    process.exit(1);
  }
  if (!stopsSince) say('\nStopping …');
  void stop(0);
}

function onError(error: unknown): void {
  if (stopsSince) return;
  process.stderr.write(`\ndurable-sms: ${error instanceof Error ? error.message : String(error)}\n`);
  void stop(1);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
process.on('uncaughtException', onError);
process.on('unhandledRejection', onError);
// The terminal may be gone before we are.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});
start().catch(onError);
