/** Accounts: made, changed, archived and restored by operators. */
import { Anchor, Group, Select, Text } from '@mantine/core';
import type { ColumnDef } from '@tanstack/react-table';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { AccountPage, AccountView } from '../../../api/schemas/accounts.ts';
import { get } from '../../api/client.ts';
import { TextFilter } from '../../parts/filters.tsx';
import { ListPage } from '../../parts/list-page.tsx';
import { usePagedList } from '../../parts/paged-list.ts';
import { DotBadge } from '../../parts/status-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { ArchiveButton } from './archive.tsx';
import { useCountryName } from './country-name.ts';
import { ChangeButton, CreateButton } from './edit.tsx';

const STATES = ['active', 'archived', 'all'] as const;

export default function Accounts() {
  const { t } = useTranslation();
  const columns = useColumns();
  const list = usePagedList({
    key: ['accounts', 'page'],
    filters: ['name', 'state'],
    read: (query, signal) => get<AccountPage>('/v1/accounts', query, signal),
  });
  const state = list.filter('state');
  return (
    <ListPage
      title={t('accounts.title')}
      actions={<CreateButton />}
      list={list}
      filters={
        <>
          <TextFilter label={t('accounts.name')} description={t('accounts.nameFilterHelp')} {...list.filter('name')} />
          <Select
            label={t('accounts.state')}
            data={STATES.map((value) => ({ value, label: t(`accounts.states.${value}`) }))}
            value={state.value === '' ? 'active' : state.value}
            onChange={(chosen) => state.onChange(chosen === 'active' ? '' : (chosen ?? ''))}
            error={state.error}
            allowDeselect={false}
          />
        </>
      }
      label={t('accounts.table')}
      empty={t('accounts.empty')}
      rowsOf={({ accounts }) => accounts}
      rowId={({ id }) => id}
      columns={columns}
      minWidth={820}
    />
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
