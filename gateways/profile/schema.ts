/**
 * The HTTP profile: a gateway that an operator describes instead of a file of code. Everything that an adapter would
 * know stands here as data; what is not described is not assumed. docs/http-profile.md shows a whole one.
 */
import { RE2JS } from 're2js';
import { z } from 'zod';
import { ERROR_CLASSES } from '../../sms/errors.ts';
import { REPORTED_STATUSES } from '../../sms/status.ts';
import { pathSteps } from './path.ts';
import { placeholdersOf } from './template.ts';

const CHARSETS = ['utf-8', 'windows-1251', 'koi8-r', 'iso-8859-1', 'utf-16le'] as const;
const FORMATS = ['json', 'xml', 'form', 'text'] as const;

const template = z.string().superRefine((text, ctx) => {
  const { unknown, broken } = placeholdersOf(text);
  if (broken) ctx.addIssue('has a {{ without its }}');
  for (const name of unknown) ctx.addIssue(`has the placeholder {{${name}}}, which there is not`);
});

const path = z
  .string()
  .refine((text) => pathSteps(text) !== undefined, 'is not a path such as messages[0].id or items[*]."message-id"');

/** Linear in the length of what it reads, whatever is written here. */
const regex = z.string().superRefine((text, ctx) => {
  try {
    RE2JS.compile(text);
  } catch {
    ctx.addIssue('is not a regular expression (RE2 syntax: no look-around and no back references)');
  }
});

/** Where a value is: a path into a body that was read (or a field of a form or query), a regular expression over its
 * text (its first group, or all of it), or a header. */
const extract = z.union([
  path,
  z.strictObject({ path }),
  z.strictObject({ regex }),
  z.strictObject({ header: z.string().min(1) }),
]);

/** All that it names must hold. */
const condition = z
  .strictObject({
    status: z.array(z.int().min(100).max(599)).min(1).optional(),
    value: extract.optional(),
    equals: z.union([z.string(), z.array(z.string()).min(1)]).optional(),
    matches: regex.optional(),
    exists: z.boolean().optional(),
  })
  .refine(({ status, value }) => status !== undefined || value !== undefined, 'needs a status or a value')
  .refine(
    ({ value, equals, matches, exists }) =>
      (value === undefined) === (equals === undefined && matches === undefined && exists === undefined),
    'a value needs one of equals, matches and exists, and each of those needs a value',
  );

const pairs = z.array(z.tuple([template, template]));

/** A JSON value whose texts are templates; {"$number": "{{ref}}"} is written as a number. */
const jsonTemplate: z.ZodType<unknown> = z.json().superRefine((value, ctx) => {
  const walk = (held: unknown): void => {
    if (typeof held === 'string') {
      const { unknown, broken } = placeholdersOf(held);
      if (broken) ctx.addIssue('has a {{ without its }}');
      for (const name of unknown) ctx.addIssue(`has the placeholder {{${name}}}, which there is not`);
    } else if (typeof held === 'object' && held !== null) Object.values(held).forEach(walk);
  };
  walk(value);
});

const body = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('json'), value: jsonTemplate }),
  z.strictObject({ type: z.literal('form'), fields: pairs }),
  z.strictObject({ type: z.literal('xml'), text: template }),
  z.strictObject({ type: z.literal('text'), text: template }),
]);

export const requestSchema = z
  .strictObject({
    method: z.enum(['GET', 'POST', 'PUT']).default('POST'),
    url: template.meta({ description: 'Behind the address of the sender: {{url}}/send' }),
    query: pairs.default([]),
    headers: pairs.default([]),
    auth: z.enum(['none', 'basic', 'bearer']).default('none').meta({
      description: 'basic: login and password; bearer: token',
    }),
    body: body.optional(),
    charset: z.enum(CHARSETS).default('utf-8'),
  })
  .refine(({ url }) => url.startsWith('{{url}}'), { error: 'must begin with {{url}}', path: ['url'] })
  .refine(({ method, body }) => method !== 'GET' || body === undefined, { error: 'GET has no body', path: ['body'] });

const answer = {
  format: z.enum(FORMATS),
  charset: z
    .enum(['auto', ...CHARSETS])
    .default('auto')
    .meta({ description: 'auto: as the answer says, else UTF-8' }),
};

const errorRule = z.strictObject({
  when: z.array(condition).min(1),
  class: z.enum(ERROR_CLASSES),
  notTaken: z.boolean().default(true).meta({
    description: 'The answer proves that the SMS was not taken; false where the gateway may have taken it',
  }),
  optOut: z.boolean().default(false),
  retryAfterS: z.number().min(0).max(86_400).optional(),
});

