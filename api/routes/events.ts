/** The stream of status changes, for systems that follow without webhooks. */

import type { ApiKey } from '../../db/api-keys.ts';
import type { Db } from '../../db/connection.ts';
import {
  type FollowedEvents,
  followEvents,
  OLDEST,
  type Position,
  positionNow,
  type StatusEvent,
} from '../../db/events.ts';
import { may } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { pairCursor, readPairCursor } from '../pair-cursor.ts';
import { Problem } from '../problem.ts';
import { type Route, route } from '../route.ts';
import {
  type EventStream,
  type EventsQuery,
  eventStreamSchema,
  eventsQuerySchema,
  type StatusEventView,
} from '../schemas/events.ts';
import { withoutPhone } from '../view.ts';

/** For how long one answer looks for the first event of an account among those of others. */
const LOOK_MS = 1_000;

export function eventRoutes({ db, followers }: ApiContext): Route[] {
  const follow = route({
    method: 'get',
    path: '/v1/events',
    tag: 'Events',
    summary: 'What became of messages, the oldest first',
    description:
      'Give back `nextCursor` each time and you are told of every change once, however you stop and go on: no event ' +
      'comes to lie before one that you have read. With `wait` the answer is held back until there is one.',
    scope: 'messages:read',
    query: eventsQuerySchema,
    answers: { 200: { description: 'What came after the cursor.', schema: eventStreamSchema } },
    handle: async ({ query, key, res }) => {
      if (key.accountId !== null && query.account !== undefined && query.account !== key.accountId) {
        throw new Problem('forbidden');
      }
      const filter = { limit: query.limit, accountId: key.accountId ?? query.account ?? null };
      const gone = new AbortController();
      res.once('close', () => gone.abort());
      const until = performance.now() + query.wait * 1000;
      let page = await firstPage(db, query, filter);
      while (page.events.length === 0 && !page.more) {
        const leftMs = until - performance.now();
        if (leftMs <= 0) break;
        const end = await followers.wait(key.id, page.position, leftMs, gone.signal);
        if (end === 'too-many') throw tooMany();
        if (end === 'over') break;
        page = await look(db, page.position, filter);
      }
      const answer: EventStream = {
        events: page.events.map((event) => viewOf(event, key)),
        nextCursor: pairCursor('e', [page.position.tx, page.position.n]),
        more: page.more,
      };
      res.json(answer);
    },
  });

  return [follow];
}

type Filter = Parameters<typeof followEvents>[2];

/** @throws Problem */
async function firstPage(db: Db, { cursor, from }: EventsQuery, filter: Filter): Promise<FollowedEvents> {
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
async function look(db: Db, after: Position, filter: Filter): Promise<FollowedEvents> {
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

function tooMany(): Problem {
  return new Problem('too-many-requests', {
    detail: 'Too many requests wait for events already. Ask again later, or without wait.',
    headers: { 'retry-after': '5' },
  });
}
