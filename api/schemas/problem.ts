/** Errors as RFC 9457 has them, with a code for programs and, field by field, how to mend the request. */
import { z } from 'zod';

/** Every problem that the API answers, by its code. */
export const PROBLEMS = {
  'malformed-json': { status: 400, title: 'The body is not JSON' },
  unauthorised: { status: 401, title: 'An API key is needed' },
  forbidden: { status: 403, title: 'This key may not do this' },
  'account-required': { status: 403, title: 'This key is for all accounts: say which one' },
  'not-found': { status: 404, title: 'There is nothing here' },
  conflict: { status: 409, title: 'This does not go together with what is there' },
  'too-late': { status: 409, title: 'The message can no longer be cancelled' },
  'message-gone': { status: 410, title: 'The message has been removed' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The body is not of a type that is read here' },
  'invalid-request': { status: 422, title: 'The request is not valid' },
  'idempotency-key-reused': { status: 422, title: 'The idempotency key belongs to another request' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  'hook-refused': { status: 400, title: 'The call was not understood' },
  internal: { status: 500, title: 'Something is broken here' },
  unavailable: { status: 503, title: 'Not possible just now' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

export const PROBLEM_TYPE = 'application/problem+json';

/** One thing that is wrong. Exactly one of `pointer`, `parameter` and `header` says where. */
export const problemErrorSchema = z.object({
  pointer: z.string().optional().meta({ description: 'JSON pointer into the body, as a URI fragment.' }),
  parameter: z.string().optional().meta({ description: 'Name of the query parameter.' }),
  header: z.string().optional().meta({ description: 'Name of the header.' }),
  code: z.string(),
  detail: z.string().meta({ description: 'What is wrong.' }),
  mend: z.string().optional().meta({ description: 'What to write instead.' }),
});

export type ProblemError = z.infer<typeof problemErrorSchema>;

export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  instance: z.string().optional(),
  code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]),
  errors: z.array(problemErrorSchema).optional(),
  message: z.unknown().optional().meta({ description: 'The message that the problem is about.' }),
  request_id: z.string().optional(),
});

export type ProblemBody = z.infer<typeof problemSchema>;

/** A type that names the problem and is not meant to be opened. */
export function problemTypeOf(code: ProblemCode): string {
  return `urn:problem-type:durable-sms:${code}`;
}
