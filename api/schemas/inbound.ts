/** What came in: texts from phones, and what gateways told us that came to nothing. */
import { z } from 'zod';
import { ERROR_CLASSES } from '../../sms/errors.ts';
import { REPORTED_STATUSES } from '../../sms/status.ts';
import { accountParameter, instant, nextCursor, one, pageFields, storableOne } from './page.ts';

const EFFECTS = ['none', 'stop', 'start'] as const;

export const inboundQuerySchema = z.strictObject({
  effect: z
    .enum(EFFECTS, 'Is none of the effects.')
    .optional()
    .meta({ description: `One of ${EFFECTS.join(', ')}.` }),
  phone: one.max(64, 'Is too long.').optional().meta({ description: 'A phone number; a plus is written as %2B.' }),
  from: instant.meta({ description: 'Received from this time on, such as 2030-01-31T09:00:00Z.' }),
  to: instant.meta({ description: 'Received before this time, such as 2030-01-31T09:00:00Z.' }),
  account: accountParameter,
  ...pageFields,
});
export type InboundQuery = z.output<typeof inboundQuerySchema>;

export const inboundTextSchema = z.object({
  id: z.uuid(),
  gateway: z.string(),
  senders: z.array(z.string()).meta({ description: 'The senders that use this login of the gateway.' }),
  phone: z.string().meta({ description: 'E.164; masked for keys without the scope phones:read.' }),
  recipient: z.string().nullable().meta({ description: 'The number or name that it was sent to, where it is known.' }),
  text: z
    .string()
    .optional()
    .meta({ description: 'Only for keys with the scope phones:read. Empty where it is no longer kept.' }),
  effect: z.enum(EFFECTS).meta({
    description: 'stop: the phone went onto the suppress lists; start: a stop word was taken back; none.',
  }),
  accounts: z.array(z.uuid()).meta({ description: 'The accounts that it counted for.' }),
  receivedAt: z.iso.datetime(),
});
export type InboundTextView = z.infer<typeof inboundTextSchema>;

export const inboundPageSchema = z.object({ texts: z.array(inboundTextSchema), nextCursor });
export type InboundPage = z.infer<typeof inboundPageSchema>;

export const unmatchedQuerySchema = z.strictObject({
  gateway: storableOne(64).optional().meta({ description: 'The name of a gateway, such as infobip.' }),
  ...pageFields,
});

export const unmatchedReportSchema = z.object({
  gateway: z.string(),
  gatewayId: z.string().meta({ description: 'The id that the report is about, and that no message of ours has.' }),
  phone: z
    .string()
    .nullable()
    .meta({ description: 'Where the id alone is not unique; masked for keys without the scope phones:read.' }),
  status: z.enum(REPORTED_STATUSES).nullable(),
  raw: z.string().nullable().meta({ description: "The gateway's own words." }),
  errorClass: z.enum(ERROR_CLASSES).nullable(),
  errorCode: z.string().nullable().meta({ description: "The gateway's own code." }),
  reportedAt: z.iso.datetime().nullable(),
});
export type UnmatchedReportView = z.infer<typeof unmatchedReportSchema>;

export const unmatchedPageSchema = z.object({ reports: z.array(unmatchedReportSchema), nextCursor });
export type UnmatchedPage = z.infer<typeof unmatchedPageSchema>;

export const webhookCallsQuerySchema = z.strictObject({
  state: z
    .enum(['refused', 'left'], 'Is neither refused nor left.')
    .default('refused')
    .meta({
      description:
        'refused, which is the default: not from the gateway, or not understood; left: kept, and not worked through ' +
        'after a minute, which housekeeping tries again and again.',
    }),
  ...pageFields,
});

export const webhookCallSchema = z.object({
  id: z.uuid(),
  gateway: z.string(),
  sender: z.string().meta({ description: 'Whose address was called.' }),
  method: z.string(),
  path: z.string().meta({ description: 'Without the part that is secret.' }),
  contentType: z.string().nullable(),
  bytes: z.int().meta({ description: 'Length of the body, which may hold secrets and so is not shown.' }),
  detail: z.string().nullable().meta({ description: 'What is wrong with it.' }),
  receivedAt: z.iso.datetime(),
});
export type WebhookCallView = z.infer<typeof webhookCallSchema>;

export const webhookCallPageSchema = z.object({ calls: z.array(webhookCallSchema), nextCursor });
export type WebhookCallPage = z.infer<typeof webhookCallPageSchema>;
