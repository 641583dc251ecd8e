import { BarChart, type BarChartProps, type BarChartSeries } from '@mantine/charts';
import { Text } from '@mantine/core';
import type { ColumnDef } from '@tanstack/react-table';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { OverviewView } from '../../../api/schemas/overview.ts';
import { localeOf } from '../../parts/locale.ts';
import { ChartFrame } from './chart-frame.tsx';
import { COLORS } from './colors.ts';

type Figures = OverviewView['gateways'][number];

export function GatewayRates({ gateways }: { gateways: Figures[] }) {
  const { t, i18n } = useTranslation();
  const percent = useMemo(
    () => new Intl.NumberFormat(localeOf(i18n.language), { style: 'percent', maximumFractionDigits: 1 }),
    [i18n.language],
  );
  const columns = useMemo<ColumnDef<Figures>[]>(
    () => [
      { id: 'gateway', header: t('overview.rate.gateway'), cell: ({ row }) => row.original.gateway },
      { id: 'sent', header: t('overview.sent'), cell: ({ row }) => row.original.sent },
      { id: 'ended', header: t('overview.ended'), cell: ({ row }) => row.original.ended },
      { id: 'delivered', header: t('overview.delivered'), cell: ({ row }) => row.original.delivered },
      {
        id: 'rate',
        header: t('overview.rate.rate'),
        cell: ({ row: { original } }) =>
          original.deliveryRate === null ? t('parts.nothing') : percent.format(original.deliveryRate),
      },
    ],
    [t, percent],
  );
  return (
    <ChartFrame
      title={t('overview.rate.title')}
      help={t('overview.rate.help')}
      columns={columns}
      rows={gateways}
      rowId={({ gateway }) => gateway}
      minWidth={420}
    >
      <Bars
        data={gateways.map(({ gateway, deliveryRate }) => ({
          gateway,
          rate: deliveryRate === null ? null : Math.round(deliveryRate * 1000) / 10,
        }))}
        series={[{ name: 'rate', label: t('overview.rate.rate'), color: COLORS.second }]}
        axis={{ domain: [0, 100], tickFormatter: (value: number) => percent.format(value / 100) }}
      />
    </ChartFrame>
  );
}

export function GatewayTimes({ gateways }: { gateways: Figures[] }) {
  const { t, i18n } = useTranslation();
  const seconds = useMemo(
    () => new Intl.NumberFormat(localeOf(i18n.language), { style: 'unit', unit: 'second', maximumFractionDigits: 1 }),
    [i18n.language],
  );
  const columns = useMemo<ColumnDef<Figures>[]>(() => {
    const shown = (value: number | null) => (value === null ? t('parts.nothing') : seconds.format(value));
    return [
      { id: 'gateway', header: t('overview.rate.gateway'), cell: ({ row }) => row.original.gateway },
      { id: 'p50', header: t('overview.times.p50'), cell: ({ row }) => shown(row.original.p50) },
      { id: 'p95', header: t('overview.times.p95'), cell: ({ row }) => shown(row.original.p95) },
    ];
  }, [t, seconds]);
  const rounded = (value: number | null) => (value === null ? null : Math.round(value * 10) / 10);
  return (
    <ChartFrame
      title={t('overview.times.title')}
      help={t('overview.times.help')}
      columns={columns}
      rows={gateways}
      rowId={({ gateway }) => gateway}
      minWidth={280}
    >
      <Bars
        data={gateways.map(({ gateway, p50, p95 }) => ({ gateway, p50: rounded(p50), p95: rounded(p95) }))}
        series={[
          { name: 'p50', label: t('overview.times.p50'), color: COLORS.first },
          { name: 'p95', label: t('overview.times.p95'), color: COLORS.third },
        ]}
      />
    </ChartFrame>
  );
}

interface BarsProps {
  data: ({ gateway: string } & Record<string, string | number | null>)[];
  series: BarChartSeries[];
  /** Of the values. */
  axis?: BarChartProps['xAxisProps'];
}

/** A row of bars for each gateway, so that many of them have room for their names. */
function Bars({ data, series, axis }: BarsProps) {
  const { t } = useTranslation();
  if (data.length === 0) return <Text c="dimmed">{t('overview.nothing')}</Text>;
  return (
    <BarChart
      h={70 + data.length * 26 * (series.length + 1)}
      data={data}
      dataKey="gateway"
      series={series}
      orientation="vertical"
      gridAxis="y"
      withLegend={series.length > 1}
      {...(axis ? { xAxisProps: axis } : {})}
      yAxisProps={{ width: 96 }}
      barProps={{ isAnimationActive: false }}
      barChartProps={{ accessibilityLayer: false }}
    />
  );
}
