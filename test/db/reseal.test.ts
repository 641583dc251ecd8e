import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storeHook } from '../../db/hooks.ts';
import { resealAll } from '../../db/reseal-all.ts';
import { readSecretKeys, type SecretKey } from '../../db/secrets.ts';
import { createSender, findSender } from '../../db/senders.ts';
import { openHeaders, sealHeaders } from '../../hooks/headers.ts';
import { settingsSchema } from '../../runtime/settings.ts';
import { type Books, newSender, openBooks } from './books.ts';

let books: Books;
beforeAll(async () => {
  books = await openBooks();
});
afterAll(() => books.close());

const key = (id: string): SecretKey => ({ id, key: randomBytes(32) });
const [old, other, fresh] = [key('2025'), key('2025b'), key('2026')];

const SETTINGS = { login: 'shop', password: 'hunter2', token: 'a token' };
const secretFields = ['password', 'token'];

async function hookWith(keys: SecretKey[], headers: Record<string, string>): Promise<string> {
  const { id, gatewayAccountId } = await made(keys);
  const sealed = sealHeaders(headers, keys);
  return await storeHook(books.db, {
    senderId: id,
    gatewayAccountId,
    method: 'POST',
    path: '/hooks/TOKEN',
    query: '',
    headers: sealed,
    body: Buffer.from('x'),
  });
}

async function made(keys: SecretKey[]) {
  const id = await createSender(books.db, keys, newSender({ settings: SETTINGS, secretFields }));
  const sender = await findSender(books.db, keys, { id });
  if (!sender) throw new Error('the sender is gone');
  return sender;
}

async function allSealed(): Promise<string> {
  const rows = await books.db.sql`
    SELECT settings::text AS text FROM senders UNION ALL SELECT headers::text FROM hooks`;
  return rows.map(({ text }) => String(text)).join('\n');
}

const run = promisify(execFile);
const listOf = (keys: SecretKey[]) => keys.map(({ id, key }) => `${id}:${Buffer.from(key).toString('base64')}`).join();
const reseal = (keys: string) =>
  run(process.execPath, ['--import', 'tsx', 'db/reseal.ts'], {
    env: { PATH: process.env.PATH, DATABASE_URL: books.url, SECRET_KEYS: keys },
  });

describe('sealing anew', () => {
  it('brings all secrets and all logins of webhook calls to the first key, once', async () => {
    const [one, two] = [await made([old]), await made([other])];
    await made([fresh]);
    const hook = await hookWith([old], { authorization: 'Basic c2VjcmV0', 'x-other': 'sealed:2025:plain' });
    await hookWith([fresh], { authorization: 'Basic c2VjcmV0' });

    const { stdout } = await reseal(listOf([fresh, old, other]));
    expect(stdout).toContain("with the key '2026': 6 secrets of senders and 1 logins of webhook calls.");
    for (const { id } of [one, two]) {
      expect((await findSender(books.db, [fresh], { id }))?.settings).toEqual(SETTINGS);
    }
    const [row] = await books.db.sql`SELECT headers FROM hooks WHERE id = ${hook}`;
    expect(openHeaders(row?.headers, [fresh])).toEqual({
      authorization: 'Basic c2VjcmV0',
      'x-other': 'sealed:2025:plain',
    });
    expect((await allSealed()).replace('sealed:2025:plain', '')).not.toMatch(/2025b?:/);
    expect(await resealAll(books.db, [fresh])).toEqual({ secrets: 0, headers: 0 });
  });

  it('names a key that is not in the list, and ends with an error', async () => {
    await made([key('lost')]);
    await expect(reseal(listOf([fresh]))).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining("SECRET_KEYS has no key 'lost'"),
    });
  });

  it.each([
    ['', 'Settings: SECRET_KEYS is not set.'],
    ['2026:short', 'a comma list of id:base64'],
  ])('says what is wrong with the keys %j', async (keys, words) => {
    await expect(reseal(keys)).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining(words) });
  });
});

describe('the setting SECRET_KEYS', () => {
  it.each([
    listOf([fresh]),
    listOf([fresh, old]),
    `${listOf([fresh])}, ${listOf([old])},`,
    '',
    'a',
    'a:',
    'a:AAAA',
    ',',
  ])('is read by this command as by the others: %j', (list) => {
    const read = settingsSchema.shape.SECRET_KEYS.safeParse(list);
    if (read.success) expect(readSecretKeys(list)).toEqual(read.data);
    else expect(() => readSecretKeys(list)).toThrow('SECRET_KEYS');
  });
});
