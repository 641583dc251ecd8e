import { Button, Group, Stack } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { DataTable, type DataTableProps } from './data-table.tsx';
import { EmptyState } from './empty-state.tsx';
import type { ListQuery } from './list-query.ts';
import { Loaded } from './loaded.tsx';

export interface PagedTableProps<Page, Row> extends Omit<DataTableProps<Row>, 'rows'> {
  result: UseQueryResult<Page>;
  rowsOf: (page: Page) => Row[];
  list: Pick<ListQuery<string>, 'isFirst' | 'first' | 'next'>;
  /** Where there is no row. */
  empty: string;
}

/** A page of a list, with its loading, error and empty states, and the way to the next page. */
export function PagedTable<Page extends { nextCursor: string | null }, Row>({
  result,
  rowsOf,
  list,
  empty,
  ...table
}: PagedTableProps<Page, Row>) {
  const { t } = useTranslation();
  return (
    <Loaded result={result}>
      {(page) => {
        const rows = rowsOf(page);
        const { nextCursor } = page;
        return (
          <Stack gap="sm">
            {rows.length === 0 ? <EmptyState text={empty} /> : <DataTable {...table} rows={rows} />}
            <Group justify="flex-end">
              {!list.isFirst && (
                <Button variant="default" size="compact-md" onClick={list.first}>
                  {t('parts.first')}
                </Button>
              )}
              {nextCursor !== null && (
                <Button variant="default" size="compact-md" onClick={() => list.next(nextCursor)}>
                  {t('parts.next')}
                </Button>
              )}
            </Group>
          </Stack>
        );
      }}
    </Loaded>
  );
}
