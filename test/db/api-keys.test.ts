import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiKey, findApiKey, type Scope } from '../../db/api-keys.ts';
import type { Db } from '../../db/connection.ts';
import { type Books, newAccount, openBooks } from './books.ts';

let books: Books;
let accountId: string;

beforeAll(async () => {
  books = await openBooks();
  accountId = await newAccount(books.db);
});
afterAll(() => books.close());

const SCOPES_OF_KEY: Scope[] = ['messages:send', 'messages:read'];

async function newKey(input: Partial<Parameters<typeof createApiKey>[1]> = {}): Promise<string> {
  return await createApiKey(books.db, { accountId, name: 'shop', scopes: SCOPES_OF_KEY, kind: 'live', ...input });
}

/** Fails the test where the books are looked into. */
const noBooks = new Proxy({} as Db, {
  get: () => {
    throw new Error('the books were asked');
  },
});

describe('API keys', () => {
  it.each(['live', 'test'] as const)('of kind %s are found, with what they may do', async (kind) => {
    const expiresAt = new Date(Date.now() + 60_000);
    const key = await newKey({ kind, expiresAt });
    expect(key).toMatch(new RegExp(`^dsk_${kind}_[0-9A-Za-z]{38}$`));
    expect(await findApiKey(books.db, key)).toMatchObject({ accountId, scopes: SCOPES_OF_KEY, expiresAt });
  });

  it('of an operator have no account', async () => {
    const key = await newKey({ accountId: null, scopes: ['admin'] });
    expect(await findApiKey(books.db, key)).toMatchObject({ accountId: null, scopes: ['admin'], expiresAt: null });
  });

  it('are not kept in the books, but for their last four characters', async () => {
    const key = await newKey();
    const rows = await books.db.sql`SELECT to_jsonb(k) AS row FROM api_keys k WHERE hint = ${key.slice(-4)}`;
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain(key.slice(9, -6));
  });

  it('with a wrong character anywhere are refused without a look into the books', async () => {
    const key = await newKey();
    for (let i = 0; i < key.length; i++) {
      const wrong = key.slice(0, i) + (key[i] === 'a' ? 'b' : 'a') + key.slice(i + 1);
      expect(await findApiKey(noBooks, wrong)).toBeUndefined();
    }
  });

  it.each(['', 'dsk_live_', 'Bearer x', `dsk_live_${'a'.repeat(38)}`, `dsk_live_${'a'.repeat(39)}`])(
    'that are none are refused without a look into the books: %j',
    async (wrong) => {
      expect(await findApiKey(noBooks, wrong)).toBeUndefined();
    },
  );

  it('of another installation are refused by the books', async () => {
    const key = await newKey();
    await books.db.sql`DELETE FROM api_keys WHERE hint = ${key.slice(-4)}`;
    expect(await findApiKey(books.db, key)).toBeUndefined();
  });

  it('that were revoked or are over are refused', async () => {
    const [revoked, over] = [await newKey(), await newKey({ expiresAt: new Date(Date.now() - 1) })];
    const found = await findApiKey(books.db, revoked);
    await books.db.sql`UPDATE api_keys SET revoked_at = now() WHERE id = ${found?.id ?? null}`;
    expect(await findApiKey(books.db, revoked)).toBeUndefined();
    expect(await findApiKey(books.db, over)).toBeUndefined();
  });

  it('are all different', async () => {
    const keys = await Promise.all(Array.from({ length: 200 }, () => newKey()));
    expect(new Set(keys).size).toBe(200);
  });
});
