/** Accounts as the API takes and shows them. */
import { z } from 'zod';
import { isCountry } from '../../sms/countries.ts';
import { nextCursor, pageFields, storableOne } from './page.ts';

const time = z.iso.datetime();

/** A name that people give: of an account or a key. */
export const nameSchema = z
  .string('Must be text.')
  .max(200, 'Is longer than 200 characters.')
  .regex(/^(?!\s)[^\p{Cc}\p{Surrogate}]+(?<!\s)$/u, 'Is empty, begins or ends with a space, or holds what is no text.');

const NAME = { description: 'A name of 1 to 200 characters that no other account has.', examples: ['Acme'] };

const country = z.string('Must be text or null.').refine(isCountry, 'Is not the code of a country.').nullable();
const COUNTRY = {
  description:
    'The country whose phone numbers may be written as they are dialled there, by its code of two letters ' +
    '(ISO 3166-1), such as RU; null: phone numbers must be international.',
  examples: ['RU'],
};

export const newAccountSchema = z.strictObject(
  { name: nameSchema.meta(NAME), defaultCountry: country.default(null).meta(COUNTRY) },
  'Must be an object.',
);

export const accountChangeSchema = z.strictObject(
  { name: nameSchema.optional().meta(NAME), defaultCountry: country.optional().meta(COUNTRY) },
  'Must be an object.',
);

export const accountSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  defaultCountry: z.string().nullable(),
  createdAt: time,
  archivedAt: time.nullable().meta({ description: 'null: it is in use.' }),
});
export type AccountView = z.infer<typeof accountSchema>;

export const accountQuerySchema = z.strictObject({
  name: storableOne(200).optional().meta({ description: 'The whole name.' }),
  state: z
    .enum(['active', 'archived', 'all'], 'Is none of active, archived and all.')
    .default('active')
    .meta({ description: 'One of active, archived and all; else active.' }),
  ...pageFields,
});

export const accountPageSchema = z.object({ accounts: z.array(accountSchema), nextCursor });
export type AccountPage = z.infer<typeof accountPageSchema>;
