import { NumberInput, Switch, TagsInput, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type FormPart, inputFor } from './form-part.ts';
import { FormSection } from './form-section.tsx';

export interface Usual {
  maxParts: number;
  validity: number;
  awaitDelivery: number;
  reportGrace: number;
  /** Submits per second; null: as many as may be; undefined: that follows from the settings. */
  rateLimit: number | null | undefined;
}

export interface WhatGoesOutProps extends FormPart {
  usual: Usual;
  /** The phones are masked: what is written over them would replace them all. */
  arePhonesMasked: boolean;
}

/** Which SMS may go through it, and how fast. */
export function WhatGoesOut({ usual, arePhonesMasked, ...part }: WhatGoesOutProps) {
  const { t } = useTranslation();
  const { values, set } = part;
  return (
    <FormSection title={t('senders.form.whatGoesOut')}>
      <TextInput
        {...inputFor(part, 'defaultCallerId')}
        onChange={(event) => set('defaultCallerId', event.currentTarget.value)}
        label={t('senders.form.defaultCallerId')}
        description={t('senders.form.defaultCallerIdHelp')}
        autoComplete="off"
      />
      <TagsInput
        {...inputFor(part, 'verifiedCallerIds')}
        label={t('senders.form.verifiedCallerIds')}
        description={t('senders.form.verifiedCallerIdsHelp')}
        isDuplicate={isSame}
      />
      <TagsInput
        {...inputFor(part, 'verifiedPhones')}
        label={t('senders.form.verifiedPhones')}
        description={t(arePhonesMasked ? 'senders.form.verifiedPhonesMasked' : 'senders.form.verifiedPhonesHelp')}
        disabled={arePhonesMasked}
      />
      <NumberInput
        {...inputFor(part, 'rateLimit')}
        label={t('senders.form.rateLimit')}
        description={t('senders.form.rateLimitHelp')}
        placeholder={usual.rateLimit == null ? undefined : t('senders.form.usual', { value: String(usual.rateLimit) })}
        disabled={values.isUnlimited}
      />
      <Switch
        label={t('senders.form.isUnlimited')}
        checked={values.isUnlimited}
        onChange={(event) => set('isUnlimited', event.currentTarget.checked)}
      />
      <NumberInput
        {...inputFor(part, 'maxParts')}
        label={t('senders.form.maxParts')}
        description={t('senders.form.maxPartsHelp')}
        placeholder={t('senders.form.usual', { value: String(usual.maxParts) })}
      />
      <NumberInput
        {...inputFor(part, 'validity')}
        label={t('senders.form.validity')}
        description={t('senders.form.validityHelp')}
        placeholder={t('senders.form.usual', { value: String(usual.validity) })}
      />
    </FormSection>
  );
}

/** Caller ids differ by case. */
function isSame(value: string, held: string[]): boolean {
  return held.includes(value);
}
