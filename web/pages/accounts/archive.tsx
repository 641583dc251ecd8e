import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { AccountView } from '../../../api/schemas/accounts.ts';
import { call } from '../../api/client.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { ConfirmTyped } from '../../parts/confirm-typed.tsx';
import { useNotify } from '../../parts/notify.ts';
import { useExplain } from '../../text/explain.ts';

/** Archives an account that is in use, after its name was typed; restores one that is archived. */
export function ArchiveButton({ account: { id, name, archivedAt } }: { account: AccountView }) {
  const { t } = useTranslation();
  const explain = useExplain();
  const [isOpen, { open, close }] = useDisclosure(false);
  const client = useQueryClient();
  const notify = useNotify();
  const isArchived = archivedAt !== null;
  const change = useMutation({
    mutationFn: () => call('POST', `/v1/accounts/${id}/${isArchived ? 'restore' : 'archive'}`),
    onSuccess: async () => {
      close();
      notify(t(isArchived ? 'accounts.restored' : 'accounts.archived', { name }));
      await client.invalidateQueries({ queryKey: ['accounts'] });
    },
  });
  const action = t(isArchived ? 'accounts.restore' : 'accounts.archive');
  const common = { isOpen, action, isPending: change.isPending, onConfirm: () => change.mutate(), onClose: close };
  return (
    <>
      <Button
        variant={isArchived ? 'default' : 'subtle'}
        color={isArchived ? 'blue' : 'red'}
        size="compact-sm"
        onClick={open}
        aria-label={`${action}: ${name}`}
        style={{ flexShrink: 0 }}
      >
        {action}
      </Button>
      {isArchived ? (
        <Confirm
          {...common}
          title={t('accounts.restoreTitle', { name })}
          error={change.error ? explain(change.error) : undefined}
        >
          {t('accounts.restoreText')}
        </Confirm>
      ) : (
        <ConfirmTyped {...common} title={t('accounts.archiveTitle', { name })} word={name} error={change.error}>
          {t('accounts.archiveText')}
        </ConfirmTyped>
      )}
    </>
  );
}
