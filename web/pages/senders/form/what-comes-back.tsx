import { NumberInput, Radio, Stack, Switch, TagsInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { errorAt } from '../../../parts/schema-form/errors.ts';
import { type FormPart, inputFor } from './form-part.ts';
import { FormSection } from './form-section.tsx';
import { StopWords } from './stop-words.tsx';
import type { Usual } from './what-goes-out.tsx';

/** What is made of reports, of silence, and of what people answer. */
export function WhatComesBack({ usual, seesHookIps, ...part }: FormPart & { usual: Usual; seesHookIps: boolean }) {
  const { t } = useTranslation();
  const { values, errors, set } = part;
  return (
    <FormSection title={t('senders.form.whatComesBack')}>
      <NumberInput
        {...inputFor(part, 'awaitDelivery')}
        label={t('senders.form.awaitDelivery')}
        description={t('senders.form.awaitDeliveryHelp')}
        placeholder={t('senders.form.usual', { value: String(usual.awaitDelivery) })}
      />
      <NumberInput
        {...inputFor(part, 'reportGrace')}
        label={t('senders.form.reportGrace')}
        description={t('senders.form.reportGraceHelp')}
        placeholder={t('senders.form.usual', { value: String(usual.reportGrace) })}
      />
      <Radio.Group
        label={t('senders.form.onUncertain')}
        description={t('senders.form.onUncertainHelp')}
        value={values.onUncertain}
        onChange={(value) => set('onUncertain', value === 'resend' ? 'resend' : 'hold')}
        error={errorAt(errors, 'onUncertain')}
      >
        <Stack gap={6} mt={6}>
          <Radio value="hold" label={t('senders.form.hold')} />
          <Radio value="resend" label={t('senders.form.resend')} />
        </Stack>
      </Radio.Group>
      <StopWords {...inputFor(part, 'stopWords')} />
      <Switch
        label={t('senders.form.addToGlobalSuppressList')}
        description={t('senders.form.addToGlobalSuppressListHelp')}
        checked={values.addToGlobalSuppressList}
        onChange={(event) => set('addToGlobalSuppressList', event.currentTarget.checked)}
      />
      {seesHookIps && (
        <TagsInput
          {...inputFor(part, 'hookIps')}
          label={t('senders.form.hookIps')}
          description={t('senders.form.hookIpsHelp')}
        />
      )}
    </FormSection>
  );
}
