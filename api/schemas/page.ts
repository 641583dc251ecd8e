/** What the queries of all lists have in common. */
import { z } from 'zod';

export const MAX_PAGE = 500;
const DEFAULT_PAGE = 50;

/** A parameter that is given once. */
export const one = z.string('Is given more than once.');

/** Text that is compared with what Postgres holds. */
export const storableOne = (most: number) => one.max(most, 'Is too long.').regex(/^[^\0]*$/, 'Holds a NUL character.');

/** A time within a query. */
export const instant = z.iso
  .datetime({ offset: true, error: 'Is not a date and time with an offset, in the form of ISO 8601.' })
  .transform((text) => new Date(text))
  .refine((at) => at.getTime() >= 0, 'Is before 1970.')
  .optional();

export const pageFields = {
  limit: one
    .regex(/^\d{1,4}$/, 'Is not a number.')
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= MAX_PAGE, `Is not within 1 and ${MAX_PAGE}.`)
    .default(DEFAULT_PAGE)
    .meta({ description: `How many at most, 1 to ${MAX_PAGE}; else ${DEFAULT_PAGE}.` }),
  cursor: one.max(200, 'Is too long.').optional().meta({ description: 'The nextCursor of the page before.' }),
};

/** Of an answer: null where there is no further page. */
export const nextCursor = z.string().nullable().meta({ description: 'For the next page; null: there is none.' });

/** Only operators' keys may name another account than their own. */
export const accountParameter = z
  .uuid('Is not an id.')
  .toLowerCase()
  .optional()
  .meta({ description: 'The id of an account; only with a key for all accounts.' });
