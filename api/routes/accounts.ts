/** Accounts: operators make and change them, an account's own keys read their own. */
import {
  type Account,
  createAccount,
  findAccount,
  listAccounts,
  setArchived,
  updateAccount,
} from '../../db/accounts.ts';
import type { ApiKey } from '../../db/api-keys.ts';
import { isUniqueViolation } from '../../db/unique.ts';
import { actorOf } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { pageFor, shownOf } from '../paging.ts';
import { Problem } from '../problem.ts';
import { type Route, route } from '../route.ts';
import {
  type AccountPage,
  type AccountView,
  accountChangeSchema,
  accountPageSchema,
  accountQuerySchema,
  accountSchema,
  newAccountSchema,
} from '../schemas/accounts.ts';

const TAG = 'Accounts';

export function accountRoutes({ db }: ApiContext): Route[] {
  const list = route({
    method: 'get',
    path: '/v1/accounts',
    tag: TAG,
    summary: 'A page of accounts, newest first',
    description: "A key of an account sees its own only; an operator's key sees all.",
    scope: 'any',
    query: accountQuerySchema,
    answers: { 200: { description: 'The page.', schema: accountPageSchema } },
    handle: async ({ query, key, res }) => {
      const filter = {
        ...(key.accountId === null ? {} : { id: key.accountId }),
        ...(query.name === undefined ? {} : { name: query.name }),
        ...(query.state === 'all' ? {} : { archived: query.state === 'archived' }),
      };
      const { shown, nextCursor } = shownOf(await listAccounts(db, filter, pageFor(query)), query);
      res.json({ accounts: shown.map(viewOf), nextCursor } satisfies AccountPage);
    },
  });

  const create = route({
    method: 'post',
    path: '/v1/accounts',
    tag: TAG,
    summary: 'Make an account',
    description: 'With a key for all accounts.',
    scope: 'admin',
    body: newAccountSchema,
    answers: { 201: { description: 'It is there.', schema: accountSchema } },
    problems: ['conflict'],
    handle: async ({ body, key, res }) => {
      requireOperator(key);
      const id = await unlessTaken(body.name, () => createAccount(db, body, actorOf(key)));
      res
        .status(201)
        .location(`/v1/accounts/${id}`)
        .json(viewOf(found(await findAccount(db, { id }))));
    },
  });

  const read = route({
    method: 'get',
    path: '/v1/accounts/:id',
    tag: TAG,
    summary: 'An account',
    description: "A key of an account reads its own only; an operator's key reads any.",
    scope: 'any',
    answers: { 200: { description: 'The account.', schema: accountSchema } },
    handle: async ({ params: { id = '' }, key, res }) => {
      if (key.accountId !== null && key.accountId !== id) throw new Problem('not-found');
      res.json(viewOf(found(await findAccount(db, { id }))));
    },
  });

  const change = route({
    method: 'patch',
    path: '/v1/accounts/:id',
    tag: TAG,
    summary: 'Rename an account, or change its country',
    description: 'With a key for all accounts. What is left out stays.',
    scope: 'admin',
    body: accountChangeSchema,
    answers: { 200: { description: 'As it is now.', schema: accountSchema } },
    problems: ['conflict'],
    handle: async ({ params: { id = '' }, body, key, res }) => {
      requireOperator(key);
      const account = await unlessTaken(body.name ?? '', () => updateAccount(db, id, given(body), actorOf(key)));
      res.json(viewOf(found(account)));
    },
  });

  const archive = route({
    method: 'post',
    path: '/v1/accounts/:id/archive',
    tag: TAG,
    summary: 'Archive an account',
    description:
      'With a key for all accounts. Within seconds its keys are refused and nothing is accepted for it. Messages that ' +
      'were accepted go on. Its name stays taken.',
    scope: 'admin',
    answers: { 200: { description: 'It is archived.', schema: accountSchema } },
    handle: async ({ params: { id = '' }, key, res }) => {
      requireOperator(key);
      res.json(viewOf(found(await setArchived(db, id, true, actorOf(key)))));
    },
  });

  const restore = route({
    method: 'post',
    path: '/v1/accounts/:id/restore',
    tag: TAG,
    summary: 'Restore an archived account',
    description: 'With a key for all accounts. Its keys that were not revoked are taken again.',
    scope: 'admin',
    answers: { 200: { description: 'It is in use.', schema: accountSchema } },
    handle: async ({ params: { id = '' }, key, res }) => {
      requireOperator(key);
      res.json(viewOf(found(await setArchived(db, id, false, actorOf(key)))));
    },
  });

  return [list, create, read, change, archive, restore];
}

/** @throws Problem */
function requireOperator(key: ApiKey): void {
  if (key.accountId === null) return;
  throw new Problem('forbidden', { detail: 'Accounts are made and changed with a key for all accounts.' });
}

/** @throws Problem */
function found(account: Account | undefined): Account {
  if (!account) throw new Problem('not-found');
  return account;
}

/** @throws Problem */
async function unlessTaken<T>(name: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (err) {
    if (!isUniqueViolation(err)) throw err;
    const detail = `There is an account '${name}' already; it may be archived.`;
    const mend = 'Take another name, or rename that account first.';
    throw new Problem('conflict', { detail, errors: [{ pointer: '#/name', code: 'taken', detail, mend }] });
  }
}

/** Without the fields that were left out. */
function given<T extends object>(change: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

function viewOf({ id, name, defaultCountry, createdAt, archivedAt }: Account): AccountView {
  return {
    id,
    name,
    defaultCountry,
    createdAt: createdAt.toISOString(),
    archivedAt: archivedAt?.toISOString() ?? null,
  };
}
