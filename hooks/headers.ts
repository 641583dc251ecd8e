/** Headers of a call at rest: the one that holds the webhook's login and password is sealed like a sender's secrets. */
import { open, type SecretKey, seal } from '../db/secrets.ts';

const SECRET = 'authorization';
const MARK = 'sealed:';

export function sealHeaders(headers: Record<string, string>, keys: readonly SecretKey[]): Record<string, string> {
  const plain = headers[SECRET];
  return plain === undefined ? headers : { ...headers, [SECRET]: MARK + seal(plain, keys).$sealed };
}

export function openHeaders(headers: Record<string, string>, keys: readonly SecretKey[]): Record<string, string> {
  const held = headers[SECRET];
  if (!held?.startsWith(MARK)) return headers;
  return { ...headers, [SECRET]: open({ $sealed: held.slice(MARK.length) }, keys) };
}
