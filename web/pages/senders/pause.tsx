import { Button, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SenderView } from '../../../api/schemas/senders.ts';
import { wrongFields } from '../../api/client.ts';
import { FormButtons } from '../../parts/form-buttons.tsx';
import { useNotify } from '../../parts/notify.ts';
import { useExplain } from '../../text/explain.ts';
import { useSenderChange } from './queries.ts';

/** Pauses a sender, or lets it go on. */
export function PauseButton({ sender }: { sender: Pick<SenderView, 'id' | 'name' | 'state'> }) {
  const { t } = useTranslation();
  const [isOpen, { open, close }] = useDisclosure(false);
  const isStopped = sender.state === 'paused' || sender.state === 'held';
  return (
    <>
      {isStopped && <ResumeButton sender={sender} />}
      {sender.state !== 'paused' && (
        <Button variant="default" onClick={open}>
          {t('senders.pause.action')}
        </Button>
      )}
      <Modal
        opened={isOpen}
        onClose={close}
        title={t('senders.pause.title', { name: sender.name })}
        closeButtonProps={{ 'aria-label': t('parts.cancel') }}
      >
        <PauseForm sender={sender} onClose={close} />
      </Modal>
    </>
  );
}

function PauseForm({
  sender: { id, name },
  onClose,
}: {
  sender: Pick<SenderView, 'id' | 'name'>;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const explain = useExplain();
  const notify = useNotify();
  const [reason, setReason] = useState('');
  const pause = useSenderChange(() => ({
    method: 'POST',
    path: `/v1/senders/${id}/pause`,
    body: reason === '' ? {} : { reason },
  }));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        pause.mutate(undefined, {
          onSuccess: () => {
            onClose();
            notify(t('senders.pause.done', { name }));
          },
        });
      }}
    >
      <Stack>
        <Text size="sm">{t('senders.pause.text')}</Text>
        <TextInput
          label={t('senders.pause.reason')}
          description={t('senders.pause.reasonHelp')}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          error={wrongFields(pause.error).reason ?? (pause.error ? explain(pause.error) : undefined)}
          data-autofocus
        />
        <FormButtons action={t('senders.pause.action')} isPending={pause.isPending} onCancel={onClose} />
      </Stack>
    </form>
  );
}

function ResumeButton({ sender: { id, name } }: { sender: Pick<SenderView, 'id' | 'name'> }) {
  const { t } = useTranslation();
  const explain = useExplain();
  const notify = useNotify();
  const resume = useSenderChange(() => ({ method: 'POST', path: `/v1/senders/${id}/resume` }));
  return (
    <Button
      loading={resume.isPending}
      onClick={() =>
        resume.mutate(undefined, {
          onSuccess: () => notify(t('senders.resume.done', { name })),
          onError: (error) => notify(explain(error)),
        })
      }
    >
      {t('senders.resume.action')}
    </Button>
  );
}
