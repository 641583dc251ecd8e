/** What operators do with a sender, and how it does. */
import { pauseSender, resumeSender, rotateHookToken } from '../../db/sender-changes.ts';
import { actorOf } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { Problem } from '../problem.ts';
import { type Route, route } from '../route.ts';
import { senderHealthSchema } from '../schemas/sender-health.ts';
import { senderTestAnswerSchema, senderTestQuerySchema, senderTestSchema } from '../schemas/sender-test.ts';
import { pauseSchema, senderSchema } from '../schemas/senders.ts';
import { healthsOf } from '../sender-health.ts';
import { tryLogin, trySms } from '../sender-test.ts';
import { senderView } from '../sender-view.ts';
import { requireOperator, senderOf, TAG } from './senders.ts';

export function senderActionRoutes(context: ApiContext): Route[] {
  const { db, publicUrl } = context;

  const pause = route({
    method: 'post',
    path: '/v1/senders/:id/pause',
    tag: TAG,
    summary: 'Pause a sender',
    description:
      'With a key for all accounts. Messages are accepted and wait, within their validity, without being tried.',
    scope: 'senders:write',
    body: pauseSchema,
    answers: { 200: { description: 'It is paused.', schema: senderSchema } },
    handle: async ({ params: { id = '' }, body, key, res }) => {
      requireOperator(key);
      await senderOf(context, key, id);
      const { name } = actorOf(key);
      const by = body.reason === undefined || body.reason === '' ? name : `${name}: ${body.reason}`;
      await pauseSender(db, id, by, actorOf(key));
      res.json(senderView(await senderOf(context, key, id), key, publicUrl));
    },
  });

  const resume = route({
    method: 'post',
    path: '/v1/senders/:id/resume',
    tag: TAG,
    summary: 'End the pause of a sender',
    description:
      'With a key for all accounts. It also ends a hold, which the product makes by itself where the gateway refuses ' +
      'the login or is out of money. What waited goes out in the order of priority.',
    scope: 'senders:write',
    answers: { 200: { description: 'It sends.', schema: senderSchema } },
    handle: async ({ params: { id = '' }, key, res }) => {
      requireOperator(key);
      await senderOf(context, key, id);
      await resumeSender(db, id, actorOf(key));
      res.json(senderView(await senderOf(context, key, id), key, publicUrl));
    },
  });

  const rotate = route({
    method: 'post',
    path: '/v1/senders/:id/rotate-hook-token',
    tag: TAG,
    summary: 'Give a sender new webhook addresses',
    description: 'With a key for all accounts. The addresses before these are taken for another 24 hours.',
    scope: 'senders:write',
    answers: { 200: { description: 'The sender with its new addresses.', schema: senderSchema } },
    handle: async ({ params: { id = '' }, key, res }) => {
      requireOperator(key);
      await senderOf(context, key, id);
      await rotateHookToken(db, id, actorOf(key));
      context.senders.forget();
      res.json(senderView(await senderOf(context, key, id), key, publicUrl));
    },
  });

  const test = route({
    method: 'post',
    path: '/v1/senders/:id/test',
    tag: TAG,
    summary: 'Try a sender, also while it is paused or held',
    description:
      'With a key for all accounts. With `to` it sends one SMS; without, it tries the login and asks for the balance, ' +
      'where the gateway has that. Answers after 15 seconds at the latest.',
    scope: 'senders:write',
    query: senderTestQuerySchema,
    body: senderTestSchema,
    answers: { 200: { description: 'What came of it.', schema: senderTestAnswerSchema } },
    problems: ['conflict'],
    handle: async ({ params: { id = '' }, query, body, key, res }) => {
      requireOperator(key);
      const sender = await senderOf(context, key, id);
      if (sender.archivedAt !== null) {
        throw new Problem('conflict', { detail: 'The sender is archived. Restore it to try it.' });
      }
      const { to, ...more } = body;
      res.json(
        to === undefined
          ? await tryLogin(context, sender)
          : await trySms(context, sender, key, { ...more, to, account: query.account }),
      );
    },
  });

  const health = route({
    method: 'get',
    path: '/v1/senders/:id/health',
    tag: TAG,
    summary: 'How a sender does',
    description: 'With a key for all accounts: queue, rate, what holds it up, and its last errors by class.',
    scope: 'senders:read',
    answers: { 200: { description: 'How it does.', schema: senderHealthSchema } },
    handle: async ({ params: { id = '' }, key, res }) => {
      const sender = await senderOf(context, key, id);
      requireOperator(key);
      const [health] = await healthsOf(context, [sender]);
      if (!health) throw new Problem('not-found');
      res.json(health);
    },
  });

  return [pause, resume, rotate, test, health];
}
