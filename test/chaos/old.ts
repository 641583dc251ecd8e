/** The product as it was, built, so that an older worker can run beside today's: `--old REF`. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildRooms, builtFolder } from '../../local/built-rooms.ts';

export interface OldBuild {
  /** Of its built rooms, as in local/built-rooms.ts. */
  folder: string;
  /** Removes the folder. */
  end(): void;
}

/**
 * Builds a commit with the packages that are installed now.
 * @param root the checkout, which keeps its files, its index and its list of work trees
 * @throws where there is no git, no such commit, or the commit cannot be built; nothing is left then
 */
export async function buildOld(ref: string, root: string): Promise<OldBuild> {
  const folder = builtFolder(root);
  const end = () => rmSync(folder, { recursive: true, force: true });
  // Inside the checkout too, where the packages are found.
  const source = mkdtempSync(join(root, '.data', 'old-'));
  try {
    checkOut(ref, root, source);
    await buildRooms(source, folder);
    return { folder, end };
  } catch (error) {
    end();
    throw error;
  } finally {
    rmSync(source, { recursive: true, force: true });
  }
}

/** The commit that runs beside today's unless another is named. */
export function defaultOldRef(): string {
  return readFileSync(new URL('./old-ref', import.meta.url), 'utf8').trim();
}

/** With an index of its own, so that a run that is killed leaves nothing behind in .git. */
function checkOut(ref: string, root: string, folder: string): void {
  const commit = git(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]);
  if (commit === undefined) {
    throw new Error(`there is no commit ${ref} here; a shallow clone lacks old ones (git fetch --unshallow)`);
  }
  const env = { ...process.env, GIT_INDEX_FILE: join(folder, '.index') };
  for (const args of [
    ['read-tree', commit],
    ['checkout-index', '--all', `--prefix=${folder}/`],
  ]) {
    if (git(root, args, env) === undefined) throw new Error(`git could not write out the files of ${ref}`);
  }
}

/** @returns what it printed; undefined where it failed @throws where there is no git */
function git(root: string, args: string[], env = process.env): string | undefined {
  const { status, stdout, error } = spawnSync('git', args, { cwd: root, env, encoding: 'utf8' });
  if (error) throw new Error(`git is needed for an older commit, and could not be run: ${error.message}`);
  return status === 0 ? stdout.trim() : undefined;
}
