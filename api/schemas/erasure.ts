/** Erasing a phone. */
import { z } from 'zod';

export const erasureRequestSchema = z.strictObject(
  {
    phone: z
      .string('Must be text.')
      .max(64, 'Is longer than any phone number.')
      .meta({ description: 'The phone number with a plus and its country code, such as +79995550101.' }),
  },
  'Must be an object.',
);

export const erasureSchema = z.object({
  messages: z.int().meta({ description: 'Messages that no longer hold the phone, their text and their metadata.' }),
  inboundTexts: z.int().meta({ description: 'Texts from the phone that no longer hold it and what they said.' }),
  unmatchedReports: z.int().meta({ description: 'Reports that no message had, and that are gone.' }),
  webhookCalls: z.int().meta({ description: "Gateways' calls whose content is gone." }),
  senders: z.int().meta({ description: 'Senders that had it among their verified phones, and no longer do.' }),
});
export type ErasureView = z.infer<typeof erasureSchema>;
