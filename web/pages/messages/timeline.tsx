import { Code, Group, Stack, Text, Timeline } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Time } from '../../parts/time.tsx';
import { type TimelineEvent, useSentences, useSource, useTitle } from './event-words.ts';

/** All that happened to a message, oldest first: in words, and as it was recorded on demand. */
export function MessageTimeline({ events }: { events: readonly TimelineEvent[] }) {
  const { t } = useTranslation();
  return (
    <Timeline role="list" aria-label={t('messages.timeline')} active={events.length} bulletSize={14} lineWidth={2}>
      {events.map((event, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: events are only added, at the end
        <Timeline.Item key={i} role="listitem">
          <Event event={event} />
        </Timeline.Item>
      ))}
    </Timeline>
  );
}

function Event({ event }: { event: TimelineEvent }) {
  const { t } = useTranslation();
  const title = useTitle();
  const sentences = useSentences();
  const sourceOf = useSource();
  const said = sentences(event);
  return (
    <Stack gap={2}>
      <Text fw={500}>{title(event)}</Text>
      {said.length > 0 && (
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {said.join(' ')}
        </Text>
      )}
      <Group gap="xs">
        <Text size="xs" c="dimmed">
          <Time at={event.at} />
        </Text>
        <Text size="xs" c="dimmed">
          {t('messages.by', { source: sourceOf(event.source) })}
        </Text>
      </Group>
      {event.detail && (
        <details>
          <Text component="summary" size="xs" c="dimmed" style={{ cursor: 'pointer' }}>
            {t('messages.raw')}
          </Text>
          <Code block mt={4} style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
            {JSON.stringify(event.detail, null, 2)}
          </Code>
        </details>
      )}
    </Stack>
  );
}
