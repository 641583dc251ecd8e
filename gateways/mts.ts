import { z } from 'zod';
import type { SendAnswer } from '../sms/outcome.ts';
import { digitsOf, e164FromDigits } from '../sms/phone.ts';
import { errorClasses } from './error-classes.ts';
import type { Gateway, HttpRequest, HttpResponse, Refusal, Sms, Traits } from './gateway.ts';
import { isSuccess } from './http-answers.ts';
import { mtsTrouble } from './mts-errors.ts';
import { readMtsCall } from './mts-inbound.ts';
import { mtsStatusQuery, readMtsStatuses } from './mts-statuses.ts';
import { mtsTokenBody, readMtsTokenSend } from './mts-token.ts';
import { fieldOf, listOf, readJson, textOf } from './read.ts';
import { textReference } from './reference.ts';
import { basicAuth, fingerprint } from './secrets.ts';
import { headerKey, hostOf, httpUrl, loginName, password, urlUnder, withUsualPath } from './settings.ts';

const settings = z
  .object({
    api: z.enum(['omnichannel', 'token']).default('omnichannel').meta({
      title: 'API',
      description: 'omnichannel tells statuses; token only sends, so that no SMS ever counts as delivered.',
    }),
    url: httpUrl.optional().meta({
      title: 'Address',
      description:
        'Unless it is https://omnichannel.mts.ru or, for the token API, https://api.mts.ru; with or without the path.',
    }),
    login: loginName.optional().meta({
      title: 'Login',
      description: "Of the omnichannel API, from the cabinet's integration section, such as gw_….",
      onlyWith: { api: 'omnichannel' },
    }),
    password: password.optional().meta({ title: 'Password', secret: true, onlyWith: { api: 'omnichannel' } }),
    token: headerKey.optional().meta({
      title: 'Token',
      description: 'Of the token API. A new token counts as a new account.',
      secret: true,
      onlyWith: { api: 'token' },
    }),
    errorClasses,
    inboundPhoneField: fieldPath('Inbound field: phone', 'Name of the field in calls with texts from phones.'),
    inboundTextField: fieldPath('Inbound field: text', 'With dots in it, a path: content.text.'),
    inboundIdField: fieldPath('Inbound field: id', 'If there is one: repeats are dropped by it.'),
  })
  .refine(({ api, login, password }) => api === 'token' || (login !== undefined && password !== undefined), {
    error: 'the omnichannel API needs a login and a password',
    path: ['login'],
  })
  .refine(({ api, token }) => api === 'omnichannel' || token !== undefined, {
    error: 'the token API needs a token',
    path: ['token'],
  })
  .refine(({ inboundPhoneField: phone, inboundTextField: text }) => (phone === undefined) === (text === undefined), {
    error: 'the inbound fields of phone and text belong together',
    path: ['inboundTextField'],
  });

export type MtsSettings = z.infer<typeof settings>;

export const mts: Gateway<MtsSettings> = {
  name: 'mts',
  title: 'MTS Marketolog',
  docs: 'https://support.mts.ru/mts_marketolog/Rassilki-po-svoei-baze-PRO-i-API-k-nim/dokumentatsiya-rest-api',
  knowledge: 'partly',
  notes: [
    'Statuses are asked for. MTS can also call with statuses, in a form that is not public: such calls are only kept.',
    'Nor is the form of texts from phones public: look at a call that was kept, then name its fields in the settings.',
    'What the error codes mean is not public: fill in the table of error codes, else every refused SMS is rejected.',
    'A repeat may be a second SMS. After a doubtful send MTS is asked by our id, and a "not found" proves nothing.',
  ],
  examples: { omnichannel: { login: 'login', password: 'password' }, token: { api: 'token', token: 'token' } },
  settings,
  accountKey: ({ api, url, login, token = '' }) =>
    `${hostOf(apiUrl({ api, url }))}/${api === 'token' ? fingerprint(token) : login}`,
  traits,
  send,
  readSend: (response, sms, settings) => {
    if (settings.api === 'token') return readMtsTokenSend(response, sms, settings.errorClasses);
    return readSend(response, sms, settings);
  },
  poll: (asked, settings) => post('/messages/info', JSON.stringify(mtsStatusQuery(asked)), settings),
  readPoll: readMtsStatuses,
  readHook: readMtsCall,
  reply: () => ({ status: 200, body: '' }),
  balance: (settings) =>
    settings.api === 'token' ? undefined : post('/messages/balanceManagement/balance/full', '', settings),
  readBalance,
};

