/** Between what a form holds and what the API takes. */
import type { Field } from './fields.ts';

export interface Pair {
  key: string;
  value: string;
}

/** Texts and numbers are '' where nothing is written; null: a secret that is to be taken away. */
export type FieldValue = string | number | boolean | null | readonly Pair[];
export type FieldValues = Readonly<Record<string, FieldValue>>;
export type Settings = Readonly<Record<string, unknown>>;

/** What the form begins with. @param settings as the API shows them; without any: those of a new one */
export function valuesOfSettings(fields: readonly Field[], settings: Settings = {}): FieldValues {
  return Object.fromEntries(fields.map((field) => [field.name, valueFor(field, settings[field.name])]));
}

function valueFor({ kind, schema }: Field, setting: unknown): FieldValue {
  const held = setting ?? schema.default;
  if (kind === 'secret') return '';
  if (kind === 'switch') return held === true;
  if (kind === 'pairs') return Object.entries(held ?? {}).map(([key, value]) => ({ key, value: String(value) }));
  if (held === undefined) return '';
  if (kind === 'json') return JSON.stringify(held, null, 2);
  return kind === 'number' ? Number(held) : String(held);
}

/** Of a new one: without what is not written, and without what is not shown. */
export function settingsOf(fields: readonly Field[], values: FieldValues): Settings {
  const given = shownFields(fields, values).map((field) => [field.name, settingOf(field, values[field.name])] as const);
  return Object.fromEntries(given.filter(([, setting]) => setting !== undefined && setting !== null));
}

/** What differs; null where something is taken away. */
export function changedSettings(fields: readonly Field[], before: FieldValues, now: FieldValues): Settings {
  const changed = shownFields(fields, now).flatMap((field) => {
    const [held, wanted] = [before, now].map((values) => settingOf(field, values[field.name]));
    return JSON.stringify(held) === JSON.stringify(wanted) ? [] : [[field.name, wanted ?? null] as const];
  });
  return Object.fromEntries(changed);
}

/** Those that are of use beside what else is chosen. */
export function shownFields(fields: readonly Field[], values: FieldValues): Field[] {
  return fields.filter(({ schema }) =>
    Object.entries(schema.onlyWith ?? {}).every(([name, wanted]) => String(values[name]) === String(wanted)),
  );
}

/** @returns undefined: nothing is written */
function settingOf({ kind, schema }: Field, value: FieldValue | undefined): unknown {
  if (kind === 'pairs') return Array.isArray(value) ? objectOf(value) : undefined;
  if (value === '' && !(kind === 'text' && takesEmpty(schema))) return undefined;
  if (kind === 'choice') return schema.enum?.find((choice) => String(choice) === value);
  if (kind === 'maybe') return value === 'true';
  if (kind === 'json') return parsed(String(value));
  return value;
}

/** An empty text means something where it keeps a default away. */
function takesEmpty({ default: usual, minLength, format, pattern }: Field['schema']): boolean {
  return usual !== undefined && minLength === undefined && format === undefined && pattern === undefined;
}

function objectOf(pairs: readonly Pair[]): Record<string, string> {
  const written = pairs.filter(({ key, value }) => key !== '' || value !== '');
  return Object.fromEntries(written.map(({ key, value }) => [key, value]));
}

/** What is no JSON goes out as it is: the API says that it is wrong, as the field does. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
