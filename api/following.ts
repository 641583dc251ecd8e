/** Events of messages as those who follow them are told, and where they begin. */
import type { ApiKey } from '../db/api-keys.ts';
import type { Db } from '../db/connection.ts';
import {
  type FollowedEvents,
  followEvents,
  OLDEST,
  type Position,
  positionNow,
  type StatusEvent,
} from '../db/events.ts';
import { may } from './auth.ts';
import { pairCursor, readPairCursor } from './pair-cursor.ts';
import { Problem } from './problem.ts';
import type { EventStream, StatusEventView } from './schemas/events.ts';
import { withoutPhone } from './view.ts';

/** For how long one answer looks for the first event of an account among those of others. */
const LOOK_MS = 1_000;

export type EventFilter = Parameters<typeof followEvents>[2];

/** What a key may follow: the events of its account, or with a key for all accounts those of the one named. @throws Problem */
export function filterFor(key: ApiKey, account: string | undefined, limit: number): EventFilter {
  if (key.accountId !== null && account !== undefined && account !== key.accountId) throw new Problem('forbidden');
  return { limit, accountId: key.accountId ?? account ?? null };
}

export function answerOf(page: FollowedEvents, key: ApiKey): EventStream {
  return {
    events: page.events.map((event) => viewOf(event, key)),
    nextCursor: pairCursor('e', [page.position.tx, page.position.n]),
    more: page.more,
  };
}

/** From where the query says. @throws Problem */
export async function firstPage(
  db: Db,
  { cursor, from }: { cursor?: string | undefined; from?: 'oldest' | 'now' | undefined },
  filter: EventFilter,
): Promise<FollowedEvents> {
  if (cursor === undefined) {
    if (from !== 'now') return await look(db, OLDEST, filter);
    return { events: [], position: (await positionNow(db)).now, more: false };
  }
  if (from !== undefined) throw wrongCursor('from', 'Goes only without a cursor.', 'Leave out either of the two.');
  const [tx, n] = readPairCursor('e', cursor) ?? [];
  if (tx === undefined || n === undefined) {
    const mend = 'Give back the nextCursor of the answer before as it is, or leave it out.';
    throw wrongCursor('cursor', 'Is not a nextCursor of ours.', mend);
  }
  const page = await look(db, { tx, n }, filter);
  if (page.events.length === 0 && tx > (await positionNow(db)).next) {
    const mend = 'Begin anew: with from=oldest, passing over the ids that you know, or with from=now.';
    throw wrongCursor('cursor', 'Is of other books than these, which were restored from a copy.', mend);
  }
  return page;
}

/** Reads on where there was nothing for the account, for a moment. */
export async function look(db: Db, after: Position, filter: EventFilter): Promise<FollowedEvents> {
  const until = performance.now() + LOOK_MS;
  let page = await followEvents(db, after, filter);
  while (page.events.length === 0 && page.more && performance.now() < until) {
    page = await followEvents(db, page.position, filter);
  }
  return page;
}

function viewOf(event: StatusEvent, key: ApiKey): StatusEventView {
  const { n, at, type, messageId, accountId, sender, status, was, source, cause } = event;
  return {
    id: String(n),
    at: at.toISOString(),
    type,
    message: messageId,
    account: accountId,
    sender,
    status,
    was,
    source,
    cause: may(key, 'phones:read') ? cause : withoutPhone(cause, event.phone),
    errorClass: event.errorClass as StatusEventView['errorClass'],
    errorCode: event.errorCode,
    metadata: event.metadata as StatusEventView['metadata'],
  };
}

function wrongCursor(parameter: string, detail: string, mend: string): Problem {
  return new Problem('invalid-request', { errors: [{ parameter, code: 'invalid', detail, mend }] });
}

export function tooMany(): Problem {
  return new Problem('too-many-requests', {
    detail: 'Too many requests wait for events already. Ask again later, or without wait.',
    headers: { 'retry-after': '5' },
  });
}
