/** API keys as the API takes and shows them. That the scopes are those of db/api-keys.ts, the types see to. */
import { z } from 'zod';
import { nameSchema } from './accounts.ts';
import { accountParameter, nextCursor, pageFields } from './page.ts';

export const KEY_SCOPES = [
  'messages:send',
  'messages:read',
  'phones:read',
  'senders:read',
  'senders:write',
  'suppressions:read',
  'suppressions:write',
  'admin',
] as const;
const KINDS = ['live', 'test'] as const;
const STATES = ['active', 'expired', 'revoked'] as const;

const time = z.iso.datetime();
const state = z.enum(STATES, `Is none of ${STATES.join(', ')}.`);

export const newKeySchema = z.strictObject(
  {
    name: nameSchema.meta({
      description: 'What it is for, in 1 to 200 characters: the audit log names who changed something by it.',
      examples: ['shop, June rotation'],
    }),
    scopes: z
      .array(z.enum(KEY_SCOPES, 'Is none of the scopes.'), 'Must be a list.')
      .min(1, 'Is empty.')
      .max(KEY_SCOPES.length, 'Names a scope twice.')
      .refine((scopes) => new Set(scopes).size === scopes.length, 'Names a scope twice.')
      .meta({
        description: `What it may do: one or several of ${KEY_SCOPES.join(', ')}. admin includes all others.`,
        examples: [['messages:send', 'messages:read']],
      }),
    account: z
      .uuid('Is not an id.')
      .toLowerCase()
      .nullable()
      .optional()
      .meta({
        description:
          'The id of the account that it belongs to; null: it is for all accounts. A key of an account makes keys of ' +
          'its own account only, and may leave this out.',
      }),
    kind: z.enum(KINDS, 'Is neither live nor test.').default('live').meta({
      description:
        'live, or test: a test key sends only through senders that have a list of verified phones. Else live.',
    }),
    expiresAt: z.iso
      .datetime({ offset: true, error: 'Is not a date and time with an offset, in the form of ISO 8601.' })
      .transform((text) => new Date(text))
      .refine((at) => at.getTime() > Date.now(), 'Has passed.')
      .optional()
      .meta({ description: 'From this time on it is refused, such as 2030-01-31T09:00:00Z; else it has no end.' }),
  },
  'Must be an object.',
);

export const keySchema = z.object({
  id: z.uuid(),
  account: z.uuid().nullable().meta({ description: 'null: it is for all accounts.' }),
  name: z.string(),
  kind: z.enum(KINDS),
  scopes: z.array(z.enum(KEY_SCOPES)),
  hint: z.string().meta({ description: 'Its last four characters.' }),
  state,
  createdAt: time,
  expiresAt: time.nullable(),
  revokedAt: time.nullable(),
  lastUsedAt: time.nullable().meta({ description: 'To the minute; null: never.' }),
});
export type KeyView = z.infer<typeof keySchema>;

export const createdKeySchema = keySchema.extend({
  key: z.string().meta({ description: 'The key itself. It is shown here and never again.' }),
});
export type CreatedKey = z.infer<typeof createdKeySchema>;

export const keyQuerySchema = z.strictObject({
  account: accountParameter,
  state: state.optional().meta({ description: `One of ${STATES.join(', ')}; else all.` }),
  ...pageFields,
});

export const keyPageSchema = z.object({ keys: z.array(keySchema), nextCursor });
export type KeyPage = z.infer<typeof keyPageSchema>;
