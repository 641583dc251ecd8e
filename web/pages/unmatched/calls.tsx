import { Text } from '@mantine/core';
import type { ColumnDef } from '@tanstack/react-table';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { WebhookCallPage, WebhookCallView } from '../../../api/schemas/inbound.ts';
import { get } from '../../api/client.ts';
import { List } from '../../parts/list-page.tsx';
import { usePagedList } from '../../parts/paged-list.ts';
import { Time } from '../../parts/time.tsx';

/** Calls of webhook addresses that came to nothing. */
export function Calls({ state }: { state: 'refused' | 'left' }) {
  const { t } = useTranslation();
  const columns = useColumns();
  const list = usePagedList({
    key: ['webhook-calls', state],
    filters: [],
    read: (query, signal) => get<WebhookCallPage>('/v1/webhook-calls', { ...query, state }, signal),
  });
  return (
    <List
      list={list}
      label={t(`unmatched.calls.table.${state}`)}
      empty={t(`unmatched.calls.empty.${state}`)}
      rowsOf={({ calls }) => calls}
      rowId={({ id }) => id}
      columns={columns}
      minWidth={860}
    />
  );
}

function useColumns(): ColumnDef<WebhookCallView>[] {
  const { t } = useTranslation();
  return useMemo(
    () => [
      {
        id: 'receivedAt',
        header: t('unmatched.calls.receivedAt'),
        cell: ({ row }) => <Time at={row.original.receivedAt} />,
      },
      { id: 'sender', header: t('unmatched.calls.sender'), cell: ({ row }) => row.original.sender },
      { id: 'gateway', header: t('unmatched.calls.gateway'), cell: ({ row }) => row.original.gateway },
      {
        id: 'call',
        header: t('unmatched.calls.call'),
        cell: ({ row: { original } }) => (
          <Text span size="xs" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
            {original.method} {original.path}
          </Text>
        ),
      },
      {
        id: 'body',
        header: t('unmatched.calls.body'),
        cell: ({ row: { original } }) => (
          <>
            <div>{t('unmatched.calls.bytes', { count: original.bytes })}</div>
            <Text size="xs" c="dimmed">
              {original.contentType}
            </Text>
          </>
        ),
      },
      {
        id: 'detail',
        header: t('unmatched.calls.detail'),
        cell: ({ row }) => (
          <span style={{ overflowWrap: 'anywhere' }}>{row.original.detail ?? t('parts.nothing')}</span>
        ),
      },
    ],
    [t],
  );
}
