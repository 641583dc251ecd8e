/** Texts from phones through SMS Traffic: pushed by an incoming number or a short code, or fetched. */
import { e164FromDigits } from '../sms/phone.ts';
import type { HookCharset } from './form.ts';
import type { HookReading, HttpResponse, InboundSms, PullAsk, PullResult, ReadError } from './gateway.ts';
import { httpTrouble, isSuccess } from './http-answers.ts';
import { fieldOf, listOf, textOf } from './read.ts';
import { isSame } from './secrets.ts';
import { moscowTime, replyIn, replyTrouble, wordIn } from './smstraffic-codes.ts';

export interface CallSettings {
  hookCharset: HookCharset;
  inboundService: 'number' | 'short-code';
  hookSecret?: string | undefined;
}

/** A call that has a message. Only short codes bring a password. */
export function readTextCall(fields: Record<string, string>, settings: CallSettings): HookReading {
  const { inboundService, hookSecret } = settings;
  const isGuarded = inboundService === 'short-code' && hookSecret !== undefined;
  if (isGuarded && !isSame(textOf(fieldOf(fields, 'password')) ?? '', hookSecret)) {
    return { kind: 'refused', status: 403, detail: 'the password of the short code is missing or wrong' };
  }
  const from = e164FromDigits(textOf(fieldOf(fields, 'phone')) ?? '');
  if (from === undefined) return { kind: 'nothing', detail: 'a text from something that is no phone number' };
  const inboundId = textOf(fieldOf(fields, 'sms_id'));
  const to = textOf(fieldOf(fields, 'shortcode'));
  const text = textOf(fieldOf(fields, 'message')) ?? '';
  return {
    kind: 'read',
    reports: [],
    inbound: [{ ...(inboundId === undefined ? {} : { inboundId }), from, ...(to === undefined ? {} : { to }), text }],
  };
}

/** From an hour before the last request on, as far as the gateway goes back: texts that come again are known by id. */
export function pullFields({ cursor, at }: PullAsk): Record<string, string> {
  const now = Date.parse(at);
  const last = Date.parse(cursor ?? at);
  const from = Math.max((Number.isNaN(last) ? now : last) - HOUR_MS, now - FURTHEST_BACK_MS);
  return { operation: 'incoming', from_date: moscowDate(from), want_sms_ids: '1' };
}

/** There are no pages: the gateway hands out whatever came since. */
export function readSmsTrafficTexts(response: HttpResponse, { at }: PullAsk): PullResult {
  const reply = replyIn(response.body);
  const trouble = httpTrouble(response) ?? replyTrouble(reply);
  if (trouble !== undefined) {
    const { notTaken: _, optOut: __, ...said } = trouble;
    return said satisfies ReadError;
  }
  const messages = fieldOf(reply, 'messages');
  const isEmpty = wordIn(reply, 'count') === '0';
  if (!isSuccess(response) || (messages === undefined && !isEmpty)) {
    return { kind: 'unreadable', detail: `HTTP ${response.status} without texts from phones` };
  }
  const inbound = listOf(fieldOf(messages, 'message'))
    .map(textIn)
    .filter((read) => read !== undefined);
  return { kind: 'read', inbound, cursor: at, more: false };
}

const HOUR_MS = 3_600_000;
/** Two days, less a minute for the clocks. */
const FURTHEST_BACK_MS = 48 * HOUR_MS - 60_000;

function moscowDate(ms: number): string {
  return new Date(ms + 3 * HOUR_MS).toISOString().slice(0, 19).replace('T', ' ');
}

function textIn(message: unknown): InboundSms | undefined {
  const from = e164FromDigits(wordIn(message, 'from_phone') ?? '');
  if (from === undefined) return undefined;
  const inboundId = wordIn(message, 'sms_id');
  const at = moscowTime(wordIn(message, 'delivery_date', 'send_date'));
  return {
    ...(inboundId === undefined ? {} : { inboundId }),
    from,
    text: wordIn(message, 'text') ?? '',
    ...(at === undefined ? {} : { at }),
  };
}
