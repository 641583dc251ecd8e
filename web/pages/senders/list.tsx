/** All senders, with how they do. */
import { Button, Switch } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { SenderPage } from '../../../api/schemas/senders.ts';
import { ApiError, get } from '../../api/client.ts';
import { useSignedIn } from '../../api/session.ts';
import { AccountSelect } from '../../parts/account.tsx';
import { Filters } from '../../parts/filters.tsx';
import { useListQuery } from '../../parts/list-query.ts';
import { PageFrame } from '../../parts/page-frame.tsx';
import { PagedTable } from '../../parts/paged-table.tsx';
import { useSenderColumns } from './columns.tsx';
import { SENDERS, useMayChange } from './queries.ts';

export default function Senders() {
  const { t } = useTranslation();
  const { isOperator } = useSignedIn();
  const mayChange = useMayChange();
  const list = useListQuery(['archived', 'account']);
  const { filters, set } = list;
  const result = useQuery({
    queryKey: [...SENDERS, 'list', list.query],
    queryFn: ({ signal }) => get<SenderPage>('/v1/senders', list.query, signal),
    placeholderData: keepPreviousData,
  });
  const wrong = result.error instanceof ApiError ? result.error.fields() : {};
  const columns = useSenderColumns();
  return (
    <PageFrame
      title={t('senders.title')}
      actions={
        mayChange && (
          <Button component={Link} href="/senders/new">
            {t('senders.new')}
          </Button>
        )
      }
    >
      <Filters isSet={list.hasFilters} onClear={list.clear}>
        {isOperator && (
          <AccountSelect value={filters.account} onChange={(id) => set('account', id)} error={wrong.account} />
        )}
        <Switch
          label={t('senders.showArchived')}
          checked={filters.archived === 'true'}
          onChange={(event) => set('archived', event.currentTarget.checked ? 'true' : '')}
          error={wrong.archived}
          mt={isOperator ? 30 : 0}
        />
      </Filters>
      <PagedTable
        label={t('senders.table')}
        empty={t(filters.archived === 'true' ? 'senders.noneArchived' : 'senders.none')}
        result={result}
        rowsOf={({ senders }) => senders}
        rowId={({ id }) => id}
        columns={columns}
        list={list}
        minWidth={isOperator ? 1_040 : 640}
      />
    </PageFrame>
  );
}
