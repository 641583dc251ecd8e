/** Devino's older REST v2: forms in, JSON out, one id for each part of a text. */

import type { ErrorClass } from '../sms/errors.ts';
import type { SendAnswer } from '../sms/outcome.ts';
import { digitsOf } from '../sms/phone.ts';
import { type DevinoSettings, devinoUrl } from './devino-settings.ts';
import { formBody } from './form.ts';
import type { HttpRequest, HttpResponse, Refusal, Sms, Traits } from './gateway.ts';
import { httpTrouble, isSuccess, type Trouble } from './http-answers.ts';
import { fieldOf, intOf, readJson, textOf } from './read.ts';
import { fitValidity } from './validity.ts';

/** The longest is not documented; statuses are kept for two days. */
const VALIDITY = { minS: 60, maxS: 172_800, stepS: 60 };
const MAX_TEXT = 2000;

export function rest2Traits({ pullInbound }: DevinoSettings): Traits {
  return {
    repeat: 'unsafe',
    lookup: 'gateway-id',
    // Ten requests a second is the vendor's word on its SOAP interface; sends and polls share them.
    pollLimit: { idsPerRequest: 1, minGapS: 0.5 },
    rateLimit: 8,
    idScope: 'account',
    reports: 'poll',
    inbound: pullInbound ? 'pull' : 'webhook',
    validity: VALIDITY,
    callerId: 'required',
  };
}

export function sendRest2(sms: Sms, callerId: string, settings: DevinoSettings): HttpRequest | Refusal {
  if (sms.text.length > MAX_TEXT) {
    return { refuse: 'invalid-request', detail: `Devino's REST v2 takes texts of up to ${MAX_TEXT} characters` };
  }
  return {
    method: 'POST',
    url: devinoUrl('/Sms/Send', settings),
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: formBody({
      ...credentials(settings),
      SourceAddress: callerId,
      DestinationAddress: digitsOf(sms.phone),
      Data: sms.text,
      Validity: String(fitValidity(sms.validityS, VALIDITY) / 60),
    }),
  };
}

/** A bare list of ids, one for each part. */
export function readRest2Send(response: HttpResponse): SendAnswer {
  const body = readJson(response.body);
  const trouble = rest2Trouble(response, body);
  if (trouble !== undefined) return trouble;
  const ids = Array.isArray(body) ? body.map(textOf).filter(isId) : [];
  if (!isSuccess(response) || !Array.isArray(body) || ids.length === 0 || ids.length < body.length) {
    return { kind: 'unreadable', detail: `HTTP ${response.status} with neither a list of ids nor an error` };
  }
  return { kind: 'accepted', ids: ids.map((id, i) => ({ id, part: i + 1 })), parts: ids.length };
}

/** The call with its login in the query, as is documented for all but sends. */
export function rest2Get(path: string, fields: Record<string, string>, settings: DevinoSettings): HttpRequest {
  return {
    method: 'GET',
    url: `${devinoUrl(path, settings)}?${formBody({ ...credentials(settings), ...fields })}`,
    headers: { accept: 'application/json' },
  };
}

/** The body is a bare number. */
export function readRest2Balance(response: HttpResponse) {
  const body = readJson(response.body);
  const trouble = rest2Trouble(response, body);
  const amount = textOf(body);
  if (trouble === undefined && isSuccess(response) && amount !== undefined && /^-?\d+([.,]\d+)?$/.test(amount)) {
    return { amount: amount.replace(',', '.') };
  }
  return { error: trouble?.class ?? 'unknown', detail: trouble?.detail ?? `HTTP ${response.status} without a balance` };
}

/** `{"Code": 5, "Desc": "…"}` goes by its code: HTTP says 403 of an empty account and of a forbidden call alike. */
export function rest2Trouble(response: HttpResponse, body: unknown): Trouble | undefined {
  const code = intOf(fieldOf(body, 'Code')) ?? 0;
  const detail = textOf(fieldOf(body, 'Desc'));
  const said = code > 0 ? { code: String(code), ...(detail === undefined ? {} : { detail }) } : {};
  const trouble = httpTrouble(response);
  if (trouble !== undefined && (response.status !== 403 || code <= 0)) return { ...trouble, ...said };
  if (code <= 0) return undefined;
  // 8 and 9 are failures inside the gateway: nobody knows how far it got.
  return { kind: 'error', ...said, class: classOf(code, detail ?? ''), notTaken: code !== 8 && code !== 9 };
}

function classOf(code: number, detail: string): ErrorClass {
  if (code === 2 && /destination/i.test(detail)) return 'invalid-recipient';
  if (code === 6 && /source ?address/i.test(detail)) return 'sender-not-allowed';
  return CODES[code] ?? 'unknown';
}

const CODES: Record<number, ErrorClass> = {
  1: 'invalid-request',
  2: 'invalid-request',
  3: 'auth',
  4: 'auth',
  5: 'no-balance',
  6: 'invalid-request',
  7: 'auth',
  8: 'temporary',
  9: 'temporary',
};

/** 18 digits, or words with the phone in them, such as `SAR-GW01+79215550142-2-1`. */
function isId(id: string | undefined): id is string {
  return id !== undefined && /^[\w+.:-]*\d{6}[\w+.:-]*$/.test(id);
}

function credentials({ login = '', password = '' }: DevinoSettings): Record<string, string> {
  return { Login: login, Password: password };
}
