/** Where a reader of what is ordered by two numbers is, in a form that promises nothing but to be taken back. */

/** Of the events, or of the unmatched reports: one does not do for the other. */
type Kind = 'e' | 'r';

export function pairCursor(kind: Kind, pair: readonly [bigint, bigint]): string {
  return Buffer.from(`${kind}1:${pair.join(':')}`).toString('base64url');
}

/** Undefined for what we never gave out. */
export function readPairCursor(kind: Kind, cursor: string): [bigint, bigint] | undefined {
  const read = /^([er])1:(\d{1,18}):(-?\d{1,19})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'));
  const [, of, first, second] = read ?? [];
  if (of !== kind || first === undefined || second === undefined) return undefined;
  const pair: [bigint, bigint] = [BigInt(first), BigInt(second)];
  return BigInt.asIntN(64, pair[1]) === pair[1] ? pair : undefined;
}
