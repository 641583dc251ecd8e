import { Anchor, Paper, Text, Title } from '@mantine/core';
import type { ColumnDef } from '@tanstack/react-table';
import { useId, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { TroubledSenderView } from '../../../api/schemas/overview.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';

/** Those that are held or paused, or had trouble of late: the worst first, above all else. */
export function TroubledSenders({ senders }: { senders: TroubledSenderView[] }) {
  const { t } = useTranslation();
  const id = useId();
  const columns = useColumns();
  return (
    <Paper component="section" aria-labelledby={id} withBorder p="sm">
      <Title order={2} size="h4" id={id}>
        {t('overview.senders.title')}
      </Title>
      {senders.length === 0 ? (
        <Text c="dimmed">{t('overview.senders.fine')}</Text>
      ) : (
        <DataTable
          label={t('overview.senders.title')}
          columns={columns}
          rows={senders}
          rowId={(sender) => sender.id}
          minWidth={760}
        />
      )}
    </Paper>
  );
}

function useColumns(): ColumnDef<TroubledSenderView>[] {
  const { t } = useTranslation();
  return useMemo(
    () => [
      {
        id: 'name',
        header: t('overview.senders.name'),
        cell: ({ row: { original } }) => (
          <Anchor component={Link} href={`/senders/${original.id}`} size="sm">
            {original.name}
          </Anchor>
        ),
      },
      { id: 'gateway', header: t('overview.senders.gateway'), cell: ({ row }) => row.original.gateway },
      {
        id: 'state',
        header: t('overview.senders.state'),
        cell: ({ row }) => <StateBadge state={row.original.state} />,
      },
      {
        id: 'trouble',
        header: t('overview.senders.trouble'),
        cell: ({ row }) => <Trouble sender={row.original} />,
      },
      { id: 'waiting', header: t('overview.waiting'), cell: ({ row }) => row.original.waiting },
      { id: 'uncertain', header: t('overview.uncertain'), cell: ({ row }) => row.original.uncertain },
    ],
    [t],
  );
}

function Trouble({ sender: { heldFor, pausedBy, since, lastError } }: { sender: TroubledSenderView }) {
  const { t } = useTranslation();
  if (heldFor === null && pausedBy === null && !lastError) return t('parts.nothing');
  return (
    <>
      {heldFor !== null && <div>{t('overview.senders.heldFor', { why: t(`errorClasses.${heldFor}`) })}</div>}
      {pausedBy !== null && <div>{t('overview.senders.pausedBy', { by: pausedBy })}</div>}
      {since !== null && (
        <div>
          <Time at={since} />
        </div>
      )}
      {lastError && (
        <div>
          {t('overview.senders.error', {
            what: [t(`errorClasses.${lastError.errorClass}`), lastError.errorCode].filter(Boolean).join(', '),
          })}{' '}
          <Time at={lastError.lastAt} />
        </div>
      )}
    </>
  );
}
