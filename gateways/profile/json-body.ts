/**
 * JSON bodies whose texts are templates. They are filled in as a structure and not as a text, so that no value can break
 * out; fields without a value are left out. `{"$number": "{{ref}}"}` is written as a number.
 */
import { type Encode, fill, isEmptyOf, type Values } from './template.ts';

/** Written by hand, since a number of JavaScript would lose the last digits of a long one. */
export function jsonText(template: unknown, values: Values, encode: Encode): string {
  if (typeof template === 'string') return JSON.stringify(fill(template, values, encode));
  if (Array.isArray(template)) return `[${template.map((held) => jsonText(held, values, encode)).join(',')}]`;
  if (typeof template !== 'object' || template === null) return JSON.stringify(template);
  const number = numberIn(template);
  if (number !== undefined) {
    const written = fill(number, values, encode);
    return JSON_NUMBER.test(written) ? written : JSON.stringify(written);
  }
  const fields = Object.entries(template).filter(([, held]) => !isEmptyOf(numberIn(held) ?? textIn(held), values));
  return `{${fields.map(([name, held]) => `${JSON.stringify(name)}:${jsonText(held, values, encode)}`).join(',')}}`;
}

/** Every template in it. @throws with the reason, for a person, where it is none that could be written */
export function templatesIn(value: unknown, depth = 0): string[] {
  if (typeof value === 'string') return [value];
  if (value === null || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) return [];
  if (typeof value !== 'object') throw new Error('is no JSON');
  if (depth >= DEEPEST) throw new Error(`is more than ${DEEPEST} levels deep`);
  if ('$number' in value && numberIn(value) === undefined) {
    throw new Error('has a {"$number"} that is not a text with nothing beside it');
  }
  return Object.values(value).flatMap((held) => templatesIn(held, depth + 1));
}

function numberIn(held: unknown): string | undefined {
  if (typeof held !== 'object' || held === null || !('$number' in held)) return undefined;
  return typeof held.$number === 'string' && Object.keys(held).length === 1 ? held.$number : undefined;
}

function textIn(held: unknown): string {
  return typeof held === 'string' ? held : '';
}

const DEEPEST = 50;
const JSON_NUMBER = /^-?(0|[1-9]\d{0,29})(\.\d{1,10})?$/;
