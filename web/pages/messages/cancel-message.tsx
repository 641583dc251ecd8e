import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MessageView } from '../../../api/schemas/messages.ts';
import { ApiError, call } from '../../api/client.ts';
import { useSignedIn } from '../../api/session.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { useNotify } from '../../parts/notify.ts';
import { useExplain } from '../../text/explain.ts';
import { MESSAGES_KEY } from './messages-key.ts';

/** Where it may still be possible. */
export function CancelMessage({ message: { id, status } }: { message: MessageView }) {
  const { t } = useTranslation();
  const { may } = useSignedIn();
  const client = useQueryClient();
  const notify = useNotify();
  const whyNot = useWhyNot();
  const [isOpen, setOpen] = useState(false);
  const cancel = useMutation({
    mutationFn: () => call<MessageView>('POST', `/v1/messages/${id}/cancel`),
    onSuccess: () => {
      setOpen(false);
      notify(t('messages.cancelled'));
    },
    onSettled: () => client.invalidateQueries({ queryKey: MESSAGES_KEY }),
  });
  const isPossible = may('messages:send') && (status === 'accepted' || status === 'sending');
  return (
    <>
      {isPossible && (
        <Button
          color="red"
          variant="outline"
          onClick={() => {
            cancel.reset();
            setOpen(true);
          }}
        >
          {t('messages.cancel')}
        </Button>
      )}
      <Confirm
        isOpen={isOpen}
        title={t('messages.cancel')}
        action={t('messages.cancel')}
        isPending={cancel.isPending}
        error={cancel.error ? whyNot(cancel.error) : undefined}
        onConfirm={() => cancel.mutate()}
        onClose={() => setOpen(false)}
      >
        {t('messages.cancelAsk')}
      </Confirm>
    </>
  );
}

function useWhyNot(): (error: unknown) => string {
  const { t } = useTranslation();
  const explain = useExplain();
  return (error) => {
    const problem = error instanceof ApiError ? error.problem : undefined;
    if (problem?.code !== 'too-late') return explain(error);
    const { status } = problem.message as MessageView;
    return t('messages.tooLate', { status: t(`statuses.${status}`) });
  };
}
