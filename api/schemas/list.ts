/** The query of GET /v1/messages. */
import { z } from 'zod';
import { STATUSES } from '../../sms/status.ts';

export { MAX_PAGE } from './page.ts';

import { accountParameter, instant, one, pageFields, storableOne } from './page.ts';

export const listQuerySchema = z.strictObject({
  status: z
    .union([one, z.array(z.string())])
    .transform((given) => [given].flat().flatMap((words) => words.split(',')))
    .pipe(z.array(z.enum(STATUSES, 'Is none of the statuses.')))
    .optional()
    .meta({ description: `One or several of ${STATUSES.join(', ')}, with commas between them.` }),
  sender: storableOne(200).optional().meta({ description: 'The name or id of a sender.' }),
  phone: one.max(64, 'Is too long.').optional().meta({ description: 'A phone number; a plus is written as %2B.' }),
  error: storableOne(100).optional().meta({ description: 'A part of the cause, up to 100 characters.' }),
  from: instant.meta({ description: 'Accepted from this time on, such as 2030-01-31T09:00:00Z.' }),
  to: instant.meta({ description: 'Accepted before this time, such as 2030-01-31T09:00:00Z.' }),
  account: accountParameter,
  ...pageFields,
});

export type ListQuery = z.output<typeof listQuerySchema>;
