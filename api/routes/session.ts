/** Signing in to the admin pages. */
import type { ApiKey } from '../../db/api-keys.ts';
import { sessionBehind } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { Problem } from '../problem.ts';
import { type Route, route } from '../route.ts';
import { type SessionView, sessionSchema } from '../schemas/session.ts';
import { cookieOptions, newSession, SESSION_COOKIE, sealSession } from '../session.ts';

export function sessionRoutes({ secretKeys, accounts, publicUrl, temporalUi }: ApiContext): Route[] {
  const isSecure = (secure: boolean) => secure || (publicUrl ?? '').startsWith('https:');

  async function viewOf(key: ApiKey, expiresAt: Date | undefined): Promise<SessionView> {
    const account = key.accountId === null ? undefined : await accounts.byId(key.accountId);
    return {
      key: { id: key.id, name: key.name, kind: key.kind, scopes: key.scopes },
      account: account ? { id: account.id, name: account.name } : null,
      expiresAt: expiresAt?.toISOString() ?? null,
      // The namespace is shared by all accounts.
      temporal: key.accountId === null ? (temporalUi ?? null) : null,
    };
  }

  const begin = route({
    method: 'post',
    path: '/v1/session',
    tag: 'Session',
    summary: 'Sign in to the admin pages with an API key',
    description:
      'Sets a cookie that stands for the key for twelve hours, or until the key is over or revoked. Requests with it ' +
      'that change something need the header `X-Requested-With: durable-sms`.',
    scope: 'any',
    answers: { 200: { description: 'Who is signed in.', schema: sessionSchema } },
    handle: async ({ req, res, key }) => {
      if (sessionBehind(res)) throw new Problem('forbidden', { detail: 'A session is begun with a key.' });
      const session = newSession(key.id, key.expiresAt);
      res.cookie(SESSION_COOKIE, sealSession(session, secretKeys), {
        ...cookieOptions(isSecure(req.secure)),
        expires: session.expiresAt,
      });
      res.json(await viewOf(key, session.expiresAt));
    },
  });

  const show = route({
    method: 'get',
    path: '/v1/session',
    tag: 'Session',
    summary: 'Who is signed in, or whose key this is',
    scope: 'any',
    answers: { 200: { description: 'The key, without the key itself.', schema: sessionSchema } },
    handle: async ({ res, key }) => {
      res.json(await viewOf(key, sessionBehind(res)?.expiresAt));
    },
  });

  const end = route({
    method: 'delete',
    path: '/v1/session',
    tag: 'Session',
    summary: 'Sign out: the browser forgets the cookie',
    scope: 'any',
    answers: { 204: { description: 'Signed out.' } },
    handle: ({ req, res }) => {
      res.clearCookie(SESSION_COOKIE, cookieOptions(isSecure(req.secure)));
      res.status(204).end();
    },
  });

  return [begin, show, end];
}
