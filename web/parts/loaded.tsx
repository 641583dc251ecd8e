import type { ReactNode } from 'react';
import { ErrorState } from './error-state.tsx';
import { Loading } from './loading.tsx';

export interface LoadedProps<Data> {
  /** Of `useQuery`. */
  result: { data: Data | undefined; error: unknown; isPending: boolean; refetch: () => unknown };
  children: (data: Data) => ReactNode;
}

/** What was read, or that it is being read; of what could not be read anew, what is known from before as well. */
export function Loaded<Data>({ result: { data, error, isPending, refetch }, children }: LoadedProps<Data>) {
  if (isPending) return <Loading />;
  return (
    <>
      {Boolean(error) && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data !== undefined && children(data)}
    </>
  );
}
