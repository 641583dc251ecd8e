/**
 * SevenTech's calls. The fields of a report are not published: read is what follows from the answers to a send, in JSON
 * or as parameters. A text from a phone comes in the form of the older API.
 */
import { e164FromDigits } from '../sms/phone.ts';
import type { ReportedStatus } from '../sms/status.ts';
import { parseForm } from './form.ts';
import type { HookReading, InboundSms, RawHook, StatusReport } from './gateway.ts';
import { type Fields, fieldOf, isFields, listOf, parseJson, textOf, utf8 } from './read.ts';

export function readSevenTechCall(hook: RawHook): HookReading {
  const rows = rowsIn(hook);
  const reports = rows.map(reportIn).filter((read) => read !== undefined);
  const inbound = rows.map(textIn).filter((read) => read !== undefined);
  if (reports.length + inbound.length > 0) return { kind: 'read', reports, inbound };
  const unknown = rows.map(stateIn).find((state) => /^[A-Z_]{1,30}$/.test(state) && !STATES.has(state));
  return {
    kind: 'nothing',
    detail: unknown === undefined ? 'neither the state of an SMS nor a text from a phone' : `unknown state ${unknown}`,
  };
}

/** Our own reference before the gateway's id: it also finds an SMS whose answer never came. */
function reportIn(row: Fields): StatusReport | undefined {
  const gatewayId = textOf(fieldOf(row, 'clientRequestId')) ?? textOf(fieldOf(row, 'txId'));
  const raw = stateIn(row);
  const status = STATES.get(raw);
  return gatewayId === undefined || status === undefined ? undefined : { gatewayId, status, raw };
}

const STATES: ReadonlyMap<string, ReportedStatus> = new Map([
  ['ACCEPTED', 'sent'],
  ['DELIVERED', 'delivered'],
  ['SEEN', 'delivered'],
  ['EXPIRED', 'expired'],
]);

function stateIn(row: Fields): string {
  return (textOf(fieldOf(row, 'state')) ?? '').toUpperCase();
}

function textIn(row: Fields): InboundSms | undefined {
  const from = e164FromDigits(textOf(fieldOf(row, 'clientId')) ?? '');
  const message = fieldOf(row, 'message');
  if (from === undefined || (typeof message !== 'string' && typeof message !== 'number')) return undefined;
  const inboundId = textOf(fieldOf(row, 'id'));
  const to = textOf(fieldOf(row, 'shortNumber'));
  return {
    ...(inboundId === undefined ? {} : { inboundId }),
    from,
    ...(to === undefined ? {} : { to }),
    text: textOf(message) ?? '',
  };
}

/** The parameters of the query stand for what a body leaves out. */
function rowsIn(hook: RawHook): Fields[] {
  const query = parseForm(hook.query, 'utf-8');
  const text = utf8(hook.body).trim();
  if (!/^[[{]/.test(text)) return [{ ...query, ...parseForm(hook.body, 'utf-8') }];
  return listOf(parseJson(text))
    .filter(isFields)
    .map((row) => ({ ...query, ...row }));
}
