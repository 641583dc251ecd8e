import { e164FromDigits } from '../sms/phone.ts';
import type { ReportedStatus } from '../sms/status.ts';
import type { HookReading, InboundSms, StatusReport } from './gateway.ts';
import { fieldOf, intOf, isoTime, listOf, readJson, textOf } from './read.ts';
import { isTextReference } from './reference.ts';

/**
 * What the SMS API calls back with is not published. Read are the shapes in which the vendor's Viber, WhatsApp and VK
 * products call; everything else is kept and not interpreted.
 */
export function readOnlineCall(body: Uint8Array): HookReading {
  const rows = listOf(readJson(body)).flatMap((row) => listOf(fieldOf(row, 'messages', 'result') ?? row));
  const reports = rows.map(reportIn).filter((read) => read !== undefined);
  const inbound = rows.map(inboundIn).filter((read) => read !== undefined);
  if (reports.length + inbound.length > 0) return { kind: 'read', reports, inbound };
  return { kind: 'nothing', detail: `no status and no text in a form that is known, in ${rows.length} rows` };
}

function reportIn(row: unknown): StatusReport | undefined {
  const gatewayId = ownReferenceIn(row) ?? textOf(fieldOf(row, 'messageId')) ?? textOf(fieldOf(row, 'id'));
  const word = textOf(fieldOf(row, 'status', 'state'));
  const status = STATUSES.get((word ?? '').toUpperCase());
  if (gatewayId === undefined || word === undefined || status === undefined) return undefined;
  const errorCode = textOf(fieldOf(row, 'errorCode', 'error'));
  const at = timeOf(fieldOf(row, 'receivedAt', 'time'));
  return {
    gatewayId,
    status,
    raw: word,
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(at === undefined ? {} : { at }),
  };
}

/** Ours, if it is in `options`: it also names a message whose send was never answered. */
function ownReferenceIn(row: unknown): string | undefined {
  const ref = textOf(fieldOf(fieldOf(row, 'options'), 'ref'));
  return ref !== undefined && isTextReference(ref) ? ref : undefined;
}

/** An answer of a person, in the shape of Viber and WhatsApp: a STOP in it must not be lost. */
function inboundIn(row: unknown): InboundSms | undefined {
  const from = e164FromDigits(textOf(fieldOf(row, 'address')) ?? '');
  const content = fieldOf(row, 'content');
  if (from === undefined || typeof content !== 'string' || fieldOf(row, 'status') !== undefined) return undefined;
  const inboundId = textOf(fieldOf(row, 'id'));
  const to = textOf(fieldOf(row, 'subject'));
  return {
    ...(inboundId === undefined ? {} : { inboundId }),
    from,
    ...(to === undefined ? {} : { to }),
    text: content,
  };
}

/** Milliseconds since 1970, or a date; without an offset it is of a zone that nobody knows. */
function timeOf(value: unknown): string | undefined {
  const ms = intOf(value);
  return ms !== undefined && ms > 1e12 && ms < 1e13 ? new Date(ms).toISOString() : isoTime(value);
}

const STATUSES: ReadonlyMap<string, ReportedStatus> = new Map([
  ['ENQUEUED', 'sent'],
  ['SENT', 'sent'],
  ['DELIVERED', 'delivered'],
  ['READ', 'delivered'],
  ['VISITED', 'delivered'],
  ['CLICKED', 'delivered'],
  ['UNDELIVERED', 'undelivered'],
  ['UNDELIVED', 'undelivered'],
  ['EXPIRED', 'expired'],
  ['VP_EXPIRED', 'expired'],
  ['FAILED', 'rejected'],
  ['REJECTED', 'rejected'],
]);
