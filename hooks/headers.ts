/** Headers of a call at rest: the one that holds the webhook's login and password is sealed like a sender's secrets. */
import { SEALED_MARK as MARK, SEALED_HEADER as SECRET } from '../db/hooks.ts';
import { open, type SecretKey, seal } from '../db/secrets.ts';

export function sealHeaders(headers: Record<string, string>, keys: readonly SecretKey[]): Record<string, string> {
  const plain = headers[SECRET];
  return plain === undefined ? headers : { ...headers, [SECRET]: MARK + seal(plain, keys).$sealed };
}

export function openHeaders(headers: Record<string, string>, keys: readonly SecretKey[]): Record<string, string> {
  const held = headers[SECRET];
  if (!held?.startsWith(MARK)) return headers;
  return { ...headers, [SECRET]: open({ $sealed: held.slice(MARK.length) }, keys) };
}
