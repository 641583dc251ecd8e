import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { makeFolder } from './data-folder.ts';
import { identityOf } from './identity.ts';
import { freePort } from './ports.ts';
import { postgresBinaries } from './postgres-binaries.ts';
import { postgresUser, type SystemUser } from './postgres-user.ts';
import { type Child, end, logTail, startChild, trouble } from './processes.ts';
import { run } from './run.ts';

export interface Postgres extends Child {
  /** With the password, to the database `durable_sms`. */
  url: string;
  port: number;
  dataDir: string;
}

const NAME = 'durable_sms';
/** Time for a server that recovers after a crash. */
const READY_WITHIN_MS = 120_000;

/**
 * A real Postgres server with all its data in the folder: made on the first start, found again on the next ones. It
 * listens on 127.0.0.1 only, on another port if the preferred one is taken, and asks for a password, since others on
 * this machine reach that address too. The caller sees to it that only one of us starts on a folder at a time.
 */
export async function startPostgres(options: { dataDir: string; port?: number }): Promise<Postgres> {
  const dataDir = makeFolder(options.dataDir);
  const user = await postgresUser();
  const bin = join(await postgresBinaries(dataDir, user), 'bin');
  const password = keepPassword(join(dataDir, 'password'));
  const cluster = join(dataDir, 'cluster');
  if (!existsSync(cluster)) await initialise(cluster, { bin, password, user });
  await refuseOtherVersion(cluster, bin);
  await endOrphan(cluster);

  let preferred = options.port;
  for (let attempt = 1; ; attempt += 1) {
    const { port } = await freePort(preferred);
    const child = await startServer({ cluster, bin, dataDir, port, user });
    const url = `postgres://${NAME}:${password}@127.0.0.1:${port}/${NAME}`;
    if (await answers(child, url)) return { ...child, url, port, dataDir };

    const log = logTail(child.logFile);
    const portWasTaken = log.includes('Address already in use');
    const predecessorStillEnds = log.includes('is still in use') || log.includes('already exists');
    const message = await trouble(child, `did not answer within ${READY_WITHIN_MS / 1000} s`);
    await child.killHard();
    if (attempt === 20 || !(portWasTaken || predecessorStillEnds)) throw new Error(message);
    if (portWasTaken) preferred = undefined;
    await sleep(predecessorStillEnds ? 500 : 0);
  }
}

/** In a new folder that gets its name only when it is complete, so that a start that was cut short leaves nothing half done. */
async function initialise(
  cluster: string,
  { bin, password, user }: { bin: string; password: string; user: SystemUser | undefined },
): Promise<void> {
  const unfinished = `${cluster}.new`;
  const passwordFile = `${cluster}.password`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user) for (const path of [unfinished, passwordFile]) chownSync(path, user.uid, user.gid);
  const args = [`--pgdata=${unfinished}`, `--username=${NAME}`, '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  // A locale of Postgres' own sorts and folds alike on every machine, and none needs to be installed.
  args.push('--encoding=UTF8', '--no-locale', '--locale-provider=builtin', '--builtin-locale=C.UTF-8');
  try {
    await run(join(bin, 'initdb'), args, {
      env: serverEnv(),
      cwd: unfinished,
      timeoutMs: 120_000,
      ...(user && { user }),
    });
  } catch (error) {
    throw new Error(`Postgres could not make its data folder ${cluster}: ${String(error)}`);
  } finally {
    rmSync(passwordFile);
  }
  renameSync(unfinished, cluster);
}

function startServer(options: {
  cluster: string;
  bin: string;
  dataDir: string;
  port: number;
  user: SystemUser | undefined;
}): Promise<Child> {
  const settings = {
    listen_addresses: '127.0.0.1',
    port: options.port,
    unix_socket_directories: '', // its path could be too long for a socket, and nobody needs one
    max_connections: 200,
    fsync: 'on',
    synchronous_commit: 'on',
    dynamic_shared_memory_type: 'mmap', // in the data folder, so that a killed server leaves nothing elsewhere
    timezone: 'UTC',
    log_timezone: 'UTC',
  };
  return startChild({
    name: 'postgres',
    folder: options.dataDir,
    command: join(options.bin, 'postgres'),
    args: ['-D', options.cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    env: serverEnv(),
    stopSignal: 'SIGINT', // a fast shutdown: in order, without waiting for clients to leave
    stopWithinMs: 30_000,
    ...(options.user && { user: options.user }),
  });
}

/** Makes our database if it is the first time. False if the server ends or stays silent. */
async function answers(child: Child, url: string): Promise<boolean> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!child.hasEnded() && Date.now() < deadline) {
    const sql = postgres(url.replace(/[^/]*$/, 'postgres'), {
      max: 1,
      connect_timeout: 5,
      fetch_types: false, // its answer may stay away while a server comes up, and nobody could catch that
      onnotice: () => undefined,
    });
    try {
      const found = await sql`SELECT 1 FROM pg_database WHERE datname = ${NAME}`;
      if (found.length === 0) await sql`CREATE DATABASE ${sql(NAME)}`;
      return true;
    } catch {
      await sleep(50);
    } finally {
      await sql.end({ timeout: 0 });
    }
  }
  return false;
}

/** A server of ours whose parent and watchdog were both killed. Anything else that has got its process id is left alone. */
async function endOrphan(cluster: string): Promise<void> {
  const pidFile = join(cluster, 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
  const isOurs = () => identityOf(pid)?.includes(`postgres -D ${cluster} `) ?? false;
  if (isOurs()) await end(pid, isOurs, 30_000);
  // Postgres would take a stranger with that process id for a server that still runs, and refuse to start.
  else rmSync(pidFile, { force: true });
}

async function refuseOtherVersion(cluster: string, bin: string): Promise<void> {
  const wrote = readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim();
  const version = await run(join(bin, 'postgres'), ['--version'], { env: serverEnv(), timeoutMs: 10_000 });
  const runs = /(\d+)[\d.]*/.exec(version)?.[1];
  if (wrote === runs) return;
  throw new Error(
    `the data in ${cluster} is of Postgres ${wrote}, but this is ${runs}: dump it there and load it here`,
  );
}

function keepPassword(file: string): string {
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('hex'), { mode: 0o600 });
  return readFileSync(file, 'utf8');
}

/** None of our PG* variables, and messages that we can read. */
function serverEnv(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };
}
