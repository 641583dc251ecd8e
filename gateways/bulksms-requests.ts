/** What is asked of BulkSMS about messages that it has: statuses of ours, texts from phones. */

import { bulksmsTrouble, isNotFound } from './bulksms-errors.ts';
import { idOf, inboundIn, isMessageId, isSent, messagesIn, ownIdOf, phoneIn, reportIn } from './bulksms-messages.ts';
import type { Asked, HttpResponse, PollAnswer, PollResult, PullAsk, PullResult } from './gateway.ts';
import { isSuccess, pollError } from './http-answers.ts';
import { isFields, readJson } from './read.ts';
import { textReference } from './reference.ts';

/** Of one message: by BulkSMS's id, else all that was sent under our reference. */
export function statusPath(asked: Asked[]): string {
  const [message] = asked;
  if (message === undefined) return '/messages?limit=1';
  const [id, ...others] = gatewayIdsOf(message);
  if (id !== undefined && others.length === 0) return `/messages/${id}`;
  return `/messages?${filter('type=SENT', `userSuppliedId=${textReference(message.ref)}`)}`;
}

export function readStatuses(response: HttpResponse, asked: Asked[]): PollResult {
  const body = readJson(response.body);
  if (isNotFound(response, body)) return answersFor(asked, () => ({ kind: 'not-found' }));
  const trouble = bulksmsTrouble(response, body);
  if (trouble !== undefined) return pollError(trouble);
  if (!isSuccess(response) || (!Array.isArray(body) && !isFields(body))) {
    return { kind: 'unreadable', detail: `HTTP ${response.status} without a message` };
  }

  const rows = messagesIn(body).filter(isSent);
  return answersFor(asked, (id, message) => {
    const isOwn = id === textReference(message.ref);
    // Once BulkSMS's own id is known, that is the one that is reported on.
    if (isOwn && gatewayIdsOf(message).length > 0) return { kind: 'nothing' };
    const told = rows.filter((row) => (isOwn ? isUnder(message, row) : idOf(row) === id));
    const reports = told.map((row) => reportIn(row, id)).filter((read) => read !== undefined);
    const report = reports.find(({ status }) => status === 'delivered') ?? reports[0];
    if (report !== undefined) return { kind: 'status', report };
    return { kind: Array.isArray(body) && body.length === 0 ? 'not-found' : 'nothing' };
  });
}

const PULL_LIMIT = 200;
const FIRST_PULL_S = 3600;

/** Oldest first. A cursor is the id of the newest text read, and until there is one the time to begin at. */
export function inboundPath(ask: PullAsk): string {
  const after = isInboundId(ask.cursor) ? `id>${ask.cursor}` : `submission.date>=${beginning(ask)}`;
  return `/messages?${filter('type=RECEIVED', after)}&sortOrder=ASCENDING&limit=${PULL_LIMIT}`;
}

export function readInbound(response: HttpResponse, ask: PullAsk): PullResult {
  const body = readJson(response.body);
  const trouble = bulksmsTrouble(response, body);
  if (trouble !== undefined) {
    const { notTaken: _, optOut: __, ...said } = trouble;
    return said;
  }
  if (!isSuccess(response) || !Array.isArray(body)) {
    return { kind: 'unreadable', detail: `HTTP ${response.status} without a list of messages` };
  }
  const rows = messagesIn(body).filter((row) => !isSent(row));
  const before = isInboundId(ask.cursor) ? ask.cursor : undefined;
  const newest = rows
    .map(idOf)
    .filter(isInboundId)
    .reduce(laterId, before ?? '');
  return {
    kind: 'read',
    inbound: rows.map(inboundIn).filter((read) => read !== undefined),
    cursor: newest === '' ? beginning(ask) : newest,
    // Fewer than the limit may come although there are others: those come with the next pull.
    more: body.length >= PULL_LIMIT && newest !== (before ?? ''),
  };
}

function answersFor(asked: Asked[], answer: (id: string, message: Asked) => PollAnswer): PollResult {
  const idsOf = ({ ids, ref }: Asked) => (ids.length === 0 ? [textReference(ref)] : ids.map(({ id }) => id));
  return { kind: 'read', answers: asked.map((message) => idsOf(message).map((id) => answer(id, message))) };
}

/** Our reference is among the ids of a message as well. */
function gatewayIdsOf({ ids, ref }: Asked): string[] {
  const own = textReference(ref);
  return ids.map(({ id }) => id).filter((id) => id !== own && isMessageId(id));
}

/** Other programs in the account may have used the same text, so the phone must be right too. */
function isUnder({ ref, phone }: Asked, row: unknown): boolean {
  return ownIdOf(row) === textReference(ref) && (phoneIn(row) ?? phone) === phone;
}

function filter(...clauses: string[]): string {
  return `filter=${encodeURIComponent(clauses.join('&'))}`;
}

function isInboundId(id: string | undefined): id is string {
  return id !== undefined && /^\d{1,30}$/.test(id);
}

function laterId(one: string, other: string): string {
  return BigInt(one || '0') < BigInt(other) ? other : one;
}

/** ISO 8601 to the second with an offset, as BulkSMS wants it. */
function beginning({ cursor, at }: PullAsk): string {
  if (cursor !== undefined && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(cursor)) return cursor;
  return new Date(Date.parse(at) - FIRST_PULL_S * 1000).toISOString().replace(/\.\d+/, '');
}
