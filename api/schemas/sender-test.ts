/** Testing a sender. */
import { z } from 'zod';
import { ERROR_CLASSES } from '../../sms/errors.ts';
import { messageWithTimelineSchema } from './messages.ts';
import { newMessageSchema } from './new-message.ts';

const { to, text, from } = newMessageSchema.shape;

export const senderTestSchema = z.strictObject(
  {
    to: to.optional().meta({
      description: `${to.description} Without it no SMS is sent: only the login at the gateway is tried.`,
    }),
    text: text.optional().meta({ description: `${text.description} Else a few words that say that it is a test.` }),
    from,
  },
  'Must be an object.',
);
export type SenderTestRequest = z.output<typeof senderTestSchema>;

export const senderTestQuerySchema = z.strictObject({
  account: z
    .uuid('Is not an id.')
    .optional()
    .meta({ description: 'The id of the account that the SMS is of; else the first that the sender is assigned to.' }),
});

export const senderTestAnswerSchema = z.object({
  ok: z.boolean().nullable().meta({
    description:
      'true: the gateway took the SMS, or let the sender in; false: it did not; null: that is not known, or cannot be asked.',
  }),
  detail: z.string().optional().meta({ description: 'In words.' }),
  errorClass: z.enum([...ERROR_CLASSES, 'no-answer']).optional(),
  balance: z.string().optional().meta({ description: 'As the gateway writes it.' }),
  currency: z.string().optional(),
  message: messageWithTimelineSchema.optional().meta({ description: 'The test SMS; it goes on like any other.' }),
});
export type SenderTestAnswer = z.infer<typeof senderTestAnswerSchema>;
