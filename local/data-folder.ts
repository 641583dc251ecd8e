import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { canEnter, postgresUser } from './postgres-user.ts';

/** Where data lives as root if the clone is closed to others. */
const ROOTS_FOLDER = '/var/lib/durable-sms';

export interface DataFolder {
  path: string;
  /** Why it is not `.data` in the clone: a part of a sentence for the page. */
  because?: string;
}

/**
 * The one folder of all local data: DATA_DIR, else `.data` in the clone. As root, Postgres runs as another user; if that
 * user cannot enter the clone (below a folder of mode 0700, such as `mktemp -d` makes), it is a folder in
 * /var/lib/durable-sms that belongs to this clone's path, so that the next start finds it again.
 */
export async function dataFolder(clone: string, env: NodeJS.ProcessEnv): Promise<DataFolder> {
  const user = env.DATABASE_URL ? undefined : await postgresUser();
  if (env.DATA_DIR) {
    const path = makeFolder(resolve(env.DATA_DIR));
    if (user && !(await canEnter(user, path))) throw new Error(closedTo(user.name, path));
    return { path, because: 'DATA_DIR says so' };
  }
  if (!user || (await canEnter(user, clone))) return { path: makeFolder(join(clone, '.data')) };
  makeFolder(ROOTS_FOLDER);
  const path = makeFolder(join(ROOTS_FOLDER, keyOf(clone)));
  if (!(await canEnter(user, path))) throw new Error(closedTo(user.name, path));
  return { path, because: `Postgres refuses root, and the user ${user.name} cannot enter ${clone}` };
}

/** Readable enough to be recognised, and never the same for two clones. */
function keyOf(clone: string): string {
  const path = resolve(clone);
  return `${basename(path)}-${createHash('sha256').update(path).digest('hex').slice(0, 10)}`;
}

/** As root other users may pass through, for Postgres; what is private in it has a mode of its own. */
export function makeFolder(path: string): string {
  if (mkdirSync(path, { recursive: true })) chmodSync(path, process.getuid?.() === 0 ? 0o711 : 0o700);
  return path;
}

function closedTo(user: string, path: string): string {
  return (
    `Postgres refuses root, and the user ${user} cannot enter ${path} (a folder above it is closed to others): ` +
    'set DATA_DIR to a folder that it can enter, or start as an ordinary user'
  );
}
