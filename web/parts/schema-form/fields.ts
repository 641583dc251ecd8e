/** What a JSON schema of settings asks for, as fields of a form. */

/** The part of JSON Schema that gateways use, and the marks of their own. */
export interface FieldSchema {
  type?: string;
  title?: string;
  description?: string;
  default?: unknown;
  enum?: readonly (string | number)[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  format?: string;
  pattern?: string;
  properties?: Readonly<Record<string, FieldSchema>>;
  required?: readonly string[];
  additionalProperties?: boolean | FieldSchema;
  /** Never shown again once it is set. */
  secret?: boolean;
  multiline?: boolean;
  /** Of use only where all these other fields have these values. */
  onlyWith?: Readonly<Record<string, unknown>>;
}

export type FieldKind =
  | 'secret'
  | 'choice'
  | 'switch'
  /** Yes, no, or not said. */
  | 'maybe'
  | 'number'
  | 'text'
  | 'lines'
  /** A table of names and values. */
  | 'pairs'
  /** An object of a depth that no form shows. */
  | 'json'
  | 'unknown';

export interface Field {
  name: string;
  kind: FieldKind;
  isRequired: boolean;
  schema: FieldSchema;
}

/** In the order of the schema. @param schema of an object, as the API gives it */
export function fieldsOf(schema: Readonly<Record<string, unknown>>): Field[] {
  const { properties = {}, required = [] } = schema as FieldSchema;
  return Object.entries(properties).map(([name, property]) => ({
    name,
    kind: kindOf(property),
    isRequired: required.includes(name),
    schema: property,
  }));
}

function kindOf(schema: FieldSchema): FieldKind {
  if (schema.enum) return 'choice';
  if (schema.type === 'string') return textKindOf(schema);
  if (schema.type === 'boolean') return schema.default === undefined ? 'maybe' : 'switch';
  if (schema.type === 'number' || schema.type === 'integer') return 'number';
  if (schema.type !== 'object') return 'unknown';
  if (schema.properties) return 'json';
  return valuesOf(schema)?.type === 'string' ? 'pairs' : 'unknown';
}

function textKindOf({ secret, multiline }: FieldSchema): FieldKind {
  if (secret) return 'secret';
  return multiline ? 'lines' : 'text';
}

/** Of a table: what its values are. */
export function valuesOf({ additionalProperties }: FieldSchema): FieldSchema | undefined {
  return typeof additionalProperties === 'object' ? additionalProperties : undefined;
}
