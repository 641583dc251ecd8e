/**
 * Sessions of the admin pages: a cookie that stands for an API key. It is signed with SECRET_KEYS and kept nowhere, so
 * that every API process knows it; the key behind it is looked up with each request, as one that is sent is.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { CookieOptions, Request } from 'express';
import type { SecretKey } from '../db/secrets.ts';
import { SESSION_HEADER } from './schemas/session-header.ts';

/** Fixed: a session is not prolonged by use. */
const LASTS_MS = 12 * 3_600_000;

export const SESSION_COOKIE = 'durable-sms-session';

export interface Session {
  keyId: string;
  expiresAt: Date;
}

/** @param keyEnds when the key itself is over; null: never */
export function newSession(keyId: string, keyEnds: Date | null): Session {
  const ends = Date.now() + LASTS_MS;
  return { keyId, expiresAt: new Date(keyEnds ? Math.min(ends, keyEnds.getTime()) : ends) };
}

/** Signed with the first of the keys. */
export function sealSession({ keyId, expiresAt }: Session, keys: readonly SecretKey[]): string {
  const [first] = keys;
  if (!first) throw new Error('SECRET_KEYS is empty: there is no key to sign with');
  const said = `${keyId}.${expiresAt.getTime()}`;
  return `${said}.${signatureOf(said, first).toString('base64url')}`;
}

/** Undefined where there is no cookie, or one that is over or was not made with any of the keys. */
export function sessionOf(req: Request, keys: readonly SecretKey[]): Session | undefined {
  const [, keyId = '', ends = '', signature = ''] = FORM.exec(cookieOf(req) ?? '') ?? [];
  const given = Buffer.from(signature, 'base64url');
  const isOurs = keys.some((key) => {
    const right = signatureOf(`${keyId}.${ends}`, key);
    return given.length === right.length && timingSafeEqual(given, right);
  });
  const expiresAt = new Date(Number(ends));
  return isOurs && expiresAt.getTime() > Date.now() ? { keyId, expiresAt } : undefined;
}

/**
 * Whether a request with a session was made by our own pages: what changes something must carry a header that other sites'
 * pages cannot send. SameSite alone would let pages of other ports of this host through.
 */
export function isFromOurPages(req: Request): boolean {
  return req.method === 'GET' || req.method === 'HEAD' || req.get(SESSION_HEADER.name) === SESSION_HEADER.value;
}

export function cookieOptions(isSecure: boolean): CookieOptions {
  return { httpOnly: true, sameSite: 'strict', secure: isSecure, path: '/' };
}

const FORM = /^([0-9a-f-]{36})\.(\d{1,15})\.([\w-]{43})$/;

function signatureOf(said: string, { key }: SecretKey): Buffer {
  return createHmac('sha256', key).update(`durable-sms session ${said}`).digest();
}

function cookieOf({ headers }: Request): string | undefined {
  const prefix = `${SESSION_COOKIE}=`;
  const pairs = headers.cookie?.split(';').map((pair) => pair.trim());
  return pairs?.find((pair) => pair.startsWith(prefix))?.slice(prefix.length);
}
