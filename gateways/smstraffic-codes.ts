/** SMS Traffic's replies, error codes, statuses and dates in the product's words. */
import type { ErrorClass } from '../sms/errors.ts';
import type { ReportedStatus } from '../sms/status.ts';
import type { StatusReport } from './gateway.ts';
import type { Trouble } from './http-answers.ts';
import { fieldOf, intOf, isoTime, textOf } from './read.ts';
import { readXml, xmlText } from './xml.ts';

/** The one root element that every answer has; undefined where the body is anything else. */
export function replyIn(body: Uint8Array): unknown {
  return fieldOf(readXml(body), 'reply');
}

/** The text of an element; undefined where it is absent or empty. */
export function wordIn(element: unknown, ...names: string[]): string | undefined {
  return textOf(xmlText(fieldOf(element, ...names)));
}

/** The ERROR reply, which comes under HTTP 200; undefined where there is none. */
export function replyTrouble(reply: unknown): Trouble | undefined {
  if (wordIn(reply, 'result')?.toUpperCase() !== 'ERROR') return undefined;
  const code = intOf(wordIn(reply, 'code'));
  const errorClass = ERRORS.get(code ?? 0);
  const detail = wordIn(reply, 'description');
  return {
    kind: 'error',
    class: errorClass ?? 'unknown',
    ...(code === undefined ? {} : { code: String(code) }),
    ...(detail === undefined ? {} : { detail }),
    // Without a number of an error, not even the error is sure.
    notTaken: code !== undefined && code !== 0,
    ...(code === STOP_LISTED ? { optOut: true } : {}),
  };
}

/** A status request for one id that the gateway does not have, or not any more. */
export const NO_SUCH_MESSAGE = '434';

export type StatusWord = Pick<StatusReport, 'status' | 'raw' | 'detail'>;

/**
 * What a status says; undefined for words that are not documented. Of an SMS whose end the gateway does not know, only
 * that it was sent is certain.
 */
export function statusWordOf(word: string): StatusWord | undefined {
  const raw = word.trim().replace(/\s+/g, ' ');
  if (UNKNOWN_ENDS.has(raw.toLowerCase())) {
    return { status: 'sent', raw, detail: 'the gateway will not know what became of it' };
  }
  const status = STATUSES.get(raw.toLowerCase());
  return status === undefined ? undefined : { status, raw: raw || 'no status yet' };
}

/** Moscow has had UTC+3 without summer time since 2014. */
export function moscowTime(value: unknown): string | undefined {
  const date = textOf(value);
  return date === undefined ? undefined : isoTime(`${date}+03:00`);
}

const STOP_LISTED = 432;

const INVALID_REQUESTS = [
  403, 404, 405, 406, 407, 408, 409, 410, 413, 414, 416, 417, 418, 419, 420, 422, 423, 424, 433, 435, 437, 438, 441,
  442, 501, 502, 505, 601, 602, 701, 702, 703, 704, 705,
];

const ERRORS: ReadonlyMap<number, ErrorClass> = new Map<number, ErrorClass>([
  ...INVALID_REQUESTS.map((code) => [code, 'invalid-request'] as const),
  ...[401, 402, 411, 412, 439].map((code) => [code, 'auth'] as const),
  [415, 'no-balance'],
  ...[421, 436, 443].map((code) => [code, 'sender-not-allowed'] as const),
  // 440 is a malformed list of phones, and ours always holds the one recipient.
  ...[425, 426, 427, 428, 429, 430, 440].map((code) => [code, 'invalid-recipient'] as const),
  [431, 'blocked'],
  [STOP_LISTED, 'blocked'],
  [1000, 'temporary'],
]);

const STATUSES: ReadonlyMap<string, ReportedStatus> = new Map([
  ['', 'sent'],
  ['buffered smsc', 'sent'],
  // So spelled.
  ['acceptd', 'sent'],
  ['delivered', 'delivered'],
  ['read', 'delivered'],
  ['non delivered', 'undelivered'],
  ['undelivered', 'undelivered'],
  ['failed', 'undelivered'],
  ['rejected', 'rejected'],
  ['deleted', 'rejected'],
  ['expired', 'expired'],
]);

const UNKNOWN_ENDS: ReadonlySet<string> = new Set(['unknown status', 'lost notification']);
