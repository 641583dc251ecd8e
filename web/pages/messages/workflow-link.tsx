import { Anchor, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { MessageWithTimeline } from '../../../api/schemas/messages.ts';
import { useSignedIn } from '../../api/session.ts';

const DAY_MS = 86_400_000;

/** The delivery in the Temporal UI, as long as it is kept there; nothing where this key is not told of it. */
export function WorkflowLink({ message }: { message: MessageWithTimeline }) {
  const { t } = useTranslation();
  const { temporal } = useSignedIn().session;
  if (!temporal) return null;
  const { uiUrl, namespace, retentionDays } = temporal;
  const ended = endOf(message);
  if (ended !== null && Date.parse(ended) + retentionDays * DAY_MS < Date.now()) {
    return (
      <Text size="sm" c="dimmed">
        {t('messages.workflowGone', { count: retentionDays })}
      </Text>
    );
  }
  return (
    <Anchor
      size="sm"
      href={`${uiUrl}/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(message.id)}`}
      target="_blank"
      rel="noreferrer"
    >
      {t('messages.workflow')}
    </Anchor>
  );
}

/** The delivery ends with the first final status; a correction comes later. */
function endOf({ finalAt, timeline }: MessageWithTimeline): string | null {
  return timeline.find(({ kind }) => kind === 'final')?.at ?? finalAt;
}
