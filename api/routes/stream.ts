/** The stream of status changes as server-sent events, for the admin pages. Read from the books: any process will do. */
import { once } from 'node:events';
import type { Response } from 'express';
import type { ApiContext } from '../context.ts';
import { answerOf, filterFor, firstPage, look, tooMany } from '../following.ts';
import { type Route, route } from '../route.ts';
import { streamQuerySchema } from '../schemas/stream.ts';

/** So often it is looked whether the key still is one, and a proxy sees that the stream lives. */
const HEARTBEAT_MS = 5_000;
const AT_ONCE = 200;

export function streamRoutes({ db, followers, auth }: ApiContext): Route[] {
  const stream = route({
    method: 'get',
    path: '/v1/stream',
    tag: 'Events',
    summary: 'The same as server-sent events, from now on',
    description:
      'Events `status`, with JSON of the form `{"events": […]}` and the cursor as id: after a break it goes on behind ' +
      '`Last-Event-ID` or `cursor`. It ends when the key is revoked.',
    scope: 'messages:read',
    query: streamQuerySchema,
    answers: { 200: { description: 'Goes on until either side ends it.', contentType: 'text/event-stream' } },
    handle: async ({ req, res, key, query }) => {
      const filter = filterFor(key, query.account, AT_ONCE);
      const cursor = req.get('last-event-id') || query.cursor;
      let page = await firstPage(db, cursor === undefined ? { from: 'now' } : { cursor }, filter);
      if (!followers.hasPlace(key.id)) throw tooMany();
      const gone = new AbortController();
      res.once('close', () => gone.abort());
      res.set({ 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
      const tell = (text: string) => write(res, text, gone.signal);
      await tell('retry: 2000\n\n');
      while (!gone.signal.aborted) {
        if (page.events.length > 0) {
          const { events, nextCursor } = answerOf(page, key);
          await tell(`event: status\nid: ${nextCursor}\ndata: ${JSON.stringify({ events })}\n\n`);
        }
        const end = page.more ? 'woken' : await followers.wait(key.id, page.position, HEARTBEAT_MS, gone.signal);
        if (end === 'ended' || end === 'too-many' || !(await auth.stillIn(req))) break;
        if (end === 'over') await tell(': still here\n\n');
        page = end === 'woken' ? await look(db, page.position, filter) : { ...page, events: [] };
      }
      res.end();
    },
  });

  return [stream];
}

/** Waits for a reader that is slow. */
async function write(res: Response, text: string, signal: AbortSignal): Promise<void> {
  if (signal.aborted || res.write(text)) return;
  await once(res, 'drain', { signal }).catch((err: unknown) => {
    if (!signal.aborted) throw err;
  });
}
