/** The token API of MTS: it sends, and tells nothing afterwards. */
import type { SendAnswer } from '../sms/outcome.ts';
import { digitsOf, e164FromDigits } from '../sms/phone.ts';
import { classOf, type ErrorTable } from './error-classes.ts';
import type { HttpResponse, Sms } from './gateway.ts';
import { httpTrouble, isSuccess } from './http-answers.ts';
import { fieldOf, isFields, listOf, readJson, textOf } from './read.ts';

export function mtsTokenBody(sms: Sms, callerId: string) {
  return { submits: [{ msid: digitsOf(sms.phone), message: sms.text }], naming: callerId };
}

/** HTTP 200 also where it refuses: the code of our element must be OK. */
export function readMtsTokenSend(response: HttpResponse, sms: Sms, errorClasses: ErrorTable): SendAnswer {
  const body = readJson(response.body);
  const fault = fieldOf(body, 'fault');
  const said = faultWords(fault);
  const trouble = httpTrouble(response);
  if (trouble !== undefined) return { ...trouble, ...said };
  // The API's front refused it, before it reached the SMS platform.
  if (isFields(fault)) {
    return { kind: 'error', class: classOf(errorClasses, said.code) ?? 'unknown', ...said, notTaken: true };
  }

  const results = listOf(fieldOf(fieldOf(body, 'data') ?? body, 'submitResults'));
  const result = results.find((candidate) => isAbout(candidate, sms, results.length === 1));
  const code = textOf(fieldOf(result, 'code'));
  if (code !== undefined && code.toUpperCase() !== 'OK') {
    const detail = textOf(fieldOf(result, 'message', 'description'));
    const meaning = classOf(errorClasses, code) ?? 'unknown';
    return { kind: 'error', class: meaning, code, ...(detail === undefined ? {} : { detail }), notTaken: true };
  }
  if (!isSuccess(response) || code === undefined) {
    return { kind: 'unreadable', detail: `HTTP ${response.status} with neither a result for the message nor a fault` };
  }
  const id = textOf(fieldOf(result, 'messageID'));
  return { kind: 'accepted', ids: id === undefined ? [] : [{ id }] };
}

function faultWords(fault: unknown): { code?: string; detail?: string } {
  const code = textOf(fieldOf(fault, 'code'));
  const detail = textOf(fieldOf(fault, 'description')) ?? textOf(fieldOf(fault, 'message'));
  return { ...(code === undefined ? {} : { code }), ...(detail === undefined ? {} : { detail }) };
}

function isAbout(result: unknown, sms: Sms, onlyOne: boolean): boolean {
  const phone = textOf(fieldOf(result, 'msid'));
  return phone === undefined ? onlyOne : e164FromDigits(phone) === sms.phone;
}
