import { Anchor, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { MessageView } from '../../../api/schemas/messages.ts';
import { get } from '../../api/client.ts';
import { useLiveQueries } from '../../api/live.ts';
import { useSignedIn } from '../../api/session.ts';
import { PhoneText } from '../../parts/phone-text.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { MESSAGES_KEY } from './messages-key.ts';

/** What has become of it so far. */
export function Sent({ message, onAnother }: { message: MessageView; onAnother: () => void }) {
  const { t } = useTranslation();
  const { may } = useSignedIn();
  const isReadable = may('messages:read');
  const key = [...MESSAGES_KEY, message.id];
  const { data = message } = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => get<MessageView>(`/v1/messages/${message.id}`, undefined, signal),
    enabled: isReadable,
  });
  useLiveQueries([key], isReadable);
  // The form is gone, and the focus with it.
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  return (
    <Paper withBorder p="md">
      <Stack>
        <Title order={2} size="h4" ref={title} tabIndex={-1}>
          {t('messages.sent.title')}
        </Title>
        <PhoneText phone={data.to} />
        <Group gap="xs" aria-live="polite">
          <Text size="sm">{t('messages.sent.status')}</Text>
          <StatusBadge status={data.status} />
        </Group>
        <Group>
          {isReadable && (
            <Anchor component={Link} href={`/messages/${message.id}`}>
              {t('messages.sent.open')}
            </Anchor>
          )}
          <Button variant="default" onClick={onAnother}>
            {t('messages.sent.another')}
          </Button>
        </Group>
      </Stack>
    </Paper>
  );
}
