import { MutationCache, type Query, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from './client.ts';

const TRIES = 3;

/** 401: the session is over, or the key was revoked. Signing in comes in place of the page. */
function onError(error: unknown): void {
  if (error instanceof ApiError && error.status === 401) queryClient.setQueryData(SESSION_KEY, null);
}

/** The API is back: what it could not be asked meanwhile is asked again, such as the choices beside a list. */
function onSuccess(): void {
  const isLeft = ({ state: { status, error } }: Query) =>
    status === 'error' && error instanceof ApiError && error.status === 0;
  void queryClient.refetchQueries({ type: 'active', predicate: isLeft }, { cancelRefetch: false });
}

export const SESSION_KEY = ['session'] as const;

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError, onSuccess }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // What the API refuses it refuses again; it may be away for a moment.
      retry: (failed, error) => failed < TRIES && error instanceof ApiError && isAway(error),
      // The browser's own guess of being offline is wrong for an API on this machine.
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});

function isAway({ status }: ApiError): boolean {
  return status === 0 || status >= 502;
}
