/** The answers and calls that a profile reads. */
import { z } from 'zod';
import { ERROR_CLASSES } from '../../sms/errors.ts';
import { REPORTED_STATUSES } from '../../sms/status.ts';
import { type Condition, condition, type Extract, extract, looksInside, path, pathOf } from './extract-schema.ts';
import { CHARSETS, placeholdersOf, requestSchema } from './request-schema.ts';

const FORMATS = ['json', 'xml', 'form', 'text'] as const;

const answer = {
  format: z.enum(FORMATS),
  charset: z
    .enum(['auto', ...CHARSETS])
    .default('auto')
    .meta({ description: 'auto: as the answer says, else UTF-8' }),
};

const errorRule = z.strictObject({
  when: z.array(condition).min(1).meta({ description: 'All must hold' }),
  class: z.enum(ERROR_CLASSES),
  notTaken: z
    .boolean()
    .optional()
    .meta({
      description:
        'Of the classes temporary and unknown: whether the answer proves that the SMS was not taken. Unless told: yes, ' +
        'but not under a 3xx, 408 or 5xx, which prove nothing',
    }),
  optOut: z.boolean().default(false).meta({ description: 'The phone has opted out: it goes onto the suppress lists' }),
  retryAfterS: z.number().min(0).max(86_400).optional().meta({ description: 'Seconds until the next try' }),
  id: extract.optional().meta({ description: "Of a duplicate: the gateway's id of the SMS that it had taken" }),
});

export const sendAnswerSchema = z
  .strictObject({
    ...answer,
    success: z
      .array(condition)
      .min(1)
      .meta({ description: 'All must hold, under a 2xx, for the SMS to count as taken' }),
    id: extract
      .optional()
      .meta({ description: "The gateway's id, without which there is no success; several are those of the parts" }),
    errors: z.array(errorRule).default([]).meta({ description: 'The first that fits; looked at before success' }),
    code: extract.optional().meta({ description: "The gateway's word or number for an error, for the timeline" }),
    detail: extract.optional().meta({ description: "The gateway's sentence for an error, for the timeline" }),
  })
  .refine(({ success, id }) => id !== undefined || success.some((one) => one.status || looksInside(one)), {
    error: 'must look for something that is there: what is absent is absent from garbage as well',
    path: ['success'],
  })
  .superRefine(({ format, success, errors, id, code, detail }, ctx) => {
    const rules = errors.flatMap((rule) => [...rule.when.map(({ value }) => value), rule.id]);
    refusePaths(format, [...success.map(({ value }) => value), ...rules, id, code, detail], ctx);
  });

const state = z.union(
  [
    z.enum(REPORTED_STATUSES),
    z.strictObject({
      status: z.enum(REPORTED_STATUSES),
      errorClass: z.enum(ERROR_CLASSES).optional(),
      optOut: z.boolean().optional(),
    }),
  ],
  `must be one of ${REPORTED_STATUSES.join(', ')}, or {"status": …, "errorClass": …, "optOut": …}`,
);
export type State = z.output<typeof state>;

const reportFields = {
  state: extract,
  states: z
    .record(z.string(), state)
    .refine((table) => Object.keys(table).length > 0, 'names no state')
    .meta({ description: "The gateway's states, in any case; one that is not here changes nothing" }),
  code: extract.optional(),
  detail: extract.optional(),
};

export const statusSchema = z
  .strictObject({
    by: z.enum(['gateway-id', 'own-id']).meta({ description: 'What is asked by: {{id}} or {{ref}}' }),
    request: requestSchema,
    ...answer,
    ...reportFields,
    notFound: z.array(condition).default([]).meta({ description: 'All must hold where the gateway knows no such SMS' }),
    notFoundTrustedAfterS: z.number().min(1).max(86_400).optional().meta({
      description: 'After so long a "not found" by our reference proves that nothing was taken',
    }),
    minGapS: z.number().min(0.05).max(3600).default(1).meta({ description: 'Least seconds between two requests' }),
  })
  .refine(({ notFoundTrustedAfterS, by }) => notFoundTrustedAfterS === undefined || by === 'own-id', {
    error: 'only a question by our reference can prove that nothing was taken',
    path: ['notFoundTrustedAfterS'],
  })
  .refine(({ notFoundTrustedAfterS, notFound }) => notFoundTrustedAfterS === undefined || notFound.some(looksInside), {
    error: 'needs a condition that looks into the answer: a bare 404 may come from anything on the way',
    path: ['notFound'],
  })
  .refine(({ by, request }) => placeholdersOf(request).has(by === 'own-id' ? 'ref' : 'id'), {
    error: 'must hold what is asked by: {{id}}, or {{ref}} where it is asked by own-id',
    path: ['request'],
  })
  .superRefine(({ format, state, code, detail, notFound }, ctx) => {
    refusePaths(format, [state, code, detail, ...notFound.map(({ value }) => value)], ctx);
  });

const hookFields = {
  when: z
    .array(condition.refine(({ status }) => status === undefined, 'a call has no HTTP status'))
    .default([])
    .meta({ description: 'All must hold: tells this kind of call from others' }),
  format: z.enum([...FORMATS, 'query']).meta({ description: 'Of the body; query: the query string of the address' }),
  charset: z.enum(CHARSETS).default('utf-8'),
  each: path.optional().meta({ description: 'Of a list of entries; the other paths begin at an entry then' }),
  secret: extract.optional().meta({ description: 'Must be the webhook secret of the sender' }),
  reply: z
    .strictObject({
      status: z.int().min(200).max(299).default(200),
      contentType: z
        .string()
        .regex(/^[\x20-\x7e]+$/, 'is no content type')
        .default('text/plain; charset=utf-8'),
      body: z.string().default(''),
    })
    .prefault({})
    .meta({ description: 'What the gateway expects as an answer' }),
};

export const reportsSchema = z
  .strictObject({
    ...hookFields,
    id: extract.meta({ description: "The gateway's id, or our reference" }),
    phone: extract.optional(),
    ...reportFields,
  })
  .superRefine((it, ctx) =>
    refusePaths(it.format, [it.id, it.phone, it.state, it.code, it.detail, ...hookPlaces(it)], ctx),
  );

export const inboundSchema = z
  .strictObject({ ...hookFields, id: extract.optional(), from: extract, to: extract.optional(), text: extract })
  .superRefine((it, ctx) => refusePaths(it.format, [it.id, it.from, it.to, it.text, ...hookPlaces(it)], ctx));

function hookPlaces({
  when,
  secret,
  each,
}: {
  when: Condition[];
  secret?: Extract | undefined;
  each?: string | undefined;
}) {
  return [...when.map(({ value }) => value), secret, each];
}

function refusePaths(format: string, places: (Extract | undefined)[], ctx: z.RefinementCtx): void {
  const path = places.find((place) => place !== undefined && pathOf(place) !== undefined);
  if (format !== 'text' || path === undefined) return;
  ctx.addIssue(`plain text has no paths such as ${JSON.stringify(path)}: use {"regex": …}`);
}
