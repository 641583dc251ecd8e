/** Reading and cancelling messages. */
import type { Response } from 'express';
import { cancelMessage } from '../../db/deliveries.ts';
import { listMessages, type MessageFilter } from '../../db/message-list.ts';
import { findMessage, type MessageRow, timelineOf } from '../../db/messages.ts';
import { instantOfId } from '../../db/partitions.ts';
import { type CountryCode, parsePhone } from '../../sms/phone.ts';
import { keyOf, may } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { cursorAfter } from '../cursor.ts';
import { pageFor, shownOf } from '../paging.ts';
import { Problem } from '../problem.ts';
import { type Route, route } from '../route.ts';
import { type ListQuery, listQuerySchema } from '../schemas/list.ts';
import { type MessagePage, messagePageSchema, messageSchema, messageWithTimelineSchema } from '../schemas/messages.ts';
import { type ViewOptions, viewOf, viewWithTimeline } from '../view.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const TAG = 'Messages';

export function messageRoutes(context: ApiContext): Route[] {
  const { db, deliveries, background } = context;

  const list = route({
    method: 'get',
    path: '/v1/messages',
    tag: TAG,
    summary: 'A page of messages, newest first',
    scope: 'messages:read',
    query: listQuerySchema,
    answers: { 200: { description: 'The page.', schema: messagePageSchema } },
    handle: async ({ query, res }) => {
      const filter = await filterOf(context, res, query);
      const { rows, searchedTo } = await listMessages(db, filter, pageFor(query));
      const { shown, nextCursor } = shownOf(rows, query);
      const answer: MessagePage = {
        messages: await Promise.all(shown.map(async (row) => viewOf(row, await optionsFor(context, res, row)))),
        nextCursor: searchedTo === undefined ? nextCursor : cursorAfter(searchedTo),
        searchedTo: searchedTo === undefined ? null : instantOfId(searchedTo).toISOString(),
      };
      res.json(answer);
    },
  });

  const read = route({
    method: 'get',
    path: '/v1/messages/:id',
    tag: TAG,
    summary: 'A message with its timeline',
    scope: 'messages:read',
    answers: { 200: { description: 'The message.', schema: messageWithTimelineSchema } },
    handle: async ({ params, res }) => {
      const row = await messageOf(context, res, params.id);
      res.json(viewWithTimeline(row, await timelineOf(db, row.id), await optionsFor(context, res, row)));
    },
  });

  const cancel = route({
    method: 'post',
    path: '/v1/messages/:id/cancel',
    tag: TAG,
    summary: 'Cancel a message that was not submitted',
    description: 'When 200 is answered, nothing leaves for it any more.',
    scope: 'messages:send',
    answers: { 200: { description: 'It is cancelled.', schema: messageSchema } },
    problems: ['too-late'],
    handle: async ({ params, res }) => {
      const id = params.id ?? '';
      const cancelled = await cancelMessage(db, id, keyOf(res).accountId);
      if (cancelled.verdict === 'unknown') throw new Problem('not-found');
      if (cancelled.verdict === 'cancelled') {
        const end = { status: 'cancelled', source: 'api' } as const;
        background.run(() => deliveries.signalEnd(id, 'cancel', end, `cancel:${id}`));
      }
      const row = await messageOf(context, res, id);
      const message = viewOf(row, await optionsFor(context, res, row));
      if (cancelled.verdict === 'too-late') {
        throw new Problem('too-late', { detail: `Its status is ${cancelled.status}.`, message });
      }
      res.json(message);
    },
  });

  return [list, read, cancel];
}

async function messageOf({ db }: ApiContext, res: Response, id = ''): Promise<MessageRow> {
  const row = await findMessage(db, id, keyOf(res).accountId);
  if (!row) throw new Problem('not-found');
  return row;
}

async function optionsFor({ senders }: ApiContext, res: Response, row: MessageRow): Promise<ViewOptions> {
  const known = await senders.byId(row.senderId);
  return { sender: known?.sender.name ?? '', seesPhones: may(keyOf(res), 'phones:read') };
}

async function filterOf(context: ApiContext, res: Response, query: ListQuery): Promise<MessageFilter> {
  const own = keyOf(res).accountId;
  if (own !== null && query.account !== undefined && query.account !== own) throw new Problem('forbidden');
  const accountId = own ?? query.account;
  return {
    ...(accountId === undefined ? {} : { accountId }),
    ...(query.status === undefined ? {} : { statuses: query.status }),
    ...(query.error === undefined ? {} : { error: query.error }),
    ...(query.from === undefined ? {} : { acceptedFrom: query.from }),
    ...(query.to === undefined ? {} : { acceptedTo: query.to }),
    ...(query.sender === undefined ? {} : { senderId: await senderIdOf(context, query.sender, accountId) }),
    ...(query.phone === undefined ? {} : { phone: await phoneOf(context, query.phone, accountId) }),
  };
}

/** By id also one that is archived. */
async function senderIdOf({ senders }: ApiContext, sender: string, accountId: string | undefined): Promise<string> {
  const known = (await senders.byName(sender)) ?? (UUID.test(sender) ? await senders.byId(sender) : undefined);
  if (!known || (accountId !== undefined && !known.sender.accountIds.includes(accountId))) {
    throw wrongParameter('sender', 'unknown-sender', 'The account has no sender of this name.');
  }
  return known.sender.id;
}

async function phoneOf({ accounts }: ApiContext, phone: string, accountId: string | undefined): Promise<string> {
  const account = accountId === undefined ? undefined : await accounts.byId(accountId);
  // A plus in a query reads as a space.
  const read = parsePhone(phone, (account?.defaultCountry as CountryCode | null) ?? undefined);
  if (!read.ok) throw wrongParameter('phone', 'invalid-phone', read.reason);
  return read.e164;
}

function wrongParameter(parameter: string, code: string, detail: string): Problem {
  return new Problem('invalid-request', { errors: [{ parameter, code, detail }] });
}
