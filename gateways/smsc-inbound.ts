/** Texts from phones on numbers rented at SMSC, fetched by the id of the last one. */
import { e164FromDigits } from '../sms/phone.ts';
import type { HttpResponse, InboundSms, PullAsk, PullResult } from './gateway.ts';
import { httpTrouble, isSuccess, type Trouble } from './http-answers.ts';
import { fieldOf, intOf, readJson, textOf } from './read.ts';
import { smscError } from './smsc-codes.ts';

/** A page of it is well below what we read of an answer; SMSC would give 10 000. */
const PAGE = 500;
/** As far back as SMSC looks. */
const MAX_HOURS = 168;
const HOUR_MS = 3_600_000;
const NOTHING_FOUND = 3;

/** The cursor is the greatest id that was read; until there is one, the time of the last request. */
export function smscTextsFields({ cursor, at }: PullAsk): Record<string, string> {
  const common = { get_answers: '1', cnt: String(PAGE) };
  if (isId(cursor)) return { ...common, hour: String(MAX_HOURS), after_id: cursor };
  const since = Date.parse(cursor ?? '');
  const passed = Number.isNaN(since) ? 0 : Math.ceil((Date.parse(at) - since) / HOUR_MS);
  return { ...common, hour: String(Math.min(MAX_HOURS, Math.max(0, passed) + 1)) };
}

export function readSmscTexts(response: HttpResponse, { cursor, at }: PullAsk): PullResult {
  const trouble = httpTrouble(response);
  if (trouble !== undefined) return readError(trouble);
  const body = readJson(response.body);
  const last = isId(cursor) ? cursor : undefined;
  if (isSuccess(response) && intOf(fieldOf(body, 'error_code')) === NOTHING_FOUND) {
    return { kind: 'read', inbound: [], cursor: last ?? at, more: false };
  }
  const error = smscError(body, 'other');
  if (error !== undefined) return readError(error);
  const rows = Array.isArray(body) ? body : [body];
  const isUnknown = rows.length > 0 && rows.every((row) => textOf(fieldOf(row, 'phone')) === undefined);
  if (!isSuccess(response) || isUnknown) {
    return { kind: 'unreadable', detail: `HTTP ${response.status} without a list of texts` };
  }

  const inbound = rows.map(textIn).filter((text) => text !== undefined);
  const greatest = rows.map((row) => textOf(fieldOf(row, 'id'))).reduce(later, last);
  return {
    kind: 'read',
    inbound,
    cursor: greatest ?? at,
    more: rows.length >= PAGE && greatest !== last,
  };
}

/** The time is left out: it is of the account's zone, which is not told. */
function textIn(row: unknown): InboundSms | undefined {
  const from = e164FromDigits(textOf(fieldOf(row, 'phone')) ?? '');
  if (from === undefined) return undefined;
  const inboundId = textOf(fieldOf(row, 'id'));
  const to = textOf(fieldOf(row, 'to_phone'));
  return {
    ...(inboundId === undefined ? {} : { inboundId }),
    from,
    ...(to === undefined ? {} : { to }),
    text: textOf(fieldOf(row, 'message')) ?? '',
  };
}

function later(one: string | undefined, other: string | undefined): string | undefined {
  if (!isId(other)) return one;
  return one === undefined || BigInt(other) > BigInt(one) ? other : one;
}

function isId(text: string | undefined): text is string {
  return text !== undefined && /^\d{1,30}$/.test(text);
}

function readError(trouble: Trouble): PullResult {
  const { notTaken: _, optOut: __, ...said } = trouble;
  return said;
}
