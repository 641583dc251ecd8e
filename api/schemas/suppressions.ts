/** Suppress lists and their imports. */
import { z } from 'zod';
import { accountParameter as account, instant as instantParameter, nextCursor, one, pageFields } from './page.ts';

export const SUPPRESSION_SOURCES = ['stop-word', 'api', 'import', 'gateway', 'operator'] as const;
export const MAX_REASON = 200;
export const MAX_NOTE = 1_000;

const instant = z.iso.datetime();
const LISTS = ['account', 'global'] as const;
const COUNT = z.int().nonnegative();

export const suppressionSchema = z.object({
  id: z.uuid(),
  list: z.enum(LISTS).meta({ description: 'global: the list that holds for all accounts.' }),
  account: z.uuid().nullable().meta({ description: 'Whose list; null: the global one.' }),
  phone: z.string().meta({ description: 'E.164; masked for keys without the scope phones:read.' }),
  source: z.enum(SUPPRESSION_SOURCES).meta({
    description:
      'stop-word: the phone answered with one; api: with a key of the account; operator: with a key for all accounts; ' +
      'import; gateway: the gateway or operator says that the phone has opted out. START takes back only stop-word.',
  }),
  reason: z.string().nullable(),
  note: z.string().nullable(),
  createdAt: instant,
});
export type SuppressionView = z.infer<typeof suppressionSchema>;

export const suppressionPageSchema = z.object({
  suppressions: z.array(suppressionSchema),
  nextCursor,
});
export type SuppressionPage = z.infer<typeof suppressionPageSchema>;

export const suppressionLookupSchema = z.object({
  suppressions: z.array(suppressionSchema).meta({ description: 'One for each list that the phone is on.' }),
});
export type SuppressionLookup = z.infer<typeof suppressionLookupSchema>;

export const addedSuppressionSchema = suppressionSchema.extend({
  endedMessages: COUNT.meta({ description: 'How many messages to the phone were waiting, and are suppressed now.' }),
});
export type AddedSuppression = z.infer<typeof addedSuppressionSchema>;

const list = z
  .enum(LISTS, 'Is neither account nor global.')
  .default('account')
  .meta({ description: 'account, or global: the list that holds for all accounts, only with a key for all accounts.' });
const storable = /^[^\0\p{Surrogate}]*$/u;
const NOT_STORABLE = 'Holds a NUL character or half a character, which cannot be kept.';

export const newSuppressionSchema = z.strictObject(
  {
    phone: z
      .string('Must be text.')
      .min(1, 'Is empty.')
      .max(64, 'Is longer than any phone number.')
      .meta({
        description:
          'The phone number: with a plus and its country code, such as +79995550101, or as it is dialled in the ' +
          "account's default country.",
      }),
    list,
    account,
    reason: z
      .string('Must be text.')
      .max(MAX_REASON, `Is longer than ${MAX_REASON} characters.`)
      .regex(storable, NOT_STORABLE)
      .optional()
      .meta({ description: `Why, up to ${MAX_REASON} characters; messages that it ends have it as their cause.` }),
    note: z
      .string('Must be text.')
      .max(MAX_NOTE, `Is longer than ${MAX_NOTE} characters.`)
      .regex(storable, NOT_STORABLE)
      .optional()
      .meta({ description: `Anything worth keeping, up to ${MAX_NOTE} characters.` }),
  },
  'Must be an object.',
);

const phoneParameter = one.max(64, 'Is too long.').meta({ description: 'A phone number; a plus is written as %2B.' });

export const suppressionListQuerySchema = z.strictObject({
  list,
  account,
  source: z
    .enum(SUPPRESSION_SOURCES, 'Is none of the sources.')
    .optional()
    .meta({ description: `One of ${SUPPRESSION_SOURCES.join(', ')}.` }),
  phone: phoneParameter.optional(),
  from: instantParameter.meta({ description: 'Put on the list from this time on, such as 2030-01-31T09:00:00Z.' }),
  to: instantParameter.meta({ description: 'Put on the list before this time, such as 2030-01-31T09:00:00Z.' }),
  ...pageFields,
});

export const suppressionLookupQuerySchema = z.strictObject({
  phone: phoneParameter,
  account: account.meta({
    description:
      'With a key for all accounts: only the lists that hold for this account, its own and the global one; national ' +
      'numbers are read as in its default country.',
  }),
});

export const suppressionExportQuerySchema = z.strictObject({ list, account });

export const importQuerySchema = z.strictObject({
  id: z
    .uuid('Is not a UUID.')
    .transform((id) => id.toLowerCase())
    .optional()
    .meta({
      description: 'A new UUID, under which the progress can be read while the file is sent; else one is made.',
    }),
  list,
  account,
});

export const importListQuerySchema = z.strictObject({
  list: list.unwrap().optional().meta({ description: 'Only imports of this list; else of all that the key may see.' }),
  account,
  ...pageFields,
});

export const importSchema = z.object({
  id: z.uuid(),
  list: z.enum(LISTS),
  account: z.uuid().nullable(),
  state: z.enum(['running', 'done', 'failed']).meta({
    description: 'failed: what was counted is on the list; the same file can be imported again.',
  }),
  total: COUNT.meta({ description: 'Rows that were read so far, without the header row and empty lines.' }),
  imported: COUNT,
  alreadyThere: COUNT.meta({ description: 'Rows whose phone was on the list, or earlier in the file.' }),
  invalid: COUNT,
  failure: z.string().nullable(),
  startedAt: instant,
  finishedAt: instant.nullable(),
});
export type ImportView = z.infer<typeof importSchema>;

export const importWithLinesSchema = importSchema.extend({
  invalidLines: z
    .array(z.object({ line: z.int(), reason: z.string() }))
    .meta({ description: 'The first 1,000 rows that could not be read, with their line in the file, from 1.' }),
});
export type ImportWithLines = z.infer<typeof importWithLinesSchema>;

export const importPageSchema = z.object({ imports: z.array(importSchema), nextCursor });
export type ImportPage = z.infer<typeof importPageSchema>;
