/** The query of GET /v1/messages. */
import { z } from 'zod';
import { STATUSES } from '../../sms/status.ts';

export const MAX_PAGE = 500;
const DEFAULT_PAGE = 50;

const one = z.string('Is given more than once.');
const instant = z.iso
  .datetime({ offset: true, error: 'Is not a date and time with an offset, in the form of ISO 8601.' })
  .transform((text) => new Date(text))
  .refine((at) => at.getTime() >= 0, 'Is before 1970.')
  .optional();

export const listQuerySchema = z.strictObject({
  status: z
    .union([one, z.array(z.string())])
    .transform((given) => [given].flat().flatMap((words) => words.split(',')))
    .pipe(z.array(z.enum(STATUSES, 'Is none of the statuses.')))
    .optional()
    .meta({ description: `One or several of ${STATUSES.join(', ')}, with commas between them.` }),
  sender: one.max(200, 'Is too long.').optional().meta({ description: 'The name or id of a sender.' }),
  phone: one.max(64, 'Is too long.').optional().meta({ description: 'A phone number; a plus is written as %2B.' }),
  error: one
    .max(100, 'Is too long.')
    .regex(/^[^\0]*$/, 'Holds a NUL character.')
    .optional()
    .meta({ description: 'A part of the cause, up to 100 characters.' }),
  from: instant.meta({ description: 'Accepted from this time on, such as 2030-01-31T09:00:00Z.' }),
  to: instant.meta({ description: 'Accepted before this time, such as 2030-01-31T09:00:00Z.' }),
  account: z
    .uuid('Is not an id.')
    .optional()
    .meta({ description: 'The id of an account; only with a key for all accounts.' }),
  limit: one
    .regex(/^\d{1,4}$/, 'Is not a number.')
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= MAX_PAGE, `Is not within 1 and ${MAX_PAGE}.`)
    .default(DEFAULT_PAGE)
    .meta({ description: `How many messages, 1 to ${MAX_PAGE}; else ${DEFAULT_PAGE}.` }),
  cursor: one.max(200, 'Is too long.').optional().meta({ description: 'The nextCursor of the page before.' }),
});

export type ListQuery = z.output<typeof listQuerySchema>;
