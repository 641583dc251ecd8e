import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { identityOf } from '../../local/identity.ts';
import { freePort, isFree } from '../../local/ports.ts';
import { type Postgres, startPostgres } from '../../local/postgres.ts';
import { passable } from '../setup/folder.ts';

let folder: string;
/** Made once and started by most tests, one after the other: making it is what takes time. */
let dataDir: string;
const started: Postgres[] = [];

beforeAll(() => {
  folder = passable('durable-sms-postgres-');
  dataDir = join(folder, 'postgres');
});

afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
});

afterAll(() => rmSync(folder, { recursive: true, maxRetries: 5 }));

async function start(options: { dataDir: string; port?: number }): Promise<Postgres> {
  const server = await startPostgres(options);
  started.push(server);
  return server;
}

async function query<T>(url: string, ask: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => undefined });
  try {
    return await ask(sql);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

const write = (url: string, text: string) =>
  query(url, (sql) =>
    sql.begin((t) => [t`CREATE TABLE IF NOT EXISTS kept (text text)`, t`INSERT INTO kept VALUES (${text})`]),
  );
const read = (url: string) =>
  query(url, async (sql) => (await sql`SELECT upper(text) AS text FROM kept`).map(({ text }) => text));

describe('our Postgres', () => {
  it('finds its data again after a stop, and leaves no process and no port', async () => {
    const first = await start({ dataDir });
    await write(first.url, 'Привет');
    await first.stop();
    expect(identityOf(first.pid)).toBeUndefined();
    expect(await isFree(first.port)).toBe(true);

    const second = await start({ dataDir });
    expect(await read(second.url)).toContain('ПРИВЕТ');
  });

  it('finds its data again after kill -9', async () => {
    const first = await start({ dataDir });
    await write(first.url, 'killed');
    await first.killHard();
    const second = await start({ dataDir, port: first.port });
    expect(await read(second.url)).toContain('KILLED');
  });

  it('is durable, on loopback only, and closed to those without the password', async () => {
    const { url } = await start({ dataDir });
    const settings = await query(
      url,
      (sql) => sql`SELECT name, setting FROM pg_settings WHERE name IN
      ('fsync', 'synchronous_commit', 'full_page_writes', 'listen_addresses', 'server_encoding', 'max_connections')`,
    );
    expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual({
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
      listen_addresses: '127.0.0.1',
      server_encoding: 'UTF8',
      max_connections: '200',
    });
    const wrong = url.replace(/:[0-9a-f]+@/, ':guess@');
    await expect(query(wrong, (sql) => sql`SELECT 1`)).rejects.toThrow(/password authentication failed/);
    expect(statSync(join(dataDir, 'password')).mode & 0o777).toBe(0o600);
  });

  it('runs side by side with another, on another port if the preferred one is taken', async () => {
    const { port } = await freePort();
    const [one, two] = [await start({ dataDir, port }), await start({ dataDir: join(folder, 'other'), port })];
    expect(one.port).toBe(port);
    expect(two.port).not.toBe(port);
    await write(one.url, 'one');
    await expect(read(two.url)).rejects.toThrow(/"kept" does not exist/);
  });

  it('is not mistaken for a stranger that got its process id', async () => {
    const first = await start({ dataDir });
    const pidFile = join(dataDir, 'cluster/postmaster.pid');
    const content = readFileSync(pidFile, 'utf8');
    await first.killHard();
    writeFileSync(pidFile, content.replace(/^\d+/, String(process.pid)));

    const second = await start({ dataDir });
    expect(await query(second.url, (sql) => sql`SELECT 1 AS one`)).toEqual([{ one: 1 }]);
    expect(identityOf(process.pid)).toBeDefined();
  });

  it('refuses data of another major version', async () => {
    mkdirSync(join(folder, 'old/cluster'), { recursive: true });
    writeFileSync(join(folder, 'old/cluster/PG_VERSION'), '12\n');
    await expect(start({ dataDir: join(folder, 'old') })).rejects.toThrow(/is of Postgres 12, but this is 18/);
  });

  it('says why it cannot start', async () => {
    const first = await start({ dataDir });
    await first.stop();
    const file = join(dataDir, 'cluster/postgresql.conf');
    const good = readFileSync(file, 'utf8');
    writeFileSync(file, 'no_such_setting = 1\n');
    const failed = start({ dataDir });
    await expect(failed).rejects.toThrow(/postgres has ended \(exit code 1\)[\s\S]*no_such_setting/);
    writeFileSync(file, good);
  });
});
