/** API keys: what they may do, and when they were last used. Never the keys themselves. */
import { Select } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ColumnDef } from '@tanstack/react-table';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { KeyPage, KeyView } from '../../../api/schemas/keys.ts';
import { ApiError, get } from '../../api/client.ts';
import { useSignedIn } from '../../api/session.ts';
import { AccountName, AccountSelect } from '../../parts/account.tsx';
import { Filters } from '../../parts/filters.tsx';
import { useListQuery } from '../../parts/list-query.ts';
import { PageFrame } from '../../parts/page-frame.tsx';
import { PagedTable } from '../../parts/paged-table.tsx';
import { DotBadge } from '../../parts/status-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { CreateButton } from './create.tsx';
import { RevokeButton } from './revoke.tsx';

const COLORS: Record<KeyView['state'], string> = { active: 'teal', expired: 'orange', revoked: 'gray' };
const states = Object.keys(COLORS) as KeyView['state'][];

export default function Keys() {
  const { t } = useTranslation();
  const { isOperator } = useSignedIn();
  const list = useListQuery(['account', 'state']);
  const { filters, set } = list;
  const result = useQuery({
    queryKey: ['keys', list.query],
    queryFn: ({ signal }) => get<KeyPage>('/v1/keys', list.query, signal),
    placeholderData: keepPreviousData,
  });
  const wrong = result.error instanceof ApiError ? result.error.fields() : {};
  const columns = useColumns();
  return (
    <PageFrame title={t('keys.title')} actions={<CreateButton account={filters.account} />}>
      <Filters isSet={list.hasFilters} onClear={list.clear}>
        {isOperator && (
          <AccountSelect value={filters.account} onChange={(id) => set('account', id)} error={wrong.account} />
        )}
        <Select
          label={t('keys.state')}
          placeholder={t('keys.anyState')}
          data={states.map((value) => ({ value, label: t(`keys.states.${value}`) }))}
          value={filters.state === '' ? null : filters.state}
          onChange={(state) => set('state', state ?? '')}
          error={wrong.state}
          clearable
          clearButtonProps={{ 'aria-label': t('parts.clearFilters') }}
          flex="1 1 160px"
        />
      </Filters>
      <PagedTable
        label={t('keys.table')}
        empty={t('keys.empty')}
        result={result}
        rowsOf={({ keys }) => keys}
        rowId={({ id }) => id}
        columns={columns}
        list={list}
        minWidth={1000}
      />
    </PageFrame>
  );
}

function useColumns(): ColumnDef<KeyView>[] {
  const { t } = useTranslation();
  const { isOperator } = useSignedIn();
  return useMemo(() => {
    const account: ColumnDef<KeyView> = {
      id: 'account',
      header: t('keys.account'),
      cell: ({ row }) => <AccountName id={row.original.account} />,
    };
    return [
      { id: 'name', header: t('keys.name'), cell: ({ row }) => row.original.name },
      ...(isOperator ? [account] : []),
      { id: 'kind', header: t('keys.kind'), cell: ({ row }) => t(`keys.kinds.${row.original.kind}`) },
      { id: 'scopes', header: t('keys.scopes'), cell: ({ row }) => row.original.scopes.join(', ') },
      { id: 'hint', header: t('keys.hint'), cell: ({ row }) => `…${row.original.hint}` },
      {
        id: 'state',
        header: t('keys.state'),
        cell: ({ row: { original } }) => (
          <DotBadge color={COLORS[original.state]}>{t(`keys.states.${original.state}`)}</DotBadge>
        ),
      },
      {
        id: 'lastUsed',
        header: t('keys.lastUsed'),
        cell: ({ row: { original } }) =>
          original.lastUsedAt === null ? t('keys.never') : <Time at={original.lastUsedAt} />,
      },
      {
        id: 'expires',
        header: t('keys.expires'),
        cell: ({ row: { original } }) =>
          original.expiresAt === null ? t('parts.nothing') : <Time at={original.expiresAt} />,
      },
      { id: 'createdAt', header: t('keys.createdAt'), cell: ({ row }) => <Time at={row.original.createdAt} /> },
      {
        id: 'acts',
        header: t('keys.acts'),
        cell: ({ row: { original } }) =>
          original.state === 'revoked' ? t('parts.nothing') : <RevokeButton apiKey={original} />,
      },
    ];
  }, [t, isOperator]);
}
