import { Code, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { DryRunAnswer, ShownRequest } from '../../../../api/schemas/gateways.ts';

/** What would go out, and how what was pasted is read. */
export function DryRunResult({ answer: { reference, login, send, answer, status, call } }: { answer: DryRunAnswer }) {
  const { t } = useTranslation();
  return (
    <Stack gap="sm" role="region" aria-label={t('senders.dryRun.result')} aria-live="polite">
      <Text size="sm">
        {reference === null ? t('senders.dryRun.noReference') : t('senders.dryRun.reference', { reference })}
      </Text>
      {login && (
        <Part title={t('senders.dryRun.login')}>
          <Block>{textOf(login)}</Block>
        </Part>
      )}
      <Part title={t('senders.dryRun.request')}>
        {'request' in send ? (
          <Block>{textOf(send.request)}</Block>
        ) : (
          <Text size="sm">
            {t('senders.dryRun.refused')} {t(`errorClasses.${send.refused.class}`)} {send.refused.detail}
          </Text>
        )}
      </Part>
      {answer && (
        <Part title={t('senders.dryRun.answerRead')}>
          <Text size="sm" fw={600}>
            {t(`senders.dryRun.outcomes.${answer.outcome.kind as Outcome}`)}
          </Text>
          <Block>{JSON.stringify(answer.read, null, 2)}</Block>
        </Part>
      )}
      <Part title={t('senders.dryRun.statusRequest')}>
        {status.request ? (
          <Block>{textOf(status.request)}</Block>
        ) : (
          <Text size="sm">{t('senders.dryRun.noStatus')}</Text>
        )}
      </Part>
      {status.read && (
        <Part title={t('senders.dryRun.statusRead')}>
          <Block>{JSON.stringify(status.read, null, 2)}</Block>
        </Part>
      )}
      {call && (
        <Part title={t('senders.dryRun.callRead')}>
          <Block>{JSON.stringify(call.read, null, 2)}</Block>
          {call.reply && <Block>{JSON.stringify(call.reply, null, 2)}</Block>}
        </Part>
      )}
    </Stack>
  );
}

type Outcome = 'accepted' | 'refused' | 'not-sent' | 'uncertain';

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Stack gap={4}>
      <Title order={2} size="h5">
        {title}
      </Title>
      {children}
    </Stack>
  );
}

function Block({ children }: { children: string }) {
  return (
    <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
      {children}
    </Code>
  );
}

/** As it goes over the wire, but for what the connection adds. */
function textOf({ method, url, headers, body }: ShownRequest): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`${method} ${url}`, ...lines, ...(body === undefined ? [] : ['', body])].join('\n');
}
