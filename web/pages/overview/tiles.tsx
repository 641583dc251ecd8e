import { Paper, SimpleGrid, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { OverviewView } from '../../../api/schemas/overview.ts';
import { localeOf } from '../../parts/locale.ts';

/** The figures that are read at a glance. */
export function Tiles({ overview: { gateways, steps, waiting, uncertain } }: { overview: OverviewView }) {
  const { t, i18n } = useTranslation();
  const number = new Intl.NumberFormat(localeOf(i18n.language));
  const tiles = [
    { name: t('overview.sent'), value: gateways.reduce((sum, of) => sum + of.sent, 0) },
    { name: t('overview.delivered'), value: steps.reduce((sum, step) => sum + step.delivered, 0) },
    { name: t('overview.waiting'), value: waiting, help: t('overview.waitingHelp') },
    { name: t('overview.uncertain'), value: uncertain, help: t('overview.uncertainHelp') },
  ];
  return (
    <SimpleGrid component="dl" aria-label={t('overview.figures')} cols={{ base: 2, md: 4 }} m={0}>
      {tiles.map(({ name, value, help }) => (
        <Paper key={name} withBorder p="sm">
          <Text component="dt" size="sm">
            {name}
          </Text>
          <Text component="dd" m={0} fz="h2" fw={700}>
            {number.format(value)}
          </Text>
          {help && (
            <Text component="dd" m={0} size="xs" c="dimmed">
              {help}
            </Text>
          )}
        </Paper>
      ))}
    </SimpleGrid>
  );
}
