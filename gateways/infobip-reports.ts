/**
 * Infobip's reports: pushed to a webhook or read from the logs. Both versions' names are read everywhere, since an
 * account's webhook may deliver either whatever version sends.
 */
import { e164FromDigits } from '../sms/phone.ts';
import type { Asked, HookReading, HttpResponse, InboundSms, PollAnswer, PollResult, StatusReport } from './gateway.ts';
import { isSuccess, pollError } from './http-answers.ts';
import { reportWordOf } from './infobip-codes.ts';
import { infobipTrouble } from './infobip-errors.ts';
import { fieldOf, isoTime, listOf, readJson, textOf } from './read.ts';
import { textReference } from './reference.ts';

/** Reads one webhook body, which may carry many reports and many texts from phones. */
export function readInfobipPush(body: Uint8Array): HookReading {
  const json = readJson(body);
  if (json === undefined) return { kind: 'refused', status: 400, detail: 'not JSON' };
  const rows = listOf(fieldOf(json, 'results') ?? json);
  const reports = rows.map(reportIn).filter((read) => read !== undefined);
  const inbound = rows.map(inboundIn).filter((read) => read !== undefined);
  if (reports.length + inbound.length > 0) return { kind: 'read', reports, inbound };
  return { kind: 'nothing', detail: `no status and no text that is understood, in ${rows.length} results` };
}

/**
 * The ids to ask for in one request. Infobip reads a list of at most 2048 characters; what would go beyond it is left
 * out, and answered with `nothing` when the same list of asked messages is read.
 */
export function infobipLogsQuery(asked: Asked[]): string {
  return `messageId=${[...idsThatFit(asked)].map(encodeURIComponent).join(',')}&limit=1000`;
}

export function readInfobipLogs(response: HttpResponse, asked: Asked[]): PollResult {
  const body = readJson(response.body);
  const trouble = infobipTrouble(response, body);
  if (trouble !== undefined) return pollError(trouble);
  const results = fieldOf(body, 'results');
  if (!isSuccess(response) || !Array.isArray(results)) {
    return { kind: 'unreadable', detail: `HTTP ${response.status} without a list of results` };
  }

  const sent = idsThatFit(asked);
  const answerFor = (id: string): PollAnswer => {
    if (!sent.has(id)) return { kind: 'nothing' };
    const rows = results.filter((row) => textOf(fieldOf(row, 'messageId')) === id);
    const report = lastWord(rows.map(reportIn).filter((read) => read !== undefined));
    if (report !== undefined) return { kind: 'status', report };
    return { kind: rows.length === 0 ? 'not-found' : 'nothing' };
  };
  return { kind: 'read', answers: asked.map((message) => idsOf(message).map(answerFor)) };
}

const MAX_IDS_LENGTH = 2048;

function idsThatFit(asked: Asked[]): ReadonlySet<string> {
  const fitting = new Set<string>();
  let length = 0;
  for (const id of asked.flatMap(idsOf)) {
    length += encodeURIComponent(id).length + 1;
    if (length - 1 > MAX_IDS_LENGTH) break;
    fitting.add(id);
  }
  return fitting;
}

/** Without an id of the gateway's (the answer never came), our own is the id. */
function idsOf({ ids, ref }: Asked): string[] {
  return ids.length === 0 ? [textReference(ref)] : ids.map(({ id }) => id);
}

function reportIn(row: unknown): StatusReport | undefined {
  const gatewayId = textOf(fieldOf(row, 'messageId'));
  const word = reportWordOf(fieldOf(row, 'status'), fieldOf(row, 'error'));
  if (gatewayId === undefined || word === undefined) return undefined;
  const phone = e164FromDigits(textOf(fieldOf(row, 'to', 'destination')) ?? '');
  const at = isoTime(fieldOf(row, 'doneAt')) ?? isoTime(fieldOf(row, 'sentAt'));
  return { gatewayId, ...(phone === undefined ? {} : { phone }), ...word, ...(at === undefined ? {} : { at }) };
}

/** A text from a phone has no status; a report in the older shape also has a `from`, but it has one. */
function inboundIn(row: unknown): InboundSms | undefined {
  const from = e164FromDigits(textOf(fieldOf(row, 'from')) ?? '');
  const texts = [fieldOf(row, 'text'), fieldOf(row, 'keyword'), fieldOf(row, 'cleanText')];
  if (from === undefined || fieldOf(row, 'status') !== undefined || !texts.some(isText)) return undefined;
  const inboundId = textOf(fieldOf(row, 'messageId'));
  const to = textOf(fieldOf(row, 'to', 'destination'));
  const at = isoTime(fieldOf(row, 'receivedAt'));
  return {
    ...(inboundId === undefined ? {} : { inboundId }),
    from,
    ...(to === undefined ? {} : { to }),
    // The clean text lacks the keyword: a STOP that is set up as one leaves it empty.
    text: texts.find((text) => textOf(text) !== undefined)?.toString() ?? '',
    ...(at === undefined ? {} : { at }),
  };
}

/** Of several log entries of one message the one that says most. */
function lastWord(reports: StatusReport[]): StatusReport | undefined {
  return (
    reports.find(({ status }) => status === 'delivered') ??
    reports.find(({ status }) => status !== 'sent') ??
    reports[0]
  );
}

function isText(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number';
}
