/** API keys: made, listed and revoked by administrators, each within what their own key is for. */
import {
  type ApiKey,
  type ApiKeyRow,
  findApiKeyById,
  issueApiKey,
  listApiKeys,
  revokeApiKey,
} from '../../db/api-keys.ts';
import { actorOf } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { pageFor, shownOf } from '../paging.ts';
import { Problem } from '../problem.ts';
import { type Route, route } from '../route.ts';
import {
  type CreatedKey,
  createdKeySchema,
  type KeyPage,
  type KeyView,
  keyPageSchema,
  keyQuerySchema,
  keySchema,
  newKeySchema,
} from '../schemas/keys.ts';

const TAG = 'API keys';

export function keyRoutes(context: ApiContext): Route[] {
  const { db } = context;

  const create = route({
    method: 'post',
    path: '/v1/keys',
    tag: TAG,
    summary: 'Make an API key',
    description: 'The key is in this answer and nowhere else: keep it. Several may be in use at once, to change over.',
    scope: 'admin',
    body: newKeySchema,
    answers: { 201: { description: 'The key, for the only time.', schema: createdKeySchema } },
    handle: async ({ body: { account, expiresAt, ...body }, key: own, res }) => {
      const accountId = await accountOfNew(context, own, account);
      if (own.kind === 'test' && body.kind !== 'test') {
        throw new Problem('forbidden', { detail: 'A test key makes test keys only.' });
      }
      const input = { ...body, accountId, ...(expiresAt === undefined ? {} : { expiresAt }) };
      const { key, row } = await issueApiKey(db, input, actorOf(own));
      const created: CreatedKey = { ...viewOf(row), key };
      res.status(201).location(`/v1/keys/${row.id}`).json(created);
    },
  });

  const list = route({
    method: 'get',
    path: '/v1/keys',
    tag: TAG,
    summary: 'A page of API keys, newest first',
    description: 'Never the keys themselves, of which only a hash is kept.',
    scope: 'admin',
    query: keyQuerySchema,
    answers: { 200: { description: 'The page.', schema: keyPageSchema } },
    handle: async ({ query, key, res }) => {
      if (key.accountId !== null && query.account !== undefined && query.account !== key.accountId) {
        throw new Problem('forbidden');
      }
      const accountId = key.accountId ?? query.account;
      const filter = {
        ...(accountId === undefined ? {} : { accountId }),
        ...(query.state === undefined ? {} : { state: query.state }),
      };
      const { shown, nextCursor } = shownOf(await listApiKeys(db, filter, pageFor(query)), query);
      res.json({ keys: shown.map(viewOf), nextCursor } satisfies KeyPage);
    },
  });

  const read = route({
    method: 'get',
    path: '/v1/keys/:id',
    tag: TAG,
    summary: 'An API key, but for the key itself',
    scope: 'admin',
    answers: { 200: { description: 'What is known of it.', schema: keySchema } },
    handle: async ({ params: { id = '' }, key, res }) => {
      const row = await findApiKeyById(db, id, key.accountId);
      if (!row) throw new Problem('not-found');
      res.json(viewOf(row));
    },
  });

  const revoke = route({
    method: 'post',
    path: '/v1/keys/:id/revoke',
    tag: TAG,
    summary: 'Revoke an API key',
    description: 'Within five seconds every API process refuses it. It cannot be taken back.',
    scope: 'admin',
    answers: { 200: { description: 'It is revoked.', schema: keySchema } },
    problems: ['conflict'],
    handle: async ({ params: { id = '' }, key, res }) => {
      const row = await revokeApiKey(db, id, key.accountId, actorOf(key));
      if (!row) throw new Problem('not-found');
      if (row === 'last') {
        throw new Problem('conflict', {
          detail: 'It is the last live key with the scope admin for all accounts. Make another one first.',
        });
      }
      res.json(viewOf(row));
    },
  });

  return [create, list, read, revoke];
}

/** @throws Problem */
async function accountOfNew({ accounts }: ApiContext, own: ApiKey, named: string | null | undefined) {
  if (own.accountId !== null) {
    if (named !== undefined && named !== own.accountId) throw new Problem('forbidden');
    return own.accountId;
  }
  if (named === null) return null;
  const mend = 'Put the id of an account, or null for a key that is for all accounts.';
  if (named === undefined) throw wrongAccount('missing', 'Is missing.', mend);
  const account = await accounts.byId(named);
  if (account?.archivedAt !== null) throw wrongAccount('unknown-account', 'There is no account with this id.', mend);
  return account.id;
}

function wrongAccount(code: string, detail: string, mend: string): Problem {
  return new Problem('invalid-request', { errors: [{ pointer: '#/account', code, detail, mend }] });
}

function viewOf(row: ApiKeyRow): KeyView {
  const { id, accountId, name, kind, scopes, hint, createdAt, expiresAt, revokedAt, lastUsedAt } = row;
  const isOver = expiresAt !== null && expiresAt.getTime() <= Date.now();
  return {
    id,
    account: accountId,
    name,
    kind,
    scopes,
    hint,
    state: revokedAt ? 'revoked' : isOver ? 'expired' : 'active',
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
  };
}
