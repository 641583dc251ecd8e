/** The gateways that senders are made for, and the dry run of one. */
import { z } from 'zod';
import { ERROR_CLASSES } from '../../sms/errors.ts';
import { newMessageSchema } from './new-message.ts';

const perSecond = z.number().nullable();

export const gatewaySchema = z.object({
  name: z.string().meta({ description: 'What a sender calls it.' }),
  title: z.string(),
  docs: z.string().meta({ description: 'Its public documentation, or a page of these docs.' }),
  knowledge: z.enum(['confirmed', 'partly', 'by-profile']).meta({
    description:
      'confirmed: the gateway documents its protocol publicly; partly: not all of it; by-profile: the operator does.',
  }),
  notes: z.array(z.string()).meta({ description: 'What is particular about it, or not known of it.' }),
  calls: z
    .object({ session: z.boolean(), poll: z.boolean(), webhook: z.boolean(), pull: z.boolean(), balance: z.boolean() })
    .meta({
      description:
        'What can be done with it at all: log in for a session, ask for a status, take its calls, fetch texts from ' +
        'phones, ask for the balance. The traits tell what each kind of account can do.',
    }),
  traits: z.record(z.string(), z.looseObject({})).meta({
    description: 'What the wire can do, by kind of account ("": the usual or only one). None where a profile decides.',
  }),
  settings: z.record(z.string(), z.unknown()).meta({
    description:
      'JSON Schema of the settings of a sender, with labels and defaults; those with `secret` are never shown.',
  }),
  defaults: z
    .object({
      awaitDelivery: z.int(),
      maxParts: z.int(),
      validity: z.int(),
      reportGrace: z.int(),
      onUncertain: z.enum(['hold', 'resend']),
      rateLimit: z.record(z.string(), perSecond).meta({
        description: 'By kind of account, as the traits are; null: as many as may be.',
      }),
    })
    .meta({ description: 'Of a sender that is made without them.' }),
});
export type GatewayView = z.infer<typeof gatewaySchema>;

export const gatewayListSchema = z.object({ gateways: z.array(gatewaySchema) });
export type GatewayList = z.infer<typeof gatewayListSchema>;

const MAX_BODY = 100_000;

const headers = z
  .record(z.string(), z.string('Must be text.'), 'Must be an object.')
  .default({})
  .meta({ description: 'Header names and values, in any case.' });

const body = z
  .string('Must be text.')
  .max(MAX_BODY, `Is longer than ${MAX_BODY} characters.`)
  .default('')
  .meta({ description: 'As text; it counts as UTF-8 unless a header content-type names another charset.' });

const status = z
  .int('Must be a whole number.')
  .min(100, 'Is less than 100.')
  .max(599, 'Is more than 599.')
  .meta({ description: 'The HTTP status, 100 to 599.' });

const { to, text, from } = newMessageSchema.shape;

export const dryRunSchema = z.strictObject(
  {
    settings: z.record(z.string(), z.unknown(), 'Must be an object.').meta({
      description: 'As of a new sender. They are checked as if it were made.',
    }),
    message: z.strictObject({ to, text, from }, 'Must be an object.').meta({ description: 'What would be sent.' }),
    answer: z.strictObject({ status, headers, body }, 'Must be an object.').optional().meta({
      description: 'An answer of the gateway to the send, to see how it is read.',
    }),
    statusAnswer: z
      .strictObject(
        {
          id: z.string('Must be text.').min(1, 'Is empty.').max(255, 'Is longer than 255 characters.').optional().meta({
            description: "The gateway's id that was asked about; else the first in `answer`, or a made-up one.",
          }),
          status,
          headers,
          body,
        },
        'Must be an object.',
      )
      .optional()
      .meta({ description: 'An answer of the gateway to a question for the status.' }),
    call: z
      .strictObject(
        {
          method: z.enum(['GET', 'POST'], 'Is neither GET nor POST.').default('POST'),
          query: z
            .string('Must be text.')
            .max(MAX_BODY, `Is longer than ${MAX_BODY} characters.`)
            .transform((query) => query.replace(/^\?/, ''))
            .default('')
            .meta({ description: 'The query string, not decoded.' }),
          headers,
          body,
        },
        'Must be an object.',
      )
      .optional()
      .meta({ description: 'A webhook call of the gateway.' }),
  },
  'Must be an object.',
);
export type DryRun = z.output<typeof dryRunSchema>;

const request = z.object({
  method: z.enum(['GET', 'POST', 'PUT']),
  url: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string().optional(),
});
export type ShownRequest = z.infer<typeof request>;

const refused = z.object({ class: z.enum(ERROR_CLASSES), detail: z.string() });

const read = (kinds: [string, ...string[]]) => z.looseObject({ kind: z.enum(kinds) });

export const dryRunAnswerSchema = z.object({
  reference: z.string().nullable().meta({
    description:
      'Our reference in these requests: some gateways repeat it in their answers. null: the wire has no place for one.',
  }),
  login: request.optional().meta({ description: 'The request for a session, where the gateway has sessions.' }),
  send: z.union([z.object({ request }), z.object({ refused })]).meta({
    description:
      'The request that would be sent, each secret of the settings replaced by its name in angle brackets; or why none ' +
      'would be.',
  }),
  answer: z
    .object({
      read: read(['accepted', 'error', 'session-lost', 'unreadable']),
      outcome: read(['accepted', 'refused', 'not-sent', 'uncertain']).meta({
        description: 'What is made of it at a first attempt.',
      }),
    })
    .optional(),
  status: z
    .object({
      request: request.nullable().meta({ description: 'null: a status cannot be asked for.' }),
      read: read(['read', 'error', 'unreadable', 'session-lost']).optional(),
    })
    .meta({ description: 'How the status is asked for, and what an answer says.' }),
  call: z
    .object({
      read: read(['read', 'nothing', 'refused']),
      reply: z
        .object({ status: z.int(), headers: z.record(z.string(), z.string()), body: z.string() })
        .nullable()
        .meta({
          description: 'What the gateway would be answered; null: the call is refused, with an HTTP status of its own.',
        }),
    })
    .optional(),
});
export type DryRunAnswer = z.infer<typeof dryRunAnswerSchema>;
