import { errorAt, type FormErrors } from '../../../parts/schema-form/errors.ts';
import type { SenderValues } from './values.ts';

/** What each part of the form is given. */
export interface FormPart {
  values: SenderValues;
  errors: FormErrors;
  set: <Name extends keyof SenderValues>(name: Name, value: SenderValues[Name]) => void;
}

/** For an input that calls back with its value. */
export function inputFor<Name extends keyof SenderValues>({ values, errors, set }: FormPart, name: Name) {
  return {
    value: values[name],
    onChange: (value: SenderValues[Name]) => set(name, value),
    error: errorAt(errors, name),
  };
}
