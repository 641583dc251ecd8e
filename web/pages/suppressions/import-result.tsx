/** What an import has counted, and the rows that it could not read. */
import { ScrollArea, Stack, Text, Title } from '@mantine/core';
import type { ColumnDef } from '@tanstack/react-table';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImportView, ImportWithLines } from '../../../api/schemas/suppressions.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { Facts } from '../../parts/facts.tsx';
import { DotBadge } from '../../parts/status-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { said } from '../../text/said.ts';
import { ListName } from './which-list.tsx';

const COLORS: Record<ImportView['state'], string> = { running: 'blue', done: 'teal', failed: 'red' };

type InvalidLine = ImportWithLines['invalidLines'][number];

export function ImportResult({ of }: { of: ImportWithLines }) {
  const { t, i18n } = useTranslation();
  const number = (count: number) => count.toLocaleString(i18n.language);
  return (
    <Stack>
      <Facts
        of={[
          { name: t('suppressions.list'), value: <ListName account={of.account} /> },
          { name: t('suppressions.imports.state'), value: <ImportState state={of.state} /> },
          { name: t('suppressions.imports.startedAt'), value: <Time at={of.startedAt} /> },
          { name: t('suppressions.imports.total'), value: number(of.total) },
          { name: t('suppressions.imports.imported'), value: number(of.imported) },
          { name: t('suppressions.imports.alreadyThere'), value: number(of.alreadyThere) },
          { name: t('suppressions.imports.invalid'), value: number(of.invalid) },
          { name: t('suppressions.imports.finishedAt'), value: of.finishedAt && <Time at={of.finishedAt} /> },
          { name: t('suppressions.imports.failure'), value: of.failure && said(of.failure) },
        ]}
      />
      {of.invalidLines.length > 0 && <InvalidLines lines={of.invalidLines} total={of.invalid} />}
    </Stack>
  );
}

export function ImportState({ state }: Pick<ImportView, 'state'>) {
  const { t } = useTranslation();
  return <DotBadge color={COLORS[state]}>{t(`suppressions.imports.states.${state}`)}</DotBadge>;
}

function InvalidLines({ lines, total }: { lines: InvalidLine[]; total: number }) {
  const { t } = useTranslation();
  const columns = useMemo(
    (): ColumnDef<InvalidLine>[] => [
      { id: 'line', header: t('suppressions.imports.line'), cell: ({ row }) => row.original.line },
      { id: 'why', header: t('suppressions.imports.why'), cell: ({ row }) => said(row.original.reason) },
    ],
    [t],
  );
  return (
    <Stack gap="xs">
      <Title order={2} size="h4">
        {t('suppressions.imports.lines')}
      </Title>
      {total > lines.length && (
        <Text size="sm">
          {t('suppressions.imports.linesSome', { shown: String(lines.length), total: String(total) })}
        </Text>
      )}
      <ScrollArea.Autosize mah={400}>
        <DataTable
          label={t('suppressions.imports.lines')}
          columns={columns}
          rows={lines}
          rowId={({ line }) => String(line)}
          minWidth={280}
        />
      </ScrollArea.Autosize>
    </Stack>
  );
}
