import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { KeyView } from '../../../api/schemas/keys.ts';
import { call } from '../../api/client.ts';
import { useSignedIn } from '../../api/session.ts';
import { ConfirmTyped } from '../../parts/confirm-typed.tsx';
import { useNotify } from '../../parts/notify.ts';

/** Asks for the name of the key. */
export function RevokeButton({ apiKey: { id, name } }: { apiKey: KeyView }) {
  const { t } = useTranslation();
  const { session } = useSignedIn();
  const [isOpen, { open, close }] = useDisclosure(false);
  const client = useQueryClient();
  const notify = useNotify();
  const revoke = useMutation({
    mutationFn: () => call('POST', `/v1/keys/${id}/revoke`),
    onSuccess: async () => {
      close();
      notify(t('keys.revoked', { name }));
      await client.invalidateQueries({ queryKey: ['keys'] });
    },
  });
  return (
    <>
      <Button variant="subtle" color="red" size="compact-sm" onClick={open} aria-label={`${t('keys.revoke')}: ${name}`}>
        {t('keys.revoke')}
      </Button>
      <ConfirmTyped
        isOpen={isOpen}
        title={t('keys.revokeTitle', { name })}
        word={name}
        action={t('keys.revoke')}
        isPending={revoke.isPending}
        error={revoke.error}
        onConfirm={() => revoke.mutate()}
        onClose={close}
      >
        {t('keys.revokeText')} {id === session.key.id && t('keys.revokeOwn')}
      </ConfirmTyped>
    </>
  );
}
