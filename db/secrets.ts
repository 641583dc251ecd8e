/**
 * Secrets of senders at rest: AES-256-GCM with a list of keys, of which the first encrypts and all decrypt. A sealed
 * value carries the id of its key, so that keys can be changed without a pause.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

export interface SecretKey {
  id: string;
  /** 32 bytes. */
  key: Uint8Array;
}

export interface Sealed {
  $sealed: string;
}

/**
 * Reads the setting SECRET_KEYS: a comma list of `id:base64 of 32 bytes`.
 * @throws where an entry is something else, or there is none
 */
export function readSecretKeys(list: string): SecretKey[] {
  const keys = list
    .split(',')
    .filter(Boolean)
    .map((entry) => {
      const [id = '', encoded = ''] = entry.trim().split(':');
      const key = new Uint8Array(Buffer.from(encoded, 'base64'));
      if (!id || key.length !== 32) throw new Error('SECRET_KEYS is a comma list of id:base64, each key 32 bytes');
      return { id, key };
    });
  if (keys.length === 0) throw new Error('SECRET_KEYS needs at least one key');
  return keys;
}

/** Said to both sides: Node would otherwise take a tag that was cut short. */
const TAG = { authTagLength: 16 };

export function seal(plain: string, keys: readonly SecretKey[]): Sealed {
  const [first] = keys;
  if (!first) throw new Error('SECRET_KEYS is empty: there is no key to encrypt with');
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', first.key, iv, TAG);
  const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
  return { $sealed: `${first.id}:${Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64')}` };
}

/** @throws where the key is not among `keys`, or the value was changed. */
export function open(sealed: Sealed, keys: readonly SecretKey[]): string {
  const [id = '', data = ''] = sealed.$sealed.split(':');
  const key = keys.find((k) => k.id === id);
  if (!key) throw new Error(`SECRET_KEYS has no key '${id}', with which a sender's secret was encrypted`);
  const bytes = Buffer.from(data, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', key.key, bytes.subarray(0, 12), TAG);
  decipher.setAuthTag(bytes.subarray(12, 28));
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
}

/** Sealed with the first key; undefined where it is already. @throws where its key is not among `keys` */
export function reseal(sealed: Sealed, keys: readonly SecretKey[]): Sealed | undefined {
  const plain = open(sealed, keys);
  return sealed.$sealed.startsWith(`${keys[0]?.id}:`) ? undefined : seal(plain, keys);
}

export function isSealed(value: unknown): value is Sealed {
  return typeof value === 'object' && value !== null && '$sealed' in value && typeof value.$sealed === 'string';
}

/** Seals the fields of a settings object that are secret; the others stay readable in the books. */
export function sealSettings(
  settings: Record<string, unknown>,
  secretFields: readonly string[],
  keys: readonly SecretKey[],
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      name,
      secretFields.includes(name) && typeof value === 'string' ? seal(value, keys) : value,
    ]),
  );
}

export function openSettings(settings: Record<string, unknown>, keys: readonly SecretKey[]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [name, isSealed(value) ? open(value, keys) : value]),
  );
}
