/** Calls of the API. What is sent and answered has the types of api/schemas; what is wrong is an ApiError. */
import type { ProblemBody, ProblemError } from '../../api/schemas/problem.ts';
import { SESSION_HEADER } from '../../api/schemas/session-header.ts';
import { said } from '../text/said.ts';

export type Query = Readonly<Record<string, string | number | undefined>>;

export interface Call {
  query?: Query;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is, such as a file. */
  raw?: { body: BodyInit; type: string };
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** The API has refused a call, or could not be reached. */
export class ApiError extends Error {
  /** 0: no answer came. */
  readonly status: number;
  readonly problem: ProblemBody | undefined;

  constructor(status: number, problem: ProblemBody | undefined) {
    super(problem?.detail ?? problem?.title ?? `HTTP ${status}`);
    this.status = status;
    this.problem = problem;
  }
}

/**
 * What is wrong by field, as forms name them and in the language of the pages: `settings.url`; of a query by its
 * parameter. What is wrong with the whole is under ''. Of an error that names no field: empty.
 */
export function wrongFields(error: unknown): Record<string, string> {
  return error instanceof ApiError ? fieldsOf(error.problem?.errors ?? []) : {};
}

/** The same of what is wrong where nothing was refused, as in a preview. Of several at one field, the first. */
export function fieldsOf(errors: readonly ProblemError[]): Record<string, string> {
  return Object.fromEntries(
    errors
      .toReversed()
      .map(({ pointer = '#', parameter, header, detail }) => [parameter ?? header ?? pathOf(pointer), said(detail)]),
  );
}

/**
 * @returns the JSON of the answer; undefined where it has none
 * @throws ApiError
 */
export async function call<T>(method: string, path: string, options: Call = {}): Promise<T> {
  const { query = {}, body, raw, headers, signal } = options;
  const response = await answered(`${path}${queryString(query)}`, {
    method,
    headers: {
      accept: 'application/json',
      [SESSION_HEADER.name]: SESSION_HEADER.value,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(raw ? { 'content-type': raw.type } : {}),
      ...headers,
    },
    body: raw?.body ?? (body === undefined ? null : JSON.stringify(body)),
    signal: signal ?? null,
  });
  const type = response.headers.get('content-type') ?? '';
  const content: unknown = /\bjson\b/.test(type) ? await response.json() : undefined;
  if (response.ok) return content as T;
  throw new ApiError(
    response.status,
    type.startsWith('application/problem+json') ? (content as ProblemBody) : undefined,
  );
}

export const get = <T>(path: string, query?: Query, signal?: AbortSignal) =>
  call<T>('GET', path, { ...(query ? { query } : {}), ...(signal ? { signal } : {}) });

async function answered(address: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, init);
  } catch (err) {
    if (init.signal?.aborted) throw err;
    throw new ApiError(0, undefined);
  }
}

/** Without what is empty. */
export function queryString(query: Query): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, String(value)]],
  );
  return given.length > 0 ? `?${new URLSearchParams(given)}` : '';
}

/** `#/settings/url` as `settings.url`. */
function pathOf(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~'))
    .join('.');
}