const sendAnswerSchema = z.strictObject({
  ...answer,
  success: z.array(condition).min(1).meta({ description: 'All must hold, under a 2xx, for the SMS to count as taken' }),
  id: extract.optional().meta({ description: "The gateway's id; several are those of the parts" }),
  errors: z.array(errorRule).default([]).meta({ description: 'The first that fits; looked at before success' }),
  code: extract.optional(),
  detail: extract.optional(),
});

const state = z.union([
  z.enum(REPORTED_STATUSES),
  z.strictObject({
    status: z.enum(REPORTED_STATUSES),
    errorClass: z.enum(ERROR_CLASSES).optional(),
    optOut: z.boolean().optional(),
  }),
]);

const reportFields = {
  state: extract,
  states: z.record(z.string(), state).refine((table) => Object.keys(table).length > 0, 'names no state'),
  code: extract.optional(),
  detail: extract.optional(),
};

const statusSchema = z
  .strictObject({
    by: z.enum(['gateway-id', 'own-id']),
    request: requestSchema,
    ...answer,
    ...reportFields,
    notFound: z.array(condition).default([]),
    notFoundTrustedAfterS: z.number().min(1).max(86_400).optional().meta({
      description: 'After so long a "not found" by our reference proves that nothing was taken',
    }),
    minGapS: z.number().min(0.05).max(3600).default(1),
  })
  .refine(({ notFoundTrustedAfterS, by }) => notFoundTrustedAfterS === undefined || by === 'own-id', {
    error: 'only a question by our reference can prove that nothing was taken',
    path: ['notFoundTrustedAfterS'],
  });

const hookFields = {
  when: z.array(condition).default([]).meta({ description: 'Tells this kind of call from others; status is not one' }),
  format: z.enum([...FORMATS, 'query']),
  charset: z.enum(CHARSETS).default('utf-8'),
  each: path.optional().meta({ description: 'Of a list of entries; the other paths begin at an entry then' }),
  secret: extract.optional().meta({ description: 'Must be the webhook secret of the sender' }),
  reply: z
    .strictObject({
      status: z.int().min(200).max(299).default(200),
      contentType: z.string().default('text/plain; charset=utf-8'),
      body: z.string().default(''),
    })
    .prefault({}),
};

export const profileSchema = z
  .strictObject({
    send: requestSchema,
    sendAnswer: sendAnswerSchema,
    ownId: z
      .strictObject({ kind: z.enum(['int32', 'digits', 'text']), max: z.int().min(10).max(200).default(20) })
      .optional()
      .meta({ description: 'The form of {{ref}}, where the wire has a place for it' }),
    repeat: z.enum(['same-answer', 'refused-means-accepted', 'unsafe']).default('unsafe').meta({
      description: 'What a second submit under the same {{ref}} does; unsafe: a second SMS',
    }),
    repeatWithinS: z.number().min(1).optional(),
    submitGapS: z.number().min(1).max(3600).optional(),
    status: statusSchema.optional(),
    reports: z.strictObject({ ...hookFields, id: extract, phone: extract.optional(), ...reportFields }).optional(),
    inbound: z
      .strictObject({
        ...hookFields,
        id: extract.optional(),
        from: extract,
        to: extract.optional(),
        text: extract,
      })
      .optional(),
    idScope: z.enum(['account', 'account-and-phone']).default('account'),
    validity: z
      .strictObject({ minS: z.int().min(1), maxS: z.int().min(1), stepS: z.int().min(1).default(1) })
      .refine(({ minS, maxS }) => minS <= maxS, 'minS is above maxS')
      .optional()
      .meta({ description: 'Bounds of {{validityS}} and {{validityMin}}; absent: the account of the gateway has it' }),
    callerId: z.enum(['required', 'optional']).default('optional'),
    rateLimit: z.number().positive().optional(),
  })
  .refine(({ repeat, ownId }) => repeat === 'unsafe' || ownId !== undefined, {
    error: 'a repeat is safe only under our reference: describe ownId',
    path: ['repeat'],
  })
  .refine(({ status, ownId }) => status?.by !== 'own-id' || ownId !== undefined, {
    error: 'asking by our reference needs ownId',
    path: ['status', 'by'],
  });

export type Profile = z.output<typeof profileSchema>;
export type RequestProfile = z.output<typeof requestSchema>;
export type Extract = z.output<typeof extract>;
export type Condition = z.output<typeof condition>;
export type State = z.output<typeof state>;
