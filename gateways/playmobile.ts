import { z } from 'zod';
import type { ErrorClass } from '../sms/errors.ts';
import type { SendAnswer } from '../sms/outcome.ts';
import { digitsOf } from '../sms/phone.ts';
import type { Gateway, HttpRequest, HttpResponse, Refusal, Sms, Traits } from './gateway.ts';
import { httpTrouble, isSuccess } from './http-answers.ts';
import { readPlayMobileCall } from './playmobile-reports.ts';
import { fieldOf, intOf, listOf, readJson, textOf, utf8 } from './read.ts';
import { textReference } from './reference.ts';
import { basicAuth, basicRefusal } from './secrets.ts';
import {
  HOOK_BASIC_PAIR,
  hookBasic,
  hostOf,
  httpUrl,
  isHookBasicPair,
  loginName,
  password,
  urlUnder,
} from './settings.ts';
import { fitValidity } from './validity.ts';

const settings = z
  .object({
    url: httpUrl.default('https://send.smsxabar.uz').meta({
      title: 'Address',
      description: "As told by Play Mobile's manager, with or without /broker-api at the end.",
    }),
    login: loginName.meta({ title: 'Login' }),
    password: password.meta({ title: 'Password', secret: true }),
    keywordPrefixes: z
      .string()
      .optional()
      .meta({
        title: 'Keyword prefixes',
        description:
          'On a shared short code every answer begins with a keyword of yours. Those named here, with commas between ' +
          'them, are cut off before stop words are looked for.',
      }),
    ...hookBasic,
  })
  .refine(isHookBasicPair, HOOK_BASIC_PAIR);

export type PlayMobileSettings = z.infer<typeof settings>;

export const playmobile: Gateway<PlayMobileSettings> = {
  name: 'playmobile',
  title: 'Play Mobile',
  docs: 'https://wiki.playmobile.uz/doku.php/ru/интеграция_с_сервисом_api/интеграция_по_http',
  knowledge: 'partly',
  notes: [
    'The form of reports is known from a single source; there is no status request.',
    'A repeat is a second SMS: what nobody can know ends as unknown.',
  ],
  examples: { '': { login: 'login', password: 'password' } },
  settings,
  accountKey: ({ url, login }) => `${hostOf(withoutPath(url))}/${login}`,
  traits: () => TRAITS,
  send,
  readSend,
  readHook: (hook, settings) => basicRefusal(hook, settings) ?? readPlayMobileCall(hook.body, settings),
  reply: () => ({ status: 200, body: '' }),
};

/** No bounds are documented, and a value out of them is refused (407): between a minute and a day is surely in them. */
const TTL = { minS: 60, maxS: 86_400, stepS: 1 };

const TRAITS: Traits = {
  ownId: { kind: 'text', max: 20 },
  repeat: 'unsafe',
  lookup: 'none',
  idScope: 'account',
  reports: 'webhook',
  inbound: 'webhook',
  validity: TTL,
  callerId: 'required',
  rateLimit: 49,
};

function send(sms: Sms, settings: PlayMobileSettings): HttpRequest | Refusal {
  if (sms.callerId === undefined) {
    return { refuse: 'sender-not-allowed', detail: 'Play Mobile needs a sender name or number (originator)' };
  }
  const message = {
    recipient: digitsOf(sms.phone),
    'message-id': textReference(sms.ref),
    sms: { originator: sms.callerId, ttl: fitValidity(sms.validityS, TTL), content: { text: sms.text } },
  };
  return {
    method: 'POST',
    url: urlUnder(withoutPath(settings.url), '/broker-api/send'),
    headers: {
      authorization: basicAuth(settings.login, settings.password),
      'content-type': 'application/json; charset=UTF-8',
    },
    body: JSON.stringify({ messages: [message] }),
  };
}

/**
 * A success is the sentence "Request is received". The documentation lets any 2xx be one, but the pages of proxies are
 * 2xx too; an answer without the sentence is left to the reports, at the price of an SMS that is `uncertain` meanwhile.
 */
function readSend(response: HttpResponse): SendAnswer {
  const trouble = httpTrouble(response);
  if (trouble !== undefined) return trouble;
  const [body] = listOf(readJson(response.body));
  const code = fieldOf(body, 'error-code');
  if (code !== undefined) return readError(code, textOf(fieldOf(body, 'error-description')));
  if (isSuccess(response) && isReceipt(utf8(response.body))) return { kind: 'accepted', ids: [] };
  return { kind: 'unreadable', detail: `HTTP ${response.status} with neither a receipt nor an error code` };
}

/** The sentence alone, give or take case, spaces, quotes and a full stop. */
function isReceipt(body: string): boolean {
  return /^["'\s]*request\s+is\s+received[."'\s]*$/i.test(body);
}

/** Codes 401 to 411 stand in the body of an HTTP 400: they are no HTTP statuses. */
function readError(code: unknown, detail: string | undefined): SendAnswer {
  const number = intOf(code);
  const meaning = number === undefined ? undefined : ERRORS[number];
  return {
    kind: 'error',
    class: meaning ?? 'unknown',
    code: textOf(code) ?? 'unreadable',
    ...(detail === undefined ? {} : { detail }),
    // 100 is "Internal server error": nobody knows how far it got.
    notTaken: meaning !== undefined && number !== INTERNAL_ERROR,
  };
}

const INTERNAL_ERROR = 100;

const INVALID_REQUESTS = [
  101, 103, 104, 105, 204, 205, 206, 301, 302, 303, 304, 305, 306, 402, 403, 404, 405, 406, 407, 408, 410, 411,
];

const ERRORS: Record<number, ErrorClass> = {
  ...Object.fromEntries(INVALID_REQUESTS.map((code) => [code, 'invalid-request' as const])),
  [INTERNAL_ERROR]: 'temporary',
  102: 'auth',
  202: 'invalid-recipient',
  401: 'sender-not-allowed',
};

/** Addresses are told with and without the path that all calls have. */
function withoutPath(url: string): string {
  return url.replace(/\/broker-api\/*$/, '');
}
