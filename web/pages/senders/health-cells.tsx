/** How a sender does, in a row of the table. */
import { Group, Progress, Skeleton, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { SenderHealthView } from '../../../api/schemas/sender-health.ts';
import { DotBadge } from '../../parts/status-badge.tsx';

/** Errors before that are of no interest to who looks whether all is well. */
const RECENT_MS = 15 * 60_000;

/** Of a sender of the table. undefined: not read yet; null: it could not be read. */
export type RowHealth = SenderHealthView | null | undefined;

/** What is not well, or that all is. */
export function HealthStrip({ health }: { health: RowHealth }) {
  const { t } = useTranslation();
  if (!health) return <NoHealth of={health} />;
  const { held, inFlight, texts, errors } = health;
  const [latest] = errors;
  const isRecent = latest !== undefined && Date.now() - Date.parse(latest.lastAt) < RECENT_MS;
  const isWell = !held && !isRecent && inFlight.uncertain === 0 && !texts?.failure;
  return (
    <Group gap={4}>
      {held && <DotBadge color="red">{t(`errorClasses.${held.why}`)}</DotBadge>}
      {isRecent && !held && <DotBadge color="orange">{t(`errorClasses.${latest.errorClass}`)}</DotBadge>}
      {inFlight.uncertain > 0 && (
        <DotBadge color="yellow">{t('senders.uncertain', { count: inFlight.uncertain })}</DotBadge>
      )}
      {texts?.failure && <DotBadge color="orange">{t('senders.textsFail')}</DotBadge>}
      {isWell && <DotBadge color="teal">{t('senders.well')}</DotBadge>}
    </Group>
  );
}

/** Submits of the last minute, of as many as may be. */
export function RateUse({ health }: { health: RowHealth }) {
  return health ? <RateBar rate={health.rate} /> : <NoHealth of={health} />;
}

export function RateBar({ rate: { submittedInLastMinute: count, perMinute } }: Pick<SenderHealthView, 'rate'>) {
  const { t } = useTranslation();
  if (perMinute === null) return <Text size="sm">{t('senders.perMinute', { number: String(count) })}</Text>;
  const most = String(Math.round(perMinute * 100) / 100);
  return (
    <Stack gap={4} miw={80}>
      <Text size="sm">{t('senders.perMinuteOf', { number: String(count), most })}</Text>
      <Progress value={Math.min(100, (count / perMinute) * 100)} size="sm" aria-label={t('senders.rateUse')} />
    </Stack>
  );
}

export function QueueLength({ health }: { health: RowHealth }) {
  const { t } = useTranslation();
  if (!health) return <NoHealth of={health} />;
  return <Text size="sm">{t('senders.waiting', { number: String(health.queue.waiting) })}</Text>;
}

function NoHealth({ of }: { of: null | undefined }) {
  const { t } = useTranslation();
  return of === null ? t('senders.notKnown') : <Skeleton h={14} w={80} />;
}
