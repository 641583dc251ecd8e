import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { SessionView } from '../../api/schemas/session.ts';
import { ApiError, call, get } from './client.ts';
import { SESSION_KEY } from './query-client.ts';

export type Scope = SessionView['key']['scopes'][number];

/** Who is signed in; null: nobody. */
export function useSession() {
  return useQuery({
    queryKey: SESSION_KEY,
    queryFn: async ({ signal }): Promise<SessionView | null> => {
      try {
        return await get<SessionView>('/v1/session', undefined, signal);
      } catch (err) {
        if (err instanceof ApiError && err.status === 401) return null;
        throw err;
      }
    },
    staleTime: 60_000,
  });
}

/** Within a page, where somebody is signed in. `may` tells whether the key has a scope; an administrator has all. */
export function useSignedIn(): { session: SessionView; may: (scope: Scope) => boolean; isOperator: boolean } {
  const { data } = useSession();
  if (!data) throw new Error('nobody is signed in');
  return { session: data, may: (scope) => may(data, scope), isOperator: data.account === null };
}

export function may({ key }: SessionView, scope: Scope): boolean {
  return key.scopes.includes(scope) || key.scopes.includes('admin');
}

export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (key: string) => {
      // What cannot stand in a header cannot be a key.
      if (!/^[\x21-\x7e]+$/.test(key)) throw new ApiError(401, undefined);
      return await call<SessionView>('POST', '/v1/session', { headers: { authorization: `Bearer ${key}` } });
    },
    onSuccess: (session) => changeSession(client, session),
  });
}

/** Also of a session that is over already. */
export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call('DELETE', '/v1/session'),
    onSuccess: () => changeSession(client, null),
  });
}

/** What another key was shown is forgotten. */
function changeSession(client: QueryClient, session: SessionView | null): void {
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION_KEY[0] });
  client.setQueryData(SESSION_KEY, session);
}
