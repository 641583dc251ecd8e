/** Prefix and seven digits. The simulator's magic numbers end in 900 and more: none of these does. */
export function phone(prefix: string, index: number): string {
  const head = String(Math.floor(index / 900) % 10_000).padStart(4, '0');
  return `${prefix}${head}${String(index % 900).padStart(3, '0')}`;
}
