/** The stream of status changes, for systems that follow without webhooks. */

import type { ApiContext } from '../context.ts';
import { answerOf, filterFor, firstPage, look, tooMany } from '../following.ts';
import { type Route, route } from '../route.ts';
import { eventStreamSchema, eventsQuerySchema } from '../schemas/events.ts';

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
      const filter = filterFor(key, query.account, query.limit);
      const gone = new AbortController();
      res.once('close', () => gone.abort());
      const until = performance.now() + query.wait * 1000;
      let page = await firstPage(db, query, filter);
      while (page.events.length === 0 && !page.more) {
        const leftMs = until - performance.now();
        if (leftMs <= 0) break;
        const end = await followers.wait(key.id, page.position, leftMs, gone.signal);
        if (end === 'too-many') throw tooMany();
        if (end !== 'woken') break;
        page = await look(db, page.position, filter);
      }
      res.json(answerOf(page, key));
    },
  });

  return [follow];
}
