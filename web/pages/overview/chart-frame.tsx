import { Paper, Text, Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { DataTable, type DataTableProps } from '../../parts/data-table.tsx';

export interface ChartFrameProps<Row> extends Omit<DataTableProps<Row>, 'label'> {
  title: string;
  help?: string;
  /** For eyes only: who cannot see it, or wants the figures, has the table. */
  children: ReactNode;
}

/** A chart, and the same as a table. */
export function ChartFrame<Row>({ title, help, children, ...table }: ChartFrameProps<Row>) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <Paper component="section" aria-labelledby={id} withBorder p="sm" miw={0}>
      <Title order={2} size="h4" id={id}>
        {title}
      </Title>
      {help && (
        <Text size="sm" c="dimmed">
          {help}
        </Text>
      )}
      <div aria-hidden style={{ marginBlock: 12 }}>
        {children}
      </div>
      <details>
        <summary>{t('overview.asTable')}</summary>
        <DataTable label={title} {...table} />
      </details>
    </Paper>
  );
}
