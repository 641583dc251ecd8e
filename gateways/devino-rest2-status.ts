/** Statuses and texts from phones in Devino's REST v2. */
import type { ErrorClass } from '../sms/errors.ts';
import { e164FromDigits } from '../sms/phone.ts';
import type { ReportedStatus } from '../sms/status.ts';
import { rest2Trouble } from './devino-rest2.ts';
import { parseForm } from './form.ts';
import type {
  Asked,
  HookReading,
  HttpResponse,
  InboundSms,
  PollAnswer,
  PollResult,
  PullAsk,
  PullResult,
  RawHook,
} from './gateway.ts';
import { isSuccess, pollError } from './http-answers.ts';
import { answerOnly, idIn } from './one-by-one.ts';
import { fieldOf, intOf, readJson, textOf } from './read.ts';

export function readRest2State(response: HttpResponse, asked: Asked[]): PollResult {
  const body = readJson(response.body);
  const trouble = rest2Trouble(response, body);
  if (trouble !== undefined) return pollError(trouble);
  const state = intOf(fieldOf(body, 'State'));
  if (!isSuccess(response) || state === undefined) {
    return { kind: 'unreadable', detail: `HTTP ${response.status} without a state` };
  }
  return answerOnly(asked, stateIn(body, state, idIn(asked)));
}

function stateIn(body: unknown, state: number, gatewayId: string | undefined): PollAnswer {
  const status = STATES[state];
  if (gatewayId === undefined || status === undefined) return { kind: 'nothing' };
  const errorClass = STATE_CLASSES[state];
  const detail = textOf(fieldOf(body, 'StateDescription'));
  const at = netTime(fieldOf(body, 'ReportedDateUtc')) ?? netTime(fieldOf(body, 'TimeStampUtc'));
  return {
    kind: 'status',
    report: {
      gatewayId,
      status,
      raw: `State ${state}`,
      ...(errorClass === undefined ? {} : { errorClass }),
      ...(detail === undefined ? {} : { detail }),
      ...(at === undefined ? {} : { at }),
    },
  };
}

const HOUR_MS = 3_600_000;
const OVERLAP_MS = 10 * 60_000;
const LONGEST_WINDOW_MS = 24 * HOUR_MS;
const OLDEST_MS = 364 * LONGEST_WINDOW_MS;

/**
 * The window of one pull. It begins a little before the last one ended, since a text may be listed late, and is at most
 * a day long, so that after a long pause no answer is too large.
 */
export function inboundWindow({ cursor, at }: PullAsk): { fields: Record<string, string>; end: string; more: boolean } {
  const now = Date.parse(at);
  const last = Date.parse(cursor ?? '');
  const from = Number.isNaN(last) ? now - HOUR_MS : Math.max(last - OVERLAP_MS, now - OLDEST_MS);
  // A clock that was set back has the last pull in the future.
  const begin = Math.min(from, now - OVERLAP_MS);
  const end = Math.min(now, begin + LONGEST_WINDOW_MS);
  return {
    fields: { minDateUTC: secondsOf(begin), maxDateUTC: secondsOf(end) },
    end: new Date(end).toISOString(),
    more: end < now,
  };
}

export function readRest2Inbound(response: HttpResponse, ask: PullAsk): PullResult {
  const body = readJson(response.body);
  const trouble = rest2Trouble(response, body);
  if (trouble !== undefined) {
    const { notTaken: _, optOut: __, ...said } = trouble;
    return said;
  }
  if (!isSuccess(response) || !Array.isArray(body)) {
    return { kind: 'unreadable', detail: `HTTP ${response.status} without a list of texts` };
  }
  const { end, more } = inboundWindow(ask);
  const inbound = body.map((row) => {
    const at = netTime(fieldOf(row, 'CreatedDateUtc'));
    const text = textIn(row, { id: 'ID', from: 'SourceAddress', to: 'DestinationAddress', text: 'Data' });
    return text && { ...text, ...(at === undefined ? {} : { at }) };
  });
  return { kind: 'read', inbound: inbound.filter((read) => read !== undefined), cursor: end, more };
}

/** Fields of the query and of the body together; the sample has them in the query. */
export function readRest2Call(hook: RawHook): HookReading {
  const fields = { ...parseForm(hook.query, 'utf-8'), ...parseForm(hook.body, 'utf-8') };
  const read = textIn(fields, { id: 'messageId', from: 'sourcePhone', to: 'number', text: 'text' });
  if (read === undefined) return { kind: 'nothing', detail: 'a call without the phone that a text is from' };
  const text = withoutPrefix(read.text, textOf(fieldOf(fields, 'prefix')) ?? '');
  return { kind: 'read', reports: [], inbound: [{ ...read, text }] };
}

function textIn(row: unknown, names: { id: string; from: string; to: string; text: string }): InboundSms | undefined {
  const from = e164FromDigits(textOf(fieldOf(row, names.from)) ?? '');
  if (from === undefined) return undefined;
  const inboundId = textOf(fieldOf(row, names.id));
  const to = textOf(fieldOf(row, names.to));
  const text = fieldOf(row, names.text);
  return {
    ...(inboundId === undefined ? {} : { inboundId }),
    from,
    ...(to === undefined ? {} : { to }),
    text: typeof text === 'string' ? text : (textOf(text) ?? ''),
  };
}

/**
 * Whether the text still has the keyword of a rented number before it is not documented. The whole text where nothing
 * but the keyword was sent.
 */
function withoutPrefix(text: string, prefix: string): string {
  const has = text.slice(0, prefix.length).toLowerCase() === prefix.toLowerCase();
  return (has ? text.slice(prefix.length).trimStart() : '') || text;
}

/** `/Date(1709543444000)/`, milliseconds since 1970 UTC; none of them before that is a time. */
function netTime(value: unknown): string | undefined {
  const ms = Number(textOf(value)?.match(/^\/?Date\((\d{1,14})(?:[+-]\d{4})?\)\/?$/)?.[1]);
  return ms > 0 ? new Date(ms).toISOString() : undefined;
}

function secondsOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19);
}

/** 99 and 255 (not yet in the database, or older than 48 hours) say nothing. */
const STATES: Record<number, ReportedStatus> = {
  [-2]: 'sent',
  [-1]: 'sent',
  0: 'delivered',
  [-98]: 'rejected',
  10: 'rejected',
  11: 'rejected',
  41: 'rejected',
  42: 'undelivered',
  46: 'expired',
  47: 'rejected',
  48: 'rejected',
  69: 'rejected',
};

const STATE_CLASSES: Record<number, ErrorClass> = {
  10: 'sender-not-allowed',
  11: 'invalid-recipient',
  41: 'invalid-recipient',
};
