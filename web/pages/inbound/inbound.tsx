/** Texts from phones, newest first, and what each of them did. */
import { Anchor, Text } from '@mantine/core';
import type { ColumnDef } from '@tanstack/react-table';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { InboundPage, InboundTextView } from '../../../api/schemas/inbound.ts';
import { useAccounts } from '../../api/accounts.ts';
import { get } from '../../api/client.ts';
import { useSignedIn } from '../../api/session.ts';
import { AccountFilter } from '../../parts/account.tsx';
import { ChoiceFilter, PeriodFilters, TextFilter } from '../../parts/filters.tsx';
import { ListPage } from '../../parts/list-page.tsx';
import { usePagedList } from '../../parts/paged-list.ts';
import { PhoneText } from '../../parts/phone-text.tsx';
import { DotBadge } from '../../parts/status-badge.tsx';
import { Time } from '../../parts/time.tsx';

type Effect = InboundTextView['effect'];

const COLORS: Record<Effect, string> = { stop: 'red', start: 'teal', none: 'gray' };
const EFFECTS = Object.keys(COLORS) as Effect[];

export default function Inbound() {
  const { t } = useTranslation();
  const columns = useColumns();
  const list = usePagedList({
    key: ['inbound'],
    filters: ['phone', 'effect', 'from', 'to', 'account'],
    read: (query, signal) => get<InboundPage>('/v1/inbound', query, signal),
  });
  const { filter } = list;
  return (
    <ListPage
      title={t('inbound.title')}
      list={list}
      filters={
        <>
          <TextFilter label={t('inbound.phoneFilter')} description={t('inbound.phoneHelp')} {...filter('phone')} />
          <ChoiceFilter
            label={t('inbound.effect')}
            any={t('inbound.anyEffect')}
            data={EFFECTS.map((value) => ({ value, label: t(`inbound.effects.${value}`) }))}
            {...filter('effect')}
          />
          <PeriodFilters of={filter} />
          <AccountFilter {...filter('account')} />
        </>
      }
      label={t('inbound.table')}
      empty={t('inbound.empty')}
      rowsOf={({ texts }) => texts}
      rowId={({ id }) => id}
      columns={columns}
      minWidth={900}
    />
  );
}

function useColumns(): ColumnDef<InboundTextView>[] {
  const { t } = useTranslation();
  return useMemo(
    () => [
      { id: 'receivedAt', header: t('inbound.receivedAt'), cell: ({ row }) => <Time at={row.original.receivedAt} /> },
      { id: 'phone', header: t('inbound.phone'), cell: ({ row }) => <PhoneText phone={row.original.phone} /> },
      {
        id: 'recipient',
        header: t('inbound.recipient'),
        cell: ({ row }) => row.original.recipient ?? t('parts.nothing'),
      },
      { id: 'text', header: t('inbound.text'), cell: ({ row }) => <Words text={row.original.text} /> },
      { id: 'effect', header: t('inbound.effect'), cell: ({ row }) => <WhatItDid text={row.original} /> },
      {
        id: 'senders',
        header: t('inbound.senders'),
        cell: ({ row: { original } }) => (
          <>
            <div>{original.senders.join(', ') || t('parts.nothing')}</div>
            <Text size="xs" c="dimmed">
              {original.gateway}
            </Text>
          </>
        ),
      },
    ],
    [t],
  );
}

/** @param text absent where the key may not read it, '' where it was kept for long enough */
function Words({ text }: { text: string | undefined }) {
  const { t } = useTranslation();
  if (text) return <span style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>{text}</span>;
  return (
    <Text span size="sm" c="dimmed">
      {t(text === undefined ? 'inbound.hidden' : 'inbound.notKept')}
    </Text>
  );
}

function WhatItDid({ text: { effect, accounts, phone } }: { text: InboundTextView }) {
  const { t } = useTranslation();
  const { may } = useSignedIn();
  const { data = [] } = useAccounts();
  const names = accounts.map((id) => data.find((account) => account.id === id)?.name ?? id);
  return (
    <>
      <DotBadge color={COLORS[effect]}>{t(`inbound.effects.${effect}`)}</DotBadge>
      <Text size="xs" c="dimmed">
        {names.length === 0 ? t('inbound.forNobody') : t(`inbound.did.${effect}`, { accounts: names.join(', ') })}
      </Text>
      {effect !== 'none' && may('phones:read') && may('suppressions:read') && (
        <Anchor component={Link} href={`/suppressions/lookup?phone=${encodeURIComponent(phone)}`} size="xs">
          {t('inbound.lookup')}
        </Anchor>
      )}
    </>
  );
}
