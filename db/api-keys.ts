/**
 * API keys: `dsk_live_` or `dsk_test_`, 32 random characters, and a checksum of six, so that a mistyped or foreign key is
 * refused without a look into the books, and scanners find leaked ones. Only the SHA-256 is kept: the key is random, so
 * nothing slower is needed.
 */
import { createHash, randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { uuidv7 } from 'uuidv7';
import type { Db } from './connection.ts';
import { apiKeys } from './schema.ts';

export const SCOPES = [
  'messages:send',
  'messages:read',
  'phones:read',
  'senders:read',
  'senders:write',
  'suppressions:read',
  'suppressions:write',
  'admin',
] as const;
export type Scope = (typeof SCOPES)[number];

export interface ApiKey {
  id: string;
  /** null: an operator's key, for all accounts. */
  accountId: string | null;
  scopes: Scope[];
  expiresAt: Date | null;
}

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** @returns the key, in the clear for the only time */
export async function createApiKey(
  db: Db,
  input: { accountId: string | null; name: string; scopes: Scope[]; kind: 'live' | 'test'; expiresAt?: Date },
): Promise<string> {
  const { kind, ...columns } = input;
  const random = Array.from({ length: 32 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  const body = `dsk_${kind}_${random}`;
  const key = body + checksum(body);
  await db.orm.insert(apiKeys).values({ id: uuidv7(), ...columns, hash: hashOf(key), hint: key.slice(-4) });
  return key;
}

/** The key's row, or undefined where it is wrong, revoked or over; never says which. */
export async function findApiKey(db: Db, key: string): Promise<ApiKey | undefined> {
  if (!/^dsk_(live|test)_[0-9A-Za-z]{38}$/.test(key) || checksum(key.slice(0, -6)) !== key.slice(-6)) return undefined;
  const [row] = await db.sql`
    SELECT id, account_id, scopes, expires_at FROM api_keys
    WHERE hash = ${Buffer.from(hashOf(key))} AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())`;
  return row as ApiKey | undefined;
}

function hashOf(key: string): Uint8Array {
  return createHash('sha256').update(key).digest();
}

function checksum(body: string): string {
  let rest = crc32(body);
  let out = '';
  for (let i = 0; i < 6; i++) {
    out = (ALPHABET[rest % 62] ?? '0') + out;
    rest = Math.floor(rest / 62);
  }
  return out;
}
