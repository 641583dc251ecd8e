/** The audit log as the API shows it. */
import { z } from 'zod';
import { accountParameter, instant, nextCursor, one, pageFields } from './page.ts';

export const auditQuerySchema = z.strictObject({
  action: one
    .regex(/^[a-z-]{1,50}(\.[a-z-]{1,50})?$/, 'Is not an action.')
    .optional()
    .meta({ description: 'An action such as key.create, or its first word for all of its kind, such as key.' }),
  object: one
    .regex(/^[\x21-\x7e]{1,200}$/, 'Is not an id.')
    .optional()
    .meta({ description: 'The id of what was changed, such as a sender, a key or an account.' }),
  from: instant.meta({ description: 'From this time on, such as 2030-01-31T09:00:00Z.' }),
  to: instant.meta({ description: 'Before this time, such as 2030-01-31T09:00:00Z.' }),
  account: accountParameter,
  ...pageFields,
});

export const auditEntrySchema = z.object({
  id: z.uuid(),
  at: z.iso.datetime(),
  actor: z.object({
    key: z.uuid().nullable().meta({ description: 'The API key; null: a phone, a gateway or the product itself.' }),
    name: z.string(),
  }),
  action: z.string().meta({ examples: ['sender.update'] }),
  account: z.uuid().nullable().meta({ description: 'The account that it is about; null: all of them.' }),
  object: z.string().nullable().meta({ description: 'The id of what was changed.' }),
  detail: z.record(z.string(), z.unknown()).nullable().meta({ description: 'What changed, without secrets.' }),
});
export type AuditEntryView = z.infer<typeof auditEntrySchema>;

export const auditPageSchema = z.object({ entries: z.array(auditEntrySchema), nextCursor });
export type AuditPage = z.infer<typeof auditPageSchema>;
