/** One message: what is known of it, where it runs, and all that happened to it, as it happens. */
import { Anchor, Button, Code, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'wouter';
import type { MessageWithTimeline } from '../../../api/schemas/messages.ts';
import { get } from '../../api/client.ts';
import { useLiveQueries } from '../../api/live.ts';
import { useSignedIn } from '../../api/session.ts';
import { AccountName } from '../../parts/account.tsx';
import { CopyField } from '../../parts/copy-field.tsx';
import { Duration } from '../../parts/duration.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { PhoneText } from '../../parts/phone-text.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { CancelMessage } from './cancel-message.tsx';
import { HiddenHint } from './hidden-hint.tsx';
import { MESSAGES_KEY } from './messages-key.ts';
import { MessageTimeline } from './timeline.tsx';
import { WorkflowLink } from './workflow-link.tsx';

export default function Message() {
  const { t } = useTranslation();
  const { id = '' } = useParams<{ id: string }>();
  const key = [...MESSAGES_KEY, id];
  const result = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => get<MessageWithTimeline>(`/v1/messages/${encodeURIComponent(id)}`, undefined, signal),
  });
  useLiveQueries([key]);
  return (
    <PageFrame
      title={t('messages.one')}
      actions={
        <>
          <Button component={Link} href="/messages" variant="default">
            {t('messages.all')}
          </Button>
          {result.data && <CancelMessage message={result.data} />}
        </>
      }
    >
      <Loaded result={result}>{(message) => <Known message={message} />}</Loaded>
    </PageFrame>
  );
}

function Known({ message }: { message: MessageWithTimeline }) {
  const { t } = useTranslation();
  return (
    <Stack>
      <Title order={2} size="h4">
        {t('messages.facts')}
      </Title>
      <HiddenHint />
      <MessageFacts message={message} />
      <CopyField label={t('messages.id')} value={message.id} />
      <WorkflowLink message={message} />
      <Title order={2} size="h4">
        {t('messages.timeline')}
      </Title>
      <MessageTimeline events={message.timeline} />
    </Stack>
  );
}

function MessageFacts({ message }: { message: MessageWithTimeline }) {
  const { t } = useTranslation();
  const { isOperator } = useSignedIn();
  const { text, metadata, source, errorClass } = message;
  const at = (time: string | null) => time && <Time at={time} />;
  return (
    <Facts
      of={[
        { name: t('messages.status'), value: <StatusBadge status={message.status} /> },
        { name: t('messages.phone'), value: <PhoneText phone={message.to} /> },
        {
          name: t('messages.sender'),
          value: (
            <Anchor component={Link} size="sm" href={`/messages?sender=${encodeURIComponent(message.sender)}`}>
              {message.sender}
            </Anchor>
          ),
        },
        { name: t('parts.account'), value: isOperator && <AccountName id={message.account} /> },
        { name: t('messages.from'), value: message.from },
        { name: t('messages.text'), value: text !== undefined && <MessageText text={text} /> },
        {
          name: t('messages.parts'),
          value: t('messages.partsOf', { count: message.parts, encoding: message.encoding }),
        },
        { name: t('messages.priority'), value: t(`messages.priorities.${message.priority}`) },
        { name: t('messages.acceptedAt'), value: at(message.acceptedAt) },
        { name: t('messages.sendAt'), value: at(message.sendAt) },
        { name: t('messages.validity'), value: <Duration seconds={message.validity} /> },
        { name: t('messages.submittedAt'), value: at(message.submittedAt) },
        { name: t('messages.finalAt'), value: at(message.finalAt) },
        { name: t('messages.source'), value: source && t(`messages.sources.${source}`) },
        { name: t('messages.cause'), value: message.cause },
        { name: t('messages.errorClass'), value: errorClass && t(`errorClasses.${errorClass}`) },
        { name: t('messages.errorCode'), value: message.errorCode },
        { name: t('messages.attempts'), value: message.attempts },
        { name: t('messages.metadata'), value: metadata && <Code>{JSON.stringify(metadata)}</Code> },
      ]}
    />
  );
}

function MessageText({ text }: { text: string }) {
  const { t } = useTranslation();
  return text === '' ? (
    <Text span size="sm" c="dimmed">
      {t('messages.textGone')}
    </Text>
  ) : (
    <span style={{ whiteSpace: 'pre-wrap' }}>{text}</span>
  );
}
