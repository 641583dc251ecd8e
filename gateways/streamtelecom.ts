import { z } from 'zod';
import type { ErrorClass } from '../sms/errors.ts';
import type { SendAnswer } from '../sms/outcome.ts';
import { digitsOf } from '../sms/phone.ts';
import { formBody } from './form.ts';
import type { Gateway, HttpRequest, HttpResponse, PullAsk, Refusal, Sms, Traits } from './gateway.ts';
import { isSuccess } from './http-answers.ts';
import { idIn } from './one-by-one.ts';
import { readJson, textOf } from './read.ts';
import { hostOf, httpUrl, password, urlUnder } from './settings.ts';
import { streamTrouble } from './streamtelecom-errors.ts';
import { readStreamTexts, streamWindow } from './streamtelecom-inbound.ts';
import { readStreamCall, readStreamState, replyToStream } from './streamtelecom-reports.ts';
import { fitValidity } from './validity.ts';

const settings = z.object({
  url: httpUrl.default('https://gateway.api.sc/rest').meta({
    title: 'Address',
    description: 'Of the REST API, with or without /rest at the end.',
  }),
  login: z.string().min(1).meta({ title: 'Login' }),
  password: password.meta({
    title: 'API password',
    description: 'From the tab of API settings in the cabinet; it is not the password of the cabinet.',
    secret: true,
  }),
  pullInbound: z.boolean().default(true).meta({
    title: 'Fetch texts from phones',
    description: "Stream Telecom's manager has to switch the service on.",
  }),
});

export type StreamTelecomSettings = z.infer<typeof settings>;

export const streamtelecom: Gateway<StreamTelecomSettings> = {
  name: 'streamtelecom',
  title: 'Stream Telecom',
  docs: 'https://stream-telecom.ru/solutions/integrations/',
  knowledge: 'partly',
  notes: [
    'Statuses are asked for one by one; calls to the reports address of an SMS are not documented, so not believed.',
    'If the manager has set the reports address as the XML push of the account, those reports are read.',
    'A repeat is a second SMS, except that for a short time an equal text to the same phone is refused as Flood SMS.',
    'Texts from phones are fetched, after the manager has switched them on.',
  ],
  examples: { '': { login: 'login', password: 'password' } },
  settings,
  accountKey: ({ url, login }) => `${hostOf(withoutPath(url))}/${login}`,
  traits,
  send,
  readSend,
  poll: (asked, settings) => post('/State/state.php', { messageId: idIn(asked) ?? '' }, settings),
  readPoll: readStreamState,
  readHook: readStreamCall,
  reply: replyToStream,
  login,
  sessionFor: ['pull'],
  readLogin,
  pullInbound,
  readPulled: readStreamTexts,
  balance: (settings) => post('/Balance/balance.php', {}, settings),
  readBalance,
};

/** In minutes on the wire. No bounds are documented; a day is the gateway's own default. */
const VALIDITY = { minS: 60, maxS: 86_400, stepS: 60 };

function traits({ pullInbound }: StreamTelecomSettings): Traits {
  return {
    repeat: 'unsafe',
    // How long equal SMS are taken for a flood is not documented; other protocols of the platform name a minute.
    submitGapS: 60,
    lookup: 'gateway-id',
    pollLimit: { idsPerRequest: 1, minGapS: 1 },
    idScope: 'account',
    reports: 'poll',
    inbound: pullInbound ? 'pull' : 'none',
    validity: VALIDITY,
    callerId: 'required',
  };
}

function send(sms: Sms, settings: StreamTelecomSettings): HttpRequest | Refusal {
  if (sms.callerId === undefined) {
    return { refuse: 'sender-not-allowed', detail: 'Stream Telecom needs a sender name or number (sourceAddress)' };
  }
  return post(
    '/Send/SendSms/',
    {
      sourceAddress: sms.callerId,
      destinationAddress: digitsOf(sms.phone),
      data: sms.text,
      validity: String(fitValidity(sms.validityS, VALIDITY) / 60),
      ...(sms.reportUrl === undefined ? {} : { callback_url: sms.reportUrl }),
    },
    settings,
  );
}

/** A success is a list with the id in it. */
function readSend(response: HttpResponse): SendAnswer {
  const body = readJson(response.body);
  const trouble = streamTrouble(response, body);
  if (trouble !== undefined) return trouble;
  const id = Array.isArray(body) ? textOf(body[0]) : undefined;
  if (isSuccess(response) && id !== undefined && /^[1-9]\d*$/.test(id)) return { kind: 'accepted', ids: [{ id }] };
  return { kind: 'unreadable', detail: `HTTP ${response.status} with neither an id nor an error` };
}

/** For the texts from phones alone: the other calls take login and password. Here the password has another name. */
function login({ url, login, password }: StreamTelecomSettings): HttpRequest {
  return {
    method: 'POST',
    url: urlUnder(withoutPath(url), '/rest/Session/session.php'),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: formBody({ login, password }),
  };
}

function readLogin(response: HttpResponse): { session: string } | { error: ErrorClass; detail: string } {
  const body = readJson(response.body);
  const trouble = typeof body === 'string' ? undefined : streamTrouble(response, body);
  if (isSuccess(response) && typeof body === 'string' && /^[\w-]{16,64}$/.test(body)) return { session: body };
  return { error: trouble?.class ?? 'unknown', detail: trouble?.detail ?? `HTTP ${response.status} without a session` };
}

/** Only the form with everything in the address is documented. */
function pullInbound(ask: PullAsk, settings: StreamTelecomSettings, session = ''): HttpRequest {
  const query = formBody({ sessionId: session, ...streamWindow(ask) });
  return { method: 'GET', url: urlUnder(withoutPath(settings.url), `/rest/Incoming/?${query}`), headers: {} };
}

function readBalance(
  response: HttpResponse,
): { amount: string; currency: string } | { error: ErrorClass; detail: string } {
  const body = readJson(response.body);
  const trouble = streamTrouble(response, body);
  const amount = textOf(body);
  if (trouble === undefined && isSuccess(response) && amount !== undefined && /^-?\d+(\.\d+)?$/.test(amount)) {
    return { amount, currency: 'RUB' };
  }
  return { error: trouble?.class ?? 'unknown', detail: trouble?.detail ?? `HTTP ${response.status} without a balance` };
}

function post(path: string, fields: Record<string, string>, settings: StreamTelecomSettings): HttpRequest {
  return {
    method: 'POST',
    url: urlUnder(withoutPath(settings.url), `/rest${path}`),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: formBody({ ...credentials(settings), ...fields }),
  };
}

function credentials({ login, password }: StreamTelecomSettings): { login: string; pass: string } {
  return { login, pass: password };
}

function withoutPath(url: string): string {
  return url.replace(/\/rest\/*$/i, '');
}
