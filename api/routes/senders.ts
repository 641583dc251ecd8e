/** Senders: operators make and change them; an account's own keys see those that it may send through. */
import type { ApiKey } from '../../db/api-keys.ts';
import { archiveSender, changeSender, restoreSender } from '../../db/sender-changes.ts';
import { createSender, findSender, listSenders, type Sender } from '../../db/senders.ts';
import { actorOf } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { pageFor, shownOf } from '../paging.ts';
import { Problem } from '../problem.ts';
import { type Route, route } from '../route.ts';
import { type SenderHealthPage, senderHealthPageSchema } from '../schemas/sender-health.ts';
import {
  newSenderSchema,
  type SenderPage,
  type SenderQuery,
  senderChangeSchema,
  senderPageSchema,
  senderQuerySchema,
  senderSchema,
} from '../schemas/senders.ts';
import { orConflict } from '../sender-changes.ts';
import { healthsOf } from '../sender-health.ts';
import { checkAccounts, newSenderOf, senderChangeOf } from '../sender-input.ts';
import { senderView } from '../sender-view.ts';

/** For as many accounts and verified phones as a sender may have. */
const LONG_LISTS = '1mb';
export const TAG = 'Senders';

export function senderRoutes(context: ApiContext): Route[] {
  const { db, secretKeys, publicUrl } = context;

  const list = route({
    method: 'get',
    path: '/v1/senders',
    tag: TAG,
    summary: 'A page of senders, newest first',
    description: "A key of an account sees those that the account may send through; an operator's key sees all.",
    scope: 'senders:read',
    query: senderQuerySchema,
    answers: { 200: { description: 'The page.', schema: senderPageSchema } },
    handle: async ({ query, key, res }) => {
      const { shown, nextCursor } = await pageOf(context, key, query);
      const senders = shown.map((sender) => senderView(sender, key, publicUrl));
      res.json({ senders, nextCursor } satisfies SenderPage);
    },
  });

  // Ahead of the route of one sender, whose id could else be this word.
  const healths = route({
    method: 'get',
    path: '/v1/senders/health',
    tag: TAG,
    summary: 'How the senders of a page do',
    description: 'With a key for all accounts. The senders are those of GET /v1/senders with the same query.',
    scope: 'senders:read',
    query: senderQuerySchema,
    answers: { 200: { description: 'How they do, in the order of the page.', schema: senderHealthPageSchema } },
    handle: async ({ query, key, res }) => {
      requireOperator(key);
      const { shown, nextCursor } = await pageOf(context, key, query);
      res.json({ senders: await healthsOf(context, shown), nextCursor } satisfies SenderHealthPage);
    },
  });

  const create = route({
    method: 'post',
    path: '/v1/senders',
    tag: TAG,
    summary: 'Make a sender',
    description: 'With a key for all accounts. The answer names the addresses that the gateway is to call.',
    scope: 'senders:write',
    body: newSenderSchema,
    bodyLimit: LONG_LISTS,
    answers: { 201: { description: 'It is there.', schema: senderSchema } },
    problems: ['conflict'],
    handle: async ({ body, key, res }) => {
      requireOperator(key);
      const input = await newSenderOf(context, body);
      const id = await orConflict(body.name, () => createSender(db, secretKeys, input, actorOf(key)));
      res
        .status(201)
        .location(`/v1/senders/${id}`)
        .json(senderView(await senderOf(context, key, id), key, publicUrl));
    },
  });

  const read = route({
    method: 'get',
    path: '/v1/senders/:id',
    tag: TAG,
    summary: 'A sender',
    scope: 'senders:read',
    answers: { 200: { description: 'The sender.', schema: senderSchema } },
    handle: async ({ params: { id = '' }, key, res }) => {
      res.json(senderView(await senderOf(context, key, id), key, publicUrl));
    },
  });

  const change = route({
    method: 'patch',
    path: '/v1/senders/:id',
    tag: TAG,
    summary: 'Change a sender',
    description:
      'With a key for all accounts. Workers know the change within seconds, and messages that wait go out by the new ' +
      'settings. Settings of another gateway account take along what waits; they are refused while messages that were ' +
      'submitted have no end.',
    scope: 'senders:write',
    body: senderChangeSchema,
    bodyLimit: LONG_LISTS,
    answers: { 200: { description: 'The sender as it is now.', schema: senderSchema } },
    problems: ['conflict'],
    handle: async ({ params: { id = '' }, body, key, res }) => {
      requireOperator(key);
      await checkAccounts(context, body);
      const isThere = await orConflict(body.name, () =>
        changeSender(db, secretKeys, id, (held) => senderChangeOf(context, held, body), actorOf(key)),
      );
      if (!isThere) throw new Problem('not-found');
      context.senders.forget();
      res.json(senderView(await senderOf(context, key, id), key, publicUrl));
    },
  });

  const archive = route({
    method: 'delete',
    path: '/v1/senders/:id',
    tag: TAG,
    summary: 'Archive a sender',
    description:
      'With a key for all accounts. Nothing more is accepted for it and its name is free; what was accepted goes on to ' +
      'its end, with delivery reports and stop words.',
    scope: 'senders:write',
    answers: { 200: { description: 'It is archived.', schema: senderSchema } },
    handle: async ({ params: { id = '' }, key, res }) => {
      requireOperator(key);
      await archiveSender(db, id, actorOf(key));
      context.senders.forget();
      res.json(senderView(await senderOf(context, key, id), key, publicUrl));
    },
  });

  const restore = route({
    method: 'post',
    path: '/v1/senders/:id/restore',
    tag: TAG,
    summary: 'Restore an archived sender',
    description: 'With a key for all accounts. Where its name has been taken meanwhile, give it another one first.',
    scope: 'senders:write',
    answers: { 200: { description: 'It is in use.', schema: senderSchema } },
    problems: ['conflict'],
    handle: async ({ params: { id = '' }, key, res }) => {
      requireOperator(key);
      const { name } = await senderOf(context, key, id);
      await orConflict(name, () => restoreSender(db, id, actorOf(key)));
      context.senders.forget();
      res.json(senderView(await senderOf(context, key, id), key, publicUrl));
    },
  });

  return [list, healths, create, read, change, archive, restore];
}

/** @throws Problem */
async function pageOf({ db, secretKeys }: ApiContext, key: ApiKey, query: SenderQuery) {
  if (key.accountId !== null && query.account !== undefined && query.account !== key.accountId) {
    throw new Problem('forbidden');
  }
  const accountId = key.accountId ?? query.account;
  const filter = { archived: query.archived === 'true', ...(accountId === undefined ? {} : { accountId }) };
  return shownOf(await listSenders(db, secretKeys, filter, pageFor(query)), query);
}

/** @throws Problem */
export function requireOperator(key: ApiKey): void {
  if (key.accountId === null) return;
  throw new Problem('forbidden', { detail: 'Senders are made and changed with a key for all accounts.' });
}

/** As the books have it now. One that the key may not know is not told apart from none. @throws Problem */
export async function senderOf({ db, secretKeys }: ApiContext, key: ApiKey, id: string): Promise<Sender> {
  const sender = await findSender(db, secretKeys, { id });
  if (!sender || (key.accountId !== null && !sender.accountIds.includes(key.accountId))) throw new Problem('not-found');
  return sender;
}
