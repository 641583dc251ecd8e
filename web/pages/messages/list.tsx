/** All messages, newest first, with filters in the address. */
import { Anchor, Button, Text } from '@mantine/core';
import type { ColumnDef } from '@tanstack/react-table';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { MessagePage, MessageView } from '../../../api/schemas/messages.ts';
import { get } from '../../api/client.ts';
import { useLiveQueries } from '../../api/live.ts';
import { useSignedIn } from '../../api/session.ts';
import { AccountName } from '../../parts/account.tsx';
import { ListPage } from '../../parts/list-page.tsx';
import { LiveSwitch } from '../../parts/live-switch.tsx';
import { usePagedList } from '../../parts/paged-list.ts';
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
  const list = usePagedList({
    key: [...MESSAGES_KEY, 'page'],
    filters: FILTERS,
    read: (query, signal) => get<MessagePage>('/v1/messages', query, signal),
    // What stands still shall not move when the window is looked at again.
    refetchOnWindowFocus: isLive,
  });
  useLiveQueries([[...MESSAGES_KEY, 'page']], isLive);
  const columns = useColumns();
  const searchedTo = list.result.data?.searchedTo;
  return (
    <ListPage
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
      list={list}
      filters={<MessageFilters of={list.filter} />}
      note={
        <>
          <HiddenHint />
          {searchedTo && (
            <Text size="sm" role="status">
              {t('messages.searchedTo')} <Time at={searchedTo} />
            </Text>
          )}
        </>
      }
      label={t('messages.table')}
      empty={t(searchedTo ? 'messages.emptySoFar' : 'messages.empty')}
      rowsOf={({ messages }) => messages}
      rowId={({ id }) => id}
      columns={columns}
      minWidth={980}
    />
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
