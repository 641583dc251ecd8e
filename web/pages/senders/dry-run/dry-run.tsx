/** What the settings as they are written would send, and how they would read what comes. Nothing goes out. */
import { Button, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { DryRunAnswer, GatewayView } from '../../../../api/schemas/gateways.ts';
import { call, wrongFields } from '../../../api/client.ts';
import { ErrorState } from '../../../parts/error-state.tsx';
import type { Field } from '../../../parts/schema-form/fields.ts';
import { type FieldValues, type Settings, settingsOf } from '../../../parts/schema-form/values.ts';
import { FormSection } from '../form/form-section.tsx';
import { bodyOf, NOTHING_PASTED, type Pasted } from './body.ts';
import { DryRunResult } from './dry-run-result.tsx';
import { PastedAnswer, PastedCall, PastedStatus } from './pasted.tsx';

export interface DryRunProps {
  gateway: GatewayView;
  fields: readonly Field[];
  values: FieldValues;
  /** Of a sender that there is: its secrets are not shown. */
  settings?: Settings | undefined;
}

export function DryRun({ gateway, fields, values, settings }: DryRunProps) {
  const { t } = useTranslation();
  const form = useForm<Pasted>({ initialValues: NOTHING_PASTED });
  const run = useMutation({
    mutationFn: (pasted: Pasted) =>
      call<DryRunAnswer>('POST', `/v1/gateways/${gateway.name}/dry-run`, {
        body: bodyOf(pasted, { ...heldSecrets(fields, values, settings), ...settingsOf(fields, values) }),
      }),
  });
  const start = (pasted: Pasted) =>
    run.mutate(pasted, {
      onError: (error) => form.setErrors(wrongFields(error)),
    });
  return (
    <FormSection title={t('senders.dryRun.title')}>
      <form onSubmit={form.onSubmit(start)} noValidate aria-label={t('senders.dryRun.title')}>
        <Stack>
          <Text size="sm">{t('senders.dryRun.text')}</Text>
          <TextInput label={t('senders.dryRun.to')} withAsterisk aria-required {...form.getInputProps('message.to')} />
          <Textarea
            label={t('senders.dryRun.sms')}
            withAsterisk
            aria-required
            autosize
            {...form.getInputProps('message.text')}
          />
          <TextInput label={t('senders.dryRun.from')} {...form.getInputProps('message.from')} />
          <PastedAnswer form={form} />
          <PastedStatus form={form} />
          {gateway.calls.webhook && <PastedCall form={form} />}
          <Group>
            <Button type="submit" variant="default" loading={run.isPending}>
              {t('senders.dryRun.run')}
            </Button>
          </Group>
          {run.error && <ErrorState error={run.error} />}
          {run.data && !run.isPending && <DryRunResult answer={run.data} />}
        </Stack>
      </form>
    </FormSection>
  );
}

/** In place of the secrets that stay as they are: a request shows none anyway. */
function heldSecrets(fields: readonly Field[], values: FieldValues, settings: Settings = {}): Settings {
  const held = fields.filter(
    ({ name, kind }) => kind === 'secret' && settings[name] !== undefined && values[name] !== null,
  );
  return Object.fromEntries(held.map(({ name }) => [name, `held-${name}`]));
}
