import type { CallKind, Refusal } from '../model.ts';

/** The codes 3, 6, 7 and 8 of send.php come with an id. */
export function errorOf(kind: CallKind, code: number, id?: number): Record<string, unknown> {
  const busy = kind !== 'send' && kind !== 'price' && code === 9;
  const error = busy ? 'too many concurrent requests' : kind === 'inbound' && code === 3 ? 'not found' : ERRORS[code];
  return { error, error_code: code, ...(id !== undefined && [3, 6, 7, 8].includes(code) ? { id } : {}) };
}

const ERRORS: Record<number, string> = {
  1: 'parameters error',
  2: 'authorise error',
  3: 'no money',
  4: 'ip is blocked, http://smsc.ru/faq/99/',
  5: 'invalid date format',
  6: 'message is denied',
  7: 'invalid number',
  8: "can't to deliver",
  9: 'duplicate request, wait a minute',
};

/** Codes of send.php for what the core refuses. */
export const REFUSED: Record<Refusal, number> = {
  'invalid-recipient': 7,
  'missing-recipient': 1,
  blocked: 6,
  'no-balance': 3,
  duplicate: 9,
  'too-long': 1,
  'sender-not-allowed': 6,
};
