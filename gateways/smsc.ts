import { z } from 'zod';
import type { SendAnswer } from '../sms/outcome.ts';
import { formBody, HOOK_CHARSETS } from './form.ts';
import type { Gateway, HttpRequest, HttpResponse, Refusal, Sms, Traits } from './gateway.ts';
import { httpTrouble, isSuccess } from './http-answers.ts';
import { fieldOf, intOf, readJson, textOf } from './read.ts';
import { int32Reference } from './reference.ts';
import { fingerprint } from './secrets.ts';
import { hostOf, httpUrl, password, urlUnder } from './settings.ts';
import { DUPLICATE_WINDOW_S, smscError } from './smsc-codes.ts';
import { readSmscTexts, smscTextsFields } from './smsc-inbound.ts';
import { readSmscCall, readSmscStatuses, smscStatusFields } from './smsc-reports.ts';
import { fitValidity } from './validity.ts';

const settings = z
  .object({
    url: httpUrl.default('https://smsc.ru').meta({
      title: 'Address',
      description: 'https://smsc.ru or a sister site: smsc.kz, smsc.ua, smsc.tj, smscentre.com.',
    }),
    login: z.string().min(1).optional().meta({ title: 'Login' }),
    password: password.optional().meta({ title: 'Password', secret: true }),
    apiKey: password.optional().meta({
      title: 'API key',
      description:
        'Used in place of login and password. With the login given as well, a new key stays the same account.',
      secret: true,
    }),
    pollGapS: z.number().min(1).max(3600).default(60).meta({
      title: 'Seconds between status requests',
      description: 'SMSC allows one mass request a minute.',
    }),
    notFoundAfterS: z
      .number()
      .min(1)
      .max(86_400)
      .default(180)
      .meta({
        title: 'Seconds until "not found" is believed',
        description:
          'SMSC says so also right after a send. After this time it counts as proof that a doubtful send did not arrive, ' +
          'and the SMS is sent again; under a minute, that could be refused as a duplicate.',
      }),
    hookSecret: password.optional().meta({
      title: 'Webhook secret',
      description: 'As set at SMSC, with md5 or sha1 in the address there. Calls without a right checksum are refused.',
      secret: true,
    }),
    hookCharset: z.enum(HOOK_CHARSETS).default('utf-8').meta({
      title: 'Webhook charset',
      description: 'Put charset=utf-8 into the address set at SMSC; without it SMSC calls in windows-1251.',
    }),
  })
  .refine(({ apiKey, login, password }) => apiKey !== undefined || (login !== undefined && password !== undefined), {
    error: 'needs an API key, or a login and a password',
    path: ['apiKey'],
  });

export type SmscSettings = z.infer<typeof settings>;

export const smsc: Gateway<SmscSettings> = {
  name: 'smsc',
  title: 'SMSC.ru',
  docs: 'https://smsc.ru/api/http/',
  knowledge: 'confirmed',
  notes: [
    'Reports come by webhook for the whole login: set the reports address at SMSC, with charset=utf-8 in it.',
    'Texts from phones are fetched (get.php); the fields of their push are not documented.',
  ],
  examples: { '': { login: 'login', password: 'password' } },
  settings,
  accountKey: ({ url, login, apiKey = '' }) => `${hostOf(url)}/${login ?? fingerprint(apiKey)}`,
  traits,
  send,
  readSend,
  poll: (asked, settings) => call('/sys/status.php', { ...smscStatusFields(asked), all: '0' }, settings),
  readPoll: readSmscStatuses,
  readHook: readSmscCall,
  reply: () => ({ status: 200, body: 'OK' }),
  pullInbound: (ask, settings) => call('/sys/get.php', smscTextsFields(ask), settings),
  readPulled: readSmscTexts,
  balance: (settings) => call('/sys/balance.php', {}, settings),
  readBalance,
};

const VALIDITY = { minS: 3600, maxS: 86_400, stepS: 3600 };
const MAX_TEXT = 1000;

function traits({ pollGapS, notFoundAfterS }: SmscSettings): Traits {
  return {
    ownId: { kind: 'int32', max: 10 },
    // One client relies on a repeated id to send nothing, but no text of the vendor's says so.
    repeat: 'unsafe',
    submitGapS: DUPLICATE_WINDOW_S,
    lookup: 'own-id',
    // The default is beyond our own time-out, and beyond the minute in which a repeat would be refused as a duplicate.
    notFoundTrustedAfterS: notFoundAfterS,
    // How many pairs a request may hold is not documented.
    pollLimit: { idsPerRequest: 100, minGapS: pollGapS },
    idScope: 'account-and-phone',
    reports: 'webhook',
    inbound: 'pull',
    validity: VALIDITY,
    callerId: 'optional',
  };
}

function send(sms: Sms, settings: SmscSettings): HttpRequest | Refusal {
  if (sms.text.length > MAX_TEXT) {
    return { refuse: 'invalid-request', detail: `SMSC takes texts of up to ${MAX_TEXT} characters` };
  }
  return call(
    '/sys/send.php',
    {
      id: int32Reference(sms.ref),
      ...(sms.callerId === undefined ? {} : { sender: sms.callerId }),
      // With the plus: without it SMSC "repairs" numbers.
      phones: sms.phone,
      mes: sms.text,
      valid: String(fitValidity(sms.validityS, VALIDITY) / 3600),
    },
    settings,
  );
}

function readSend(response: HttpResponse): SendAnswer {
  const trouble = httpTrouble(response);
  if (trouble !== undefined) return afterTheWindow(trouble);
  const body = readJson(response.body);
  const error = smscError(body, 'send');
  if (error !== undefined) return afterTheWindow(error);
  const id = textOf(fieldOf(body, 'id'));
  if (!isSuccess(response) || id === undefined || !/^\d+$/.test(id)) {
    return { kind: 'unreadable', detail: `HTTP ${response.status} with neither an id nor an error` };
  }
  const parts = intOf(fieldOf(body, 'cnt'));
  return { kind: 'accepted', ids: [{ id }], ...(parts === undefined ? {} : { parts }) };
}

function afterTheWindow(trouble: Extract<SendAnswer, { kind: 'error' }>): SendAnswer {
  const isRetried = trouble.class === 'rate-limited' || (trouble.class === 'temporary' && trouble.notTaken);
  return isRetried ? { ...trouble, retryAfterS: Math.max(DUPLICATE_WINDOW_S, trouble.retryAfterS ?? 0) } : trouble;
}

function readBalance(response: HttpResponse) {
  const body = readJson(response.body);
  const trouble = httpTrouble(response) ?? smscError(body, 'other');
  const amount = textOf(fieldOf(body, 'balance'));
  if (trouble === undefined && isSuccess(response) && amount !== undefined) {
    const currency = textOf(fieldOf(body, 'currency'));
    return { amount, ...(currency === undefined ? {} : { currency }) };
  }
  return { error: trouble?.class ?? 'unknown', detail: trouble?.detail ?? `HTTP ${response.status} without a balance` };
}

/** POST, so that no secret is in an address. Without charset=utf-8 SMSC reads and writes windows-1251. */
function call(path: string, fields: Record<string, string>, settings: SmscSettings): HttpRequest {
  return {
    method: 'POST',
    url: urlUnder(settings.url, path),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: formBody({ ...credentials(settings), charset: 'utf-8', fmt: '3', ...fields }),
  };
}

function credentials({ login = '', password = '', apiKey }: SmscSettings): Record<string, string> {
  return apiKey === undefined ? { login, psw: password } : { apikey: apiKey };
}
