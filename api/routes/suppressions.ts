/** Suppress lists: adding, removing, looking up, listing, exporting. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  addSuppression,
  listSuppressions,
  pagesOfList,
  removeSuppression,
  type Suppression,
  suppressionsOf,
} from '../../db/suppressions.ts';
import { type CountryCode, parsePhone } from '../../sms/phone.ts';
import { actorOf, may } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { csvLine } from '../csv.ts';
import { pageFor, shownOf } from '../paging.ts';
import { Problem } from '../problem.ts';
import { type Route, route } from '../route.ts';
import {
  type AddedSuppression,
  addedSuppressionSchema,
  newSuppressionSchema,
  type SuppressionLookup,
  type SuppressionPage,
  suppressionExportQuerySchema,
  suppressionListQuerySchema,
  suppressionLookupQuerySchema,
  suppressionLookupSchema,
  suppressionPageSchema,
} from '../schemas/suppressions.ts';
import { accountNamed, countryOf, suppressionView, suppressListOf, wrongField } from '../suppress-list.ts';

const TAG = 'Suppress lists';
/** Entries that an export holds at a time. */
const EXPORT_PAGE = 2_000;

export function suppressionRoutes(context: ApiContext): Route[] {
  const { db, deliveries, background } = context;

  const list = route({
    method: 'get',
    path: '/v1/suppressions',
    tag: TAG,
    summary: 'A page of one suppress list, newest first',
    scope: 'suppressions:read',
    query: suppressionListQuerySchema,
    answers: { 200: { description: 'The page.', schema: suppressionPageSchema } },
    problems: ['account-required'],
    handle: async ({ query, key, res }) => {
      const { accountId, country } = await suppressListOf(context, key, query, 'query');
      const { source, phone, from, to } = query;
      const filter = {
        accountId,
        ...(source === undefined ? {} : { source }),
        ...(phone === undefined ? {} : { phone: phoneIn(phone, country, 'query') }),
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
      };
      const { shown, nextCursor } = shownOf(await listSuppressions(db, filter, pageFor(query)), query);
      const suppressions = shown.map((row) => suppressionView(row, key));
      res.json({ suppressions, nextCursor } satisfies SuppressionPage);
    },
  });

  const add = route({
    method: 'post',
    path: '/v1/suppressions',
    tag: TAG,
    summary: 'Put a phone on a suppress list',
    description:
      'When it is answered, nothing leaves any more for the phone from the accounts that the list holds for.',
    scope: 'suppressions:write',
    body: newSuppressionSchema,
    answers: {
      200: { description: 'The phone was on the list already: its entry.', schema: addedSuppressionSchema },
      201: { description: 'The entry.', schema: addedSuppressionSchema },
    },
    problems: ['account-required'],
    handle: async ({ body, key, res }) => {
      const { accountId, country } = await suppressListOf(context, key, body, 'body');
      const { suppression, added, ended } = await addSuppression(db, actorOf(key), {
        accountId,
        phone: phoneIn(body.phone, country, 'body'),
        source: key.accountId === null ? 'operator' : 'api',
        ...(body.reason === undefined ? {} : { reason: body.reason }),
        ...(body.note === undefined ? {} : { note: body.note }),
      });
      const answer: AddedSuppression = { ...suppressionView(suppression, key), endedMessages: ended.length };
      res.status(added ? 201 : 200).json(answer);
      for (const id of ended) {
        const end = { status: 'suppressed', source: 'suppress-list' } as const;
        background.run(() => deliveries.signalEnd(id, 'stopWord', end, `stop:${id}`));
      }
    },
  });

  const remove = route({
    method: 'delete',
    path: '/v1/suppressions/:id',
    tag: TAG,
    summary: 'Take an entry off its suppress list',
    description: 'Messages that it has ended stay ended.',
    scope: 'suppressions:write',
    answers: { 204: { description: 'It is gone.' } },
    handle: async ({ params, key, res }) => {
      const gone = await removeSuppression(db, actorOf(key), params.id ?? '', key.accountId ?? undefined);
      if (!gone) throw new Problem('not-found');
      res.status(204).end();
    },
  });

  const lookup = route({
    method: 'get',
    path: '/v1/suppressions/lookup',
    tag: TAG,
    summary: 'The suppress lists that a phone is on',
    description: 'Of all lists that the key may see: of an account its own; with a key for all accounts every one.',
    scope: 'suppressions:read',
    query: suppressionLookupQuerySchema,
    answers: { 200: { description: 'Its entries; none: it is on no list.', schema: suppressionLookupSchema } },
    handle: async ({ query, key, res }) => {
      const account = await accountNamed(context, key, query.account, 'query');
      // A plus in a query reads as a space.
      const rows = await suppressionsOf(db, phoneIn(query.phone, countryOf(account), 'query'));
      const seen = rows.filter(({ accountId }) =>
        accountId === null ? key.accountId === null : account === undefined || accountId === account.id,
      );
      res.json({ suppressions: seen.map((row) => suppressionView(row, key)) } satisfies SuppressionLookup);
    },
  });

  const exported = route({
    method: 'get',
    path: '/v1/suppressions/export',
    tag: TAG,
    summary: 'One suppress list as CSV, newest first',
    description:
      'Columns phone, reason, source, note, createdAt. Needs the scope phones:read too. It can be imported again. A ' +
      'cell that a spreadsheet would run as a formula has an apostrophe before it.',
    scope: 'suppressions:read',
    query: suppressionExportQuerySchema,
    answers: { 200: { description: 'The list.', contentType: 'text/csv' } },
    problems: ['account-required'],
    handle: async ({ query, key, res }) => {
      if (!may(key, 'phones:read')) {
        throw new Problem('forbidden', { detail: 'An export shows phones: the key needs the scope phones:read too.' });
      }
      const { accountId } = await suppressListOf(context, key, query, 'query');
      const pages = pagesOfList(db, accountId, EXPORT_PAGE);
      // Before anything is answered, so that trouble still can be.
      const first = await pages.next();
      res.set('content-type', 'text/csv; charset=utf-8');
      res.set('content-disposition', 'attachment; filename="suppressions.csv"');
      const lines = linesOf(first.done ? [] : first.value, pages);
      await pipeline(Readable.from(lines), res).catch((err: unknown) => {
        if (!isHungUp(err)) throw err;
      });
    },
  });

  return [list, add, lookup, exported, remove];
}

/** @throws Problem */
function phoneIn(phone: string, country: CountryCode | undefined, where: 'body' | 'query'): string {
  const read = parsePhone(phone, country);
  if (!read.ok) throw wrongField(where, 'phone', 'invalid-phone', read.reason);
  return read.e164;
}

async function* linesOf(first: Suppression[], rest: AsyncIterable<Suppression[]>): AsyncGenerator<string> {
  yield csvLine(['phone', 'reason', 'source', 'note', 'createdAt']);
  yield first.map(lineOf).join('');
  for await (const page of rest) yield page.map(lineOf).join('');
}

function lineOf({ phone, reason, source, note, createdAt }: Suppression): string {
  return csvLine([phone, reason ?? '', source, note ?? '', createdAt.toISOString()]);
}

function isHungUp(err: unknown): boolean {
  return err instanceof Error && 'code' in err && err.code === 'ERR_STREAM_PREMATURE_CLOSE';
}
