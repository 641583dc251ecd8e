/**
 * The forms in which our reference goes onto a wire. All come from one number of the gateway account's sequence, never
 * from a hash: two messages with one reference are an SMS lost in silence.
 */
import type { Reference, Traits } from './gateway.ts';

const INT32_IDS = 2n ** 31n - 1n;

/** 1 … 2147483647; comes round again after two thousand million messages of one account. */
export function int32Reference(ref: Reference): string {
  return String(((ref.number - 1n) % INT32_IDS) + 1n);
}

/** Up to 19 decimal digits. */
export function digitsReference(ref: Reference): string {
  return ref.number.toString();
}

/** `xxxx-` and the number in base 36: at most 18 characters of a-z, 0-9 and a hyphen. */
export function textReference(ref: Reference): string {
  return `${ref.installation}-${ref.number.toString(36)}`;
}

/** Whether it may be a text reference of this or another installation, and not another program's id. */
export function isTextReference(text: string): boolean {
  return /^[a-z0-9]{4}-[a-z0-9]{1,13}$/.test(text);
}

/** Our reference as it goes onto this wire, and so comes back in reports; null where the wire has no place for it. */
export function ownId(ref: Reference, traits: Pick<Traits, 'ownId'>): string | null {
  switch (traits.ownId?.kind) {
    case 'int32':
      return int32Reference(ref);
    case 'digits':
      return digitsReference(ref);
    case 'text':
      return textReference(ref);
    case undefined:
      return null;
  }
}

/**
 * Where the references of a new gateway account begin: a random point, so that they never meet those of another
 * installation or of one whose books were wiped. @param random 8 random bytes
 */
export function referenceStart(traits: Pick<Traits, 'ownId'>, random: Uint8Array): bigint {
  const drawn = random.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const [from, to] = traits.ownId?.kind === 'int32' ? INT32_STARTS : LONG_STARTS;
  return from + (drawn % (to - from));
}

/** Above what small accounts' own counters reach, and with room for the years before it comes round. */
const INT32_STARTS = [1_000_000n, INT32_IDS / 2n] as const;
const LONG_STARTS = [10n ** 12n, 10n ** 15n] as const;
