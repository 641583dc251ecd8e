/** The stream of status changes. */
import { z } from 'zod';
import { ERROR_CLASSES } from '../../sms/errors.ts';
import { SOURCES, STATUSES } from '../../sms/status.ts';
import { accountParameter, one, pageFields } from './page.ts';

export const LONGEST_WAIT_S = 25;

export const eventsQuerySchema = z.strictObject({
  from: z
    .enum(['oldest', 'now'], 'Is neither oldest nor now.')
    .optional()
    .meta({ description: 'Where to begin without a cursor: oldest, which is the default, or now.' }),
  wait: one
    .regex(/^\d{1,2}$/, 'Is not a number.')
    .transform(Number)
    .refine((wait) => wait <= LONGEST_WAIT_S, `Is more than ${LONGEST_WAIT_S}.`)
    .default(0)
    .meta({ description: `Seconds to wait for an event where there is none, up to ${LONGEST_WAIT_S}.` }),
  account: accountParameter,
  limit: pageFields.limit,
  cursor: one
    .max(200, 'Is too long.')
    .optional()
    .meta({ description: 'The nextCursor of the answer before: what comes is what came after it.' }),
});
export type EventsQuery = z.output<typeof eventsQuerySchema>;

export const statusEventSchema = z.object({
  id: z.string().meta({ description: 'Of this event alone. One that is read twice has the same id.' }),
  at: z.iso.datetime(),
  type: z.enum(['accepted', 'sent', 'final', 'correction']).meta({
    description:
      'accepted: it will come to an end; sent: the gateway has it; final: its end; correction: another end than the ' +
      'one that was told before, since a report came later.',
  }),
  message: z.uuid(),
  account: z.uuid(),
  sender: z.string(),
  status: z.enum(STATUSES),
  was: z.enum(STATUSES).nullable().meta({ description: 'The status that the event before this one told.' }),
  source: z.enum(SOURCES).meta({ description: 'What brought it about.' }),
  cause: z.string().nullable(),
  errorClass: z.enum(ERROR_CLASSES).nullable(),
  errorCode: z.string().nullable().meta({ description: "The gateway's own code." }),
  metadata: z.record(z.string(), z.unknown()).nullable().meta({ description: 'What was posted with the message.' }),
});
export type StatusEventView = z.infer<typeof statusEventSchema>;

export const eventStreamSchema = z.object({
  events: z.array(statusEventSchema).meta({ description: 'The oldest first.' }),
  nextCursor: z.string().meta({ description: 'Where to go on, also where there was no event.' }),
  more: z.boolean().meta({ description: 'Whether it is worth asking again at once.' }),
});
export type EventStream = z.infer<typeof eventStreamSchema>;
