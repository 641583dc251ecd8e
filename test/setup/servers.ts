/** One Postgres and one Temporal for all files of the project `system`: each file takes a database or namespace of its own. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { migrate } from '../../db/migrate.ts';
import { build, builtFolder } from '../../local/built-rooms.ts';
import { startPostgres } from '../../local/postgres.ts';
import { stopAll } from '../../local/processes.ts';
import { startTemporal } from '../../local/temporal.ts';
import { findTemporal } from '../../local/temporal-binary.ts';
import { keepFolder, removeFolderIfKilled } from '../../local/watchdog.ts';
import { passable } from './folder.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Of a database with all migrations, which others are copied from: nobody connects to it. */
    postgresTemplateUrl: string;
    temporalAddress: string;
    temporalCli: string;
    /** Folder of the built rooms, for the processes of a whole system. */
    built: string;
  }
}

export default async function servers(project: TestProject): Promise<() => Promise<void>> {
  const folder = passable('durable-sms-test-');
  removeFolderIfKilled(folder);
  const built = builtFolder(process.cwd());
  removeFolderIfKilled(built);
  const stop = async () => {
    await stopAll();
    for (const made of [folder, built]) {
      rmSync(made, { recursive: true, force: true });
      keepFolder(made);
    }
  };
  try {
    const [postgres, temporal] = await Promise.all([
      postgresIn(folder),
      temporalIn(folder),
      build(process.cwd(), built),
    ]);
    project.provide('built', built);
    project.provide('postgresTemplateUrl', postgres);
    project.provide('temporalAddress', temporal.address);
    project.provide('temporalCli', temporal.binary);
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}

async function postgresIn(folder: string): Promise<string> {
  const { url } = await startPostgres({ dataDir: join(folder, 'postgres') });
  await migrate(url);
  return url;
}

async function temporalIn(folder: string): Promise<{ address: string; binary: string }> {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const { path } = await findTemporal({ env: process.env, dataDir: folder, say });
  const { address } = await startTemporal({
    dataDir: join(folder, 'temporal'),
    binary: path,
    dynamicConfig: { 'limit.historyCount.suggestContinueAsNew': 100 }, // housekeeping begins anew within seconds, not hours
  });
  return { address, binary: path };
}
