import { LineChart } from '@mantine/charts';
import type { ColumnDef } from '@tanstack/react-table';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { OverviewView } from '../../../api/schemas/overview.ts';
import { localeOf } from '../../parts/locale.ts';
import { Time } from '../../parts/time.tsx';
import { ChartFrame } from './chart-frame.tsx';
import { COLORS } from './colors.ts';

type Step = OverviewView['steps'][number];

export function StepChart({ overview: { steps, stepSeconds } }: { overview: OverviewView }) {
  const { t, i18n } = useTranslation();
  const time = new Intl.DateTimeFormat(localeOf(i18n.language), { timeStyle: 'short' });
  const columns = useMemo<ColumnDef<Step>[]>(
    () => [
      { id: 'at', header: t('overview.steps.at'), cell: ({ row }) => <Time at={row.original.at} /> },
      { id: 'sent', header: t('overview.sent'), cell: ({ row }) => row.original.sent },
      { id: 'delivered', header: t('overview.delivered'), cell: ({ row }) => row.original.delivered },
    ],
    [t],
  );
  return (
    <ChartFrame
      title={t(stepSeconds === 60 ? 'overview.steps.minute' : 'overview.steps.quarter')}
      columns={columns}
      rows={steps}
      rowId={({ at }) => at}
      minWidth={280}
    >
      <LineChart
        h={260}
        data={steps.map((step) => ({ ...step, at: time.format(new Date(step.at)) }))}
        dataKey="at"
        series={[
          { name: 'sent', label: t('overview.sent'), color: COLORS.first, strokeDasharray: '6 3' },
          { name: 'delivered', label: t('overview.delivered'), color: COLORS.second },
        ]}
        curveType="linear"
        withDots={false}
        withLegend
        yAxisProps={{ allowDecimals: false, width: 44 }}
        lineProps={{ isAnimationActive: false }}
        lineChartProps={{ accessibilityLayer: false }}
      />
    </ChartFrame>
  );
}
