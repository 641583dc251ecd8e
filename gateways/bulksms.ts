import { z } from 'zod';
import type { SendAnswer } from '../sms/outcome.ts';
import { countSegments } from '../sms/segments.ts';
import { bulksmsTrouble, isBare400 } from './bulksms-errors.ts';
import {
  idOf,
  isKnown,
  messagesIn,
  ownIdOf,
  phoneIn,
  rawOf,
  readBulkSmsCall,
  refusalOf,
  statusOf,
} from './bulksms-messages.ts';
import { inboundPath, readInbound, readStatuses, statusPath } from './bulksms-requests.ts';
import type { Gateway, HttpRequest, HttpResponse, Refusal, Sms, Traits } from './gateway.ts';
import { isSuccess } from './http-answers.ts';
import { fieldOf, intOf, readJson, textOf } from './read.ts';
import { int32Reference, textReference } from './reference.ts';
import { basicAuth } from './secrets.ts';
import { hostOf, httpUrl, loginName, password, urlUnder } from './settings.ts';

const settings = z.object({
  url: httpUrl.default('https://api.bulksms.com/v1').meta({ title: 'Address' }),
  login: loginName.meta({
    title: 'Token ID or username',
    description: 'Better a token: Settings, Developer Settings, API Tokens at BulkSMS.',
  }),
  password: password.meta({ title: 'Token secret or password', secret: true }),
  account: z.string().min(1).optional().meta({
    title: 'Account name',
    description: 'Any name for the BulkSMS account. With it, a new token stays the same account.',
  }),
  repliable: z
    .boolean()
    .default(false)
    .meta({
      title: 'Let phones answer',
      description:
        'For SMS without a caller id: BulkSMS chooses a number to which people can answer, such as with STOP. ' +
        "Otherwise the account's own setting holds.",
    }),
  pullInbound: z.boolean().default(false).meta({
    title: 'Fetch texts from phones',
    description: 'For where BulkSMS cannot call us. Otherwise texts come by the webhook of the scope RECEIVED.',
  }),
});

export type BulkSmsSettings = z.infer<typeof settings>;

export const bulksms: Gateway<BulkSmsSettings> = {
  name: 'bulksms',
  title: 'BulkSMS',
  docs: 'https://www.bulksms.com/developer/json/v1/',
  knowledge: 'confirmed',
  notes: [
    "Register two webhooks at BulkSMS, with the scopes SENT and RECEIVED; both may have this sender's address.",
    'BulkSMS drops a repeat for about 12 hours, so a doubtful send is repeated for 11 hours without a second SMS.',
    'Texts with template fields such as {F0##}, {fn##} or {sn##} are refused: BulkSMS would fill them in.',
    'There is no validity period on the wire, and SMS to numbers blocked at BulkSMS are charged all the same.',
  ],
  examples: { '': { login: 'login', password: 'password' } },
  settings,
  accountKey: ({ url, account, login }) => `${hostOf(withoutVersion(url))}/${account ?? login}`,
  traits,
  send,
  readSend,
  poll: (asked, settings) => get(statusPath(asked), settings),
  readPoll: readStatuses,
  readHook: (hook) => readBulkSmsCall(hook.body),
  reply: () => ({ status: 200, body: '' }),
  pullInbound: (ask, settings) => get(inboundPath(ask), settings),
  readPulled: readInbound,
  balance: (settings) => get('/profile', settings),
  readBalance,
};

const ELEVEN_HOURS_S = 11 * 3600;

function traits({ pullInbound }: BulkSmsSettings): Traits {
  return {
    // userSuppliedId. It only names the message; repeats are dropped by the deduplication id, of the same reference.
    ownId: { kind: 'text', max: 20 },
    repeat: 'same-answer',
    // "About 12 hours."
    repeatWithinS: ELEVEN_HOURS_S,
    lookup: 'own-id',
    pollLimit: { idsPerRequest: 1, minGapS: 1 },
    idScope: 'account',
    reports: 'webhook',
    inbound: pullInbound ? 'pull' : 'webhook',
    validity: 'account',
    callerId: 'optional',
  };
}

