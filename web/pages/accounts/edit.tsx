/** Making an account, and changing its name and country: the same form. */
import { Button, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { AccountView } from '../../../api/schemas/accounts.ts';
import { call, wrongFields } from '../../api/client.ts';
import { FormButtons } from '../../parts/form-buttons.tsx';
import { FormError } from '../../parts/form-error.tsx';
import { useNotify } from '../../parts/notify.ts';
import { useCountryName } from './country-name.ts';

const FIELDS = ['name', 'defaultCountry'] as const;

export function CreateButton() {
  const { t } = useTranslation();
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button onClick={open}>{t('accounts.create')}</Button>
      <Modal
        opened={isOpen}
        onClose={close}
        title={t('accounts.create')}
        closeButtonProps={{ 'aria-label': t('parts.close') }}
      >
        <AccountForm onDone={close} />
      </Modal>
    </>
  );
}

export function ChangeButton({ account }: { account: AccountView }) {
  const { t } = useTranslation();
  const { name } = account;
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button
        variant="default"
        size="compact-sm"
        onClick={open}
        aria-label={`${t('accounts.change')}: ${name}`}
        style={{ flexShrink: 0 }}
      >
        {t('accounts.change')}
      </Button>
      <Modal
        opened={isOpen}
        onClose={close}
        title={t('accounts.changeTitle', { name })}
        closeButtonProps={{ 'aria-label': t('parts.close') }}
      >
        <AccountForm account={account} onDone={close} />
      </Modal>
    </>
  );
}

/** Within the dialog, so that it shows what is kept when it opens. @param account absent: a new one */
function AccountForm({ account, onDone }: { account?: AccountView; onDone: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const notify = useNotify();
  const countryName = useCountryName();
  const form = useForm({
    initialValues: { name: account?.name ?? '', defaultCountry: account?.defaultCountry ?? '' },
  });
  const { defaultCountry } = form.values;
  const save = useMutation({
    mutationFn: () => {
      const country = defaultCountry.trim().toUpperCase();
      const body = { name: form.values.name.trim(), defaultCountry: country === '' ? null : country };
      return account
        ? call<AccountView>('PATCH', `/v1/accounts/${account.id}`, { body })
        : call<AccountView>('POST', '/v1/accounts', { body });
    },
    onSuccess: async ({ name }) => {
      notify(t(account ? 'accounts.saved' : 'accounts.created', { name }));
      onDone();
      await client.invalidateQueries({ queryKey: ['accounts'] });
    },
    onError: (error) => form.setErrors(wrongFields(error)),
  });
  return (
    <form onSubmit={form.onSubmit(() => save.mutate())} noValidate>
      <Stack>
        <TextInput
          {...form.getInputProps('name')}
          label={t('accounts.name')}
          description={t('accounts.nameHelp')}
          autoComplete="off"
          required
          data-autofocus
        />
        <TextInput
          {...form.getInputProps('defaultCountry')}
          label={t('accounts.country')}
          description={t('accounts.countryHelp')}
          autoComplete="off"
          maxLength={10}
        />
        {defaultCountry.trim() !== '' && (
          <Text size="sm" role="status">
            {countryName(defaultCountry.trim())}
          </Text>
        )}
        <FormError error={save.error} fields={FIELDS} />
        <FormButtons
          action={t(account ? 'accounts.save' : 'accounts.createSubmit')}
          isPending={save.isPending}
          onCancel={onDone}
        />
      </Stack>
    </form>
  );
}
