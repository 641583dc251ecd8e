/** Who did what: the audit log, newest first. */
import { Code, Text } from '@mantine/core';
import type { ColumnDef } from '@tanstack/react-table';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { AuditEntryView, AuditPage } from '../../../api/schemas/audit.ts';
import { get } from '../../api/client.ts';
import { AccountFilter, AccountName } from '../../parts/account.tsx';
import { PeriodFilters, TextFilter } from '../../parts/filters.tsx';
import { ListPage } from '../../parts/list-page.tsx';
import { usePagedList } from '../../parts/paged-list.ts';
import { Time } from '../../parts/time.tsx';

export default function Audit() {
  const { t } = useTranslation();
  const columns = useColumns();
  const list = usePagedList({
    key: ['audit'],
    filters: ['action', 'object', 'from', 'to', 'account'],
    read: (query, signal) => get<AuditPage>('/v1/audit', query, signal),
  });
  const { filter } = list;
  return (
    <ListPage
      title={t('audit.title')}
      list={list}
      filters={
        <>
          <TextFilter label={t('audit.action')} description={t('audit.actionHelp')} {...filter('action')} />
          <TextFilter label={t('audit.object')} description={t('audit.objectHelp')} {...filter('object')} />
          <PeriodFilters of={filter} />
          <AccountFilter {...filter('account')} />
        </>
      }
      label={t('audit.table')}
      empty={t('audit.empty')}
      rowsOf={({ entries }) => entries}
      rowId={({ id }) => id}
      columns={columns}
      minWidth={860}
    />
  );
}

function useColumns(): ColumnDef<AuditEntryView>[] {
  const { t } = useTranslation();
  return useMemo(
    () => [
      { id: 'at', header: t('audit.at'), cell: ({ row }) => <Time at={row.original.at} /> },
      {
        id: 'actor',
        header: t('audit.actor'),
        cell: ({ row: { original } }) => (
          <span title={original.actor.key ?? t('audit.product')}>{original.actor.name}</span>
        ),
      },
      { id: 'action', header: t('audit.action'), cell: ({ row }) => row.original.action },
      { id: 'account', header: t('audit.account'), cell: ({ row }) => <AccountName id={row.original.account} /> },
      {
        id: 'object',
        header: t('audit.object'),
        cell: ({ row }) => (
          <Text span size="xs" ff="monospace">
            {row.original.object ?? t('parts.nothing')}
          </Text>
        ),
      },
      {
        id: 'detail',
        header: t('audit.detail'),
        cell: ({ row: { original } }) =>
          original.detail ? (
            <Code style={{ overflowWrap: 'anywhere' }}>{JSON.stringify(original.detail)}</Code>
          ) : (
            t('parts.nothing')
          ),
      },
    ],
    [t],
  );
}
