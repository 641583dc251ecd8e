/** All messages, newest first, with filters in the address. */
import { Anchor, Button, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ColumnDef } from '@tanstack/react-table';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { MessagePage, MessageView } from '../../../api/schemas/messages.ts';
import { ApiError, get } from '../../api/client.ts';
import { useLiveQueries } from '../../api/live.ts';
import { useSignedIn } from '../../api/session.ts';
import { AccountName } from '../../parts/account.tsx';
import { useListQuery } from '../../parts/list-query.ts';
import { LiveSwitch } from '../../parts/live-switch.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { PagedTable } from '../../parts/paged-table.tsx';
import { PhoneText } from '../../parts/phone-text.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { HiddenHint } from './hidden-hint.tsx';
import { FILTERS, MessageFilters } from './message-filters.tsx';
import { MESSAGES_KEY } from './messages-key.ts';

export default function Messages() {
  const { t } = useTranslation();
  const { may } = useSignedIn();
  const [isLive, setLive] = useState(true);
  const list = useListQuery(FILTERS);
  const result = useQuery({
    queryKey: [...MESSAGES_KEY, 'page', list.query],
    queryFn: ({ signal }) => get<MessagePage>('/v1/messages', list.query, signal),
    placeholderData: keepPreviousData,
    // What stands still shall not move when the window is looked at again.
    refetchOnWindowFocus: isLive,
  });
  useLiveQueries([[...MESSAGES_KEY, 'page']], isLive);
  const columns = useColumns();
  return (
    <PageFrame
      title={t('messages.title')}
      actions={
        <>
          <LiveSwitch isOn={isLive} onChange={setLive} />
          {may('messages:send') && (
            <Button component={Link} href="/messages/new">
              {t('messages.compose')}
            </Button>
          )}
        </>
      }
    >
      <MessageFilters list={list} wrong={result.error instanceof ApiError ? result.error.fields() : {}} />
      <HiddenHint />
      <PagedTable
        label={t('messages.table')}
        empty={t('messages.empty')}
        result={result}
        rowsOf={({ messages }) => messages}
        rowId={({ id }) => id}
        columns={columns}
        list={list}
        minWidth={980}
      />
    </PageFrame>
  );
}

function useColumns(): ColumnDef<MessageView>[] {
  const { t } = useTranslation();
  const { may, isOperator } = useSignedIn();
  const seesTexts = may('phones:read');
  return useMemo((): ColumnDef<MessageView>[] => {
    const account: ColumnDef<MessageView> = {
      id: 'account',
      header: t('parts.account'),
      cell: ({ row }) => <AccountName id={row.original.account} />,
    };
    const text: ColumnDef<MessageView> = {
      id: 'text',
      header: t('messages.text'),
      cell: ({ row }) => <Short text={row.original.text ?? ''} />,
    };
    return [
      { id: 'acceptedAt', header: t('messages.acceptedAt'), cell: ({ row }) => <Time at={row.original.acceptedAt} /> },
      {
        id: 'phone',
        header: t('messages.phone'),
        cell: ({ row: { original } }) => (
          <Anchor component={Link} href={`/messages/${original.id}`}>
            <PhoneText phone={original.to} />
          </Anchor>
        ),
      },
      { id: 'status', header: t('messages.status'), cell: ({ row }) => <StatusBadge status={row.original.status} /> },
      { id: 'sender', header: t('messages.sender'), cell: ({ row }) => row.original.sender },
      ...(isOperator ? [account] : []),
      ...(seesTexts ? [text] : []),
      { id: 'parts', header: t('messages.parts'), cell: ({ row }) => row.original.parts },
      {
        id: 'cause',
        header: t('messages.cause'),
        cell: ({ row: { original } }) => <Short text={original.cause ?? t('parts.nothing')} />,
      },
    ];
  }, [t, isOperator, seesTexts]);
}

function Short({ text }: { text: string }) {
  return (
    <Text size="sm" lineClamp={2} maw={280} style={{ overflowWrap: 'anywhere' }}>
      {text}
    </Text>
  );
}
