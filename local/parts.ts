import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type FreePort, freePort } from './ports.ts';
import { startPostgres } from './postgres.ts';
import { type Child, readyLine, startChild, trouble } from './processes.ts';
import { startTemporal } from './temporal.ts';
import { findTemporal } from './temporal-binary.ts';

export interface Place {
  clone: string;
  dataDir: string;
  /** Of the built rooms, which run instead of the sources: see local/built-rooms.ts. */
  built?: string;
  say: (text: string) => void;
  /** Told when a part ends by itself after it was ready. */
  onBreak: (message: string) => void;
}

const POSTGRES_PORT = 5440;
const TEMPORAL_PORT = 7233;
const TEMPORAL_UI_PORT = 8233;
const PART_READY_WITHIN_MS = 120_000;
const PART_STOPS_WITHIN_MS = 30_000;

/** The server that DATABASE_URL names, else one of our own. */
export async function localPostgres(
  { dataDir, say, onBreak }: Place,
  env: NodeJS.ProcessEnv,
): Promise<{ url: string; ports: FreePort[] }> {
  if (env.DATABASE_URL) return { url: env.DATABASE_URL, ports: [] };
  say('Starting Postgres …');
  const port = await freePort(POSTGRES_PORT);
  const postgres = await startPostgres({ dataDir: join(dataDir, 'postgres'), port: port.port });
  watch(postgres, onBreak);
  return { url: postgres.url, ports: [port] };
}

/** The server that Temporal's own variables name, else one of our own; and the environment that leads to it. */
export async function localTemporal(
  { dataDir, say, onBreak }: Place,
  env: NodeJS.ProcessEnv,
): Promise<{ address: string; env: NodeJS.ProcessEnv; ports: FreePort[] }> {
  const named = env.TEMPORAL_ADDRESS || env.TEMPORAL_PROFILE || env.TEMPORAL_CONFIG_FILE;
  if (named) return { address: named, env, ports: [] };
  const binary = await findTemporal({ env, dataDir, say });
  say(`Starting Temporal ${binary.version} …`);
  const [port, uiPort] = [await freePort(TEMPORAL_PORT), await freePort(TEMPORAL_UI_PORT)];
  const { address, uiUrl, namespace, ...temporal } = await startTemporal({
    dataDir: join(dataDir, 'temporal'),
    binary: binary.path,
    port: port.port,
    uiPort: uiPort.port,
    ...(env.TEMPORAL_NAMESPACE && { namespace: env.TEMPORAL_NAMESPACE }),
  });
  watch(temporal, onBreak);
  return { address, env: wayTo({ address, namespace, uiUrl }, dataDir, env), ports: [port, uiPort] };
}

/** The environment that leads our programs to a server of our own: the user's variables and file may name one elsewhere. */
export function wayTo(
  { address, namespace, uiUrl }: { address: string; namespace: string; uiUrl?: string },
  dataDir: string,
  env: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  const configFile = join(dataDir, 'temporal.toml'); // an empty one does not do
  writeFileSync(configFile, `[profile.default]\naddress = "${address}"\nnamespace = "${namespace}"\n`);
  const shownAt = env.TEMPORAL_UI_URL || uiUrl;
  return {
    ...withoutOtherServer(env),
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: namespace,
    ...(shownAt && { TEMPORAL_UI_URL: shownAt }),
    TEMPORAL_CONFIG_FILE: configFile,
  };
}

/** There may be keys and certificates among them. */
function withoutOtherServer(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isOurs = (name: string) => !name.startsWith('TEMPORAL_') || name === 'TEMPORAL_RETENTION_DAYS';
  return Object.fromEntries(Object.entries(env).filter(([name]) => isOurs(name)));
}

/** Starts one of our own programs and waits until it says that it is ready; returns what it says. */
export async function startPart(
  name: string,
  script: string,
  env: NodeJS.ProcessEnv,
  { clone, dataDir, built, say, onBreak }: Place,
): Promise<Record<string, unknown>> {
  say(`Starting the ${name} …`);
  const part = await startChild({
    name,
    folder: dataDir,
    cwd: clone,
    command: process.execPath,
    args: built
      ? [join(built, script.replace(/\.ts$/, '.js'))]
      : ['--import', createRequire(import.meta.url).resolve('tsx'), join(clone, script)],
    env,
    stopWithinMs: PART_STOPS_WITHIN_MS,
  });
  const ready = await readyLine(part, PART_READY_WITHIN_MS);
  watch(part, onBreak);
  return ready;
}

/** Tells when it ends by itself. */
export function watch(child: Child, onBreak: (message: string) => void): void {
  void child.ended.then(async () => onBreak(await trouble(child, '')));
}
