/** The key that an installation begins with. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { offerFirstKey } from '../../api/first-key.ts';
import { createAccount } from '../../db/accounts.ts';
import { findApiKey, makeFirstKey } from '../../db/api-keys.ts';
import { type Db, openDb } from '../../db/connection.ts';
import { keepAdminKey } from '../../local/seed.ts';
import { createLog } from '../../runtime/log.ts';
import { freshDatabase } from '../setup/database.ts';
import { newKey, SECRET_KEYS } from './house.ts';

describe('the first admin key', () => {
  const LINE = /^The first admin key, for all accounts, shown this once: (dsk_live_\w+)$/;
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let db: Db;
  beforeEach(async () => {
    database = await freshDatabase();
    db = openDb(database.url);
  });
  afterEach(async () => {
    await db.close();
    await database.drop();
  });

  /** What an API process writes to stderr that ends in order as soon as it is ready. */
  async function errOfRun(): Promise<string[]> {
    const [secret] = SECRET_KEYS;
    const child = spawn(process.execPath, ['--import', 'tsx', 'api/main.ts'], {
      env: {
        PATH: process.env.PATH ?? '',
        DATABASE_URL: database.url,
        SECRET_KEYS: `${secret?.id}:${Buffer.from(secret?.key ?? []).toString('base64')}`,
        PORT: '0',
        TEMPORAL_ADDRESS: '127.0.0.1:1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let err = '';
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    const closed = once(child, 'close');
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    expect((await closed)[0]).toBe(0);
    return err.trim().split('\n');
  }

  it('is made once by API processes that start together, shown in one line, and never again', async () => {
    const lines = (await Promise.all([errOfRun(), errOfRun()])).flat();
    const shown = lines.flatMap((line) => LINE.exec(line)?.[1] ?? []);
    expect(shown).toHaveLength(1);
    const [key = ''] = shown;
    expect(lines.filter((line) => line.includes(key))).toHaveLength(1);
    expect(await findApiKey(db, key)).toMatchObject({ accountId: null, kind: 'live', scopes: ['admin'] });
    expect(await db.sql`SELECT action, actor, key_id, account_id FROM audit_log`).toEqual([
      { action: 'key.create', actor: 'durable-sms', keyId: null, accountId: null },
    ]);
    expect((await errOfRun()).filter((line) => LINE.test(line))).toEqual([]);
  });

  it('is made by one of many connections, also beside keys of accounts', async () => {
    const accountId = await createAccount(db, { name: 'shop', defaultCountry: null });
    await newKey(db, accountId, ['admin']);
    const others = Array.from({ length: 6 }, () => openDb(database.url));
    const shown: string[] = [];
    const made = await Promise.all(others.map((other) => makeFirstKey(other, (key) => shown.push(key))));
    await Promise.all(others.map((other) => other.close()));
    expect(made.filter(Boolean)).toHaveLength(1);
    expect(shown).toHaveLength(1);
    expect(await db.sql`SELECT id FROM api_keys WHERE account_id IS NULL`).toHaveLength(1);
  });

  it('is not made again when it was revoked', async () => {
    await newKey(db, null, ['admin']);
    await db.sql`UPDATE api_keys SET revoked_at = now()`;
    expect(await makeFirstKey(db, () => {})).toBe(false);
  });

  it('is not in the books where it could not be shown', async () => {
    const broken = () => {
      throw new Error('stderr is gone');
    };
    await expect(makeFirstKey(db, broken)).rejects.toThrow('stderr is gone');
    expect(await db.sql`SELECT id FROM api_keys`).toEqual([]);
  });

  it('is not made where `npm start` has made one, which a file keeps', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'durable-sms-key-'));
    try {
      const file = join(folder, 'admin-api-key');
      const kept = async () => {
        await keepAdminKey(database.url, file);
        return readFileSync(file, 'utf8').trim();
      };
      const key = await kept();
      expect(await findApiKey(db, key)).toMatchObject({ accountId: null, scopes: ['admin'] });
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(await kept()).toBe(key);
      expect(await makeFirstKey(db, () => {})).toBe(false);
      await db.sql`UPDATE api_keys SET revoked_at = now()`;
      expect(await kept()).not.toBe(key);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('waits for books that are not there yet', async () => {
    await db.sql`ALTER TABLE api_keys RENAME TO away`;
    const shown: string[] = [];
    const stopping = new AbortController();
    const offered = offerFirstKey(db, createLog('api', 'silent'), (line) => shown.push(line), stopping.signal);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(shown).toEqual([]);
    await db.sql`ALTER TABLE away RENAME TO api_keys`;
    await offered;
    expect(shown).toEqual([expect.stringMatching(LINE)]);
  });
});
