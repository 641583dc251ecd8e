/**
 * What an API key looks like: `dsk_live_` or `dsk_test_`, 32 random characters, and a checksum of six, so that a mistyped
 * or foreign key is refused without a look into the books, and scanners find leaked ones.
 */
import { createHash, randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';

export const KEY_KINDS = ['live', 'test'] as const;
export type KeyKind = (typeof KEY_KINDS)[number];

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

export function newKey(kind: KeyKind): string {
  const random = Array.from({ length: 32 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  const body = `dsk_${kind}_${random}`;
  return body + checksum(body);
}

export function isKey(text: string): boolean {
  return /^dsk_(live|test)_[0-9A-Za-z]{38}$/.test(text) && checksum(text.slice(0, -6)) === text.slice(-6);
}

/** SHA-256: the key is random, so nothing slower is needed. */
export function hashOf(key: string): Uint8Array {
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
