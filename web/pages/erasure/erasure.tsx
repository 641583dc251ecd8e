/** Erasing one phone everywhere but on the suppress lists. */
import { Alert, Button, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ErasureView } from '../../../api/schemas/erasure.ts';
import { call, wrongFields } from '../../api/client.ts';
import { ConfirmTyped } from '../../parts/confirm-typed.tsx';
import { Facts } from '../../parts/facts.tsx';
import { FormError } from '../../parts/form-error.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';

/** A record, so that none of the API's can be forgotten. */
const COUNTS: Record<keyof ErasureView, true> = {
  messages: true,
  inboundTexts: true,
  unmatchedReports: true,
  webhookCalls: true,
  senders: true,
};
const counts = Object.keys(COUNTS) as (keyof ErasureView)[];

export default function Erasure() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [isAsking, setIsAsking] = useState(false);
  const form = useForm({ initialValues: { phone: '' } });
  const phone = form.values.phone.trim();
  const erase = useMutation({
    mutationFn: (phone: string) => call<ErasureView>('POST', '/v1/erasures', { body: { phone } }),
    onSuccess: async () => {
      form.reset();
      // Whatever is shown elsewhere may have had it.
      await client.invalidateQueries();
    },
    onError: (error) => form.setErrors(wrongFields(error)),
    onSettled: () => setIsAsking(false),
  });
  return (
    <PageFrame title={t('erasure.title')}>
      <Text size="sm" maw={640}>
        {t('erasure.help')}
      </Text>
      <form
        onSubmit={form.onSubmit(() => {
          erase.reset();
          // What no dialog can ask for, the API tells what is wrong with.
          if (phone === '') erase.mutate(phone);
          else setIsAsking(true);
        })}
        noValidate
      >
        <Stack align="flex-start" maw={420}>
          <TextInput
            {...form.getInputProps('phone')}
            label={t('erasure.phone')}
            description={t('erasure.phoneHelp')}
            type="tel"
            autoComplete="off"
            required
            w="100%"
          />
          <FormError error={erase.error} fields={['phone']} />
          <Button type="submit" color="red" loading={erase.isPending}>
            {t('erasure.start')}
          </Button>
        </Stack>
      </form>
      {erase.data && <Erased phone={erase.variables} counted={erase.data} />}
      <ConfirmTyped
        isOpen={isAsking}
        title={t('erasure.confirmTitle', { phone })}
        word={phone}
        action={t('erasure.confirm')}
        isPending={erase.isPending}
        error={null}
        onConfirm={() => erase.mutate(phone)}
        onClose={() => setIsAsking(false)}
      >
        {t('erasure.confirmText')}
      </ConfirmTyped>
    </PageFrame>
  );
}

function Erased({ phone, counted }: { phone: string; counted: ErasureView }) {
  const { t, i18n } = useTranslation();
  const isNothing = counts.every((name) => counted[name] === 0);
  return (
    <Alert color="gray" variant="outline" title={t('erasure.done', { phone })} role="status">
      {isNothing ? (
        <Text size="sm">{t('erasure.nothing')}</Text>
      ) : (
        <Facts
          of={counts.map((name) => ({
            name: t(`erasure.counts.${name}`),
            value: counted[name].toLocaleString(i18n.language),
          }))}
        />
      )}
    </Alert>
  );
}
