/** How a profile says where a value is, and what must be there. */
import { RE2JS } from 're2js';
import { z } from 'zod';
import { pathSteps } from './path.ts';

const NO_PATH = 'is not a path such as messages[0].id or items[*]."message-id"';
const NO_REGEX =
  'is not a regular expression of at most 500 characters (RE2 syntax: no look-around and no back references)';

export const path = z.string().refine((text) => pathSteps(text) !== undefined, NO_PATH);

/** Linear in the length of what it reads, whatever is written here. */
const regex = z.string().refine(isRegex, NO_REGEX);

export const extract = z
  .union(
    [
      z.string(),
      z.strictObject({ path: z.string() }),
      z.strictObject({ regex: z.string() }),
      z.strictObject({ header: z.string().min(1) }),
    ],
    'must be a path, {"path": …}, {"regex": …} or {"header": …}',
  )
  .superRefine((where, ctx) => {
    const at = pathOf(where);
    if (at !== undefined && pathSteps(at) === undefined) ctx.addIssue(NO_PATH);
    if (typeof where === 'object' && 'regex' in where && !isRegex(where.regex)) ctx.addIssue(NO_REGEX);
  })
  .meta({
    description:
      'Where a value is: a path into the body (or a field of a form or query); {"regex": …}, which gives its first ' +
      'group, or all of it, over the text of the body; or {"header": …}',
  });

const word = z
  .union([z.string(), z.number(), z.boolean()], 'must be a text, a number, true or false')
  .transform((given) => String(given));

/** All that it names must hold. */
export const condition = z
  .strictObject({
    status: z.array(z.int().min(100).max(599)).min(1).optional().meta({ description: 'One of these HTTP statuses' }),
    value: extract.optional(),
    equals: z
      .union([word, z.array(word).min(1)], 'must be a text or a list of texts')
      .optional()
      .meta({ description: 'The value, in any case, or one of several' }),
    matches: regex.optional().meta({ description: 'A regular expression that finds something in the value' }),
    exists: z.boolean().optional().meta({ description: 'Whether there is a value; null, "", [] and {} are none' }),
  })
  .refine(({ status, value }) => status !== undefined || value !== undefined, 'needs a status or a value')
  .refine(
    ({ value, equals, matches, exists }) =>
      (value === undefined) === (equals === undefined && matches === undefined && exists === undefined),
    'a value needs one of equals, matches and exists, and each of those needs a value',
  );

export type Extract = z.output<typeof extract>;
export type Condition = z.output<typeof condition>;

export function pathOf(where: Extract): string | undefined {
  if (typeof where === 'string') return where;
  return 'path' in where ? where.path : undefined;
}

/** Whether something must have been found in the answer for it to hold. */
export function looksInside({ equals, matches, exists }: Condition): boolean {
  return equals !== undefined || matches !== undefined || exists === true;
}

function isRegex(text: string): boolean {
  if (text.length > 500) return false;
  try {
    RE2JS.compile(text);
    return true;
  } catch {
    return false;
  }
}