function traits({ api, inboundPhoneField }: MtsSettings): Traits {
  const common = {
    repeat: 'unsafe',
    idScope: 'account',
    inbound: inboundPhoneField === undefined ? 'none' : 'webhook',
    validity: 'account',
    callerId: 'required',
  } as const;
  if (api === 'token') return { ...common, lookup: 'none', reports: 'none' };
  return {
    ...common,
    // As long as a UUID, which other programs send.
    ownId: { kind: 'text', max: 36 },
    lookup: 'own-id',
    // How many ids a request may hold is not known.
    pollLimit: { idsPerRequest: 100, minGapS: 1 },
    reports: 'poll',
  };
}

function send(sms: Sms, settings: MtsSettings): HttpRequest | Refusal {
  if (sms.callerId === undefined) {
    return { refuse: 'sender-not-allowed', detail: 'MTS needs a sender name' };
  }
  if (settings.api === 'token') {
    const body = JSON.stringify(mtsTokenBody(sms, sms.callerId));
    return post('/mcom/messageManagement/messages', body, settings);
  }
  const message = {
    content: { short_text: sms.text },
    from: { sms_address: sms.callerId },
    to: [{ msisdn: digitsOf(sms.phone), message_id: textReference(sms.ref) }],
  };
  return post('/messages', JSON.stringify({ messages: [message] }), settings);
}

function readSend(response: HttpResponse, sms: Sms, { errorClasses }: MtsSettings): SendAnswer {
  const body = readJson(response.body);
  const trouble = mtsTrouble(response, body, errorClasses);
  const id = isSuccess(response) ? idIn(body, sms) : undefined;
  if (id !== undefined && fieldOf(body, 'code') === undefined) return { kind: 'accepted', ids: [{ id }] };
  // An id next to an error: one of the two is wrong.
  if (trouble !== undefined && id === undefined) return trouble;
  return { kind: 'unreadable', detail: `HTTP ${response.status} with neither an id alone nor an error` };
}

/** Of the element that names the phone, or of the only one where it names none. */
function idIn(body: unknown, sms: Sms): string | undefined {
  const entries = listOf(fieldOf(body, 'messages'));
  const entry = entries.find((candidate) => {
    const phone = textOf(fieldOf(candidate, 'msisdn'));
    return phone === undefined ? entries.length === 1 : e164FromDigits(phone) === sms.phone;
  });
  return textOf(fieldOf(entry, 'internal_id'));
}

function readBalance(response: HttpResponse, { errorClasses }: MtsSettings) {
  const body = readJson(response.body);
  const trouble = mtsTrouble(response, body, errorClasses);
  const amount = textOf(fieldOf(body, 'balance'));
  if (trouble === undefined && isSuccess(response) && amount !== undefined) return { amount };
  return { error: trouble?.class ?? 'unknown', detail: trouble?.detail ?? `HTTP ${response.status} without a balance` };
}

function post(path: string, body: string, settings: MtsSettings): HttpRequest {
  const { api, login = '', password = '', token = '' } = settings;
  return {
    method: 'POST',
    url: urlUnder(apiUrl(settings), path),
    headers: {
      authorization: api === 'token' ? `Bearer ${token}` : basicAuth(login, password),
      'content-type': 'application/json; charset=utf-8',
    },
    body,
  };
}

const APIS = {
  omnichannel: { url: 'https://omnichannel.mts.ru', path: '/http-api/v1' },
  token: { url: 'https://api.mts.ru', path: '/client-omni-adapter_production/1.0.2' },
};

function apiUrl({ api, url = APIS[api].url }: Pick<MtsSettings, 'api' | 'url'>): string {
  return withUsualPath(url, APIS[api].path);
}

function fieldPath(title: string, description: string) {
  return z.string().min(1).optional().meta({ title, description });
}
