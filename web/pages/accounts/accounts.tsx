/** Accounts: made, changed, archived and restored by operators. */
import { Anchor, Group, Select, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ColumnDef } from '@tanstack/react-table';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { AccountPage, AccountView } from '../../../api/schemas/accounts.ts';
import { ApiError, get } from '../../api/client.ts';
import { Filters, TextFilter } from '../../parts/filters.tsx';
import { useListQuery } from '../../parts/list-query.ts';
import { PageFrame } from '../../parts/page-frame.tsx';
import { PagedTable } from '../../parts/paged-table.tsx';
import { DotBadge } from '../../parts/status-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { ArchiveButton } from './archive.tsx';
import { useCountryName } from './country-name.ts';
import { ChangeButton, CreateButton } from './edit.tsx';

const STATES = ['active', 'archived', 'all'] as const;

export default function Accounts() {
  const { t } = useTranslation();
  const list = useListQuery(['name', 'state']);
  const { filters, set } = list;
  const result = useQuery({
    queryKey: ['accounts', 'page', list.query],
    queryFn: ({ signal }) => get<AccountPage>('/v1/accounts', list.query, signal),
    placeholderData: keepPreviousData,
  });
  const wrong = result.error instanceof ApiError ? result.error.fields() : {};
  const columns = useColumns();
  return (
    <PageFrame title={t('accounts.title')} actions={<CreateButton />}>
      <Filters isSet={list.hasFilters} onClear={list.clear}>
        <TextFilter
          label={t('accounts.name')}
          description={t('accounts.nameFilterHelp')}
          value={filters.name}
          onChange={(name) => set('name', name)}
          error={wrong.name}
        />
        <Select
          label={t('accounts.state')}
          data={STATES.map((value) => ({ value, label: t(`accounts.states.${value}`) }))}
          value={filters.state === '' ? 'active' : filters.state}
          onChange={(state) => set('state', state === 'active' ? '' : (state ?? ''))}
          error={wrong.state}
          allowDeselect={false}
        />
      </Filters>
      <PagedTable
        label={t('accounts.table')}
        empty={t('accounts.empty')}
        result={result}
        rowsOf={({ accounts }) => accounts}
        rowId={({ id }) => id}
        columns={columns}
        list={list}
        minWidth={820}
      />
    </PageFrame>
  );
}

function useColumns(): ColumnDef<AccountView>[] {
  const { t } = useTranslation();
  return useMemo(
    () => [
      { id: 'name', header: t('accounts.name'), cell: ({ row }) => row.original.name },
      {
        id: 'country',
        header: t('accounts.country'),
        cell: ({ row }) => <Country code={row.original.defaultCountry} />,
      },
      {
        id: 'state',
        header: t('accounts.state'),
        cell: ({ row: { original } }) => (
          <DotBadge color={original.archivedAt ? 'gray' : 'teal'}>
            {t(`accounts.states.${original.archivedAt ? 'archived' : 'active'}`)}
          </DotBadge>
        ),
      },
      { id: 'createdAt', header: t('accounts.createdAt'), cell: ({ row }) => <Time at={row.original.createdAt} /> },
      {
        id: 'id',
        header: t('accounts.id'),
        cell: ({ row }) => (
          <Text span size="xs" ff="monospace">
            {row.original.id}
          </Text>
        ),
      },
      {
        id: 'acts',
        header: t('accounts.acts'),
        cell: ({ row: { original } }) => (
          <Group gap="xs" wrap="nowrap">
            <Anchor
              component={Link}
              href={`/keys?account=${original.id}`}
              size="sm"
              aria-label={`${t('accounts.keys')}: ${original.name}`}
            >
              {t('accounts.keys')}
            </Anchor>
            <ChangeButton account={original} />
            <ArchiveButton account={original} />
          </Group>
        ),
      },
    ],
    [t],
  );
}

function Country({ code }: { code: string | null }) {
  const { t } = useTranslation();
  const nameOf = useCountryName();
  return code === null ? t('parts.nothing') : nameOf(code);
}
