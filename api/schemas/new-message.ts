/** What a client posts. The descriptions are shown as documentation and as the way to mend a wrong field. */
import { z } from 'zod';
import { PRIORITIES, type Priority } from '../../sms/priority.ts';

export const MAX_BATCH = 1_000;
export const MAX_TEXT = 10_000;
const MAX_METADATA_BYTES = 4_096;
const MAX_DEPTH = 20;
const LONGEST_DELAY_MS = 366 * 24 * 3_600_000;

const NOT_STORABLE = 'Holds a NUL character or half a character, which cannot be kept.';

/** 1 to 255 printable ASCII characters. */
export const idempotencyKeySchema = z
  .string('Must be text.')
  .regex(/^[\x20-\x7e]{1,255}$/, 'Is not 1 to 255 printable ASCII characters.')
  .meta({ description: 'A text of 1 to 255 printable ASCII characters that is new for each SMS, such as a UUID.' });

/** What a phone shows as the sender: a name or a number. */
export const callerIdSchema = z
  .string('Must be text.')
  .regex(/^[^\p{Cc}\p{Surrogate}]{1,20}$/u, 'Is not 1 to 20 printable characters.');

const fields = {
  to: z
    .string('Must be text.')
    .min(1, 'Is empty.')
    .max(64, 'Is longer than any phone number.')
    .meta({
      description:
        'The phone number: with a plus and its country code, such as +79995550101, or as it is dialled in the ' +
        "account's default country.",
    }),
  text: z
    .string('Must be text.')
    .max(MAX_TEXT, `Is longer than ${MAX_TEXT} characters.`)
    .refine((text) => text.trim() !== '', 'Is empty.')
    .refine(isStorable, NOT_STORABLE)
    .meta({ description: `The text of the SMS, up to ${MAX_TEXT} characters.` }),
  sender: z
    .string('Must be text.')
    .min(1, 'Is empty.')
    .max(200, 'Is longer than a name can be.')
    .refine(isStorable, NOT_STORABLE)
    .meta({ description: 'The name of a sender that the account may use.' }),
  from: callerIdSchema
    .optional()
    .meta({ description: 'The name or number that the phone shows; without it the one of the sender.' }),
  sendAt: z.iso
    .datetime({ offset: true, error: 'Is not a date and time with an offset, in the form of ISO 8601.' })
    // Postgres has no year 0, and what is so long ago means now.
    .transform((text) => new Date(Math.max(0, Date.parse(text))))
    .refine((at) => at.getTime() - Date.now() <= LONGEST_DELAY_MS, 'Is more than a year ahead.')
    .optional()
    .meta({
      description:
        'When to send, with seconds and offset, such as 2030-01-31T09:00:00+03:00, at most a year ahead; a time that ' +
        'has passed means now.',
    }),
  validity: z
    .int('Must be a whole number.')
    .min(60, 'Is less than 60.')
    .max(259_200, 'Is more than 259200.')
    .optional()
    .meta({
      description: 'Seconds, 60 to 259200, after which it is no longer sent; without it the one of the sender.',
    }),
  priority: z
    .enum(Object.keys(PRIORITIES) as [Priority, ...Priority[]], 'Is none of the priorities.')
    .default('notice')
    .meta({ description: 'One of otp, notice and campaign, in the order in which they are sent; else notice.' }),
  metadata: z
    .record(z.string(), z.unknown(), 'Must be an object.')
    .refine((data) => isWithin(MAX_DEPTH, data), { error: `Is nested deeper than ${MAX_DEPTH}.`, abort: true })
    .refine((data) => bytesOf(data) <= MAX_METADATA_BYTES, `Is longer than ${MAX_METADATA_BYTES} bytes of JSON.`)
    .refine(isStorableDeep, NOT_STORABLE)
    .optional()
    .meta({ description: 'An object of your own, up to 4 KiB of JSON, that is given back with the message.' }),
};

const account = z
  .uuid('Is not an id.')
  .toLowerCase()
  .optional()
  .meta({ description: 'The id of the account that sends; only with a key that is for all accounts.' });

export const newMessageSchema = z.strictObject({ ...fields, account }, 'Must be an object.');
export type NewMessageRequest = Omit<z.output<typeof newMessageSchema>, 'account'>;

export const batchItemSchema = z.strictObject(
  { ...fields, idempotencyKey: idempotencyKeySchema.optional() },
  'Must be an object.',
);

/** The items are read one by one, so that a wrong one does not take the others with it. */
export const batchSchema = z.strictObject(
  {
    account,
    messages: z
      .array(z.unknown().meta({ readAs: batchItemSchema }), 'Must be a list.')
      .min(1, 'Is empty.')
      .max(MAX_BATCH, `Has more than ${MAX_BATCH} entries.`)
      .meta({ description: `A list of 1 to ${MAX_BATCH} messages.` }),
  },
  'Must be an object.',
);

/** Postgres keeps neither NUL nor unpaired surrogates. */
function isStorable(text: string): boolean {
  return !/\0|\p{Surrogate}/u.test(text);
}

/** Asked first: the other checks walk to the ground. */
function isWithin(depth: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((held) => isWithin(depth - 1, held));
}

function isStorableDeep(value: unknown): boolean {
  if (typeof value === 'string') return isStorable(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([name, held]) => isStorable(name) && isStorableDeep(held));
}

function bytesOf(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}
