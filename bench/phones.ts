/** Prefix and seven digits. The simulator's magic numbers end in 900 and more: none of these does. */
export function phone(prefix: string, index: number): string {
  return magicPhone(prefix, Math.floor(index / 900), index % 900);
}

/** Prefix and seven digits, of which the last three tell the simulator what shall become of the SMS. */
export function magicPhone(prefix: string, index: number, magic: number): string {
  return `${prefix}${String(index % 10_000).padStart(4, '0')}${String(magic).padStart(3, '0')}`;
}
