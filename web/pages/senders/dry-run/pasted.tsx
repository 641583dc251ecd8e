import { Accordion, NumberInput, Select, Stack, Textarea, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Pasted } from './body.ts';

interface PastedProps {
  form: UseFormReturnType<Pasted>;
}

/** The gateway's answer to the send. */
export function PastedAnswer({ form }: PastedProps) {
  const { t } = useTranslation();
  return (
    <Foldable title={t('senders.dryRun.answer')}>
      <NumberInput label={t('senders.dryRun.httpStatus')} {...form.getInputProps('answer.status')} />
      <Content form={form} of="answer" />
    </Foldable>
  );
}

/** Its answer to a question for the status. */
export function PastedStatus({ form }: PastedProps) {
  const { t } = useTranslation();
  return (
    <Foldable title={t('senders.dryRun.statusAnswer')}>
      <TextInput
        label={t('senders.dryRun.id')}
        description={t('senders.dryRun.idHelp')}
        {...form.getInputProps('statusAnswer.id')}
      />
      <NumberInput label={t('senders.dryRun.httpStatus')} {...form.getInputProps('statusAnswer.status')} />
      <Content form={form} of="statusAnswer" />
    </Foldable>
  );
}

/** A webhook call of the gateway. */
export function PastedCall({ form }: PastedProps) {
  const { t } = useTranslation();
  return (
    <Foldable title={t('senders.dryRun.call')}>
      <Select
        label={t('senders.dryRun.method')}
        data={['GET', 'POST']}
        allowDeselect={false}
        {...form.getInputProps('call.method')}
      />
      <TextInput label={t('senders.dryRun.query')} {...form.getInputProps('call.query')} />
      <Content form={form} of="call" />
    </Foldable>
  );
}

function Content({ form, of }: PastedProps & { of: 'answer' | 'statusAnswer' | 'call' }) {
  const { t } = useTranslation();
  const mono = { input: { fontFamily: 'var(--mantine-font-family-monospace)' } };
  return (
    <>
      <Textarea
        label={t('senders.dryRun.headers')}
        description={t('senders.dryRun.headersHelp')}
        autosize
        minRows={2}
        maxRows={10}
        spellCheck={false}
        styles={mono}
        {...form.getInputProps(`${of}.headers`)}
      />
      <Textarea
        label={t('senders.dryRun.body')}
        autosize
        minRows={4}
        maxRows={20}
        spellCheck={false}
        styles={mono}
        {...form.getInputProps(`${of}.body`)}
      />
    </>
  );
}

function Foldable({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Accordion variant="contained">
      <Accordion.Item value="pasted">
        <Accordion.Control>{title}</Accordion.Control>
        <Accordion.Panel>
          <Stack gap="sm" role="group" aria-label={title}>
            {children}
          </Stack>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}
