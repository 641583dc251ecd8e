/** How sending does now, live. */
import { Group, SegmentedControl, SimpleGrid, Stack, Text } from '@mantine/core';
import { useThrottledCallback } from '@mantine/hooks';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OverviewView, OverviewWindow } from '../../../api/schemas/overview.ts';
import { get } from '../../api/client.ts';
import { useIsLive, useLive } from '../../api/live.ts';
import { AccountFilter } from '../../parts/account.tsx';
import { useListQuery } from '../../parts/list-query.ts';
import { LiveSwitch } from '../../parts/live-switch.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { localeOf } from '../../parts/locale.ts';
import { PageFrame } from '../../parts/page-frame.tsx';
import { GatewayRates, GatewayTimes } from './gateway-charts.tsx';
import { StepChart } from './step-chart.tsx';
import { Tiles } from './tiles.tsx';
import { TroubledSenders } from './troubled-senders.tsx';

const WINDOWS: OverviewWindow[] = ['1h', '24h'];
const NAME = 'overview';
/** However much happens, the figures are read no more often: those of a day cost more, and move slowly. */
const PAUSE_MS = { '1h': 2_000, '24h': 10_000 };
/** For what the stream does not tell of: a sender that is paused, a minute that begins. */
const EVERY_MS = { '1h': 5_000, '24h': 30_000 };

export default function Overview() {
  const { t, i18n } = useTranslation();
  const { filters, query, set } = useListQuery(['window', 'account']);
  const [isOn, setIsOn] = useState(true);
  const isConnected = useIsLive();
  const client = useQueryClient();
  const window = WINDOWS.find((name) => name === filters.window) ?? '1h';
  const readAnew = useThrottledCallback(() => {
    if (isOn) void client.invalidateQueries({ queryKey: [NAME] });
  }, PAUSE_MS[window]);
  useLive(readAnew, isOn);
  const result = useQuery({
    queryKey: [NAME, query],
    queryFn: ({ signal }) => get<OverviewView>('/v1/overview', query, signal),
    placeholderData: keepPreviousData,
    refetchInterval: isOn && EVERY_MS[window],
    refetchOnWindowFocus: isOn,
  });
  const time = new Intl.DateTimeFormat(localeOf(i18n.language), { timeStyle: 'medium' });
  return (
    <PageFrame
      title={t('overview.title')}
      actions={
        <LiveSwitch
          isOn={isOn}
          onChange={(on) => {
            setIsOn(on);
            if (on) void result.refetch();
          }}
        />
      }
    >
      <Group align="flex-end">
        <SegmentedControl
          aria-label={t('overview.window')}
          data={WINDOWS.map((value) => ({ value, label: t(`overview.windows.${value}`) }))}
          value={window}
          onChange={(value) => set('window', value === '1h' ? '' : value)}
        />
        <AccountFilter value={filters.account} onChange={(value) => set('account', value)} />
      </Group>
      <Loaded result={result}>
        {(data) => (
          <Stack>
            <Text size="sm" c="dimmed">
              {t('overview.asOf', { time: time.format(new Date(data.until)) })}
              {isOn && !isConnected && ` ${t('overview.lost')}`}
            </Text>
            {data.senders && <TroubledSenders senders={data.senders} />}
            <Tiles overview={data} />
            <StepChart overview={data} />
            <SimpleGrid cols={{ base: 1, lg: 2 }}>
              <GatewayRates gateways={data.gateways} />
              <GatewayTimes gateways={data.gateways} />
            </SimpleGrid>
          </Stack>
        )}
      </Loaded>
    </PageFrame>
  );
}
