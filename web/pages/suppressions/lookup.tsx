/** One phone over all suppress lists. */
import { Anchor, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { SuppressionLookup } from '../../../api/schemas/suppressions.ts';
import { ApiError, get } from '../../api/client.ts';
import { useSignedIn } from '../../api/session.ts';
import { AccountSelect } from '../../parts/account.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import { Filters, TextFilter } from '../../parts/filters.tsx';
import { useListQuery } from '../../parts/list-query.ts';
import { Loading } from '../../parts/loading.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { useColumns } from './columns.tsx';

export default function Lookup() {
  const { t } = useTranslation();
  const { isOperator } = useSignedIn();
  const { filters, set, clear, hasFilters } = useListQuery(['phone', 'account']);
  const result = useQuery({
    queryKey: ['suppressions', 'lookup', filters],
    queryFn: ({ signal }) => get<SuppressionLookup>('/v1/suppressions/lookup', filters, signal),
    enabled: filters.phone !== '',
  });
  const wrong = result.error instanceof ApiError ? result.error.fields() : {};
  return (
    <PageFrame title={t('suppressions.lookup.title')}>
      <Text size="sm">
        {t('suppressions.lookup.help')}{' '}
        <Anchor component={Link} href="/suppressions" size="sm">
          {t('suppressions.title')}
        </Anchor>
      </Text>
      <Filters isSet={hasFilters} onClear={clear}>
        <TextFilter
          label={t('suppressions.phone')}
          description={t('suppressions.phoneHelp')}
          value={filters.phone}
          onChange={(phone) => set('phone', phone)}
          error={wrong.phone}
        />
        {isOperator && (
          <AccountSelect value={filters.account} onChange={(id) => set('account', id)} error={wrong.account} />
        )}
      </Filters>
      {filters.phone === '' ? <EmptyState text={t('suppressions.lookup.start')} /> : <Found result={result} />}
    </PageFrame>
  );
}

function Found({ result }: { result: ReturnType<typeof useQuery<SuppressionLookup>> }) {
  const { t } = useTranslation();
  const columns = useColumns({ withList: true });
  const { data, error, isPending, refetch } = result;
  if (isPending) return <Loading />;
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (data.suppressions.length === 0) return <EmptyState text={t('suppressions.lookup.none')} />;
  return (
    <DataTable
      label={t('suppressions.lookup.table')}
      columns={columns}
      rows={data.suppressions}
      rowId={({ id }) => id}
      minWidth={760}
    />
  );
}
