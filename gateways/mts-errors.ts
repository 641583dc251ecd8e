/** Errors of MTS's omnichannel API: by the HTTP status, and by the codes as far as the operator has told them. */
import type { ErrorClass } from '../sms/errors.ts';
import { classOf, type ErrorTable } from './error-classes.ts';
import type { HttpResponse } from './gateway.ts';
import { httpTrouble, isSuccess, type Trouble } from './http-answers.ts';
import { fieldOf, textOf } from './read.ts';

/** A member `code` is an error under any HTTP status. Undefined where the answer names no trouble, or no known one. */
export function mtsTrouble(response: HttpResponse, body: unknown, errorClasses: ErrorTable): Trouble | undefined {
  const said = mtsErrorWords(body);
  const trouble = httpTrouble(response);
  if (trouble !== undefined) return { ...trouble, ...said };
  const byStatus = isSuccess(response) ? undefined : CLASSES.get(response.status);
  if (said.code === undefined && byStatus === undefined) return undefined;
  return {
    kind: 'error',
    class: classOf(errorClasses, said.code) ?? byStatus ?? 'unknown',
    code: `HTTP ${response.status}`,
    ...said,
    notTaken: true,
  };
}

function mtsErrorWords(body: unknown): { code?: string; detail?: string } {
  const code = textOf(fieldOf(body, 'code'));
  // 0 is no error's number anywhere, so it is not read as one.
  if (code === undefined || code === '0') return {};
  const detail = textOf(fieldOf(body, 'message'));
  return { code, ...(detail === undefined ? {} : { detail }) };
}

const CLASSES: ReadonlyMap<number, ErrorClass> = new Map([
  [400, 'invalid-request'],
  [402, 'no-balance'],
  // A wrong address of the API.
  [404, 'invalid-request'],
  [422, 'invalid-request'],
]);
