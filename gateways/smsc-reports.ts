/** SMSC's statuses: asked for in one mass request, or called to the one address that an account has. */
import { digitsOf, e164FromDigits } from '../sms/phone.ts';
import { decodeText, type HookCharset, parseForm } from './form.ts';
import type { Asked, HookReading, HttpResponse, PollAnswer, PollResult, RawHook, StatusReport } from './gateway.ts';
import { httpTrouble, isSuccess, pollError } from './http-answers.ts';
import { type Fields, fieldOf, intOf, isFields, listOf, parseJson, readJson, textOf, unixTime } from './read.ts';
import { int32Reference } from './reference.ts';
import { hexDigest, isSame } from './secrets.ts';
import { NOT_FOUND, smscError, statusWordOf } from './smsc-codes.ts';

/** Lists of equal length, pair by pair. */
export function smscStatusFields(asked: Asked[]): { phone: string; id: string } {
  const pairs = asked.flatMap((message) => idsOf(message).map((id) => ({ id, phone: digitsOf(message.phone) })));
  // The comma at the end asks for a list also when there is one pair.
  const end = pairs.length === 1 ? ',' : '';
  return {
    phone: pairs.map(({ phone }) => phone).join(',') + end,
    id: pairs.map(({ id }) => id).join(',') + end,
  };
}

export function readSmscStatuses(response: HttpResponse, asked: Asked[]): PollResult {
  const trouble = httpTrouble(response);
  if (trouble !== undefined) return pollError(trouble);
  const body = readJson(response.body);
  if (!isSuccess(response) || (!Array.isArray(body) && !isFields(body))) {
    return { kind: 'unreadable', detail: `HTTP ${response.status} without statuses` };
  }
  const error = smscError(body, 'other');
  if (error !== undefined) return pollError(error);

  const rows = listOf(body);
  const pairs = asked.reduce((count, message) => count + idsOf(message).length, 0);
  const answerFor = (id: string, phone: string): PollAnswer => {
    const row = rows.find((candidate) => isRowOf(candidate, id, phone, rows.length === 1 && pairs === 1));
    if (intOf(fieldOf(row, 'status')) === NOT_FOUND) return { kind: 'not-found' };
    const word = statusWordOf(row);
    if (word === undefined) return { kind: 'nothing' };
    return { kind: 'status', report: { gatewayId: id, phone, ...word, ...timeIn(row, 'last_timestamp') } };
  };
  return { kind: 'read', answers: asked.map((message) => idsOf(message).map((id) => answerFor(id, message.phone))) };
}

/**
 * One address gets statuses, texts from phones and call confirmations. The names of the fields of a text from a phone
 * are not published, so every call without a status is answered, kept and not interpreted.
 */
export function readSmscCall(hook: RawHook, settings: { hookCharset: HookCharset; hookSecret?: string }): HookReading {
  const rows = rowsIn(hook, settings.hookCharset);
  if (rows === undefined) {
    return { kind: 'refused', status: 400, detail: 'neither a form nor JSON: put fmt=3 into the address set at SMSC' };
  }
  const statuses = rows.filter((row) => ['id', 'phone', 'status'].every((name) => textOf(fieldOf(row, name))));
  const { hookSecret } = settings;
  if (hookSecret !== undefined && !statuses.every((row) => isSigned(row, hookSecret))) {
    return { kind: 'refused', status: 403, detail: 'the md5 or sha1 of the call is missing or wrong' };
  }
  const reports = statuses.map(reportIn).filter((read) => read !== undefined);
  if (reports.length > 0) return { kind: 'read', reports, inbound: [] };
  return { kind: 'nothing', detail: `no status of an SMS in a call with the fields ${fieldNamesIn(rows)}` };
}

/** Types that share the address but are no SMS: HLR requests and silent pings. */
const NO_SMS_TYPES: ReadonlySet<string | undefined> = new Set(['4', '5']);

function reportIn(row: Fields): StatusReport | undefined {
  const gatewayId = textOf(fieldOf(row, 'id'));
  const phone = e164FromDigits(textOf(fieldOf(row, 'phone')) ?? '');
  const word = statusWordOf(row);
  if (gatewayId === undefined || phone === undefined || word === undefined) return undefined;
  if (NO_SMS_TYPES.has(textOf(fieldOf(row, 'type')))) return undefined;
  return { gatewayId, phone, ...word, ...timeIn(row, 'ts') };
}

/** Fields of the query and of the body together; the body's win. Undefined for a body in another format. */
function rowsIn(hook: RawHook, charset: HookCharset): Fields[] | undefined {
  const query = parseForm(hook.query, charset);
  const text = decodeText(hook.body, charset).trim();
  if (text.startsWith('<')) return undefined;
  if (!/^[[{]/.test(text)) return [{ ...query, ...parseForm(hook.body, charset) }];
  const json = parseJson(text);
  if (json === undefined) return undefined;
  return listOf(json)
    .filter(isFields)
    .map((row) => ({ ...query, ...row }));
}

/** Only what looks like a name: in a body of an unknown format a text or phone could stand in its place. */
function fieldNamesIn(rows: Fields[]): string {
  const names = rows.flatMap((row) => Object.keys(row)).filter((name) => /^[a-z_]{1,20}$/i.test(name));
  return [...new Set(names)].slice(0, 20).join(', ') || '(none)';
}

/** A digest of `id:phone:status:secret`, the values exactly as they came. */
function isSigned(row: Fields, secret: string): boolean {
  const signed = [...['id', 'phone', 'status'].map((name) => String(fieldOf(row, name))), secret].join(':');
  const sha1 = textOf(fieldOf(row, 'sha1'));
  const md5 = textOf(fieldOf(row, 'md5'));
  if (sha1 !== undefined) return isSame(sha1.toLowerCase(), hexDigest('sha1', signed));
  return md5 !== undefined && isSame(md5.toLowerCase(), hexDigest('md5', signed));
}

/** A row of one pair may come without id and phone. */
function isRowOf(row: unknown, id: string, phone: string, onlyOne: boolean): boolean {
  const rowId = textOf(fieldOf(row, 'id'));
  const rowPhone = textOf(fieldOf(row, 'phone'));
  if (rowId === undefined && !onlyOne) return false;
  return (rowId === undefined || rowId === id) && (rowPhone === undefined || e164FromDigits(rowPhone) === phone);
}

function timeIn(row: unknown, name: string): { at?: string } {
  const at = unixTime(fieldOf(row, name));
  return at === undefined ? {} : { at };
}

/** Without an id of the gateway's (the answer never came), our own is the id. */
function idsOf({ ids, ref }: Asked): string[] {
  return ids.length === 0 ? [int32Reference(ref)] : ids.map(({ id }) => id);
}
