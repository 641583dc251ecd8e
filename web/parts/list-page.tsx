import type { ReactNode } from 'react';
import { Filters } from './filters.tsx';
import { PageFrame, type PageFrameProps } from './page-frame.tsx';
import type { PagedList } from './paged-list.ts';
import { PagedTable, type PagedTableProps } from './paged-table.tsx';

export interface ListProps<Page, Row> extends Omit<PagedTableProps<Page, Row>, 'result'> {
  list: PagedList<never, Page>;
  /** Inputs of filters. */
  filters?: ReactNode;
  /** Between filters and rows. */
  note?: ReactNode;
}

/** A page whose subject is one list. */
export function ListPage<Page extends { nextCursor: string | null }, Row>({
  title,
  actions,
  ...list
}: ListProps<Page, Row> & Omit<PageFrameProps, 'children'>) {
  return (
    <PageFrame title={title} actions={actions}>
      <List {...list} />
    </PageFrame>
  );
}

/** The same within a page that shows something else as well. */
export function List<Page extends { nextCursor: string | null }, Row>({
  list,
  filters,
  note,
  ...table
}: ListProps<Page, Row>) {
  return (
    <>
      {filters && (
        <Filters isSet={list.hasFilters} onClear={list.clear}>
          {filters}
        </Filters>
      )}
      {note}
      <PagedTable {...table} list={list} result={list.result} />
    </>
  );
}
