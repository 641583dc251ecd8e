/** API keys: what they may do, and when they were last used. Never the keys themselves. */
import { Code } from '@mantine/core';
import type { ColumnDef } from '@tanstack/react-table';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { KeyPage, KeyView } from '../../../api/schemas/keys.ts';
import { get } from '../../api/client.ts';
import { useSignedIn } from '../../api/session.ts';
import { AccountFilter, AccountName } from '../../parts/account.tsx';
import { ChoiceFilter } from '../../parts/filters.tsx';
import { ListPage } from '../../parts/list-page.tsx';
import { usePagedList } from '../../parts/paged-list.ts';
import { DotBadge } from '../../parts/status-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { CreateButton } from './create.tsx';
import { RevokeButton } from './revoke.tsx';

const COLORS: Record<KeyView['state'], string> = { active: 'teal', expired: 'orange', revoked: 'gray' };
const states = Object.keys(COLORS) as KeyView['state'][];

export default function Keys() {
  const { t } = useTranslation();
  const columns = useColumns();
  const list = usePagedList({
    key: ['keys'],
    filters: ['account', 'state'],
    read: (query, signal) => get<KeyPage>('/v1/keys', query, signal),
  });
  return (
    <ListPage
      title={t('keys.title')}
      actions={<CreateButton account={list.filters.account} />}
      list={list}
      filters={
        <>
          <AccountFilter {...list.filter('account')} />
          <ChoiceFilter
            label={t('keys.state')}
            any={t('keys.anyState')}
            data={states.map((value) => ({ value, label: t(`keys.states.${value}`) }))}
            {...list.filter('state')}
          />
        </>
      }
      label={t('keys.table')}
      empty={t('keys.empty')}
      rowsOf={({ keys }) => keys}
      rowId={({ id }) => id}
      columns={columns}
      minWidth={1000}
    />
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
      {
        id: 'hint',
        header: t('keys.hint'),
        cell: ({ row }) => <Code style={{ whiteSpace: 'nowrap' }}>…{row.original.hint}</Code>,
      },
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
