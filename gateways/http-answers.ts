/**
 * What the HTTP status alone says, alike for all gateways. Doubt stays doubt: of all 5xx only a 503 with Retry-After
 * says that nothing was taken, and a redirect or a 408 says nothing at all.
 */
import type { SendAnswer } from '../sms/outcome.ts';
import type { HttpResponse, ReadError } from './gateway.ts';
import { headerOf } from './read.ts';

export type Trouble = Extract<SendAnswer, { kind: 'error' }>;

/** Undefined where the body decides: for a 2xx, and for the 4xx that each gateway gives a meaning of its own. */
export function httpTrouble(response: HttpResponse): Trouble | undefined {
  const { status } = response;
  if (status >= 200 && status < 300) return undefined;
  const said = { kind: 'error', code: `HTTP ${status}` } as const;
  const retryAfter = retryAfterOf(response);
  const wait = retryAfter?.seconds === undefined ? {} : { retryAfterS: retryAfter.seconds };

  if (status === 401 || status === 403) return { ...said, class: 'auth', notTaken: true };
  if (status === 429) return { ...said, class: 'rate-limited', notTaken: true, ...wait };
  if (status === 503) return { ...said, class: 'temporary', notTaken: retryAfter !== undefined, ...wait };
  if (status === 408 || (status >= 500 && status < 600)) return { ...said, class: 'temporary', notTaken: false };
  if (status >= 400 && status < 500) return undefined;
  return { ...said, class: 'unknown', detail: 'an HTTP status that no gateway answers with', notTaken: false };
}

export function isSuccess(response: HttpResponse): boolean {
  return response.status >= 200 && response.status < 300;
}

/** The same trouble, met while something else is asked. */
export function pollError(trouble: Trouble): ReadError {
  const { notTaken: _, optOut: __, ids: ___, ...said } = trouble;
  return said;
}

/** Retry-After as seconds, or as a date against the answer's own Date; the seconds are absent without that. */
function retryAfterOf(response: HttpResponse): { seconds?: number } | undefined {
  const value = headerOf(response.headers, 'retry-after');
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value)) return { seconds: Number(value) };
  const until = Date.parse(value);
  if (Number.isNaN(until)) return undefined;
  const now = Date.parse(headerOf(response.headers, 'date') ?? '');
  return Number.isNaN(now) ? {} : { seconds: Math.max(0, Math.ceil((until - now) / 1000)) };
}
