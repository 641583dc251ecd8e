/** One phone over all suppress lists. */
import { Anchor, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { SuppressionLookup } from '../../../api/schemas/suppressions.ts';
import { get, wrongFields } from '../../api/client.ts';
import { AccountFilter } from '../../parts/account.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Filters, TextFilter } from '../../parts/filters.tsx';
import { useListQuery } from '../../parts/list-query.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { useColumns } from './columns.tsx';

export default function Lookup() {
  const { t } = useTranslation();
  const { filters, set, clear, hasFilters } = useListQuery(['phone', 'account']);
  const result = useQuery({
    queryKey: ['suppressions', 'lookup', filters],
    queryFn: ({ signal }) => get<SuppressionLookup>('/v1/suppressions/lookup', filters, signal),
    enabled: filters.phone !== '',
  });
  const wrong = wrongFields(result.error);
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
        <AccountFilter value={filters.account} onChange={(id) => set('account', id)} error={wrong.account} />
      </Filters>
      {filters.phone === '' ? (
        <EmptyState text={t('suppressions.lookup.start')} />
      ) : (
        <Loaded result={result}>{(found) => <Found found={found} />}</Loaded>
      )}
    </PageFrame>
  );
}

function Found({ found: { suppressions } }: { found: SuppressionLookup }) {
  const { t } = useTranslation();
  const columns = useColumns({ withList: true });
  if (suppressions.length === 0) return <EmptyState text={t('suppressions.lookup.none')} />;
  return (
    <DataTable
      label={t('suppressions.lookup.table')}
      columns={columns}
      rows={suppressions}
      rowId={({ id }) => id}
      minWidth={760}
    />
  );
}
