/**
 * Infobip's status and error codes in the product's words. Codes are read by id: their names and texts have changed
 * over the years (REJECTED_DESTINATION was 14 and is now 52).
 */
import type { ErrorClass } from '../sms/errors.ts';
import type { ReportedStatus } from '../sms/status.ts';
import type { StatusReport } from './gateway.ts';
import { fieldOf, intOf, textOf } from './read.ts';

export interface CodeMeaning {
  class: ErrorClass;
  retryAfterS?: number;
  optOut?: boolean;
}

/** What a status group and id say of a message in an answer to a send. */
export type SendWord = { kind: 'taken' } | ({ kind: 'refused' } & CodeMeaning) | { kind: 'unclear' };

export function sendWordOf(status: unknown): SendWord {
  const id = idOf(status);
  const group = groupOf(status);
  const refusal = REFUSALS[id ?? -1];
  if (group === GROUP.rejected || group === GROUP.undeliverable) {
    return { kind: 'refused', ...(refusal ?? { class: 'unknown' }) };
  }
  const isTaking = group === GROUP.accepted || group === GROUP.pending || group === GROUP.delivered;
  if (isTaking) return refusal === undefined ? { kind: 'taken' } : { kind: 'unclear' };
  if (refusal !== undefined) return { kind: 'refused', ...refusal };
  return group === undefined && id !== undefined && STATUSES[id] === 'sent' ? { kind: 'taken' } : { kind: 'unclear' };
}

export type ReportWord = Pick<StatusReport, 'status' | 'raw' | 'errorClass' | 'errorCode' | 'detail' | 'optOut'>;

/** What a report or log entry says; undefined where it says nothing of the message. */
export function reportWordOf(status: unknown, error: unknown): ReportWord | undefined {
  const reported = reportedStatusOf(status);
  if (reported === undefined) return undefined;
  const word = { status: reported, raw: rawOf(status) };
  if (reported === 'sent' || reported === 'delivered') return word;

  const errorId = idOf(error) ?? 0;
  const refusal = REFUSALS[idOf(status) ?? -1];
  const errorClass = errorId === 0 ? refusal?.class : errorClassOf(errorId);
  const detail = textOf(fieldOf(errorId === 0 ? status : error, 'description'));
  return {
    ...word,
    ...(errorClass === undefined ? {} : { errorClass }),
    ...(errorId === 0 ? {} : { errorCode: String(errorId) }),
    ...(detail === undefined ? {} : { detail }),
    ...(OPT_OUT_ERRORS.has(errorId) || refusal?.optOut ? { optOut: true } : {}),
  };
}

/** `EXPIRED_EXPIRED (15)`, as far as it is there. */
export function rawOf(status: unknown): string {
  const name = textOf(fieldOf(status, 'name')) ?? textOf(fieldOf(status, 'groupName')) ?? 'no status';
  const id = idOf(status);
  return id === undefined ? name : `${name} (${id})`;
}

export function idOf(statusOrError: unknown): number | undefined {
  return intOf(fieldOf(statusOrError, 'id'));
}

const GROUP = { accepted: 0, pending: 1, undeliverable: 2, delivered: 3, expired: 4, rejected: 5 } as const;
const DUPLICATE = 23;

const GROUP_NAMES: Record<string, number> = {
  ACCEPTED: GROUP.accepted,
  OK: GROUP.accepted,
  PENDING: GROUP.pending,
  UNDELIVERABLE: GROUP.undeliverable,
  DELIVERED: GROUP.delivered,
  EXPIRED: GROUP.expired,
  REJECTED: GROUP.rejected,
};

const STATUSES: Record<number, ReportedStatus> = {
  2: 'sent',
  3: 'sent',
  4: 'undelivered',
  5: 'delivered',
  7: 'sent',
  9: 'undelivered',
  15: 'expired',
  26: 'sent',
  29: 'expired',
  31: 'undelivered',
  87: 'rejected',
};

/** The group DELIVERED is not among them: it also holds DELIVERED_TO_OPERATOR, which is no end. */
const GROUP_STATUSES: Record<number, ReportedStatus> = {
  [GROUP.accepted]: 'sent',
  [GROUP.pending]: 'sent',
  [GROUP.undeliverable]: 'undelivered',
  [GROUP.expired]: 'expired',
  [GROUP.rejected]: 'rejected',
};

const REFUSALS: Record<number, CodeMeaning> = {
  6: { class: 'invalid-recipient' },
  8: { class: 'invalid-recipient' },
  10: { class: 'blocked', optOut: true },
  11: { class: 'sender-not-allowed' },
  12: { class: 'no-balance' },
  13: { class: 'sender-not-allowed' },
  14: { class: 'blocked', optOut: true },
  17: { class: 'no-balance' },
  18: { class: 'invalid-recipient' },
  19: { class: 'unknown' },
  // The flooding filter counts the SMS of one number within an hour.
  20: { class: 'rate-limited', retryAfterS: 3600 },
  21: { class: 'temporary' },
  [DUPLICATE]: { class: 'duplicate' },
  24: { class: 'invalid-request' },
  25: { class: 'invalid-request' },
  51: { class: 'invalid-request' },
  52: { class: 'invalid-recipient' },
  87: { class: 'unknown' },
  99: { class: 'unknown' },
  100: { class: 'unknown' },
};

const OPT_OUT_ERRORS: ReadonlySet<number> = new Set([573, 603, 2050, 2052]);
const EXPIRED_ERRORS: ReadonlySet<number> = new Set([811, 4098, 4101]);

const ERRORS: ReadonlyMap<number, ErrorClass> = new Map(
  (
    [
      ['blocked', [573, 603, 2050, 2052, 604, 560, 566]],
      ['invalid-recipient', [1, 5, 9, 351, 352, 568, 569, 629, 3041]],
      ['temporary', [6, 27, 31, 32, 33, 34, 256, 260, 502, 628, 2048, 13, 581]],
      ['sender-not-allowed', [368, 375, 2053]],
      ['invalid-request', [355]],
      ['rate-limited', [541, 542, 4103, 4104, 4202, 609]],
      ['auth', [433, 577, 578, 579, 580]],
      ['no-balance', [4099]],
      ['duplicate', [5492]],
    ] as const
  ).flatMap(([errorClass, ids]) => ids.map((id) => [id, errorClass] as const)),
);

/** Undefined for the errors that only say that the validity is over. */
function errorClassOf(errorId: number): ErrorClass | undefined {
  return EXPIRED_ERRORS.has(errorId) ? undefined : (ERRORS.get(errorId) ?? 'unknown');
}

function reportedStatusOf(status: unknown): ReportedStatus | undefined {
  const id = idOf(status) ?? -1;
  // A repeat of ours that was dropped; it shares its id with the SMS that was taken, and says nothing of that one.
  if (id === DUPLICATE) return undefined;
  return STATUSES[id] ?? GROUP_STATUSES[groupOf(status) ?? -1];
}

function groupOf(status: unknown): number | undefined {
  return intOf(fieldOf(status, 'groupId')) ?? GROUP_NAMES[(textOf(fieldOf(status, 'groupName')) ?? '').toUpperCase()];
}
