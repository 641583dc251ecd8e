import { run } from './run.ts';

export interface SystemUser {
  name: string;
  uid: number;
  gid: number;
}

/** Whom Postgres runs as: undefined for ourselves. Postgres refuses root, so as root it is another user, made if missing. */
export async function postgresUser(name = 'postgres'): Promise<SystemUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const user = (await find(name)) ?? (await create(name));
  return user;
}

async function find(name: string): Promise<SystemUser | undefined> {
  try {
    const id = async (option: string) => Number(await run('id', [option, name], { timeoutMs: 10_000 }));
    return { name, uid: await id('-u'), gid: await id('-g') };
  } catch {
    return undefined;
  }
}

async function create(name: string): Promise<SystemUser> {
  const nologin = '/usr/sbin/nologin';
  const ways: [string, string[]][] = [
    [
      'useradd',
      ['--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent', '--shell', nologin, name],
    ],
    ['adduser', ['-S', '-D', '-H', '-s', '/sbin/nologin', name]], // BusyBox
  ];
  const failures: string[] = [];
  for (const [command, args] of ways) {
    await run(command, args, { timeoutMs: 30_000 }).catch((error: Error) => failures.push(error.message));
    const user = await find(name);
    if (user) return user;
  }
  throw new Error(
    `Postgres refuses to run as root, and the user ${name} could not be made (${failures.join('; ')}): ` +
      'make it by hand, start as an ordinary user, or set DATABASE_URL to a server of your own',
  );
}

/** Whether the user may enter the folder: as it is tried by itself, so that no rule of the file system is overlooked. */
export async function canEnter(user: SystemUser, folder: string): Promise<boolean> {
  return run('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { user, cwd: '/', timeoutMs: 10_000 }).then(
    () => true,
    () => false,
  );
}
