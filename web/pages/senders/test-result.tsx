import { Alert, Anchor, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { MessageWithTimeline } from '../../../api/schemas/messages.ts';
import type { SenderTestAnswer } from '../../../api/schemas/sender-test.ts';
import { isFinal } from '../../../sms/status.ts';
import { get } from '../../api/client.ts';
import { useSignedIn } from '../../api/session.ts';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { said } from '../../text/said.ts';

const EVERY_MS = 1_000;

/** What came of a test, and of its SMS since. */
export function TestResult({ answer }: { answer: SenderTestAnswer }) {
  const { t } = useTranslation();
  const { ok, detail, errorClass, balance, currency, message } = answer;
  const verdict = ok === null ? 'notKnown' : ok ? 'ok' : 'notOk';
  const color = { ok: 'teal', notOk: 'red', notKnown: 'yellow' }[verdict];
  return (
    <Alert color={color} variant="outline" title={t(`senders.test.${verdict}`)} role="alert">
      <Stack gap={6}>
        {errorClass && <Text size="sm">{t(`errorClasses.${errorClass}`)}</Text>}
        {detail !== undefined && <Text size="sm">{said(detail)}</Text>}
        {balance !== undefined && (
          <Text size="sm">{t('senders.test.balance', { balance: [balance, currency].filter(Boolean).join(' ') })}</Text>
        )}
        {message && <MessageSince message={message} />}
      </Stack>
    </Alert>
  );
}

/** Asked for until it has come to its end. */
function MessageSince({ message }: { message: MessageWithTimeline }) {
  const { t } = useTranslation();
  const { may } = useSignedIn();
  const mayRead = may('messages:read');
  const { data: now } = useQuery({
    queryKey: ['messages', 'one', message.id, 'test'],
    queryFn: ({ signal }) => get<MessageWithTimeline>(`/v1/messages/${message.id}`, undefined, signal),
    initialData: message,
    enabled: mayRead,
    refetchInterval: ({ state }) => (state.data && isFinal(state.data.status) ? false : EVERY_MS),
  });
  return (
    <Group gap="xs" aria-live="polite">
      <StatusBadge status={now.status} />
      {mayRead && (
        <Anchor component={Link} href={`/messages/${message.id}`} size="sm">
          {t('senders.test.message')}
        </Anchor>
      )}
    </Group>
  );
}
