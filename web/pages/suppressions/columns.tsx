import { Text } from '@mantine/core';
import type { ColumnDef } from '@tanstack/react-table';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { SuppressionView } from '../../../api/schemas/suppressions.ts';
import { useSignedIn } from '../../api/session.ts';
import { PhoneText } from '../../parts/phone-text.tsx';
import { Time } from '../../parts/time.tsx';
import { RemoveButton } from './remove.tsx';
import { ListName } from './which-list.tsx';

/** @param withList where the rows are of several lists */
export function useColumns({ withList }: { withList: boolean }): ColumnDef<SuppressionView>[] {
  const { t } = useTranslation();
  const { may } = useSignedIn();
  const mayRemove = may('suppressions:write');
  return useMemo(() => {
    const list: ColumnDef<SuppressionView> = {
      id: 'list',
      header: t('suppressions.list'),
      cell: ({ row }) => <ListName account={row.original.account} />,
    };
    const remove: ColumnDef<SuppressionView> = {
      id: 'acts',
      header: t('suppressions.acts'),
      cell: ({ row }) => <RemoveButton entry={row.original} />,
    };
    return [
      { id: 'phone', header: t('suppressions.phone'), cell: ({ row }) => <PhoneText phone={row.original.phone} /> },
      ...(withList ? [list] : []),
      {
        id: 'source',
        header: t('suppressions.source'),
        cell: ({ row }) => t(`suppressions.sources.${row.original.source}`),
      },
      { id: 'reason', header: t('suppressions.reason'), cell: ({ row }) => <Words text={row.original.reason} /> },
      { id: 'note', header: t('suppressions.note'), cell: ({ row }) => <Words text={row.original.note} /> },
      { id: 'since', header: t('suppressions.since'), cell: ({ row }) => <Time at={row.original.createdAt} /> },
      ...(mayRemove ? [remove] : []),
    ];
  }, [t, withList, mayRemove]);
}

function Words({ text }: { text: string | null }) {
  const { t } = useTranslation();
  return (
    <Text span size="sm" style={{ overflowWrap: 'anywhere' }}>
      {text ?? t('parts.nothing')}
    </Text>
  );
}
