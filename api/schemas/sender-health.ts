/** How a sender does. */
import { z } from 'zod';
import { ERROR_CLASSES } from '../../sms/errors.ts';
import { nextCursor } from './page.ts';

const time = z.iso.datetime();

export const senderHealthSchema = z.object({
  id: z.uuid().meta({ description: 'Of the sender.' }),
  state: z.enum(['active', 'paused', 'held', 'archived']),
  paused: z.object({ since: time, by: z.string().meta({ description: 'Who, and why if that was said.' }) }).nullable(),
  held: z
    .object({
      why: z
        .enum(ERROR_CLASSES)
        .meta({ description: 'auth: the gateway refuses the login; no-balance: out of money.' }),
      since: time,
      nextProbeAt: time.meta({ description: 'When one message tries whether it is over.' }),
    })
    .nullable(),
  queue: z.object({
    waiting: z.int().meta({ description: 'Accepted and not submitted, also those whose time has not come.' }),
    due: z.int().meta({ description: 'Of those: whose time has come.' }),
    oldestDueAt: time.nullable().meta({ description: 'Since when the oldest of those waits.' }),
  }),
  inFlight: z.object({
    sending: z.int().meta({ description: 'Being submitted.' }),
    sent: z.int().meta({ description: 'Taken by the gateway, without an end.' }),
    uncertain: z.int().meta({ description: 'Perhaps taken: nobody knows.' }),
  }),
  rate: z.object({
    submittedInLastMinute: z.int(),
    perMinute: z.number().nullable().meta({ description: 'As many the rate limit allows; null: there is no limit.' }),
  }),
  texts: z
    .object({ fetchedAt: time.nullable(), failure: z.string().nullable() })
    .nullable()
    .meta({ description: 'Of texts from phones; null: this gateway sends them by itself, or has none.' }),
  errors: z
    .array(
      z.object({
        errorClass: z.enum(ERROR_CLASSES),
        outcome: z.enum(['refused', 'not-sent', 'uncertain']),
        errorCode: z.string().nullable().meta({ description: "The gateway's own code, the last time." }),
        count: z.int().meta({ description: 'Since the sender was made.' }),
        lastAt: time,
      }),
    )
    .meta({ description: 'The latest first.' }),
});
export type SenderHealthView = z.infer<typeof senderHealthSchema>;

export const senderHealthPageSchema = z.object({ senders: z.array(senderHealthSchema), nextCursor });
export type SenderHealthPage = z.infer<typeof senderHealthPageSchema>;
