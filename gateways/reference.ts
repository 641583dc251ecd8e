/**
 * The forms in which our reference goes onto a wire. All come from one number of the gateway account's sequence, never
 * from a hash: two messages with one reference are an SMS lost in silence.
 */
import type { Reference } from './gateway.ts';

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
