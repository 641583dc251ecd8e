/** SMSC's error codes, statuses and reasons in the product's words. */
import type { ErrorClass } from '../sms/errors.ts';
import type { ReportedStatus } from '../sms/status.ts';
import type { StatusReport } from './gateway.ts';
import type { Trouble } from './http-answers.ts';
import { fieldOf, intOf, textOf } from './read.ts';

/**
 * A request that equals one of the last minute is refused as a duplicate, whatever became of the first. So after an
 * answer that lets us try again, the next try waits for longer than that.
 */
export const DUPLICATE_WINDOW_S = 61;

/** The error object that SMSC answers with under HTTP 200; undefined where there is none. */
export function smscError(body: unknown, call: 'send' | 'other'): Trouble | undefined {
  const code = intOf(fieldOf(body, 'error_code'));
  const detail = textOf(fieldOf(body, 'error'));
  if ((code === undefined || code === 0) && detail === undefined) return undefined;
  const meaning = code === undefined ? undefined : meaningOf(code, detail ?? '', call);
  return {
    kind: 'error',
    class: 'unknown',
    ...meaning,
    ...(code === undefined ? {} : { code: String(code) }),
    ...(detail === undefined ? {} : { detail }),
    notTaken: meaning !== undefined,
  };
}

export type StatusWord = Pick<StatusReport, 'status' | 'raw' | 'errorClass' | 'errorCode' | 'detail'>;

export const NOT_FOUND = -3;

/** What a status and its reason say; undefined where they say nothing (-3, and numbers that are not documented). */
export function statusWordOf(row: unknown): StatusWord | undefined {
  const code = intOf(fieldOf(row, 'status'));
  const status = STATUSES[code ?? NOT_FOUND];
  if (code === undefined || status === undefined) return undefined;
  const reason = intOf(fieldOf(row, 'err')) ?? 0;
  const failed = status !== 'sent' && status !== 'delivered';
  const errorClass = failed ? reportClassOf(code, reason) : undefined;
  const detail = REASONS[reason];
  return {
    status,
    raw: reason === 0 ? `status ${code}` : `status ${code}, err ${reason}`,
    ...(errorClass === undefined ? {} : { errorClass }),
    ...(reason === 0 ? {} : { errorCode: String(reason) }),
    ...(detail === undefined ? {} : { detail }),
  };
}

type Meaning = Pick<Trouble, 'class' | 'retryAfterS'>;

const COMMON_ERRORS: Record<number, Meaning> = {
  1: { class: 'invalid-request' },
  2: { class: 'auth' },
  // The address is blocked for a while after many wrong requests; how long is not documented.
  4: { class: 'rate-limited', retryAfterS: 900 },
};

const SEND_ERRORS: Record<number, Meaning> = {
  ...COMMON_ERRORS,
  3: { class: 'no-balance' },
  5: { class: 'invalid-request' },
  6: { class: 'sender-not-allowed' },
  7: { class: 'invalid-recipient' },
  8: { class: 'invalid-recipient' },
};

const TOO_MANY = 9;

function meaningOf(code: number, text: string, call: 'send' | 'other'): Meaning | undefined {
  if (code !== TOO_MANY) return (call === 'send' ? SEND_ERRORS : COMMON_ERRORS)[code];
  // On a send, 9 is either a repeat of the same request or too many at once: only the text tells them apart.
  if (call === 'send' && /duplicate/i.test(text)) return { class: 'duplicate' };
  return { class: 'rate-limited', retryAfterS: DUPLICATE_WINDOW_S };
}

const STATUSES: Record<number, ReportedStatus> = {
  [-2]: 'sent',
  [-1]: 'sent',
  0: 'sent',
  1: 'delivered',
  2: 'delivered',
  3: 'expired',
  4: 'delivered',
  20: 'undelivered',
  22: 'rejected',
  23: 'rejected',
  24: 'rejected',
  25: 'rejected',
};

function reportClassOf(status: number, reason: number): ErrorClass | undefined {
  if (status === 22) return 'invalid-recipient';
  if (status === 24) return 'no-balance';
  if (reason === 254) return 'sender-not-allowed';
  if (status === 23 && (reason === 250 || reason === 252)) return 'blocked';
  return undefined;
}

const REASONS: Record<number, string> = {
  1: 'the subscriber does not exist',
  6: 'the subscriber is not in the network',
  11: 'no SMS service',
  12: 'error of the phone or SIM',
  13: 'the subscriber is blocked',
  21: 'the service is not supported',
  200: 'test mode of the account',
  219: 'the SIM was changed',
  220: 'the queue of the operator is full',
  240: 'the subscriber is busy',
  245: 'the operator told no status',
  246: 'outside the time window',
  247: 'daily limit',
  248: 'no route',
  249: 'wrong number format',
  250: 'number forbidden by the settings of the account',
  251: 'limit for one number',
  252: 'number forbidden',
  253: 'spam filter',
  254: 'sender not registered',
  255: 'refused by the operator',
};
