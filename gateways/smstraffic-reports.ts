/** SMS Traffic's statuses, asked for by their ids or called; the calls that bring texts share the address. */
import { parseForm } from './form.ts';
import type { Asked, HookReading, HttpResponse, PollAnswer, PollResult, RawHook } from './gateway.ts';
import { httpTrouble, isSuccess, pollError } from './http-answers.ts';
import { fieldOf, listOf, textOf } from './read.ts';
import { moscowTime, NO_SUCH_MESSAGE, replyIn, replyTrouble, statusWordOf, wordIn } from './smstraffic-codes.ts';
import { type CallSettings, readTextCall } from './smstraffic-inbound.ts';
import { xmlText } from './xml.ts';

/** More of them are refused as a whole (code 505). */
export const IDS_PER_REQUEST = 15;

export function idsOf(asked: Asked[]): string[] {
  return asked.flatMap(({ ids }) => ids.map(({ id }) => id));
}

export function readSmsTrafficStatuses(response: HttpResponse, asked: Asked[]): PollResult {
  const trouble = httpTrouble(response);
  if (trouble !== undefined) return pollError(trouble);
  const reply = replyIn(response.body);
  const isOnlyOne = idsOf(asked).length === 1;
  const refused = replyTrouble(reply);
  if (refused?.code === NO_SUCH_MESSAGE && isOnlyOne) return answersFor(asked, () => ({ kind: 'not-found' }));
  if (refused !== undefined) return pollError(refused);
  const rows = rowsIn(reply);
  if (!isSuccess(response) || rows.length === 0) {
    return { kind: 'unreadable', detail: `HTTP ${response.status} without statuses` };
  }
  return answersFor(asked, (id, phone) => {
    const row = rows.find((candidate) => idIn(candidate) === id) ?? (isOnlyOne ? onlyUnnamed(rows) : undefined);
    return answerIn(row, id, phone);
  });
}

function answersFor(asked: Asked[], answerFor: (id: string, phone: string) => PollAnswer): PollResult {
  const answers = asked.map(({ ids, phone }): PollAnswer[] =>
    ids.length === 0 ? [{ kind: 'nothing' }] : ids.map(({ id }) => answerFor(id, phone)),
  );
  return { kind: 'read', answers };
}

/** One address may get both reports and texts: a report has a status and no message. */
export function readSmsTrafficCall(hook: RawHook, settings: CallSettings): HookReading {
  const fields = { ...parseForm(hook.query, settings.hookCharset), ...parseForm(hook.body, settings.hookCharset) };
  if (fieldOf(fields, 'message') !== undefined) return readTextCall(fields, settings);
  const gatewayId = idIn(fields);
  const status = fieldOf(fields, 'status');
  if (gatewayId === undefined || typeof status !== 'string') {
    return { kind: 'nothing', detail: 'neither a status with an id nor a text from a phone' };
  }
  const word = statusWordOf(status);
  if (word === undefined) return { kind: 'nothing', detail: 'a status that is not documented' };
  const at = moscowTime(fieldOf(fields, 'delivery_date'));
  return { kind: 'read', reports: [{ gatewayId, ...word, ...(at === undefined ? {} : { at }) }], inbound: [] };
}

function answerIn(row: unknown, id: string, phone: string): PollAnswer {
  const error = wordIn(row, 'error');
  if (error !== undefined) return { kind: /no such message/i.test(error) ? 'not-found' : 'nothing' };
  const status = xmlText(fieldOf(row, 'status'));
  const word = typeof status === 'string' ? statusWordOf(status) : undefined;
  if (word === undefined) return { kind: 'nothing' };
  // Of other countries' numbers the dates are in some local time.
  const isRussian = /^\+79/.test(phone);
  const at = isRussian ? moscowTime(wordIn(row, 'last_status_change_date', 'last_update_status')) : undefined;
  return { kind: 'status', report: { gatewayId: id, ...word, ...(at === undefined ? {} : { at }) } };
}

/** A list of rows; the reply itself is the row where one id was asked for. Smart Delivery names its rows otherwise. */
function rowsIn(reply: unknown): unknown[] {
  const rows = [
    ...listOf(fieldOf(reply, 'sms')),
    ...listOf(fieldOf(reply, 'msg-info')),
    ...listOf(fieldOf(fieldOf(reply, 'msg-infos'), 'msg-info')),
  ];
  if (rows.length > 0) return rows;
  const isRow = ['sms_id', 'id', 'status', 'error'].some((name) => fieldOf(reply, name) !== undefined);
  return isRow ? [reply] : [];
}

function onlyUnnamed(rows: unknown[]): unknown {
  return rows.length === 1 && idIn(rows[0]) === undefined ? rows[0] : undefined;
}

function idIn(row: unknown): string | undefined {
  return textOf(xmlText(fieldOf(row, 'sms_id', 'id')));
}
