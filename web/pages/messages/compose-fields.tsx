import { Autocomplete, NumberInput, Select, SimpleGrid, Textarea, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { PRIORITIES, type Priority } from '../../../sms/priority.ts';
import { charactersLeft, countSegments } from '../../../sms/segments.ts';
import { useAccounts } from '../../api/accounts.ts';
import { useSenders } from '../../api/senders.ts';
import { useSignedIn } from '../../api/session.ts';
import { ErrorState } from '../../parts/error-state.tsx';
import { TimeFilter } from '../../parts/filters.tsx';
import type { Draft } from './draft.ts';

const ORDER: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error'];

export interface ComposeFieldsProps {
  form: UseFormReturnType<Draft>;
  /** What posting it would be refused for, by field. */
  foreseen: Record<string, string>;
}

export function ComposeFields({ form, foreseen }: ComposeFieldsProps) {
  const { t } = useTranslation();
  const { isOperator, may } = useSignedIn();
  const { account, sender: chosen, text } = form.values;
  const isChoosable = may('senders:read');
  const isReady = !isOperator || account !== '';
  const { data: senders, isSuccess, error, refetch } = useSenders({ account, isOn: isChoosable && isReady });
  const sender = senders?.find(({ name }) => name === chosen);
  const segments = countSegments(text);
  // An empty field is not wrong before one has tried to send.
  const propsOf = (field: keyof Draft) => ({
    ...form.getInputProps(field),
    error: form.errors[field] ?? (form.values[field] === '' ? undefined : foreseen[field]),
    inputWrapperOrder: ORDER,
  });
  const { value: sendAt, onChange: onSendAt, error: sendAtError } = propsOf('sendAt');
  const senderHelp = sender && sender.state !== 'active' ? { description: t('messages.form.waits') } : {};
  return (
    <>
      {isOperator && <AccountField form={form} />}
      {error && !senders && <ErrorState error={error} onRetry={() => void refetch()} />}
      {isChoosable ? (
        <Select
          {...propsOf('sender')}
          {...senderHelp}
          value={chosen === '' ? null : chosen}
          onChange={(name) => form.setFieldValue('sender', name ?? '')}
          label={t('messages.form.sender')}
          placeholder={t('messages.form.chooseSender')}
          data={(senders ?? []).map(({ name }) => name)}
          nothingFoundMessage={isSuccess ? t('messages.form.noSender') : undefined}
          disabled={!isReady}
          searchable
          withAsterisk
        />
      ) : (
        <TextInput {...propsOf('sender')} label={t('messages.form.sender')} withAsterisk />
      )}
      <TextInput
        {...propsOf('to')}
        label={t('messages.form.to')}
        description={t('messages.form.toHelp')}
        type="tel"
        autoComplete="off"
        withAsterisk
      />
      <Autocomplete
        {...propsOf('from')}
        label={t('messages.form.from')}
        description={t('messages.form.fromHelp')}
        placeholder={sender?.defaultCallerId ?? ''}
        data={sender?.verifiedCallerIds ?? []}
      />
      <Textarea
        {...propsOf('text')}
        label={t('messages.form.text')}
        description={t('messages.form.counted', {
          encoding: segments.encoding,
          count: segments.segments,
          left: String(charactersLeft(text)),
        })}
        autosize
        minRows={4}
        withAsterisk
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TimeFilter
          label={t('messages.form.sendAt')}
          description={t('messages.form.sendAtHelp')}
          value={sendAt}
          onChange={onSendAt}
          error={sendAtError as string | undefined}
        />
        <NumberInput
          {...propsOf('validity')}
          label={t('messages.form.validity')}
          description={t('messages.form.validityHelp')}
          placeholder={sender ? String(sender.validity) : ''}
          hideControls
        />
        <Select
          {...propsOf('priority')}
          label={t('messages.form.priority')}
          data={(Object.keys(PRIORITIES) as Priority[]).map((value) => ({
            value,
            label: t(`messages.priorities.${value}`),
          }))}
          allowDeselect={false}
        />
      </SimpleGrid>
    </>
  );
}

/** Which account sends: of a key that is for all of them. */
function AccountField({ form }: { form: UseFormReturnType<Draft> }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useAccounts();
  const inUse = (data ?? []).filter(({ archivedAt }) => archivedAt === null);
  const only = inUse.length === 1 ? inUse[0]?.id : undefined;
  const { account } = form.values;
  const { setFieldValue } = form;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the form makes its functions anew each time
  useEffect(() => {
    if (only !== undefined && account === '') setFieldValue('account', only);
  }, [only, account]);
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  return (
    <Select
      error={form.errors.account}
      value={account === '' ? null : account}
      onChange={(id) => form.setValues({ account: id ?? '', sender: '' })}
      label={t('messages.form.account')}
      placeholder={t('messages.form.chooseAccount')}
      data={inUse.map(({ id, name }) => ({ value: id, label: name }))}
      searchable
      withAsterisk
    />
  );
}
