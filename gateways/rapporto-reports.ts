/** Rapporto's calls: delivery reports and texts from phones, both by GET and told apart by their parameters. */

import type { ErrorClass } from '../sms/errors.ts';
import { e164FromDigits } from '../sms/phone.ts';
import type { ReportedStatus } from '../sms/status.ts';
import { parseForm } from './form.ts';
import type { HookReading, HookReply, RawHook, StatusReport, TakenHook } from './gateway.ts';
import { fieldOf, intOf, textOf } from './read.ts';
import { isTextReference } from './reference.ts';
import { hmacSha256, isSame } from './secrets.ts';

export function readRapportoCall(hook: RawHook, settings: { hookSecret?: string | undefined }): HookReading {
  const fields = { ...parseForm(hook.query, 'utf-8'), ...parseForm(hook.body, 'utf-8') };
  if (fieldOf(fields, 'transactionId') !== undefined) return readReport(fields);
  if (fieldOf(fields, 'clientId') !== undefined && fieldOf(fields, 'message') !== undefined) {
    return readText(fields, settings.hookSecret);
  }
  return { kind: 'nothing', detail: 'neither a report (transactionId, status) nor a text (clientId, message)' };
}

/**
 * A text is answered without content: every line of a 200 would go to the phone as an SMS. So is what is not understood,
 * as it may be a text.
 */
export function rapportoReply(reading: TakenHook): HookReply {
  const isReport = reading.kind === 'read' && reading.reports.length > 0;
  return { status: isReport ? 200 : 204, body: '' };
}

function readReport(fields: Record<string, string>): HookReading {
  const transactionId = textOf(fieldOf(fields, 'transactionId'));
  const code = intOf(fieldOf(fields, 'status'));
  if (transactionId === undefined || !/^\d+$/.test(transactionId) || code === undefined) {
    return { kind: 'nothing', detail: 'a report without a number for its id or status' };
  }
  const partnerMsgId = textOf(fieldOf(fields, 'partnerMsgId')) ?? '';
  const word = wordOf(code, intOf(fieldOf(fields, 'unifiedExtStatus')));
  // By our reference where it is one, so that it also finds an SMS whose answer never came.
  const gatewayId = isTextReference(partnerMsgId) ? partnerMsgId : transactionId;
  return { kind: 'read', reports: [{ gatewayId, ...word }], inbound: [] };
}

const FAILED = 5;

/** A number that is not documented says no more than that Rapporto has the SMS. */
function wordOf(code: number, reason: number | undefined): Omit<StatusReport, 'gatewayId'> {
  const raw = reason === undefined ? `status ${code}` : `status ${code}, reason ${reason}`;
  if (code !== FAILED) return { status: STATUSES.get(code) ?? 'sent', raw };
  const { detail, status = 'undelivered', errorClass, optOut } = REASONS.get(reason ?? 0) ?? {};
  return {
    status,
    raw,
    ...(reason === undefined ? {} : { errorCode: String(reason) }),
    ...(errorClass === undefined ? {} : { errorClass }),
    ...(detail === undefined ? {} : { detail }),
    ...(optOut === undefined ? {} : { optOut }),
  };
}

const STATUSES: ReadonlyMap<number, ReportedStatus> = new Map([
  [0, 'sent'],
  [2, 'delivered'],
  [9, 'delivered'],
]);

interface Reason {
  detail: string;
  status?: ReportedStatus;
  errorClass?: ErrorClass;
  optOut?: boolean;
}

const rejected = (detail: string, errorClass?: ErrorClass): Reason => ({
  detail,
  status: 'rejected',
  ...(errorClass === undefined ? {} : { errorClass }),
});

/** Why an SMS was not delivered: `unifiedExtStatus`, if it is switched on for the account. */
const REASONS: ReadonlyMap<number, Reason> = new Map<number, Reason>([
  [1, { detail: 'unknown' }],
  [2, { detail: 'the phone was off or out of coverage during all attempts' }],
  [3, { detail: 'the phone is blocked, or SMS are barred' }],
  [4, { detail: 'signalling transport error' }],
  [5, { detail: 'the memory of the phone is full' }],
  [6, { detail: 'no SMS service' }],
  [7, { detail: 'the switch does not answer' }],
  [8, { detail: 'the subscriber is unknown, or off for very long', errorClass: 'invalid-recipient' }],
  [9, rejected('dropped by the platform as a duplicate', 'duplicate')],
  [10, rejected('dropped by a filter of the platform', 'blocked')],
  [11, rejected('no route')],
  [12, { ...rejected("the number is in the operator's black list", 'blocked'), optOut: true }],
  [13, rejected('the sender name is not registered with the operator', 'sender-not-allowed')],
  [14, rejected('spam filter of the operator', 'blocked')],
  [16, { detail: 'the phone is busy with another message' }],
  [18, rejected('bad or missing parameters of the message', 'invalid-request')],
  [20, { detail: 'the phone does not accept SMS' }],
  [28, { detail: 'the number belongs to another operator' }],
]);

/** The date is left out: its time zone is not documented. */
function readText(fields: Record<string, string>, key: string | undefined): HookReading {
  if (key !== undefined && !isSigned(fields, key)) {
    return { kind: 'refused', status: 403, detail: 'the hash of the call is missing or wrong' };
  }
  const from = e164FromDigits(textOf(fieldOf(fields, 'clientId')) ?? '');
  if (from === undefined) return { kind: 'nothing', detail: 'a text from something that is no phone number' };
  const inboundId = textOf(fieldOf(fields, 'messageId'));
  const to = textOf(fieldOf(fields, 'shortNumber'));
  const text = textOf(fieldOf(fields, 'message')) ?? '';
  return {
    kind: 'read',
    reports: [],
    inbound: [{ ...(inboundId === undefined ? {} : { inboundId }), from, ...(to === undefined ? {} : { to }), text }],
  };
}

/** Over the values exactly as they came. */
function isSigned(fields: Record<string, string>, key: string): boolean {
  const signed = ['clientId', 'message', 'messageId'].map((name) => fieldOf(fields, name) ?? '').join('');
  // A plus of Base64 that was not escaped has become a space.
  const given = (textOf(fieldOf(fields, 'hash')) ?? '').replaceAll(' ', '+');
  return isSame(given, hmacSha256(key, signed));
}
