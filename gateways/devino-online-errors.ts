/** What Devino.Online refuses by: `reasons` of a key and the field that it is about. */
import type { ErrorClass } from '../sms/errors.ts';
import type { SendAnswer } from '../sms/outcome.ts';
import type { HttpResponse } from './gateway.ts';
import { httpTrouble, isSuccess, type Trouble } from './http-answers.ts';
import { fieldOf, listOf, textOf } from './read.ts';

/** HTTP codes are not documented; a refusal of the whole request may have `reasons` alone. */
export function onlineTrouble(response: HttpResponse, body: unknown): Trouble | undefined {
  const reasons = reasonsIn(body);
  const detail = wordsOf(body, reasons);
  const trouble = httpTrouble(response);
  if (trouble !== undefined) return { ...trouble, ...detail };
  if (isSuccess(response) || reasons.length === 0) return undefined;
  return { kind: 'error', code: `HTTP ${response.status}`, ...meaningOf(reasons), ...detail, notTaken: true };
}

/** Only the documented word, or a documented reason, is a refusal: another word could also mean "taken". */
export function onlineRefusal(entry: unknown, word: string): SendAnswer {
  const reasons = reasonsIn(entry);
  if (word.toUpperCase() !== 'REJECTED' && reasons.length === 0) {
    return { kind: 'unreadable', detail: `code ${word} is not documented` };
  }
  return { kind: 'error', code: word, ...meaningOf(reasons), ...wordsOf(entry, reasons), notTaken: true };
}

interface Reason {
  key: string;
  ref: string;
}

function reasonsIn(value: unknown): Reason[] {
  return listOf(fieldOf(value, 'reasons')).flatMap((reason) => {
    const key = textOf(fieldOf(reason, 'key'))?.toLowerCase();
    return key === undefined ? [] : [{ key, ref: textOf(fieldOf(reason, 'ref')) ?? '' }];
  });
}

/** Of several reasons the first that is known. */
function meaningOf(reasons: Reason[]): { class: ErrorClass; code?: string } {
  for (const reason of reasons) {
    const errorClass = classOf(reason);
    if (errorClass !== undefined) return { class: errorClass, code: reason.key };
  }
  const [first] = reasons;
  return { class: 'unknown', ...(first === undefined ? {} : { code: first.key }) };
}

function classOf({ key, ref }: Reason): ErrorClass | undefined {
  switch (key) {
    case 'billing.error':
      return 'no-balance';
    case 'forbidden':
      return names(ref, 'from') ? 'sender-not-allowed' : 'blocked';
    case 'invalid':
      if (names(ref, 'to')) return 'invalid-recipient';
      return names(ref, 'from') ? 'sender-not-allowed' : 'invalid-request';
    case 'must.be.not.null':
    case 'length.too.long':
      return 'invalid-request';
    case 'too.many.messages':
      return 'rate-limited';
    default:
      return undefined;
  }
}

/** How a reference to a field is written was never seen: `to`, `messages[0].to`, `/messages/0/to`. */
function names(ref: string, field: string): boolean {
  return ref.split(/[^a-z]+/i).some((word) => word.toLowerCase() === field);
}

function wordsOf(value: unknown, reasons: Reason[]): { detail?: string } {
  const words = reasons.map(({ key, ref }) => (ref === '' ? key : `${key}: ${ref}`));
  const detail = [textOf(fieldOf(value, 'description')), ...words].filter((word) => word !== undefined).join('; ');
  return detail === '' ? {} : { detail };
}
