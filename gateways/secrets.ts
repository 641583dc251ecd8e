/** The few things that gateways do with secrets. `node:crypto` only hashes here: no I/O. */
import { createHash, createHmac } from 'node:crypto';
import type { HookReading, RawHook } from './gateway.ts';
import { headerOf } from './read.ts';

export function basicAuth(login: string, password: string): string {
  return `Basic ${Buffer.from(`${login}:${password}`, 'utf8').toString('base64')}`;
}

/** Why a webhook call is not let in, where a login and password are demanded of it. */
export function basicRefusal(
  hook: RawHook,
  settings: { hookLogin?: string; hookPassword?: string },
): Extract<HookReading, { kind: 'refused' }> | undefined {
  const { hookLogin, hookPassword } = settings;
  if (hookLogin === undefined || hookPassword === undefined) return undefined;
  const given = headerOf(hook.headers, 'authorization') ?? '';
  const expected = basicAuth(hookLogin, hookPassword);
  // The scheme's name is written in any case; the rest is exact.
  if (isSame(given.replace(/^basic\s+/i, 'Basic '), expected)) return undefined;
  return { kind: 'refused', status: 401, detail: 'the webhook login or password is missing or wrong' };
}

export function hexDigest(algorithm: 'md5' | 'sha1' | 'sha256', text: string): string {
  return createHash(algorithm).update(text, 'utf8').digest('hex');
}

/** HMAC-SHA256 of a text in UTF-8, in Base64. */
export function hmacSha256(key: string, text: string): string {
  return createHmac('sha256', key).update(text, 'utf8').digest('base64');
}

/** A short name for a key that does not give the key away. */
export function fingerprint(key: string): string {
  return hexDigest('sha256', key).slice(0, 12);
}

/** Compares digests, so that the time taken tells nothing of how much of the secret was right. */
export function isSame(given: string, expected: string): boolean {
  return hexDigest('sha256', given) === hexDigest('sha256', expected);
}