/** `{F0###}` is the first field of a recipient, `{fn#}` and `{sn#}` the names in the account's phone book. */
const TEMPLATE_FIELD = /\{\s*(?:F\d+|fn|sn)\s*#*\s*\}/i;

/** The documented default of 3 would not let a longer text through whole. */
const LEAST_MAX_PARTS = 10;

function send(sms: Sms, settings: BulkSmsSettings): HttpRequest | Refusal {
  const field = sms.text.match(TEMPLATE_FIELD)?.[0];
  if (field !== undefined) {
    const detail = `BulkSMS would fill in ${field} as a template field, and has no way to write it as plain text`;
    return { refuse: 'invalid-request', detail };
  }
  const message = {
    to: sms.phone,
    ...fromOf(sms.callerId, settings),
    body: sms.text,
    encoding: 'TEXT',
    longMessageMaxParts: Math.max(LEAST_MAX_PARTS, countSegments(sms.text).segments),
    userSuppliedId: textReference(sms.ref),
  };
  // Without auto-unicode, characters that GSM-7 lacks become question marks.
  const path = `/messages?auto-unicode=true&deduplication-id=${int32Reference(sms.ref)}`;
  return {
    method: 'POST',
    url: urlOf(path, settings),
    headers: { ...headersOf(settings), 'content-type': 'application/json' },
    body: JSON.stringify([message]),
  };
}

/** As a plain string, digits would be a phone number, which needs 7 of them. */
function fromOf(callerId: string | undefined, { repliable }: BulkSmsSettings): { from?: unknown } {
  if (callerId === undefined) return repliable ? { from: { type: 'REPLIABLE' } } : {};
  return { from: /^\d{1,6}$/.test(callerId) ? { type: 'SHORTCODE', address: callerId } : callerId };
}

/** So often a 400 without a body is "too fast"; after that the request itself must be what is wrong. */
const BARE_400_TRIES = 10;

function readSend(response: HttpResponse, sms: Sms): SendAnswer {
  const body = readJson(response.body);
  const trouble = bulksmsTrouble(response, body);
  if (trouble !== undefined) {
    const isHopeless = isBare400(response) && sms.attempt > BARE_400_TRIES;
    return isHopeless ? { ...trouble, class: 'invalid-request', detail: 'an HTTP 400 without a word' } : trouble;
  }
  if (!isSuccess(response)) return unreadable(`HTTP ${response.status} without an error of BulkSMS's`);
  const message = ourMessage(body, sms);
  if (message === undefined) return unreadable(`HTTP ${response.status} without the message that was sent`);
  return readMessage(message, sms);
}

/**
 * A failure may be told at once. In the answer to a repeat, it is what became of the first submit, which then has an id:
 * so that one is asked for, and the doubt is over.
 */
function readMessage(message: unknown, sms: Sms): SendAnswer {
  const id = idOf(message);
  const status = statusOf(message);
  const failed = status?.type === 'FAILED';
  const refusal = status && refusalOf(status);
  if (failed && (id === undefined || (refusal !== undefined && sms.attempt === 1))) {
    return { kind: 'error', class: 'unknown', ...refusal, code: rawOf(status), notTaken: true };
  }
  if (id === undefined) return unreadable('a message without an id');
  if (status !== undefined && !isKnown(status)) return unreadable(`status ${rawOf(status)} is not documented`);
  const parts = intOf(fieldOf(message, 'numberOfParts'));
  return { kind: 'accepted', ids: [{ id }], ...(parts === undefined ? {} : { parts }) };
}

/**
 * Ours by our reference, or, where BulkSMS gives none back, by the phone. Another reference or phone means that the
 * deduplication id was somebody else's: then that one's answer comes, and ours was not sent.
 */
function ourMessage(body: unknown, sms: Sms): unknown {
  const messages = messagesIn(body);
  const nameless = messages.filter((message) => ownIdOf(message) === undefined);
  return (
    messages.find((message) => ownIdOf(message) === textReference(sms.ref)) ??
    nameless.find((message) => phoneIn(message) === sms.phone) ??
    nameless.find((message) => messages.length === 1 && fieldOf(message, 'to') === undefined)
  );
}

function readBalance(response: HttpResponse) {
  const body = readJson(response.body);
  const trouble = bulksmsTrouble(response, body);
  const amount = textOf(fieldOf(fieldOf(body, 'credits'), 'balance'));
  // Credits, not money.
  if (trouble === undefined && isSuccess(response) && amount !== undefined) return { amount };
  return { error: trouble?.class ?? 'unknown', detail: trouble?.detail ?? `HTTP ${response.status} without a balance` };
}

function get(path: string, settings: BulkSmsSettings): HttpRequest {
  return { method: 'GET', url: urlOf(path, settings), headers: headersOf(settings) };
}

function headersOf({ login, password }: BulkSmsSettings): Record<string, string> {
  return { authorization: basicAuth(login, password), accept: 'application/json' };
}

function urlOf(path: string, { url }: BulkSmsSettings): string {
  return urlUnder(withoutVersion(url), `/v1${path}`);
}

/** Addresses are given with and without the version that all calls have. */
function withoutVersion(url: string): string {
  return url.replace(/\/v1\/*$/, '');
}

function unreadable(detail: string): SendAnswer {
  return { kind: 'unreadable', detail };
}
