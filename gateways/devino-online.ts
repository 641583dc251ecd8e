/** The API of Devino.Online: sending is known, and of what it calls back only that it does. */
import type { SendAnswer } from '../sms/outcome.ts';
import { digitsOf } from '../sms/phone.ts';
import type { Priority } from '../sms/priority.ts';
import { onlineRefusal, onlineTrouble } from './devino-online-errors.ts';
import { type DevinoSettings, devinoUrl } from './devino-settings.ts';
import type { HttpRequest, HttpResponse, Sms, Traits } from './gateway.ts';
import { isSuccess } from './http-answers.ts';
import { fieldOf, listOf, readJson, textOf } from './read.ts';
import { textReference } from './reference.ts';
import { basicAuth } from './secrets.ts';
import { fitValidity } from './validity.ts';

/** Three days; below a second the gateway's own default would count. */
const VALIDITY = { minS: 1, maxS: 259_200, stepS: 1 };

export const ONLINE_TRAITS: Traits = {
  // In `options`, which come back with the reports; nothing can be asked or dropped by it.
  ownId: { kind: 'text', max: 64 },
  repeat: 'unsafe',
  lookup: 'none',
  idScope: 'account',
  reports: 'webhook',
  inbound: 'none',
  validity: VALIDITY,
  callerId: 'required',
};

/** Any other word has the message rejected. */
const PRIORITIES: Record<Priority, string> = { otp: 'REALTIME', notice: 'HIGH', campaign: 'MEDIUM' };

export function sendOnline(sms: Sms, callerId: string, settings: DevinoSettings): HttpRequest {
  const message = {
    from: callerId,
    to: digitsOf(sms.phone),
    text: sms.text,
    validity: fitValidity(sms.validityS, VALIDITY),
    priority: PRIORITIES[sms.priority],
    ...(sms.reportUrl === undefined ? {} : { callbackUrl: sms.reportUrl }),
    options: { ref: textReference(sms.ref) },
  };
  return {
    method: 'POST',
    url: devinoUrl('/sms/messages', settings),
    headers: { ...headersOf(settings), 'content-type': 'application/json' },
    body: JSON.stringify({ messages: [message] }),
  };
}

export function readOnlineSend(response: HttpResponse): SendAnswer {
  const body = readJson(response.body);
  const trouble = onlineTrouble(response, body);
  if (trouble !== undefined) return trouble;
  const [entry] = listOf(fieldOf(body, 'result'));
  const word = textOf(fieldOf(entry, 'code'));
  if (!isSuccess(response) || word === undefined) return unreadable(`HTTP ${response.status} without a result`);
  if (word.toUpperCase() !== 'OK') return onlineRefusal(entry, word);
  const id = textOf(fieldOf(entry, 'messageId'));
  return id === undefined ? unreadable('OK without a message id') : { kind: 'accepted', ids: [{ id }] };
}

export function onlineBalance(settings: DevinoSettings): HttpRequest {
  return {
    method: 'GET',
    url: devinoUrl('/billing-api/companies/current/account', settings),
    headers: headersOf(settings),
  };
}

export function readOnlineBalance(response: HttpResponse) {
  const body = readJson(response.body);
  const trouble = onlineTrouble(response, body);
  const account = fieldOf(fieldOf(body, 'result'), 'account');
  if (trouble === undefined && fieldOf(account, 'isBlocked') === true) {
    return { error: 'auth' as const, detail: 'Devino has blocked the account' };
  }
  const amount = textOf(fieldOf(account, 'balance'));
  if (trouble === undefined && isSuccess(response) && amount !== undefined) return { amount };
  return { error: trouble?.class ?? 'unknown', detail: trouble?.detail ?? `HTTP ${response.status} without a balance` };
}

function headersOf({ apiKey, login = '', password = '' }: DevinoSettings): Record<string, string> {
  const authorization = apiKey === undefined ? basicAuth(login, password) : `Key ${apiKey}`;
  return { authorization, accept: 'application/json' };
}

function unreadable(detail: string): SendAnswer {
  return { kind: 'unreadable', detail };
}
