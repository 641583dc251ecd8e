/** edna's codes of errors and statuses in the product's words. */
import type { ErrorClass } from '../sms/errors.ts';
import type { ReportedStatus } from '../sms/status.ts';
import type { Trouble } from './http-answers.ts';

export interface CodeMeaning {
  class: ErrorClass;
  notTaken: boolean;
}

/** What an `error-…` code means; undefined for what is no such code. */
export function ednaErrorOf(word: string | undefined): CodeMeaning | undefined {
  const code = word?.toLowerCase();
  if (code === undefined || !/^error-[\w-]+$/.test(code)) return undefined;
  // An internal error: nobody knows how far it got.
  if (code === 'error-system') return { class: 'temporary', notTaken: false };
  return { class: ERRORS.get(code) ?? classByForm(code), notTaken: true };
}

export function ednaTrouble(code: string, meaning: CodeMeaning, detail?: string): Trouble {
  return { kind: 'error', ...meaning, code, ...(detail === undefined ? {} : { detail }) };
}

export function ednaStatusOf(word: string): ReportedStatus | undefined {
  return word.toLowerCase().startsWith('error') ? 'rejected' : STATUSES.get(word.toLowerCase());
}

export const UNKNOWN_ID = 'error-provider-id-unknown';

const ERRORS: ReadonlyMap<string, ErrorClass> = new Map([
  ['error-system-blocked', 'temporary'],
  ['error-auth', 'auth'],
  ['error-unauthorized', 'auth'],
  ['error-account-locked', 'auth'],
  ['error-syntax', 'invalid-request'],
  ['error-not-found', 'invalid-request'],
  ['error-address-format', 'invalid-recipient'],
  ['error-address-not-specified', 'invalid-recipient'],
  ['error-address-unknown', 'invalid-recipient'],
  ['error-subject-format', 'sender-not-allowed'],
  ['error-subject-unknown', 'sender-not-allowed'],
  ['error-subject-not-specified', 'sender-not-allowed'],
  ['error-content-not-specified', 'invalid-request'],
  ['error-content-format', 'invalid-request'],
  ['error-priority-format', 'invalid-request'],
  ['error-start-time-format', 'invalid-request'],
  ['error-comment-format', 'invalid-request'],
  ['error-insufficient-balance', 'no-balance'],
]);

function classByForm(code: string): ErrorClass {
  if (code.endsWith('-not-unique')) return 'duplicate';
  return /^error-validity-period-.*format$/.test(code) ? 'invalid-request' : 'unknown';
}

const STATUSES: ReadonlyMap<string, ReportedStatus> = new Map([
  ['enqueued', 'sent'],
  ['delayed', 'sent'],
  ['sent', 'sent'],
  ['delivered', 'delivered'],
  ['read', 'delivered'],
  ['undelivered', 'undelivered'],
  ['failed', 'rejected'],
  ['cancelled', 'rejected'],
  ['expired', 'expired'],
]);
