import { useSearchParams } from 'wouter';

export interface ListQuery<Name extends string> {
  /** By name; '' where a filter is not set. */
  filters: Record<Name, string>;
  /** Of the request: filters and cursor. */
  query: Record<Name | 'cursor', string>;
  set: (name: Name, value: string) => void;
  clear: () => void;
  hasFilters: boolean;
  /** Whether this is the first page. */
  isFirst: boolean;
  first: () => void;
  next: (cursor: string) => void;
}

/**
 * Filters and cursor of a list, kept in the address: a link shows the same, and the browser's way back is the way to the
 * page before. The names are those of the API's query.
 */
export function useListQuery<Name extends string>(names: readonly Name[]): ListQuery<Name> {
  const [params, setParams] = useSearchParams();
  const filters = Object.fromEntries(names.map((name) => [name, params.get(name) ?? ''])) as Record<Name, string>;
  const cursor = params.get('cursor') ?? '';

  const change = (value: string, name: string, replace: boolean) =>
    setParams(
      (now) => {
        const changed = new URLSearchParams(now);
        if (name !== 'cursor') changed.delete('cursor');
        if (value === '') changed.delete(name);
        else changed.set(name, value);
        return changed;
      },
      { replace },
    );

  return {
    filters,
    query: { ...filters, cursor },
    set: (name, value) => change(value, name, true),
    clear: () => setParams(new URLSearchParams(), { replace: true }),
    hasFilters: names.some((name) => filters[name] !== ''),
    isFirst: cursor === '',
    first: () => change('', 'cursor', false),
    next: (after) => change(after, 'cursor', false),
  };
}
