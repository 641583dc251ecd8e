import { z } from 'zod';

/**
 * What a schema can say is wrong: the words that stand in it, and what each of its parts says by itself of all sorts of
 * wrong values. Not what a function within it makes up (superRefine).
 */
export function messagesOf(schema: z.ZodType): ReadonlySet<string> {
  const found = new Set<string>();
  const seen = new Set<object>();
  const visit = (held: unknown): void => {
    if (typeof held !== 'object' || held === null || seen.has(held)) return;
    seen.add(held);
    if (held instanceof z.core.$ZodType || held instanceof z.core.$ZodCheck) {
      const { def } = held._zod;
      for (const message of wordsOf(def)) found.add(message);
      if (held instanceof z.core.$ZodType && !isRefinement(held)) {
        for (const message of complaintsOf(held)) found.add(message);
      }
      Object.values(def).forEach(visit);
    } else if (Array.isArray(held) || Object.getPrototypeOf(held) === Object.prototype) {
      Object.values(held).forEach(visit);
    }
  };
  visit(schema);
  return found;
}

const WRONG: readonly unknown[] = [
  undefined,
  null,
  true,
  0.5,
  -1,
  1e12,
  '',
  'no such word',
  'x'.repeat(1_000),
  '{{',
  [],
  [1],
  ['a', 'b', 'c'],
  {},
  { 'no such field': 1 },
  { one: 1, other: 1 },
];

/** Of a part by itself; a refinement of an object takes only what fits the object. */
function complaintsOf(schema: z.core.$ZodType): string[] {
  return WRONG.flatMap((value) => {
    const { error } = z.safeParse(schema, value);
    return (error?.issues ?? []).map(({ message }) => message);
  });
}

/** It looks like a schema. */
function isRefinement(schema: z.core.$ZodType): boolean {
  return schema._zod.def.type === 'custom';
}

/** What it was told to say. */
function wordsOf(def: object): string[] {
  if (!('error' in def) || typeof def.error !== 'function') return [];
  const said: unknown = def.error({});
  const message = typeof said === 'object' && said !== null && 'message' in said ? said.message : said;
  return typeof message === 'string' ? [message] : [];
}
