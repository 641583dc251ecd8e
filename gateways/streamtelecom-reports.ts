/** Stream Telecom's statuses: asked for one by one, or pushed as XML to the one address that an account has. */
import type { ReportedStatus } from '../sms/status.ts';
import type {
  Asked,
  HookReading,
  HookReply,
  HttpResponse,
  PollResult,
  RawHook,
  StatusReport,
  TakenHook,
} from './gateway.ts';
import { isSuccess, pollError } from './http-answers.ts';
import { answerOnly, idIn } from './one-by-one.ts';
import { fieldOf, intOf, isFields, isoTime, listOf, readJson, textOf, unixTime } from './read.ts';
import { streamTrouble } from './streamtelecom-errors.ts';
import { readXml, xmlText } from './xml.ts';

export function readStreamState(response: HttpResponse, asked: Asked[]): PollResult {
  const body = readJson(response.body);
  const trouble = streamTrouble(response, body);
  if (trouble !== undefined) return pollError(trouble);
  const [row] = listOf(body);
  if (!isSuccess(response) || fieldOf(row, 'State') === undefined) {
    return { kind: 'unreadable', detail: `HTTP ${response.status} without a state` };
  }
  const id = idIn(asked);
  const report = id === undefined ? undefined : reportIn(row, id);
  return answerOnly(asked, report === undefined ? { kind: 'nothing' } : { kind: 'status', report });
}

/** Undefined for 255, which may be a wrong id as well as an old SMS, and for states that are not documented. */
function reportIn(row: unknown, gatewayId: string): StatusReport | undefined {
  const state = intOf(fieldOf(row, 'State'));
  const status = STATES.get(state);
  if (status === undefined) return undefined;
  const detail = textOf(fieldOf(row, 'StateDescription'));
  const at = streamTime(fieldOf(row, 'ReportedDateUtc'));
  return {
    gatewayId,
    status,
    raw: `State ${state}`,
    ...(detail === undefined ? {} : { detail }),
    ...(at === undefined ? {} : { at }),
  };
}

const STATES: ReadonlyMap<number | undefined, ReportedStatus> = new Map([
  [-1, 'sent'],
  [0, 'delivered'],
  [42, 'undelivered'],
  [46, 'expired'],
]);

/** `/Date(1718870405000)/`: milliseconds since 1970 in UTC, whatever offset is written behind them. */
export function streamTime(value: unknown): string | undefined {
  const milliseconds = textOf(value)?.match(/\bDate\((\d{4,15})/)?.[1];
  return milliseconds === undefined ? isoTime(value, 'UTC') : unixTime(milliseconds.slice(0, -3));
}

/**
 * The push is documented for the platform; the calls to the `callback_url` of a message are not documented at all, so
 * they are answered, kept and not interpreted.
 */
export function readStreamCall(hook: RawHook): HookReading {
  const reports = statesIn(readXml(hook.body))
    .map(pushedIn)
    .filter((report) => report !== undefined);
  if (reports.length > 0) return { kind: 'read', reports, inbound: [] };
  return { kind: 'nothing', detail: 'a call in a form that is not documented; statuses are asked for' };
}

/** An id that is not listed counts as not received and comes again. */
export function replyToStream(reading: TakenHook): HookReply {
  const ids = reading.kind === 'read' ? reading.reports.map(({ gatewayId }) => gatewayId) : [];
  if (ids.length === 0) return { status: 200, body: '' };
  const listed = [...new Set(ids)].map((id) => `<id_sms>${escaped(id)}</id_sms>`).join('');
  return {
    status: 200,
    headers: { 'content-type': 'text/xml; charset=utf-8' },
    body: `<?xml version="1.0" encoding="utf-8"?><response>${listed}</response>`,
  };
}

/** The elements `state` that have an id, wherever they are: the root element has several names. */
function statesIn(element: unknown, depth = 0): unknown[] {
  if (depth > 4) return [];
  if (Array.isArray(element)) return element.flatMap((item) => statesIn(item, depth));
  if (!isFields(element)) return [];
  return Object.entries(element).flatMap(([name, held]) =>
    name.toLowerCase() === 'state' ? listOf(held) : statesIn(held, depth + 1),
  );
}

/**
 * A word that is not known says at least that the gateway has the SMS, and so its id gets into the reply. The time is
 * left out where it has no offset: its zone is not documented.
 */
function pushedIn(element: unknown): StatusReport | undefined {
  const gatewayId = textOf(fieldOf(element, '@id_sms'));
  if (gatewayId === undefined) return undefined;
  const word = textOf(xmlText(element)) ?? 'no word';
  const at = isoTime(fieldOf(element, '@time'));
  const status = STATUS_WORDS.get(word.toLowerCase()) ?? 'sent';
  return { gatewayId, status, raw: word, ...(at === undefined ? {} : { at }) };
}

/** Of the others, `send` is under way, and after `partly_deliver` no report comes. */
const STATUS_WORDS: ReadonlyMap<string, ReportedStatus> = new Map([
  ['deliver', 'delivered'],
  ['read', 'delivered'],
  ['not_deliver', 'undelivered'],
  ['expired', 'expired'],
]);

function escaped(id: string): string {
  return id.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
