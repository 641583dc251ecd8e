import { z } from 'zod';
import type { ErrorClass } from '../sms/errors.ts';
import type { SendAnswer } from '../sms/outcome.ts';
import { digitsOf } from '../sms/phone.ts';
import type { Gateway, HttpRequest, HttpResponse, Refusal, Sms, Traits } from './gateway.ts';
import { httpTrouble, isSuccess } from './http-answers.ts';
import { fieldOf, isFields, readJson, textOf } from './read.ts';
import { textReference } from './reference.ts';
import { basicAuth } from './secrets.ts';
import { hostOf, httpUrl, loginName, password, urlUnder } from './settings.ts';
import { readSevenTechCall } from './seventech-reports.ts';

const settings = z.object({
  url: httpUrl.default('https://my.seven.tech').meta({
    title: 'Address',
    description: 'https://my.seven.tech, or https://hub.megafon.ru for MegaFon HUB, which runs the same software.',
  }),
  login: loginName.meta({ title: 'Login' }),
  password: password.meta({ title: 'Password', secret: true }),
});

export type SevenTechSettings = z.infer<typeof settings>;

export const seventech: Gateway<SevenTechSettings> = {
  name: 'seventech',
  title: 'SevenTech',
  docs: 'https://docs.seven.tech/docs/api',
  knowledge: 'partly',
  notes: [
    'Each SMS names the address of its reports, whose fields are not published: those not understood are kept.',
    'There is no status request and a repeat may be a second SMS: without a report an SMS ends as unknown.',
    'Errors are read by their HTTP status alone; of texts from phones only the form of the older API is known.',
  ],
  examples: { '': { login: 'login', password: 'password' } },
  settings,
  accountKey: ({ url, login }) => `${hostOf(url)}/${login}`,
  traits: () => TRAITS,
  send,
  readSend,
  readHook: readSevenTechCall,
  // A body would go to the phone as an SMS, where the call was a text.
  reply: () => ({ status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: '' }),
};

const TRAITS: Traits = {
  ownId: { kind: 'text', max: 100 },
  repeat: 'unsafe',
  lookup: 'none',
  idScope: 'account',
  reports: 'webhook',
  inbound: 'webhook',
  validity: 'account',
  callerId: 'required',
};

function send(sms: Sms, settings: SevenTechSettings): HttpRequest | Refusal {
  if (sms.callerId === undefined) {
    return { refuse: 'sender-not-allowed', detail: 'SevenTech needs a sender name (sender)' };
  }
  // A second element would be the next step of a cascade, not a second recipient.
  const step = {
    channel: 'sms',
    recipient: { type: 'MSISDN', value: digitsOf(sms.phone) },
    sender: sms.callerId,
    text: sms.text,
  };
  return {
    method: 'POST',
    url: urlUnder(settings.url, '/messaging/v1/send'),
    headers: {
      authorization: basicAuth(settings.login, settings.password),
      'content-type': 'application/json',
    },
    body: JSON.stringify({
      scenario: [step],
      ...(sms.reportUrl === undefined ? {} : { callback: sms.reportUrl }),
      clientRequestId: textReference(sms.ref),
    }),
  };
}

/** A page of a proxy is no answer of SevenTech's, so also a refusal counts only as a JSON object. */
function readSend(response: HttpResponse): SendAnswer {
  const trouble = httpTrouble(response);
  if (trouble !== undefined) return trouble;
  const { status } = response;
  const body = readJson(response.body);
  if (!isFields(body)) return { kind: 'unreadable', detail: `HTTP ${status} without a JSON object` };
  if (isSuccess(response)) return readState(body);
  const errorClass = ERRORS.get(status);
  if (errorClass === undefined) return { kind: 'unreadable', detail: `HTTP ${status} with an unknown meaning` };
  return { kind: 'error', class: errorClass, code: `HTTP ${status}`, notTaken: true };
}

function readState(body: unknown): SendAnswer {
  const state = textOf(fieldOf(body, 'state'))?.toUpperCase();
  const id = textOf(fieldOf(body, 'txId'));
  if (state === 'ACCEPTED' && id !== undefined) return { kind: 'accepted', ids: [{ id }] };
  return {
    kind: 'error',
    class: 'unknown',
    ...(state === undefined ? {} : { code: state }),
    detail: 'an answer that is not ACCEPTED with a txId',
    notTaken: false,
  };
}

/** No table of errors is published, so the statuses mean what they mean in HTTP. */
const ERRORS: ReadonlyMap<number, ErrorClass> = new Map<number, ErrorClass>([
  ...[400, 404, 405, 413, 415, 422].map((status) => [status, 'invalid-request'] as const),
  [402, 'no-balance'],
  [409, 'duplicate'],
]);
