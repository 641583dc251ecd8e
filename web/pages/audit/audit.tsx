/** Who did what: the audit log, newest first. */
import { Code, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ColumnDef } from '@tanstack/react-table';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { AuditEntryView, AuditPage } from '../../../api/schemas/audit.ts';
import { ApiError, get } from '../../api/client.ts';
import { useSignedIn } from '../../api/session.ts';
import { AccountName, AccountSelect } from '../../parts/account.tsx';
import { Filters, TextFilter, TimeFilter } from '../../parts/filters.tsx';
import { useListQuery } from '../../parts/list-query.ts';
import { PageFrame } from '../../parts/page-frame.tsx';
import { PagedTable } from '../../parts/paged-table.tsx';
import { Time } from '../../parts/time.tsx';

export default function Audit() {
  const { t } = useTranslation();
  const { isOperator } = useSignedIn();
  const list = useListQuery(['action', 'object', 'from', 'to', 'account']);
  const { filters, set } = list;
  const result = useQuery({
    queryKey: ['audit', list.query],
    queryFn: ({ signal }) => get<AuditPage>('/v1/audit', list.query, signal),
    placeholderData: keepPreviousData,
  });
  const wrong = result.error instanceof ApiError ? result.error.fields() : {};
  const columns = useColumns();
  return (
    <PageFrame title={t('audit.title')}>
      <Filters isSet={list.hasFilters} onClear={list.clear}>
        <TextFilter
          label={t('audit.action')}
          description={t('audit.actionHelp')}
          value={filters.action}
          onChange={(value) => set('action', value)}
          error={wrong.action}
        />
        <TextFilter
          label={t('audit.object')}
          description={t('audit.objectHelp')}
          value={filters.object}
          onChange={(value) => set('object', value)}
          error={wrong.object}
        />
        <TimeFilter
          label={t('parts.from')}
          value={filters.from}
          onChange={(value) => set('from', value)}
          error={wrong.from}
        />
        <TimeFilter label={t('parts.to')} value={filters.to} onChange={(value) => set('to', value)} error={wrong.to} />
        {isOperator && (
          <AccountSelect value={filters.account} onChange={(value) => set('account', value)} error={wrong.account} />
        )}
      </Filters>
      <PagedTable
        label={t('audit.table')}
        empty={t('audit.empty')}
        result={result}
        rowsOf={({ entries }) => entries}
        rowId={({ id }) => id}
        columns={columns}
        list={list}
        minWidth={860}
      />
    </PageFrame>
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
