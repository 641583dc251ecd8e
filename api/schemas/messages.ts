/** Messages as the API shows them. */
import { z } from 'zod';
import { ERROR_CLASSES } from '../../sms/errors.ts';
import { PRIORITIES, type Priority } from '../../sms/priority.ts';
import { SOURCES, STATUSES } from '../../sms/status.ts';

import { problemSchema } from './problem.ts';

const instant = z.iso.datetime();

export const messageSchema = z.object({
  id: z.uuid(),
  status: z.enum(STATUSES),
  account: z.uuid(),
  sender: z.string(),
  to: z.string().meta({ description: 'E.164; masked for keys without the scope phones:read.' }),
  from: z.string().nullable(),
  text: z.string().optional().meta({ description: 'Only for keys with the scope phones:read.' }),
  encoding: z.enum(['GSM-7', 'UCS-2']),
  parts: z.int(),
  priority: z.enum(Object.keys(PRIORITIES) as [Priority, ...Priority[]]),
  metadata: z.record(z.string(), z.unknown()).nullable(),
  acceptedAt: instant,
  sendAt: instant.nullable().meta({ description: 'null: as soon as it was accepted.' }),
  validity: z.int().meta({ description: 'Seconds from sendAt, or else acceptedAt, after which it is no longer sent.' }),
  submittedAt: instant.nullable(),
  finalAt: instant.nullable(),
  source: z.enum(SOURCES).nullable().meta({ description: 'What gave it its final status.' }),
  cause: z.string().nullable(),
  errorClass: z.enum(ERROR_CLASSES).nullable(),
  errorCode: z.string().nullable().meta({ description: "The gateway's own code." }),
  attempts: z.int(),
});

export type MessageView = z.infer<typeof messageSchema>;

export const timelineEventSchema = z.object({
  at: instant,
  kind: z.string(),
  source: z.string(),
  detail: z.record(z.string(), z.unknown()).nullable(),
});

export const messageWithTimelineSchema = messageSchema.extend({ timeline: z.array(timelineEventSchema) });
export type MessageWithTimeline = z.infer<typeof messageWithTimelineSchema>;

export const messagePageSchema = z.object({
  messages: z.array(messageSchema),
  nextCursor: z.string().nullable().meta({
    description: 'For the next page, or to search on where the page is not full; null: there is nothing more.',
  }),
  searchedTo: instant.nullable().meta({
    description:
      'Where no index helps, as with a part of the cause, a request looks through a part of the messages only. Then: the ' +
      'messages accepted from here on were looked through, and nextCursor searches on. Else null.',
  }),
});
export type MessagePage = z.infer<typeof messagePageSchema>;

const batchResultSchema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('accepted'), message: messageSchema }),
  z.object({ status: z.literal('repeated'), message: messageSchema }),
  z.object({ status: z.literal('refused'), problem: problemSchema }),
]);

export const batchAnswerSchema = z.object({
  accepted: z.int(),
  repeated: z.int(),
  refused: z.int(),
  results: z.array(batchResultSchema).meta({ description: 'In the order of the messages.' }),
});
export type BatchAnswer = z.infer<typeof batchAnswerSchema>;
