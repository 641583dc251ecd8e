/** Who is signed in. */
import { z } from 'zod';
import { keySchema } from './keys.ts';

const temporalSchema = z.object({
  uiUrl: z.url().meta({ description: 'Base of the Temporal Web UI, without a slash at its end.' }),
  namespace: z.string(),
  retentionDays: z.number().meta({ description: 'How long a finished delivery is kept there.' }),
});

export const sessionSchema = z.object({
  key: keySchema.pick({ id: true, name: true, kind: true, scopes: true }),
  account: z
    .object({ id: z.uuid(), name: z.string() })
    .nullable()
    .meta({ description: 'That the key belongs to; null: it is for all accounts.' }),
  expiresAt: z.iso
    .datetime()
    .nullable()
    .meta({ description: 'When the session ends; null: the request had a key and no session.' }),
  temporal: temporalSchema.nullable().meta({
    description:
      'Where the deliveries run: the workflow of a message has its id. null: the key is for one account, or the setting ' +
      'TEMPORAL_UI_URL is not set.',
  }),
});
export type SessionView = z.infer<typeof sessionSchema>;
