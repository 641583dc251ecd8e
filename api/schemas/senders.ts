/** Senders as the API takes and shows them. The descriptions are the form's help, and the way to mend a wrong field. */
import { z } from 'zod';
import { parsePhone } from '../../sms/phone.ts';
import { isStopWord } from '../../sms/stop-words.ts';
import { nameSchema } from './accounts.ts';
import { callerIdSchema } from './new-message.ts';
import { nextCursor, pageFields } from './page.ts';

const DAY_S = 86_400;
/** What Temporal's queues and the slots in the books still keep apart. */
const SLOWEST = 0.001;
const FASTEST = 10_000;
const STOP = 'STOP';

const seconds = (least: number, most: number) =>
  z.int('Must be a whole number.').min(least, `Is less than ${least}.`).max(most, `Is more than ${most}.`);

/** A list of which each entry counts once. */
const unique = <T extends z.ZodType>(entry: T, most: number) =>
  z
    .array(entry, 'Must be a list.')
    .max(most, `Has more than ${most} entries.`)
    .transform((list) => [...new Set(list)]);

const atLeastOne = <T extends z.ZodType>(entry: T, most: number) =>
  unique(entry, most).refine((list) => list.length > 0, 'Is empty: nothing could be sent. Write null for any.');

const phone = z.string('Must be text.').transform((text, ctx) => {
  const read = parsePhone(text);
  if (read.ok) return read.e164;
  ctx.addIssue({ code: 'custom', message: read.reason });
  return z.NEVER;
});

const network = z.union(
  [z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()],
  'Is neither an IP address nor a network in CIDR notation.',
);

/** In capitals, each once, without STOP, which is in every list. */
const stopWords = z
  .array(
    z
      .string('Must be text.')
      .max(50, 'Is longer than 50 characters.')
      .transform((word) => word.normalize('NFKC').trim().replace(/\s+/gu, ' ').toUpperCase())
      .refine((word) => isStopWord(word, [word]), 'Holds no letter and no digit.')
      .refine((word) => !/\0|\p{Surrogate}/u.test(word), 'Holds what is no text.'),
    'Must be a list.',
  )
  .max(100, 'Has more than 100 entries.')
  .transform((words) =>
    words.filter((word, i) => !isStopWord(word, []) && !words.slice(0, i).some((held) => isStopWord(word, [held]))),
  );

const fields = {
  accounts: unique(
    z.uuid('Is not an id.').transform((id) => id.toLowerCase()),
    10_000,
  ).meta({
    description: 'The ids of the accounts that may send through it; else none.',
  }),
  awaitDelivery: seconds(1, 3 * DAY_S).meta({
    description:
      'Seconds to wait for a delivery report before the gateway is asked for the status, 1 to 259200; else 300.',
  }),
  maxParts: seconds(1, 255).meta({ description: 'The most parts that one SMS may take, 1 to 255; else 10.' }),
  defaultCallerId: callerIdSchema.nullable().meta({
    description: 'The name or number that the phone shows where the message names none; null: none.',
  }),
  verifiedCallerIds: atLeastOne(callerIdSchema, 1_000)
    .nullable()
    .meta({ description: 'The only caller ids that may be used, up to 1000; null: any.' }),
  verifiedPhones: atLeastOne(phone, 10_000).nullable().meta({
    description:
      'The only phones that may be sent to, with a plus and their country code; null: any. For gateways on trial.',
  }),
  rateLimit: z
    .number('Must be a number or null.')
    .min(SLOWEST, `Is less than ${SLOWEST}.`)
    .max(FASTEST, `Is more than ${FASTEST}.`)
    .nullable()
    .meta({
      description:
        `Submits per second over all workers, ${SLOWEST} to ${FASTEST}; null: as many as may be; else what is usual ` +
        'with the gateway.',
    }),
  validity: seconds(60, 3 * DAY_S).meta({
    description: 'Seconds after which an SMS that names no validity is no longer sent, 60 to 259200; else 86400.',
  }),
  reportGrace: seconds(0, 7 * DAY_S).meta({
    description: 'Seconds to go on waiting for a delivery report when the validity is over, 0 to 604800; else 86400.',
  }),
  onUncertain: z.enum(['hold', 'resend'], 'Is neither hold nor resend.').meta({
    description:
      'What to do with an SMS of which nobody knows whether the gateway took it, when no sign of it came within ' +
      'awaitDelivery: hold waits on and ends as unknown; resend sends it once more, perhaps a second time. Else hold.',
  }),
  stopWords: stopWords.meta({
    description:
      `Answers by which a phone asks for no more SMS, up to 100 words of up to 50 characters, in any language. ${STOP} ` +
      'always is one.',
  }),
  addToGlobalSuppressList: z.boolean('Must be true or false.').meta({
    description: 'Whether a stop word also puts the phone onto the list that holds for all accounts; else false.',
  }),
  hookIps: atLeastOne(network, 100).nullable().meta({
    description: 'The only addresses and networks (CIDR) that webhook calls are taken from, up to 100; null: any.',
  }),
};

