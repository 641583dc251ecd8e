import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import type { ColumnDef } from '@tanstack/react-table';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { SenderView } from '../../../api/schemas/senders.ts';
import { useSignedIn } from '../../api/session.ts';
import { AccountName } from '../../parts/account.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { ArchiveButton, RestoreButton } from './archive.tsx';
import { useGatewayWords } from './gateway-words.ts';
import { HealthStrip, QueueLength, RateUse, type RowHealth } from './health-cells.tsx';
import { useGateways, useMayChange } from './queries.ts';

const MOST_ACCOUNTS = 3;

export interface SenderRow {
  sender: SenderView;
  /** Shown to operators. */
  health: RowHealth;
}

export function useSenderColumns(): ColumnDef<SenderRow>[] {
  const { t } = useTranslation();
  const { isOperator } = useSignedIn();
  const mayChange = useMayChange();
  return useMemo(() => {
    const health: ColumnDef<SenderRow>[] = [
      { id: 'health', header: t('senders.health'), cell: ({ row }) => <HealthStrip health={row.original.health} /> },
      { id: 'rate', header: t('senders.rateUse'), cell: ({ row }) => <RateUse health={row.original.health} /> },
      { id: 'queue', header: t('senders.queue'), cell: ({ row }) => <QueueLength health={row.original.health} /> },
    ];
    return [
      { id: 'name', header: t('senders.name'), cell: ({ row }) => <NameLink sender={row.original.sender} /> },
      {
        id: 'gateway',
        header: t('senders.gateway'),
        cell: ({ row }) => <GatewayTitle name={row.original.sender.gateway} />,
      },
      { id: 'state', header: t('senders.state'), cell: ({ row }) => <StateBadge state={row.original.sender.state} /> },
      {
        id: 'accounts',
        header: t('senders.accounts'),
        cell: ({ row }) => <Accounts ids={row.original.sender.accounts} />,
      },
      ...(isOperator ? health : []),
      {
        id: 'actions',
        header: t('senders.actions'),
        cell: ({ row }) => <Actions sender={row.original.sender} mayChange={mayChange} />,
      },
    ];
  }, [t, isOperator, mayChange]);
}

function NameLink({ sender: { id, name } }: { sender: SenderView }) {
  return (
    <Anchor component={Link} href={`/senders/${id}`} size="sm">
      {name}
      <Text span display="block" size="xs" c="dimmed" ff="monospace" aria-hidden>
        …{id.slice(-8)}
      </Text>
    </Anchor>
  );
}

function GatewayTitle({ name }: { name: string }) {
  const { data = [] } = useGateways();
  const translate = useGatewayWords();
  return translate(data.find((gateway) => gateway.name === name)?.title ?? name);
}

function Accounts({ ids }: { ids: string[] }) {
  const { t } = useTranslation();
  if (ids.length === 0) return t('senders.noAccount');
  return (
    <Stack gap={6}>
      {ids.slice(0, MOST_ACCOUNTS).map((id) => (
        <Text key={id} size="sm" lh={1.2}>
          <AccountName id={id} />
        </Text>
      ))}
      {ids.length > MOST_ACCOUNTS && (
        <Text size="sm" c="dimmed">
          {t('senders.moreAccounts', { count: ids.length - MOST_ACCOUNTS })}
        </Text>
      )}
    </Stack>
  );
}

function Actions({ sender, mayChange }: { sender: SenderView; mayChange: boolean }) {
  const { t } = useTranslation();
  const { id, name, archivedAt } = sender;
  return (
    <Group gap={6} wrap="nowrap">
      <Button
        component={Link}
        href={`/senders/${id}`}
        variant="default"
        size="compact-sm"
        aria-label={`${t(mayChange ? 'senders.edit' : 'senders.show')}: ${name}`}
      >
        {t(mayChange ? 'senders.edit' : 'senders.show')}
      </Button>
      {mayChange && (archivedAt === null ? <ArchiveButton sender={sender} /> : <RestoreButton sender={sender} />)}
    </Group>
  );
}
