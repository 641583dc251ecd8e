/** How our own programs are started, and what they are told of the others: addresses of proxies only. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Child, readyLine, startChild } from '../../local/processes.ts';
import { keepSecretKeys } from '../../local/secret-keys.ts';
import { settingsSchema } from '../../runtime/settings.ts';
import type { PartName, Proxies } from './model.ts';

export type ProgramName = Exclude<PartName, 'postgres' | 'temporal'>;

export interface ProgramsOptions {
  /** Holds all data and logs. As root other users must be able to pass through it: see test/setup/folder.ts. */
  folder: string;
  /** Of the built rooms: see local/built-rooms.ts. */
  built: string;
  /** SMS, requests, webhook calls and texts that the simulator remembers, each; 100,000 unless given. */
  simulatorKeeps?: number;
  /** For API, workers and simulator. */
  env?: Record<string, string>;
  /** What is special about the start of a program; asked at every start. */
  launch?: (name: ProgramName) => Launch | undefined;
}

export interface Launch {
  /** Before the script, such as `--import LOADER`. */
  nodeArgs?: string[];
  /** Instead of the usual folder of built rooms. */
  built?: string;
  env?: Record<string, string>;
}

export interface Begun {
  child: Child;
  /** What it said when it was ready. */
  ready: Record<string, unknown>;
}

const READY_WITHIN_MS = 60_000;
/** Longer than a worker's grace time. */
const STOPS_WITHIN_MS = 40_000;

export function createPrograms(options: ProgramsOptions, proxies: Proxies) {
  const { folder } = options;
  const secretKeys = keepSecretKeys(folder);
  const configFile = join(folder, 'temporal.toml'); // else the user's own file would be read
  writeFileSync(configFile, '[profile.default]\nnamespace = "default"\n');

  const begin = async (name: ProgramName, script: string, env: Record<string, string>): Promise<Begun> => {
    const { nodeArgs = [], built = options.built, env: special } = options.launch?.(name) ?? {};
    const child = await startChild({
      name,
      folder,
      cwd: process.cwd(),
      command: process.execPath,
      args: [...nodeArgs, join(built, script)],
      env: { ...withoutSettings(process.env), ...env, ...options.env, ...special },
      stopWithinMs: STOPS_WITHIN_MS,
    });
    try {
      return { child, ready: await readyLine(child, READY_WITHIN_MS) };
    } catch (error) {
      await child.killHard();
      throw error;
    }
  };
  const product = (side: 'api' | 'worker', databaseUrl: string) => {
    const database = new URL(databaseUrl);
    database.host = proxies.address(`${side}-postgres`);
    return {
      DATABASE_URL: database.href,
      TEMPORAL_ADDRESS: proxies.address(`${side}-temporal`),
      TEMPORAL_NAMESPACE: 'default',
      TEMPORAL_CONFIG_FILE: configFile,
      SECRET_KEYS: secretKeys,
      PUBLIC_URL: `http://${proxies.address('gateway-api')}`,
      GATEWAY_PRIVATE_NETWORKS: '127.0.0.1',
      API_RATE_LIMIT_PER_MIN: '10000000',
      HOUSEKEEPING_EVERY_S: '2',
      POLL_EVERY_S: '1',
      PULL_EVERY_S: '1',
      LOG_LEVEL: 'info',
    };
  };
  return {
    secretKeys,
    /** What it remembers goes with it. */
    simulator: (port: number) =>
      begin('simulator', 'local/simulator/main.js', {
        SIMULATOR_PORT: String(port),
        SIMULATOR_KEEP: String(options.simulatorKeeps ?? 100_000),
        SIMULATOR_REPORT_DELAY_MS: '300',
      }),
    api: (port: number, databaseUrl: string) =>
      begin('api', 'api/main.js', { ...product('api', databaseUrl), PORT: String(port) }),
    worker: (name: ProgramName, databaseUrl: string) => begin(name, 'workers/main.js', product('worker', databaseUrl)),
  };
}

function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isOurs = (name: string) => name in settingsSchema.shape || /^(TEMPORAL|SIMULATOR)_/.test(name);
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isOurs(name)));
}
