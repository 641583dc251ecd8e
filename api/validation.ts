/** What a schema finds wrong, as the `errors` of a problem: where, what, and how to mend it. */
import type { z } from 'zod';
import { Problem } from './problem.ts';
import type { ProblemError } from './schemas/problem.ts';

/** The same fields in other spellings, for "did you mean". */
const plain = (name: string) => name.toLowerCase().replace(/[^a-z]/g, '');

type Where = (path: readonly PropertyKey[]) => Pick<ProblemError, 'pointer' | 'parameter' | 'header'>;

/** @param base pointer of what was read, where it is a part of the body */
export function bodyErrors(schema: z.ZodObject, input: unknown, error: z.ZodError, base = '#'): ProblemError[] {
  return errorsOf(schema, input, error, (path) => ({ pointer: pointerTo(base, path) }));
}

/** @throws Problem */
export function readBody<S extends z.ZodObject>(schema: S, input: unknown): z.output<S> {
  const read = schema.safeParse(input);
  if (read.success) return read.data;
  throw new Problem('invalid-request', { errors: bodyErrors(schema, input, read.error) });
}

/** @throws Problem */
export function readQuery<S extends z.ZodObject>(schema: S, input: unknown): z.output<S> {
  const read = schema.safeParse(input);
  if (read.success) return read.data;
  const errors = errorsOf(schema, input, read.error, ([name]) => ({ parameter: String(name) }));
  throw new Problem('invalid-request', { errors });
}

/** @throws Problem */
export function readHeader<S extends z.ZodType>(schema: S, name: string, value: string | undefined) {
  if (value === undefined) return undefined;
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw new Problem('invalid-request', {
    errors: read.error.issues.map((issue) => ({
      header: name,
      code: 'invalid',
      detail: issue.message,
      ...mendOf(schema.description),
    })),
  });
}

function errorsOf(schema: z.ZodObject, input: unknown, error: z.ZodError, where: Where): ProblemError[] {
  const fields = Object.keys(schema.shape);
  return error.issues.flatMap((issue): ProblemError[] => {
    if (issue.code === 'unrecognized_keys' && issue.path.length === 0) {
      return issue.keys.map((name) => ({
        ...where([name]),
        code: 'unknown-field',
        detail: 'There is no such field.',
        mend: mendUnknown(name, fields),
      }));
    }
    const field = issue.path[0];
    const isMissing = lacks(input, issue.path);
    return [
      {
        ...where(issue.path),
        code: isMissing ? 'missing' : 'invalid',
        detail: isMissing ? 'Is missing.' : issue.message,
        ...(field === undefined ? {} : mendOf((schema.shape[String(field)] as z.ZodType | undefined)?.description)),
      },
    ];
  });
}

function mendOf(description: string | undefined): { mend?: string } {
  return description === undefined ? {} : { mend: description };
}

function mendUnknown(name: string, fields: string[]): string {
  const meant = fields.find((field) => plain(field) === plain(name));
  return meant === undefined ? `Leave it out. The fields are: ${fields.join(', ')}.` : `Write ${meant}.`;
}

/** Whether there is the object that should have the last field of the path, without it. */
function lacks(input: unknown, path: readonly PropertyKey[]): boolean {
  const last = path.at(-1);
  const holder = path.slice(0, -1).reduce<unknown>((held, name) => (isObject(held) ? held[name] : undefined), input);
  return last !== undefined && isObject(holder) && holder[last] === undefined;
}

function isObject(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null;
}

/** RFC 6901, as the fragment of a URI. */
function pointerTo(base: string, path: readonly PropertyKey[]): string {
  const steps = path.map((step) => encodeURIComponent(String(step).replaceAll('~', '~0').replaceAll('/', '~1')));
  return [base, ...steps].join('/');
}
