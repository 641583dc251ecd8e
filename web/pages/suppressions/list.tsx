/** One suppress list: who is on it, and since when. */
import { Button, Select } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { SuppressionPage, SuppressionView } from '../../../api/schemas/suppressions.ts';
import { ApiError, get, queryString } from '../../api/client.ts';
import { useSignedIn } from '../../api/session.ts';
import { Filters, TextFilter, TimeFilter } from '../../parts/filters.tsx';
import { useListQuery } from '../../parts/list-query.ts';
import { PageFrame } from '../../parts/page-frame.tsx';
import { PagedTable } from '../../parts/paged-table.tsx';
import { AddButton } from './add.tsx';
import { useColumns } from './columns.tsx';
import { ListSelect, useListNamed } from './which-list.tsx';

/** A record, so that none of the API's can be forgotten. */
const SOURCES: Record<SuppressionView['source'], true> = {
  'stop-word': true,
  api: true,
  import: true,
  gateway: true,
  operator: true,
};
const sources = Object.keys(SOURCES) as SuppressionView['source'][];

export default function Suppressions() {
  const { t } = useTranslation();
  const { may } = useSignedIn();
  const list = useListQuery(['account', 'phone', 'source', 'from', 'to']);
  const { filters, set } = list;
  const named = useListNamed(filters.account);
  const query = { ...list.query, ...named };
  const result = useQuery({
    queryKey: ['suppressions', query],
    queryFn: ({ signal }) => get<SuppressionPage>('/v1/suppressions', query, signal),
    placeholderData: keepPreviousData,
  });
  const wrong = result.error instanceof ApiError ? result.error.fields() : {};
  const columns = useColumns({ withList: false });
  return (
    <PageFrame
      title={t('suppressions.title')}
      actions={
        <>
          <Button variant="default" component={Link} href="/suppressions/lookup">
            {t('suppressions.lookup.open')}
          </Button>
          <Button variant="default" component={Link} href="/suppressions/imports">
            {t('suppressions.imports.open')}
          </Button>
          {may('phones:read') && (
            <Button variant="default" component="a" href={`/v1/suppressions/export${queryString(named)}`} download>
              {t('suppressions.export')}
            </Button>
          )}
          {may('suppressions:write') && <AddButton account={filters.account} />}
        </>
      }
    >
      <Filters isSet={list.hasFilters} onClear={list.clear}>
        <ListSelect
          value={filters.account}
          onChange={(account) => set('account', account)}
          error={wrong.account ?? wrong.list}
        />
        <TextFilter
          label={t('suppressions.phone')}
          description={t('suppressions.phoneHelp')}
          value={filters.phone}
          onChange={(value) => set('phone', value)}
          error={wrong.phone}
        />
        <Select
          label={t('suppressions.source')}
          placeholder={t('suppressions.anySource')}
          data={sources.map((value) => ({ value, label: t(`suppressions.sources.${value}`) }))}
          value={filters.source === '' ? null : filters.source}
          onChange={(value) => set('source', value ?? '')}
          error={wrong.source}
          clearable
          clearButtonProps={{ 'aria-label': t('parts.clearFilters') }}
          flex="1 1 160px"
        />
        <TimeFilter
          label={t('parts.from')}
          value={filters.from}
          onChange={(value) => set('from', value)}
          error={wrong.from}
        />
        <TimeFilter label={t('parts.to')} value={filters.to} onChange={(value) => set('to', value)} error={wrong.to} />
      </Filters>
      <PagedTable
        label={t('suppressions.table')}
        empty={t('suppressions.empty')}
        result={result}
        rowsOf={({ suppressions }) => suppressions}
        rowId={({ id }) => id}
        columns={columns}
        list={list}
        minWidth={760}
      />
    </PageFrame>
  );
}
