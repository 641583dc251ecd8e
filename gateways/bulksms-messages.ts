/**
 * BulkSMS's one shape for a message, sent or received: in the answer to a send, in status requests, in lists, and in
 * calls of the webhook.
 */

import { e164FromDigits } from '../sms/phone.ts';
import type { ReportedStatus } from '../sms/status.ts';
import type { HookReading, InboundSms, StatusReport } from './gateway.ts';
import type { Trouble } from './http-answers.ts';
import { fieldOf, isFields, isoTime, listOf, readJson, textOf } from './read.ts';
import { isTextReference } from './reference.ts';

/** Reads one webhook call: a list in which sent and received messages may stand side by side. */
export function readBulkSmsCall(body: Uint8Array): HookReading {
  const json = readJson(body);
  if (json === undefined) return { kind: 'refused', status: 400, detail: 'not JSON' };
  const rows = messagesIn(json);
  if (rows.length === 0) return { kind: 'nothing', detail: 'an empty list: BulkSMS tries the address' };
  const reports = rows.map((row) => reportIn(row, hookIdOf(row))).filter((read) => read !== undefined);
  const inbound = rows
    .filter(isReceived)
    .map(inboundIn)
    .filter((read) => read !== undefined);
  if (reports.length + inbound.length > 0) return { kind: 'read', reports, inbound };
  return { kind: 'nothing', detail: `no status and no text that is understood, in ${rows.length} messages` };
}

/** One message where a list is usual is taken for a list of one. */
export function messagesIn(json: unknown): unknown[] {
  return listOf(json).filter(isFields);
}

export interface BulkSmsStatus {
  type: string;
  subtype?: string;
}

/** From `type` and `subtype`, or from `id`, which holds both (`FAILED.EXPIRED`, `SENT.null`). */
export function statusOf(message: unknown): BulkSmsStatus | undefined {
  const status = fieldOf(message, 'status');
  const [first, second] = (textOf(fieldOf(status, 'id')) ?? '').split('.');
  const type = textOf(fieldOf(status, 'type') ?? first)?.toUpperCase();
  const subtype = textOf(fieldOf(status, 'subtype') ?? second)?.toUpperCase();
  if (type === undefined) return undefined;
  return { type, ...(subtype === undefined || subtype === 'NULL' ? {} : { subtype }) };
}

/** What a failure in the answer to a send says where the SMS never left BulkSMS. */
export function refusalOf({ type, subtype = '' }: BulkSmsStatus): Pick<Trouble, 'class' | 'optOut'> | undefined {
  return type === 'FAILED' ? REFUSALS.get(subtype) : undefined;
}

export function isKnown({ type }: BulkSmsStatus): boolean {
  return OPEN.has(type) || type === 'UNKNOWN' || type === 'DELIVERED' || type === 'FAILED';
}

export function rawOf({ type, subtype }: BulkSmsStatus): string {
  return subtype === undefined ? type : `${type}.${subtype}`;
}

/** Undefined where the message is a received one, or its status says nothing. */
export function reportIn(message: unknown, gatewayId: string | undefined): StatusReport | undefined {
  const status = statusOf(message);
  if (gatewayId === undefined || status === undefined || !isSent(message)) return undefined;
  const reported = reportedStatusOf(status);
  if (reported === undefined) return undefined;
  const phone = phoneIn(message);
  const refusal = refusalOf(status);
  // The only time in it is that of the submit.
  return {
    gatewayId,
    ...(phone === undefined ? {} : { phone }),
    status: reported,
    raw: rawOf(status),
    ...(refusal === undefined ? {} : { errorClass: refusal.class }),
    ...(status.type === 'FAILED' && status.subtype !== undefined ? { errorCode: status.subtype } : {}),
    ...(refusal?.optOut ? { optOut: true } : {}),
  };
}

export function inboundIn(message: unknown): InboundSms | undefined {
  const from = e164FromDigits(textOf(fieldOf(message, 'from')) ?? '');
  if (from === undefined) return undefined;
  const inboundId = idOf(message);
  const to = textOf(fieldOf(message, 'to'));
  const text = fieldOf(message, 'body');
  const at = isoTime(fieldOf(fieldOf(message, 'submission'), 'date'));
  return {
    ...(inboundId === undefined ? {} : { inboundId }),
    from,
    ...(to === undefined ? {} : { to }),
    text: typeof text === 'string' ? text : (textOf(text) ?? ''),
    ...(at === undefined ? {} : { at }),
  };
}

export function isSent(message: unknown): boolean {
  return kindOf(message) === 'SENT';
}

export function isReceived(message: unknown): boolean {
  return kindOf(message) === 'RECEIVED';
}

/** 19 digits; what could not stand in an address is no id. */
export function idOf(message: unknown): string | undefined {
  const id = textOf(fieldOf(message, 'id'));
  return id !== undefined && isMessageId(id) ? id : undefined;
}

export function isMessageId(id: string): boolean {
  return /^[\w-]{1,64}$/.test(id);
}

export function ownIdOf(message: unknown): string | undefined {
  return textOf(fieldOf(message, 'userSuppliedId'));
}

export function phoneIn(message: unknown): string | undefined {
  return e164FromDigits(textOf(fieldOf(message, 'to')) ?? '');
}

/**
 * Our own reference where the message has one, since that also names a message whose send was never answered; the
 * references of other programs in the account have another form.
 */
function hookIdOf(message: unknown): string | undefined {
  const own = ownIdOf(message);
  return own !== undefined && isTextReference(own) ? own : idOf(message);
}

function kindOf(message: unknown): string | undefined {
  return textOf(fieldOf(message, 'type'))?.toUpperCase();
}

/** `UNKNOWN` says nothing, like a word that is not documented. */
function reportedStatusOf({ type, subtype }: BulkSmsStatus): ReportedStatus | undefined {
  if (OPEN.has(type)) return 'sent';
  if (type === 'DELIVERED') return 'delivered';
  return type === 'FAILED' ? (FAILURES.get(subtype ?? '') ?? 'undelivered') : undefined;
}

const OPEN: ReadonlySet<string> = new Set(['ACCEPTED', 'SCHEDULED', 'SENT']);

const FAILURES: ReadonlyMap<string, ReportedStatus> = new Map([
  ['EXPIRED', 'expired'],
  ['HANDSET_ERROR', 'undelivered'],
  ['BLOCKED', 'rejected'],
  ['NOT_SENT', 'rejected'],
]);

const REFUSALS: ReadonlyMap<string, Pick<Trouble, 'class' | 'optOut'>> = new Map([
  // The account's list of blocked numbers, onto which a STOP to BulkSMS puts a phone.
  ['BLOCKED', { class: 'blocked', optOut: true }],
  ['NOT_SENT', { class: 'invalid-recipient' }],
]);
