import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import type { SenderView } from '../../../api/schemas/senders.ts';
import { ConfirmTyped } from '../../parts/confirm-typed.tsx';
import { useNotify } from '../../parts/notify.ts';
import { useExplain } from '../../text/explain.ts';
import { useSenderChange } from './queries.ts';

export interface SenderButtonProps {
  sender: Pick<SenderView, 'id' | 'name'>;
  size?: 'sm' | 'compact-sm';
}

/** Deletes a sender, as far as that goes: what was accepted comes to its end, and it can be restored. */
export function ArchiveButton({ sender: { id, name }, size = 'compact-sm' }: SenderButtonProps) {
  const { t } = useTranslation();
  const [isOpen, { open, close }] = useDisclosure(false);
  const notify = useNotify();
  const archive = useSenderChange(() => ({ method: 'DELETE', path: `/v1/senders/${id}` }));
  return (
    <>
      <Button
        variant="outline"
        color="red"
        size={size}
        onClick={open}
        aria-label={`${t('senders.archive.action')}: ${name}`}
      >
        {t('senders.archive.action')}
      </Button>
      <ConfirmTyped
        isOpen={isOpen}
        title={t('senders.archive.title', { name })}
        word={name}
        action={t('senders.archive.action')}
        isPending={archive.isPending}
        error={archive.error}
        onConfirm={() =>
          archive.mutate(undefined, {
            onSuccess: () => {
              close();
              notify(t('senders.archive.done', { name }));
            },
          })
        }
        onClose={close}
      >
        {t('senders.archive.text')}
      </ConfirmTyped>
    </>
  );
}

export function RestoreButton({ sender: { id, name }, size = 'compact-sm' }: SenderButtonProps) {
  const { t } = useTranslation();
  const notify = useNotify();
  const explain = useExplain();
  const restore = useSenderChange(() => ({ method: 'POST', path: `/v1/senders/${id}/restore` }));
  return (
    <Button
      variant="default"
      size={size}
      loading={restore.isPending}
      aria-label={`${t('senders.restore.action')}: ${name}`}
      onClick={() =>
        restore.mutate(undefined, {
          onSuccess: () => notify(t('senders.restore.done', { name })),
          onError: (error) => notify(explain(error)),
        })
      }
    >
      {t('senders.restore.action')}
    </Button>
  );
}