/** With its help on the outside, where it is looked for. */
function optional<Shape extends Record<string, z.ZodType>>(shape: Shape) {
  return Object.fromEntries(
    Object.entries(shape).map(([name, field]) => [name, field.optional().meta(field.meta() ?? {})]),
  ) as { [Name in keyof Shape]: z.ZodOptional<Shape[Name]> };
}

const name = nameSchema.meta({
  description: 'A name of 1 to 200 characters that no other sender in use has.',
  examples: ['acme-otp'],
});

const gateway = z
  .string('Must be text.')
  .max(50, 'Is none of the gateways.')
  .meta({
    description: 'The name of its gateway, such as infobip. It cannot be changed later.',
    examples: ['infobip'],
  });

const settings = z.record(z.string(), z.unknown(), 'Must be an object.');

export const newSenderSchema = z.strictObject(
  {
    name,
    gateway,
    settings: settings.meta({ description: 'What the gateway needs: its address, a login and so on.' }),
    ...optional(fields),
  },
  'Must be an object.',
);
export type NewSenderRequest = z.output<typeof newSenderSchema>;

export const senderChangeSchema = z.strictObject(
  {
    ...optional({ name }),
    gateway: gateway.optional().meta({ description: 'It cannot be changed: leave it out.' }),
    settings: settings.optional().meta({
      description: 'Those that change. One that is left out stays as it is, a secret too; null takes it away.',
    }),
    sameGatewayAccount: z
      .boolean('Must be true or false.')
      .default(false)
      .meta({
        description:
          'true: the new settings log in to the same account at the gateway, as with a renewed API key, so that what was ' +
          'sent before is still asked for by them.',
      }),
    ...optional(fields),
  },
  'Must be an object.',
);
export type SenderChangeRequest = z.output<typeof senderChangeSchema>;

const time = z.iso.datetime();

/** What an account's own keys see of it is a part. */
export const senderSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  gateway: z.string(),
  settings: z.record(z.string(), z.unknown()).optional().meta({
    description: 'A secret shows only that it is set: {"set": true}. For keys for all accounts.',
  }),
  accounts: z.array(z.uuid()).meta({ description: 'A key of an account sees its own only.' }),
  awaitDelivery: z.int(),
  maxParts: z.int(),
  defaultCallerId: z.string().nullable(),
  verifiedCallerIds: z.array(z.string()).nullable(),
  verifiedPhones: z
    .array(z.string())
    .nullable()
    .meta({ description: 'Masked for keys without the scope phones:read.' }),
  rateLimit: z.number().nullable(),
  validity: z.int(),
  reportGrace: z.int(),
  onUncertain: z.enum(['hold', 'resend']),
  stopWords: z.array(z.string()).meta({ description: `${STOP} first.` }),
  addToGlobalSuppressList: z.boolean(),
  hookIps: z.array(z.string()).nullable().optional().meta({ description: 'For keys for all accounts.' }),
  hooks: z
    .object({
      reports: z.string().meta({ description: 'Where the gateway sends delivery reports.' }),
      inbound: z.string().meta({ description: 'Where the gateway sends texts from phones.' }),
      listener: z.string().optional().meta({ description: 'The same, in the form that is usual with this gateway.' }),
      oldUntil: time.nullable().meta({ description: 'Until then the addresses before these are taken too.' }),
      note: z.string().optional(),
    })
    .nullable()
    .optional()
    .meta({
      description:
        'The addresses to tell the gateway; null: it calls none. They hold a secret: shown to keys for all accounts ' +
        'with the scope senders:write.',
    }),
  state: z.enum(['active', 'paused', 'held', 'archived']).meta({
    description: 'held: it waits by itself, since the gateway refuses the login or is out of money.',
  }),
  createdAt: time,
  archivedAt: time.nullable().meta({ description: 'null: it is in use.' }),
});
export type SenderView = z.infer<typeof senderSchema>;

export const senderPageSchema = z.object({ senders: z.array(senderSchema), nextCursor });
export type SenderPage = z.infer<typeof senderPageSchema>;

export const senderQuerySchema = z.strictObject({
  archived: z
    .enum(['true', 'false'], 'Is neither true nor false.')
    .default('false')
    .meta({ description: 'true: those that are archived, in place of those in use.' }),
  account: z
    .uuid('Is not an id.')
    .optional()
    .meta({ description: 'The id of an account: those that it may send through. Only with a key for all accounts.' }),
  ...pageFields,
});

export type SenderQuery = z.output<typeof senderQuerySchema>;

export const pauseSchema = z.strictObject(
  {
    reason: z
      .string('Must be text.')
      .max(200, 'Is longer than 200 characters.')
      .regex(/^[^\p{Cc}\p{Surrogate}]*$/u, 'Holds what is no text.')
      .optional()
      .meta({ description: 'Why, in up to 200 characters, for other operators to read.' }),
  },
  'Must be an object.',
);
