import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { SuppressionView } from '../../../api/schemas/suppressions.ts';
import { call } from '../../api/client.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { useNotify } from '../../parts/notify.ts';
import { useExplain } from '../../text/explain.ts';

export function RemoveButton({ entry: { id, phone, source } }: { entry: SuppressionView }) {
  const { t } = useTranslation();
  const [isOpen, { open, close }] = useDisclosure(false);
  const client = useQueryClient();
  const notify = useNotify();
  const explain = useExplain();
  const remove = useMutation({
    mutationFn: () => call('DELETE', `/v1/suppressions/${id}`),
    onSuccess: async () => {
      close();
      notify(t('suppressions.removed', { phone }));
      await client.invalidateQueries({ queryKey: ['suppressions'] });
    },
  });
  return (
    <>
      <Button
        variant="subtle"
        color="red"
        size="compact-sm"
        onClick={open}
        aria-label={`${t('suppressions.remove')}: ${phone}`}
      >
        {t('suppressions.remove')}
      </Button>
      <Confirm
        isOpen={isOpen}
        title={t('suppressions.removeTitle', { phone })}
        action={t('suppressions.remove')}
        isPending={remove.isPending}
        error={remove.error ? explain(remove.error) : undefined}
        onConfirm={() => remove.mutate()}
        onClose={close}
      >
        {source === 'stop-word' && `${t('suppressions.removeStop')} `}
        {t('suppressions.removeText')}
      </Confirm>
    </>
  );
}
