/** BulkSMS's errors: `{"type": "…/errors#kind", "title", "status", "detail"}`, or nothing at all. */
import type { ErrorClass } from '../sms/errors.ts';
import type { HttpResponse } from './gateway.ts';
import { httpTrouble, isSuccess, type Trouble } from './http-answers.ts';
import { fieldOf, textOf, utf8 } from './read.ts';

/**
 * The trouble that an answer as a whole names. Undefined for a 2xx, and for a 4xx that does not carry an error of
 * BulkSMS's: somebody between may have written it.
 */
export function bulksmsTrouble(response: HttpResponse, body: unknown): Trouble | undefined {
  const code = errorKindOf(body);
  const detail = textOf(fieldOf(body, 'detail')) ?? textOf(fieldOf(body, 'title'));
  const said = code === undefined ? {} : { code, ...(detail === undefined ? {} : { detail }) };
  if (response.status === 403) {
    return { kind: 'error', code: 'HTTP 403', ...said, class: forbiddenClassOf(code, detail), notTaken: true };
  }
  const trouble = httpTrouble(response);
  if (trouble !== undefined) return { ...trouble, ...said };
  if (isBare400(response)) {
    const slowDown = 'an HTTP 400 without a word: requests came too close together';
    return { kind: 'error', class: 'rate-limited', code: 'HTTP 400', detail: slowDown, notTaken: true };
  }
  if (isSuccess(response) || code === undefined) return undefined;
  const errorClass = code === 'bad-request' ? badRequestClassOf(detail ?? '') : 'unknown';
  return { kind: 'error', class: errorClass, ...said, notTaken: true };
}

/** What BulkSMS answers when requests follow each other without a gap. */
export function isBare400(response: HttpResponse): boolean {
  return response.status === 400 && utf8(response.body).trim() === '';
}

export function isNotFound(response: HttpResponse, body: unknown): boolean {
  return response.status === 404 && errorKindOf(body) === 'not-found';
}

/** `…/errors#bad-request` and `…/errors/#bad-request` are both seen. */
function errorKindOf(body: unknown): string | undefined {
  return textOf(fieldOf(body, 'type'))
    ?.match(/#([a-z][a-z0-9-]{0,60})$/i)?.[1]
    ?.toLowerCase();
}

function forbiddenClassOf(code: string | undefined, detail = ''): ErrorClass {
  if (code === 'insufficient-credits') return 'no-balance';
  return SENDER.test(detail) ? 'sender-not-allowed' : 'auth';
}

function badRequestClassOf(detail: string): ErrorClass {
  if (SENDER.test(detail)) return 'sender-not-allowed';
  return RECIPIENT.test(detail) ? 'invalid-recipient' : 'invalid-request';
}

/** The texts are not documented. "To" and "from" are fields only in quotes, at an end, or before a word for a field. */
const SENDER = /(^|['"`.[])from(['"`.:\]]|$)|\bfrom (address|number|field|property)\b|\bsender/i;
const RECIPIENT =
  /(^|['"`.[])to(['"`.:\]]|$)|\bto (address|number|field|property)\b|\bphone ?number|\brecipient|\bmsisdn/i;
