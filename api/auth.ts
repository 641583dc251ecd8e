/** Who calls, and what the key may do. */
import { createHash } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import type { Account } from '../db/accounts.ts';
import { type ApiKey, findApiKey, findWorkingApiKey, noteKeyUse, type Scope } from '../db/api-keys.ts';
import type { Actor } from '../db/audit.ts';
import type { Db } from '../db/connection.ts';
import type { SecretKey } from '../db/secrets.ts';
import type { Background } from './background.ts';
import { createCache } from './cache.ts';
import { createKeyUse } from './key-use.ts';
import { Problem } from './problem.ts';
import type { Accounts } from './senders.ts';
import { isFromOurPages, type Session, sessionOf } from './session.ts';

/** A revoked key is refused after this at the latest. */
const KEEP_MS = 5_000;

export interface Auth {
  /** Lets in whoever has a key with the scope; `any`: whoever has a key. */
  requires(scope: Scope | 'any'): RequestHandler;
  /** Whether a request that was let in would be now. */
  stillIn(req: Request): Promise<boolean>;
}

/** By a key in the header, or by a session of the admin pages, which stands for one. */
export function createAuth(db: Db, secretKeys: readonly SecretKey[], background: Background): Auth {
  const known = createCache<ApiKey>(KEEP_MS);
  const noteUse = createKeyUse(background, (ids) => noteKeyUse(db, ids));

  async function find(req: Request): Promise<{ key: ApiKey; session: Session | undefined } | undefined> {
    const { authorization } = req.headers;
    const session = authorization === undefined ? sessionOf(req, secretKeys) : undefined;
    const key = session ? await known.get(session.keyId, () => findWorkingApiKey(db, session.keyId)) : await sent(req);
    return key && !(key.expiresAt && key.expiresAt.getTime() <= Date.now()) ? { key, session } : undefined;
  }

  async function sent({ headers }: Request): Promise<ApiKey | undefined> {
    const [, key] = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '') ?? [];
    if (key === undefined) return undefined;
    const hash = createHash('sha256').update(key).digest('base64');
    return await known.get(hash, () => findApiKey(db, key));
  }

  return {
    stillIn: async (req) => (await find(req)) !== undefined,
    requires: (scope) => async (req, res, next) => {
      const found = await find(req);
      if (!found) throw unauthorised();
      const { key, session } = found;
      noteUse(key.id);
      Object.assign(res.locals, { key, session });
      if (session && !isFromOurPages(req)) throw new Problem('forbidden', { detail: FOREIGN });
      if (scope !== 'any' && !may(key, scope)) throw new Problem('forbidden');
      next();
    },
  };
}

/** Of a request that `requires` let in. */
export function keyOf(res: Response): ApiKey {
  return res.locals.key as ApiKey;
}

/** Of a request that `requires` let in; undefined where a key was sent. */
export function sessionBehind(res: Response): Session | undefined {
  return res.locals.session as Session | undefined;
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

const FOREIGN = 'With a session instead of a key, what changes something needs X-Requested-With: durable-sms.';

/** The same for every key that does not do: nothing tells what is wrong with it. */
function unauthorised(): Problem {
  return new Problem('unauthorised', {
    detail: 'Send an API key that is valid in the header Authorization, after the word Bearer.',
    headers: { 'www-authenticate': 'Bearer' },
  });
}
