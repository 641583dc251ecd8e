/** What is different as root, as in many containers: Postgres refuses root, so that it is another user's. */
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DataFolder, dataFolder } from '../../local/data-folder.ts';
import { postgresBinaries } from '../../local/postgres-binaries.ts';
import { canEnter, postgresUser } from '../../local/postgres-user.ts';
import { run } from '../../local/run.ts';
import { passable } from '../setup/folder.ts';

let folder: string;
let closed: string;

beforeEach(() => {
  folder = passable('durable-sms-root-');
  closed = join(folder, 'closed');
  mkdirSync(closed, { mode: 0o700 });
});

afterEach(() => rmSync(folder, { recursive: true }));

const isRoot = process.getuid?.() === 0;

describe.runIf(isRoot)('as root', () => {
  const made: DataFolder[] = [];
  afterEach(() => {
    for (const { path } of made.splice(0)) rmSync(path, { recursive: true, force: true });
  });

  async function dataOf(clone: string, env: NodeJS.ProcessEnv = {}): Promise<DataFolder> {
    const data = await dataFolder(clone, env);
    made.push(data);
    return data;
  }

  it('the data of a closed clone lie elsewhere, at the same place each time, and each clone has its own', async () => {
    const [one, again, other] = [await dataOf(closed), await dataOf(closed), await dataOf(`${closed}/other`)];
    expect(one).toEqual(again);
    expect(one.because).toMatch(/Postgres refuses root, and the user postgres cannot enter .*closed/);
    expect(one.path).toMatch(/^\/var\/lib\/durable-sms\/closed-[0-9a-f]{10}$/);
    expect(other.path).not.toBe(one.path);
    const user = await postgresUser();
    expect(user && (await canEnter(user, one.path))).toBe(true);
    expect(existsSync(join(closed, '.data'))).toBe(false);
  });

  it('the data of a clone that others may enter, or with a Postgres elsewhere, lie in the clone', async () => {
    expect(await dataOf(folder)).toEqual({ path: join(folder, '.data') });
    expect(await dataOf(closed, { DATABASE_URL: 'postgres://x' })).toEqual({ path: join(closed, '.data') });
  });

  it('DATA_DIR is taken or refused, never replaced', async () => {
    const wanted = join(folder, 'a/b');
    expect((await dataOf(folder, { DATA_DIR: wanted })).path).toBe(wanted);
    await expect(dataFolder(folder, { DATA_DIR: join(closed, 'data') })).rejects.toThrow(
      /cannot enter .* set DATA_DIR/,
    );
  });

  it('the Postgres programs are copied out of a closed folder, once', async () => {
    const user = await postgresUser();
    mkdirSync(join(closed, 'bin'));
    const program = join(closed, 'bin/postgres');
    writeFileSync(program, '#!/bin/sh\necho 1\n', { mode: 0o700 });
    const copy = await postgresBinaries(folder, user, { native: closed, version: '1.2.3' });
    expect(copy).toBe(join(folder, 'server-1.2.3'));
    expect(await run(join(copy, 'bin/postgres'), [], { timeoutMs: 10_000, cwd: '/', ...(user && { user }) })).toBe(
      '1\n',
    );

    writeFileSync(program, 'changed');
    expect(await postgresBinaries(folder, user, { native: closed, version: '1.2.3' })).toBe(copy);
    expect(readFileSync(join(copy, 'bin/postgres'), 'utf8')).toContain('echo 1');
    expect(statSync(copy).mode & 0o005).toBe(0o005);
  });

  it('the Postgres programs stay where they are if others may run them', async () => {
    mkdirSync(join(folder, 'open/bin'), { recursive: true });
    writeFileSync(join(folder, 'open/bin/postgres'), '#!/bin/sh\n', { mode: 0o755 });
    chmodSync(join(folder, 'open'), 0o755);
    const native = join(folder, 'open');
    expect(await postgresBinaries(folder, await postgresUser(), { native, version: '1' })).toBe(native);
  });

  it('the user is made if there is none', async () => {
    const name = `sms-test-${process.pid}`;
    try {
      const user = await postgresUser(name);
      expect(user).toEqual({ name, uid: expect.any(Number), gid: expect.any(Number) });
      expect(user?.uid).toBeGreaterThan(0);
      expect(await postgresUser(name)).toEqual(user);
    } finally {
      await run('userdel', [name], { timeoutMs: 10_000 });
    }
  });

  it('a user that cannot be made is one clear error', async () => {
    await expect(postgresUser('no such name')).rejects.toThrow(/refuses to run as root.*no such name.*DATABASE_URL/);
  });
});

describe('symbolic links that npm did not make', () => {
  it('are made', async () => {
    const native = join(folder, 'package/native');
    mkdirSync(join(native, 'lib'), { recursive: true });
    writeFileSync(join(native, 'lib/libx.so.1.2'), 'x');
    const links = [{ source: 'native/lib/libx.so.1.2', target: 'native/lib/libx.so.1' }];
    writeFileSync(join(native, 'pg-symlinks.json'), JSON.stringify(links));
    expect(await postgresBinaries(folder, undefined, { native, version: '1' })).toBe(native);
    expect(readFileSync(join(native, 'lib/libx.so.1'), 'utf8')).toBe('x');
  });
});
