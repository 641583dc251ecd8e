/** MTS's statuses: the events of each message, asked for by the ids that MTS gave, or by ours. */
import type { ErrorClass } from '../sms/errors.ts';
import type { ReportedStatus } from '../sms/status.ts';
import { classOf, type ErrorTable } from './error-classes.ts';
import type { Asked, HttpResponse, PollAnswer, PollResult } from './gateway.ts';
import { isSuccess, pollError } from './http-answers.ts';
import { mtsTrouble } from './mts-errors.ts';
import { fieldOf, intOf, isoTime, listOf, readJson, textOf } from './read.ts';
import { textReference } from './reference.ts';

/**
 * One request takes ids of one kind. By ours only where a message has no other: one that MTS may not know could spoil
 * the answer for all.
 */
export function mtsStatusQuery(asked: Asked[]): { int_ids: string[] } | { msg_ids: string[] } {
  if (isByOwnId(asked)) return { msg_ids: asked.map(({ ref }) => textReference(ref)) };
  return { int_ids: asked.flatMap(gatewayIdsOf) };
}

export function readMtsStatuses(
  response: HttpResponse,
  asked: Asked[],
  { errorClasses }: { errorClasses: ErrorTable },
): PollResult {
  // Normal in the first seconds after a send, so it proves nothing.
  if (response.status === 404) return { kind: 'read', answers: answersFor(asked, () => ({ kind: 'not-found' })) };
  const body = readJson(response.body);
  const trouble = mtsTrouble(response, body, errorClasses);
  if (trouble !== undefined) return pollError(trouble);
  const rows = fieldOf(body, 'events_info');
  if (!isSuccess(response) || rows === undefined) {
    return { kind: 'unreadable', detail: `HTTP ${response.status} without a list of events` };
  }
  return {
    kind: 'read',
    answers: answersFor(asked, (id) =>
      statusIn(
        id,
        listOf(rows).find((row) => isRowOf(row, id)),
        errorClasses,
      ),
    ),
  };
}

/** Each of a message's ids is answered for by itself; those that were not asked for are told nothing. */
function answersFor(asked: Asked[], answerFor: (id: string) => PollAnswer): PollAnswer[][] {
  const byOwnId = isByOwnId(asked);
  return asked.map((message) => {
    const own = textReference(message.ref);
    const ids = message.ids.length === 0 ? [own] : message.ids.map(({ id }) => id);
    const place = Math.max(0, ids.indexOf(own));
    return ids.map((id, n): PollAnswer => {
      if (byOwnId) return n === place ? answerFor(own) : { kind: 'nothing' };
      return id === own ? { kind: 'nothing' } : answerFor(id);
    });
  });
}

function isByOwnId(asked: Asked[]): boolean {
  return asked.some((message) => gatewayIdsOf(message).length === 0);
}

/** Among the ids of a message is also our own. */
function gatewayIdsOf({ ids, ref }: Asked): string[] {
  return ids.map(({ id }) => id).filter((id) => id !== textReference(ref));
}

function isRowOf(row: unknown, id: string): boolean {
  return textOf(fieldOf(row, 'key'))?.toLowerCase() === id.toLowerCase();
}

function statusIn(gatewayId: string, row: unknown, errorClasses: ErrorTable): PollAnswer {
  const told = fieldOf(row, 'events_info');
  if (told === undefined) return { kind: 'nothing' };
  const events = listOf(told);
  if (events.length === 0) return { kind: 'status', report: { gatewayId, status: 'sent', raw: 'no events yet' } };
  const event = events.filter(isEnd).at(-1) ?? events.at(-1);
  const code = intOf(fieldOf(event, 'status'));
  const status = STATUSES.get(code ?? 0);
  if (status === undefined) return { kind: 'nothing' };

  const errors = listOf(fieldOf(event, 'internal_errors'))
    .map(textOf)
    .filter((error) => error !== undefined);
  const at = isoTime(fieldOf(event, 'event_at'));
  return {
    kind: 'status',
    report: {
      gatewayId,
      status,
      raw: errors.length === 0 ? `status ${code}` : `status ${code}, errors ${errors.join(', ')}`,
      ...(status === 'rejected' || status === 'undelivered' ? reasonsIn(errors, errorClasses) : {}),
      ...(at === undefined ? {} : { at }),
    },
  };
}

function reasonsIn(errors: string[], table: ErrorTable): { errorCode?: string; errorClass?: ErrorClass } {
  if (errors.length === 0) return {};
  const errorClass = errors.map((error) => classOf(table, error)).find((known) => known !== undefined);
  return { errorCode: errors.join(', '), ...(errorClass === undefined ? {} : { errorClass }) };
}

function isEnd(event: unknown): boolean {
  const status = STATUSES.get(intOf(fieldOf(event, 'status')) ?? 0);
  return status !== undefined && status !== 'sent';
}

const STATUSES: ReadonlyMap<number, ReportedStatus> = new Map([
  [200, 'sent'],
  [201, 'rejected'],
  // Some parts of a long text are sent or delivered.
  [202, 'sent'],
  [300, 'delivered'],
  [301, 'undelivered'],
  [302, 'sent'],
]);
