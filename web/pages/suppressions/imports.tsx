/** Imports of suppress lists: a new one, and those so far. */
import { Anchor, Button, Paper, Title } from '@mantine/core';
import type { ColumnDef } from '@tanstack/react-table';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { ImportPage, ImportView } from '../../../api/schemas/suppressions.ts';
import { get } from '../../api/client.ts';
import { useSignedIn } from '../../api/session.ts';
import { List } from '../../parts/list-page.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { usePagedList } from '../../parts/paged-list.ts';
import { Time } from '../../parts/time.tsx';
import { ImportForm } from './import-form.tsx';
import { ImportState } from './import-result.tsx';
import { ListName } from './which-list.tsx';

/** While one runs. */
const RUNNING_MS = 2_000;

export default function Imports() {
  const { t } = useTranslation();
  const { may } = useSignedIn();
  const list = usePagedList({
    key: ['suppression-imports', 'page'],
    filters: [],
    read: (query, signal) => get<ImportPage>('/v1/suppressions/imports', query, signal),
    refetchInterval: ({ state: { data } }) =>
      data?.imports.some(({ state }) => state === 'running') ? RUNNING_MS : false,
  });
  const columns = useColumns();
  return (
    <PageFrame
      title={t('suppressions.imports.title')}
      actions={
        <Anchor component={Link} href="/suppressions" size="sm">
          {t('suppressions.title')}
        </Anchor>
      }
    >
      {may('suppressions:write') && (
        <Paper withBorder p="md" component="section" aria-label={t('suppressions.imports.new')}>
          <ImportForm />
        </Paper>
      )}
      <Title order={2} size="h4">
        {t('suppressions.imports.earlier')}
      </Title>
      <List
        list={list}
        label={t('suppressions.imports.table')}
        empty={t('suppressions.imports.empty')}
        rowsOf={({ imports }) => imports}
        rowId={({ id }) => id}
        columns={columns}
        minWidth={760}
      />
    </PageFrame>
  );
}

function useColumns(): ColumnDef<ImportView>[] {
  const { t } = useTranslation();
  return useMemo(
    () => [
      {
        id: 'startedAt',
        header: t('suppressions.imports.startedAt'),
        cell: ({ row }) => <Time at={row.original.startedAt} />,
      },
      {
        id: 'list',
        header: t('suppressions.list'),
        cell: ({ row }) => <ListName account={row.original.account} />,
      },
      {
        id: 'state',
        header: t('suppressions.imports.state'),
        cell: ({ row }) => <ImportState state={row.original.state} />,
      },
      { id: 'total', header: t('suppressions.imports.total'), cell: ({ row }) => row.original.total },
      { id: 'imported', header: t('suppressions.imports.imported'), cell: ({ row }) => row.original.imported },
      { id: 'there', header: t('suppressions.imports.alreadyThere'), cell: ({ row }) => row.original.alreadyThere },
      { id: 'invalid', header: t('suppressions.imports.invalid'), cell: ({ row }) => row.original.invalid },
      {
        id: 'acts',
        header: t('suppressions.acts'),
        cell: ({ row }) => (
          <Button
            component={Link}
            href={`/suppressions/imports/${row.original.id}`}
            variant="default"
            size="compact-sm"
          >
            {t('suppressions.imports.show')}
          </Button>
        ),
      },
    ],
    [t],
  );
}
