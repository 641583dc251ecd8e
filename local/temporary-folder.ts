import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { stopAll } from './processes.ts';
import { keepFolder, removeFolderIfKilled } from './watchdog.ts';

/**
 * Runs a whole program with a temporary folder for what it starts, and ends this process with the exit code that the
 * program comes to; with 1 where it fails, with 128 and the signal's number where one comes. Whatever happens, SIGKILL
 * included, no process that `startChild` started and no folder is left.
 * @param name of the folder: `durable-sms-<name>-…`
 * @param program may end early by `fail`, for instance when something that it started breaks
 */
export async function runInTemporaryFolder(
  name: string,
  program: (folder: string, fail: (error: unknown) => void) => Promise<number>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), `durable-sms-${name}-`));
  chmodSync(folder, 0o711); // as root, Postgres runs as another user
  removeFolderIfKilled(folder);
  let isEnding = false;
  const end = async (exitCode: number, message = '') => {
    if (isEnding) return;
    isEnding = true;
    if (message) process.stderr.write(`\n${message}\n`);
    try {
      await stopAll();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
      keepFolder(folder);
    } finally {
      process.exit(exitCode);
    }
  };
  const fail = (error: unknown) => void end(1, error instanceof Error ? error.message : String(error));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => void end(128 + constants.signals[signal], 'Stopping …'));
  }
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  await program(folder, fail).then(end, fail);
}
