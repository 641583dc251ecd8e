let count = 0;

/** A made-up phone whose last three digits are the simulator's magic number; a new one at each call. */
export function phone(gateway: string, magic = '000'): string {
  const n = String(++count).padStart(3, '0');
  return gateway === 'playmobile'
    ? `+998901${n}${magic}`
    : `+7999${(5000 + Number(n)).toString().padStart(4, '0')}${magic}`;
}
