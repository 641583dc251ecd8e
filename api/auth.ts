/** Who calls, and what the key may do. */
import { createHash } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import type { Account } from '../db/accounts.ts';
import { type ApiKey, findApiKey, noteKeyUse, type Scope } from '../db/api-keys.ts';
import type { Actor } from '../db/audit.ts';
import type { Db } from '../db/connection.ts';
import type { Background } from './background.ts';
import { createCache } from './cache.ts';
import { createKeyUse } from './key-use.ts';
import { Problem } from './problem.ts';
import type { Accounts } from './senders.ts';

/** A revoked key is refused after this at the latest. */
const KEEP_MS = 5_000;

export interface Auth {
  /** Lets in whoever has a key with the scope; `any`: whoever has a key. */
  requires(scope: Scope | 'any'): RequestHandler;
}

export function createAuth(db: Db, background: Background): Auth {
  const known = createCache<ApiKey>(KEEP_MS);
  const noteUse = createKeyUse(background, (ids) => noteKeyUse(db, ids));

  async function find(req: Request): Promise<ApiKey | undefined> {
    const [, key] = /^Bearer +(\S+) *$/i.exec(req.headers.authorization ?? '') ?? [];
    if (key === undefined) return undefined;
    const hash = createHash('sha256').update(key).digest('base64');
    const found = await known.get(hash, () => findApiKey(db, key));
    return found?.expiresAt && found.expiresAt.getTime() <= Date.now() ? undefined : found;
  }

  return {
    requires: (scope) => async (req, res, next) => {
      const key = await find(req);
      if (!key) throw unauthorised();
      noteUse(key.id);
      res.locals.key = key;
      if (scope !== 'any' && !may(key, scope)) throw new Problem('forbidden');
      next();
    },
  };
}

/** Of a request that `requires` let in. */
export function keyOf(res: Response): ApiKey {
  return res.locals.key as ApiKey;
}

/** Who changes something with this key, for the audit log. */
export function actorOf(key: ApiKey): Actor {
  return { keyId: key.id, name: key.name };
}

/** An administrator may do everything. */
export function may(key: ApiKey, scope: Scope): boolean {
  return key.scopes.includes(scope) || key.scopes.includes('admin');
}

/**
 * The account that a request acts for: the key's own, or, with a key for all accounts, the one that it names.
 * @throws Problem
 */
export async function accountFor(accounts: Accounts, key: ApiKey, named: string | undefined): Promise<Account> {
  if (key.accountId !== null && named !== undefined && named !== key.accountId) throw new Problem('forbidden');
  const id = key.accountId ?? named;
  if (id === undefined) {
    throw new Problem('account-required', { detail: 'Put the id of the account that sends into the field account.' });
  }
  const account = await accounts.byId(id);
  if (account?.archivedAt === null) return account;
  // The key of an archived account is no key; this request came before that was known.
  if (key.accountId !== null) throw unauthorised();
  throw new Problem('invalid-request', {
    errors: [{ pointer: '#/account', code: 'unknown-account', detail: 'There is no account with this id.' }],
  });
}

/** The same for every key that does not do: nothing tells what is wrong with it. */
function unauthorised(): Problem {
  return new Problem('unauthorised', {
    detail: 'Send an API key that is valid in the header Authorization, after the word Bearer.',
    headers: { 'www-authenticate': 'Bearer' },
  });
}
