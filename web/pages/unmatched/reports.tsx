import { Text } from '@mantine/core';
import type { ColumnDef } from '@tanstack/react-table';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { UnmatchedPage, UnmatchedReportView } from '../../../api/schemas/inbound.ts';
import { get } from '../../api/client.ts';
import { TextFilter } from '../../parts/filters.tsx';
import { List } from '../../parts/list-page.tsx';
import { usePagedList } from '../../parts/paged-list.ts';
import { PhoneText } from '../../parts/phone-text.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { Time } from '../../parts/time.tsx';

/** Reports of ids that no message has. */
export function Reports() {
  const { t } = useTranslation();
  const columns = useColumns();
  const list = usePagedList({
    key: ['unmatched-reports'],
    filters: ['gateway'],
    read: (query, signal) => get<UnmatchedPage>('/v1/unmatched-reports', query, signal),
  });
  return (
    <List
      list={list}
      filters={
        <TextFilter
          label={t('unmatched.reports.gateway')}
          description={t('unmatched.reports.gatewayHelp')}
          {...list.filter('gateway')}
        />
      }
      label={t('unmatched.reports.table')}
      empty={t('unmatched.reports.empty')}
      rowsOf={({ reports }) => reports}
      rowId={({ gateway, gatewayId, phone }) => JSON.stringify([gateway, gatewayId, phone])}
      columns={columns}
      minWidth={900}
    />
  );
}

function useColumns(): ColumnDef<UnmatchedReportView>[] {
  const { t } = useTranslation();
  return useMemo(() => {
    const nothing = t('parts.nothing');
    return [
      {
        id: 'reportedAt',
        header: t('unmatched.reports.reportedAt'),
        cell: ({ row: { original } }) => (original.reportedAt ? <Time at={original.reportedAt} /> : nothing),
      },
      { id: 'gateway', header: t('unmatched.reports.gateway'), cell: ({ row }) => row.original.gateway },
      {
        id: 'id',
        header: t('unmatched.reports.id'),
        cell: ({ row }) => (
          <Text span size="xs" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
            {row.original.gatewayId}
          </Text>
        ),
      },
      {
        id: 'phone',
        header: t('unmatched.reports.phone'),
        cell: ({ row: { original } }) => (original.phone === null ? nothing : <PhoneText phone={original.phone} />),
      },
      {
        id: 'status',
        header: t('unmatched.reports.status'),
        cell: ({ row: { original } }) =>
          original.status === null ? nothing : <StatusBadge status={original.status} />,
      },
      {
        id: 'raw',
        header: t('unmatched.reports.raw'),
        cell: ({ row }) => <span style={{ overflowWrap: 'anywhere' }}>{row.original.raw ?? nothing}</span>,
      },
      {
        id: 'error',
        header: t('unmatched.reports.error'),
        cell: ({ row: { original } }) =>
          [original.errorClass && t(`errorClasses.${original.errorClass}`), original.errorCode]
            .filter(Boolean)
            .join(', ') || nothing,
      },
    ];
  }, [t]);
}
