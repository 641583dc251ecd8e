/** Tries a sender: its login at the gateway, or a real SMS. */
import { Button, Group, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { SenderTestAnswer } from '../../../api/schemas/sender-test.ts';
import type { SenderView } from '../../../api/schemas/senders.ts';
import { useAccounts } from '../../api/accounts.ts';
import { call, wrongFields } from '../../api/client.ts';
import { ErrorState } from '../../parts/error-state.tsx';
import { FormSection } from './form/form-section.tsx';
import { TestResult } from './test-result.tsx';

export function TestSender({ sender }: { sender: SenderView }) {
  const { t } = useTranslation();
  const login = useTest(sender.id);
  return (
    <Stack maw={720}>
      <FormSection title={t('senders.test.login')}>
        <Text size="sm">{t('senders.test.loginHelp')}</Text>
        <Button w="fit-content" loading={login.isPending} onClick={() => login.mutate({ body: {} })}>
          {t('senders.test.tryLogin')}
        </Button>
        {login.error && <ErrorState error={login.error} />}
        {login.data && !login.isPending && <TestResult answer={login.data} />}
      </FormSection>
      <TestSms sender={sender} />
    </Stack>
  );
}

function TestSms({ sender }: { sender: SenderView }) {
  const { t } = useTranslation();
  const { data: accounts = [] } = useAccounts();
  const sms = useTest(sender.id);
  const form = useForm({ initialValues: { to: '', text: '', from: '', account: sender.accounts[0] ?? '' } });
  const send = ({ to, text, from, account }: typeof form.values) =>
    sms.mutate(
      {
        query: { account },
        body: { to, ...(text === '' ? {} : { text }), ...(from === '' ? {} : { from }) },
      },
      { onError: (error) => form.setErrors(wrongFields(error)) },
    );
  return (
    <FormSection title={t('senders.test.sms')}>
      <form onSubmit={form.onSubmit(send)} noValidate>
        <Stack>
          <Text size="sm">{t('senders.test.smsHelp')}</Text>
          <TextInput
            label={t('senders.test.to')}
            description={t('senders.test.toHelp')}
            type="tel"
            withAsterisk
            aria-required
            {...form.getInputProps('to')}
          />
          <Textarea
            label={t('senders.test.text')}
            description={t('senders.test.textHelp')}
            autosize
            {...form.getInputProps('text')}
          />
          <TextInput
            label={t('senders.test.from')}
            description={t('senders.test.fromHelp')}
            {...form.getInputProps('from')}
          />
          <Select
            label={t('parts.account')}
            description={t('senders.test.accountHelp')}
            data={accounts
              .filter(({ id }) => sender.accounts.includes(id))
              .map(({ id, name }) => ({ value: id, label: name }))}
            allowDeselect={false}
            {...form.getInputProps('account')}
          />
          <Group>
            <Button type="submit" loading={sms.isPending}>
              {t('senders.test.send')}
            </Button>
          </Group>
          {sms.error && <ErrorState error={sms.error} />}
          {sms.data && !sms.isPending && <TestResult answer={sms.data} />}
        </Stack>
      </form>
    </FormSection>
  );
}

function useTest(id: string) {
  return useMutation({
    mutationFn: ({ body, query = {} }: { body: Record<string, string>; query?: Record<string, string> }) =>
      call<SenderTestAnswer>('POST', `/v1/senders/${id}/test`, { body, query }),
  });
}
