import { Alert, JsonInput, NumberInput, Select, Switch, Textarea, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type Field, valuesOf } from './fields.ts';
import { KeyValueRows } from './key-value-rows.tsx';
import { SecretField } from './secret-field.tsx';
import type { FieldValue } from './values.ts';

export interface SchemaFieldProps {
  field: Field;
  /** undefined: nothing is written. */
  value: FieldValue | undefined;
  onChange: (value: FieldValue) => void;
  error?: ReactNode;
  /** Of a secret: whether there is one already. */
  isSet: boolean;
  /** Of the titles and help texts, which the schema has in English. */
  translate: (text: string) => string;
}

/** The input for one field of a schema. */
export function SchemaField({ field, value, onChange, error, isSet, translate }: SchemaFieldProps) {
  const { t } = useTranslation();
  const { kind, name, schema, isRequired } = field;
  const shared = {
    label: translate(schema.title ?? name),
    description: schema.description === undefined ? undefined : translate(schema.description),
    error,
  };
  const asked = { ...shared, withAsterisk: isRequired, 'aria-required': isRequired };
  const text = String(value ?? '');
  switch (kind) {
    case 'secret':
      return (
        <SecretField
          {...asked}
          value={value === null ? null : text}
          onChange={onChange}
          isSet={isSet}
          canGo={!isRequired}
        />
      );
    case 'choice':
      return (
        <Select
          {...asked}
          data={(schema.enum ?? []).map(String)}
          value={text === '' ? null : text}
          onChange={(chosen) => onChange(chosen ?? '')}
          allowDeselect={!isRequired && schema.default === undefined}
        />
      );
    case 'switch':
      return (
        <Switch {...shared} checked={value === true} onChange={(event) => onChange(event.currentTarget.checked)} />
      );
    case 'maybe':
      return (
        <Select
          {...asked}
          placeholder={t('schemaForm.notSaid')}
          data={[
            { value: 'true', label: t('schemaForm.yes') },
            { value: 'false', label: t('schemaForm.no') },
          ]}
          value={text === '' ? null : text}
          onChange={(chosen) => onChange(chosen ?? '')}
        />
      );
    case 'number':
      return <NumberInput {...asked} value={text === '' ? '' : Number(text)} onChange={onChange} />;
    case 'text':
      return (
        <TextInput
          {...asked}
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
          autoComplete="off"
          spellCheck={false}
        />
      );
    case 'lines':
      return (
        <Textarea
          {...asked}
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
          autosize
          minRows={4}
          maxRows={16}
          spellCheck={false}
          ff="monospace"
        />
      );
    case 'pairs':
      return (
        <KeyValueRows
          {...shared}
          pairs={Array.isArray(value) ? value : []}
          onChange={onChange}
          choices={valuesOf(schema)?.enum?.map(String)}
        />
      );
    case 'json':
      return (
        <JsonInput
          {...asked}
          value={text}
          onChange={onChange}
          validationError={t('schemaForm.notJson')}
          formatOnBlur
          autosize
          minRows={12}
          maxRows={40}
          spellCheck={false}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        />
      );
    case 'unknown':
      return (
        <Alert color="red" variant="outline" title={shared.label} data-kind="unknown">
          {t('schemaForm.unknown')}
        </Alert>
      );
  }
}
