/** What would become of a message if it were posted. */
import { z } from 'zod';
import { newMessageSchema } from './new-message.ts';
import { problemErrorSchema } from './problem.ts';
import { SUPPRESSION_SOURCES } from './suppressions.ts';

/** Whatever is there is looked at: what is wrong or missing is said in the answer, as posting it would. */
export const previewRequestSchema = z.looseObject(
  Object.fromEntries(
    Object.entries(newMessageSchema.shape).map(([name, field]) => [
      name,
      z.unknown().optional().meta({ description: field.description }),
    ]),
  ),
);

export const previewSchema = z.object({
  wouldBeAccepted: z.boolean(),
  errors: z.array(problemErrorSchema).meta({ description: 'All that posting it would be refused for.' }),
  to: z.string().nullable().meta({ description: 'E.164; masked for keys without the scope phones:read.' }),
  country: z.string().nullable().meta({ description: 'Of the phone number, ISO 3166-1 alpha-2.' }),
  from: z.string().nullable().meta({ description: 'The caller id that would be used.' }),
  sender: z.string().nullable(),
  encoding: z.enum(['GSM-7', 'UCS-2']).nullable(),
  parts: z.int().nullable(),
  charactersLeft: z.int().nullable().meta({ description: 'That fit before another part begins.' }),
  maxParts: z.int().nullable().meta({ description: 'Of the sender.' }),
  suppressedBy: z
    .array(
      z.object({
        list: z.enum(['account', 'global']),
        source: z.enum(SUPPRESSION_SOURCES).meta({ description: 'What put the phone there.' }),
        reason: z.string().nullable(),
        since: z.iso.datetime(),
      }),
    )
    .meta({ description: 'The suppress lists that the phone is on: with any, it would be accepted and not sent.' }),
});
export type Preview = z.infer<typeof previewSchema>;
