/** Texts from phones, which Stream Telecom hands out by time; they have no ids. */
import { e164FromDigits } from '../sms/phone.ts';
import type { HttpResponse, InboundSms, PullAsk, PullResult } from './gateway.ts';
import { isSuccess } from './http-answers.ts';
import { fieldOf, readJson, textOf } from './read.ts';
import { streamTrouble } from './streamtelecom-errors.ts';
import { streamTime } from './streamtelecom-reports.ts';

/** InvalidSessionID; and, since a login that was good may be answered so later, UnauthorizedAccess. */
const SESSION_OVER = new Set(['3', '4', 'HTTP 401']);
const FIRST_REACH_MS = 3_600_000;
/** For texts that the gateway shows a while after the time they carry, and for clocks that differ. */
const OVERLAP_MS = 600_000;

/** From a while before the end of the last window to now. */
export function streamWindow({ cursor, at }: PullAsk): { minDateUTC: string; maxDateUTC: string } {
  const now = Date.parse(at);
  const last = Date.parse(cursor ?? '');
  const from = Number.isNaN(last) ? now - FIRST_REACH_MS : Math.min(last, now) - OVERLAP_MS;
  return { minDateUTC: toSecond(from), maxDateUTC: toSecond(now) };
}

export function readStreamTexts(response: HttpResponse, { at }: PullAsk): PullResult {
  const body = readJson(response.body);
  const trouble = streamTrouble(response, body);
  if (SESSION_OVER.has(trouble?.code ?? '')) return { kind: 'session-lost' };
  if (trouble !== undefined) {
    const { notTaken: _, optOut: __, ...said } = trouble;
    return said;
  }
  if (!isSuccess(response) || !Array.isArray(body)) {
    return { kind: 'unreadable', detail: `HTTP ${response.status} without a list of texts` };
  }
  // Else the window would move on, and texts that came would never be read.
  if (body.length > 0 && body.every((row) => phoneIn(row) === undefined)) {
    return { kind: 'unreadable', detail: `none of ${body.length} texts has a sender` };
  }
  const inbound = body.map(textIn).filter((text) => text !== undefined);
  return { kind: 'read', inbound, cursor: at, more: false };
}

function textIn(row: unknown): InboundSms | undefined {
  const from = e164FromDigits(phoneIn(row) ?? '');
  if (from === undefined) return undefined;
  const to = textOf(fieldOf(row, 'DestanationAdress', 'DestanationAddress', 'DestinationAdress', 'DestinationAddress'));
  const at = streamTime(fieldOf(row, 'CreatedDateUTC'));
  return {
    from,
    ...(to === undefined ? {} : { to }),
    text: withoutPrefix(textOf(fieldOf(row, 'Data')) ?? '', textOf(fieldOf(row, 'Prefix')) ?? ''),
    ...(at === undefined ? {} : { at }),
  };
}

function phoneIn(row: unknown): string | undefined {
  return textOf(fieldOf(row, 'SourceAdress', 'SourceAddress'));
}

/**
 * On a shared number a text begins with the word that is ours: a stop word stands behind it. Whether `Data` still holds
 * it is not documented, so it goes only if it stands there as a word of its own, and something follows.
 */
function withoutPrefix(text: string, prefix: string): string {
  if (prefix === '' || text.slice(0, prefix.length).toLowerCase() !== prefix.toLowerCase()) return text;
  const rest = text.slice(prefix.length);
  return /^[^\p{L}\p{N}]/u.test(rest) ? rest.replace(/^[\s:,.;-]+/, '') || text : text;
}

function toSecond(time: number): string {
  return new Date(time).toISOString().slice(0, 19);
}
