import {
  keepPreviousData,
  type QueryKey,
  type UseQueryOptions,
  type UseQueryResult,
  useQuery,
} from '@tanstack/react-query';
import { wrongFields } from '../api/client.ts';
import type { FilterInput } from './filters.tsx';
import { type ListQuery, useListQuery } from './list-query.ts';

export interface PagedList<Name extends string, Page> extends ListQuery<Name> {
  result: UseQueryResult<Page>;
  /** Its value, how it is changed, and what the API says is wrong with it. */
  filter: (name: Name) => FilterInput;
}

export interface PagedListOptions<Name extends string, Page>
  extends Pick<UseQueryOptions<Page>, 'refetchInterval' | 'refetchOnWindowFocus'> {
  /** Of the query, before filters and cursor. */
  key: QueryKey;
  /** As the API's query names them. */
  filters: readonly Name[];
  read: (query: ListQuery<Name>['query'], signal: AbortSignal) => Promise<Page>;
}

/** A page of a list of the API, by the filters and the cursor that stand in the address. */
export function usePagedList<Name extends string, Page>({
  key,
  filters: names,
  read,
  ...options
}: PagedListOptions<Name, Page>): PagedList<Name, Page> {
  const list = useListQuery(names);
  const { filters, query, set } = list;
  const result = useQuery({
    ...options,
    queryKey: [...key, query],
    queryFn: ({ signal }) => read(query, signal),
    placeholderData: keepPreviousData,
  });
  const wrong = wrongFields(result.error);
  return {
    ...list,
    result,
    filter: (name) => ({ value: filters[name], onChange: (value) => set(name, value), error: wrong[name] }),
  };
}
