import { Checkbox } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { GatewayView } from '../../../../api/schemas/gateways.ts';
import type { Field } from '../../../parts/schema-form/fields.ts';
import { SchemaForm } from '../../../parts/schema-form/schema-form.tsx';
import type { FieldValue, Settings } from '../../../parts/schema-form/values.ts';
import { GatewayHelp } from '../gateway-help.tsx';
import { useGatewayWords } from '../gateway-words.ts';
import type { FormPart } from './form-part.ts';
import { FormSection } from './form-section.tsx';

export interface GatewaySettingsProps extends Pick<FormPart, 'errors' | 'values' | 'set'> {
  gateway: GatewayView;
  fields: readonly Field[];
  onSetting: (name: string, value: FieldValue) => void;
  /** Of a sender that there is. */
  settings?: Settings | undefined;
}

/** What the chosen gateway needs to know, as its schema says. */
export function GatewaySettings(props: GatewaySettingsProps) {
  const { gateway, fields, values, errors, onSetting, settings, set } = props;
  const { t } = useTranslation();
  const translate = useGatewayWords();
  return (
    <FormSection title={t('senders.form.settings', { gateway: translate(gateway.title) })}>
      <GatewayHelp gateway={gateway} />
      <SchemaForm
        fields={fields}
        values={values.settings}
        onChange={onSetting}
        errors={errors}
        path="settings"
        settings={settings}
        translate={translate}
      />
      {settings && (
        <Checkbox
          label={t('senders.form.sameGatewayAccount')}
          description={t('senders.form.sameGatewayAccountHelp')}
          checked={values.sameGatewayAccount}
          onChange={(event) => set('sameGatewayAccount', event.currentTarget.checked)}
        />
      )}
    </FormSection>
  );
}
