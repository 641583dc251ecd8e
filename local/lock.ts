import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identityOf } from './identity.ts';

/**
 * Takes the folder for this process. Throws an error with the other's process id if another one has it.
 * A process that died without giving its lock back does not count.
 */
export function lockFolder(folder: string): () => void {
  const file = join(folder, 'lock');
  const mine = `${process.pid}\n${identityOf(process.pid)}\n`;
  if (!create(file, mine)) {
    const holder = livingHolder(file);
    if (holder) {
      throw new Error(
        `it runs already with its data in ${folder} (process ${holder}): stop that one first, or set DATA_DIR`,
      );
    }
    takeAway(file);
    if (!create(file, mine)) throw new Error(`another start takes ${folder} at this very moment: try again`);
  }
  return () => {
    if (readFileSync(file, 'utf8') === mine) rmSync(file);
  };
}

function create(file: string, content: string): boolean {
  try {
    writeFileSync(file, content, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function livingHolder(file: string): number | undefined {
  const [pid, identity] = readFileSync(file, 'utf8').split('\n');
  return identity && identityOf(Number(pid)) === identity ? Number(pid) : undefined;
}

/** By a rename to a name of our own: of two that clear a dead lock away at once, only one succeeds. */
function takeAway(file: string): void {
  const away = `${file}.${process.pid}`;
  renameSync(file, away);
  rmSync(away);
}
