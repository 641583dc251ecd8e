import { z } from 'zod';
import type { Gateway } from './gateway.ts';

/** The settings of a gateway that its schema marks as secret: sealed in the books, masked in evidence, never shown. */
export function secretFields(gateway: Gateway): readonly string[] {
  let fields = FIELDS.get(gateway.name);
  if (!fields) {
    const schema = z.toJSONSchema(gateway.settings, { io: 'input', unrepresentable: 'any' });
    fields = Object.entries(schema.properties ?? {})
      .filter(([, property]) => typeof property === 'object' && property.secret === true)
      .map(([name]) => name);
    FIELDS.set(gateway.name, fields);
  }
  return fields;
}

const FIELDS = new Map<string, readonly string[]>();
