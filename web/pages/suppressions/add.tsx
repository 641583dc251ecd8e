import { Button, Group, Modal, Stack, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { AddedSuppression } from '../../../api/schemas/suppressions.ts';
import { call, wrongFields } from '../../api/client.ts';
import { useSignedIn } from '../../api/session.ts';
import { FormButtons } from '../../parts/form-buttons.tsx';
import { FormError } from '../../parts/form-error.tsx';
import { useNotify } from '../../parts/notify.ts';
import { ListSelect, useListNaming } from './which-list.tsx';

const FIELDS = ['account', 'phone', 'reason', 'note'] as const;

/** @param account whose list is shown; '': the global one */
export function AddButton({ account }: { account: string }) {
  const { t } = useTranslation();
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button onClick={open}>{t('suppressions.add')}</Button>
      <Modal
        opened={isOpen}
        onClose={close}
        title={t('suppressions.add')}
        closeButtonProps={{ 'aria-label': t('parts.close') }}
      >
        <AddForm account={account} onDone={close} />
      </Modal>
    </>
  );
}

/** Within the dialog, so that it is empty when it opens. */
function AddForm({ account, onDone }: { account: string; onDone: () => void }) {
  const { t } = useTranslation();
  const { isOperator } = useSignedIn();
  const client = useQueryClient();
  const notify = useNotify();
  const form = useForm({ initialValues: { account, phone: '', reason: '', note: '' } });
  const { phone, reason, note } = form.values;
  const named = useListNaming()(form.values.account);
  const add = useMutation({
    mutationFn: () =>
      call<AddedSuppression>('POST', '/v1/suppressions', {
        body: {
          ...named,
          phone: phone.trim(),
          ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
          ...(note.trim() === '' ? {} : { note: note.trim() }),
        },
      }),
    onSuccess: async (entry) => {
      const ended = entry.endedMessages > 0 ? t('suppressions.ended', { count: entry.endedMessages }) : '';
      notify([t('suppressions.added', { phone: entry.phone }), ended].join(' ').trim());
      onDone();
      await client.invalidateQueries({ queryKey: ['suppressions'] });
    },
    onError: (error) => form.setErrors(wrongFields(error)),
  });
  return (
    <form onSubmit={form.onSubmit(() => add.mutate())} noValidate>
      <Stack>
        {isOperator && (
          <Group>
            <ListSelect
              value={form.values.account}
              onChange={(value) => form.setFieldValue('account', value)}
              error={form.errors.account?.toString()}
            />
          </Group>
        )}
        <TextInput
          {...form.getInputProps('phone')}
          label={t('suppressions.phone')}
          description={t('suppressions.phoneHelp')}
          type="tel"
          required
          data-autofocus
        />
        <TextInput
          {...form.getInputProps('reason')}
          label={t('suppressions.reason')}
          description={t('suppressions.reasonHelp')}
        />
        <Textarea {...form.getInputProps('note')} label={t('suppressions.note')} autosize minRows={2} />
        <FormError error={add.error} fields={FIELDS} />
        <FormButtons action={t('suppressions.addSubmit')} isPending={add.isPending} onCancel={onDone} />
      </Stack>
    </form>
  );
}
