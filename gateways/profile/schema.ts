/**
 * The HTTP profile: a gateway that an operator describes instead of a file of code. Everything that an adapter would
 * know stands here as data; what is not described is not assumed. docs/http-profile.md shows a whole one.
 */
import { z } from 'zod';
import { inboundSchema, reportsSchema, sendAnswerSchema, statusSchema } from './answer-schema.ts';
import { placeholdersOf, requestSchema } from './request-schema.ts';

/** @param missing what is said where there is none */
export function profileSchemaOr(missing: string) {
  return z
    .strictObject(FIELDS, { error: ({ input }) => (input === undefined || input === null ? missing : undefined) })
    .superRefine((profile, ctx) => {
      for (const { path, message } of faultsOf(profile)) ctx.addIssue({ code: 'custom', path, message });
    });
}

export type Profile = z.output<ReturnType<typeof profileSchemaOr>>;
export type ProfileInput = z.input<ReturnType<typeof profileSchemaOr>>;

/** Room that the longest reference of each kind takes. */
const REFERENCE_ROOM = { int32: 10, digits: 19, text: 18 } as const;

const FIELDS = {
  send: requestSchema,
  sendAnswer: sendAnswerSchema,
  ownId: z
    .strictObject({
      kind: z.enum(['int32', 'digits', 'text']),
      max: z.int().min(10).max(200).default(20).meta({ description: 'Characters that the wire takes' }),
    })
    .refine(({ kind, max }) => max >= REFERENCE_ROOM[kind], {
      error: 'int32 needs 10 characters, digits 19 and text 18',
      path: ['max'],
    })
    .optional()
    .meta({ description: 'The form of {{ref}}, where the wire has a place for it' }),
  repeat: z.enum(['same-answer', 'refused-means-accepted', 'unsafe']).default('unsafe').meta({
    description: 'What a second submit under the same {{ref}} does; unsafe: a second SMS',
  }),
  repeatWithinS: z
    .number()
    .min(1)
    .optional()
    .meta({ description: 'How long the gateway remembers {{ref}}, in seconds' }),
  submitGapS: z.number().min(1).max(3600).optional().meta({
    description: 'Least seconds between two submits of one SMS, where equal requests are taken for duplicates',
  }),
  status: statusSchema.optional().meta({ description: 'How a status is asked for' }),
  reports: reportsSchema.optional().meta({ description: "The gateway's calls that report a status" }),
  inbound: inboundSchema.optional().meta({ description: "The gateway's calls that bring a text from a phone" }),
  idScope: z.enum(['account', 'account-and-phone']).default('account').meta({
    description: 'Whether an id alone names an SMS in the account, or only together with the phone',
  }),
  validity: z
    .strictObject({ minS: z.int().min(1), maxS: z.int().min(1), stepS: z.int().min(1).default(1) })
    .refine(({ minS, maxS }) => minS <= maxS, 'minS is above maxS')
    .optional()
    .meta({ description: 'Bounds of {{validityS}} and {{validityMin}}; absent: the account at the gateway has it' }),
  callerId: z.enum(['required', 'optional']).default('optional'),
  rateLimit: z.number().positive().optional().meta({ description: 'Submits per second of a new sender' }),
};

export const profileSchema = profileSchemaOr('is missing');

interface Fault {
  path: PropertyKey[];
  message: string;
}

/** What only the whole of it shows. */
function faultsOf({ send, status, reports, ownId, repeat, idScope }: z.output<z.ZodObject<typeof FIELDS>>): Fault[] {
  const sent = placeholdersOf(send);
  const asked = status ? placeholdersOf(status.request) : new Set<string>();
  const faults: (Fault | false)[] = [
    !sent.has('text') && { path: ['send'], message: 'must hold {{text}}' },
    !sent.has('phone') && !sent.has('phonePlus') && { path: ['send'], message: 'must hold {{phone}} or {{phonePlus}}' },
    ...ONLY_ASKED.filter((name) => sent.has(name)).map((name) => notHere('send', name)),
    ...ONLY_SENT.filter((name) => asked.has(name)).map((name) => notHere('status', name)),
    status?.by === 'own-id' && asked.has('id') && notHere('status', 'id'),
    !ownId && sent.has('ref') && { path: ['ownId'], message: 'is missing: it is the form of {{ref}}' },
    !ownId && repeat !== 'unsafe' && { path: ['repeat'], message: 'is safe only under our reference: describe ownId' },
    !ownId && status?.by === 'own-id' && { path: ['status', 'by'], message: 'asking by our reference needs ownId' },
    ownId && !sent.has('ref') && { path: ['send'], message: 'must hold {{ref}}, which ownId describes' },
    idScope === 'account-and-phone' &&
      reports?.phone === undefined &&
      reports !== undefined && { path: ['reports', 'phone'], message: 'is missing: ids count only together with it' },
  ].map((fault) => fault || false);
  return faults.filter((fault) => fault !== false);
}

const ONLY_ASKED = ['id'] as const;
const ONLY_SENT = ['text', 'callerId', 'validityS', 'validityMin', 'priority', 'reportUrl'] as const;

function notHere(part: string, name: string): Fault {
  return { path: [part], message: `has {{${name}}}, which has no value here` };
}
