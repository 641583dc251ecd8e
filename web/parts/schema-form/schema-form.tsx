import type { ReactNode } from 'react';
import { errorAt, type FormErrors } from './errors.ts';
import type { Field } from './fields.ts';
import { SchemaField } from './schema-field.tsx';
import { type FieldValue, type FieldValues, type Settings, shownFields } from './values.ts';

export interface SchemaFormProps {
  fields: readonly Field[];
  values: FieldValues;
  onChange: (name: string, value: FieldValue) => void;
  /** By path, as an ApiError gives them. */
  errors: FormErrors;
  /** The path of the fields within the errors, such as `settings`. */
  path: string;
  /** What is set already, as the API shows it. */
  settings?: Settings | undefined;
  translate: (text: string) => string;
}

/** The inputs for what a JSON schema asks; fields come and go with what is chosen in others. */
export function SchemaForm({
  fields,
  values,
  onChange,
  errors,
  path,
  settings,
  translate,
}: SchemaFormProps): ReactNode {
  return shownFields(fields, values).map((field) => (
    <SchemaField
      key={field.name}
      field={field}
      value={values[field.name]}
      onChange={(value) => onChange(field.name, value)}
      error={errorAt(errors, `${path}.${field.name}`)}
      isSet={settings?.[field.name] !== undefined}
      translate={translate}
    />
  ));
}
