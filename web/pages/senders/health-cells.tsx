/** How a sender does, in a row of the table. */
import { Group, Progress, Skeleton, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { SenderHealthView } from '../../../api/schemas/sender-health.ts';
import { DotBadge } from '../../parts/status-badge.tsx';
import { useSenderHealth } from './queries.ts';

const EVERY_S = 20;
/** Errors before that are of no interest to who looks whether all is well. */
const RECENT_MS = 15 * 60_000;

/** What is not well, or that all is. */
export function HealthStrip({ id }: { id: string }) {
  const { t } = useTranslation();
  return (
    <WithHealth id={id}>
      {({ held, inFlight, texts, errors }) => {
        const [latest] = errors;
        const isRecent = latest !== undefined && Date.now() - Date.parse(latest.lastAt) < RECENT_MS;
        const isWell = !held && !isRecent && inFlight.uncertain === 0 && !texts?.failure;
        return (
          <Group gap={4}>
            {held && <DotBadge color="red">{t(`senders.errorClasses.${held.why}`)}</DotBadge>}
            {isRecent && !held && <DotBadge color="orange">{t(`senders.errorClasses.${latest.errorClass}`)}</DotBadge>}
            {inFlight.uncertain > 0 && (
              <DotBadge color="yellow">{t('senders.uncertain', { count: inFlight.uncertain })}</DotBadge>
            )}
            {texts?.failure && <DotBadge color="orange">{t('senders.textsFail')}</DotBadge>}
            {isWell && <DotBadge color="teal">{t('senders.well')}</DotBadge>}
          </Group>
        );
      }}
    </WithHealth>
  );
}

/** Submits of the last minute, of as many as may be. */
export function RateUse({ id }: { id: string }) {
  return <WithHealth id={id}>{({ rate }) => <RateBar rate={rate} />}</WithHealth>;
}

export function RateBar({ rate: { submittedInLastMinute: count, perMinute } }: Pick<SenderHealthView, 'rate'>) {
  const { t } = useTranslation();
  if (perMinute === null) return <Text size="sm">{t('senders.perMinute', { number: String(count) })}</Text>;
  const most = String(Math.round(perMinute * 100) / 100);
  return (
    <Stack gap={4} miw={110}>
      <Text size="sm">{t('senders.perMinuteOf', { number: String(count), most })}</Text>
      <Progress value={Math.min(100, (count / perMinute) * 100)} size="sm" aria-label={t('senders.rateUse')} />
    </Stack>
  );
}

export function QueueLength({ id }: { id: string }) {
  const { t } = useTranslation();
  return (
    <WithHealth id={id}>
      {({ queue }) => <Text size="sm">{t('senders.waiting', { number: String(queue.waiting) })}</Text>}
    </WithHealth>
  );
}

function WithHealth({ id, children }: { id: string; children: (health: SenderHealthView) => ReactNode }) {
  const { t } = useTranslation();
  const { data, error } = useSenderHealth(id, EVERY_S);
  if (data) return children(data);
  return error ? t('senders.notKnown') : <Skeleton h={14} w={80} />;
}
