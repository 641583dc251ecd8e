import { z } from 'zod';
import type { SendAnswer } from '../sms/outcome.ts';
import { digitsOf } from '../sms/phone.ts';
import type { ReportedStatus } from '../sms/status.ts';
import { classOf, type ErrorTable, errorClasses } from './error-classes.ts';
import { formBody } from './form.ts';
import type { Asked, Gateway, HttpRequest, HttpResponse, PollAnswer, PollResult, Sms, Traits } from './gateway.ts';
import { httpTrouble, isSuccess, pollError, type Trouble } from './http-answers.ts';
import { answerOnly, idIn } from './one-by-one.ts';
import { type Fields, fieldOf, intOf, isFields, listOf, readJson, textOf, utf8 } from './read.ts';
import { hostOf, httpUrl, password, urlUnder } from './settings.ts';

const settings = z.object({
  url: httpUrl.default('https://sms.intellin.ru').meta({ title: 'Address' }),
  login: z.string().min(1).meta({ title: 'Login' }),
  password: password.meta({ title: 'Password', secret: true }),
  errorClasses,
  pollGapS: z.number().min(0.1).max(3600).default(1).meta({
    title: 'Seconds between status requests',
    description: 'A request asks for one SMS. How often Intellin lets itself be asked is not documented.',
  }),
});

export type IntellinSettings = z.infer<typeof settings>;

export const intellin: Gateway<IntellinSettings> = {
  name: 'intellin',
  title: 'Intellin',
  docs: 'http://www.intellin.ru',
  knowledge: 'partly',
  notes: [
    "The protocol is known from other people's programs only; Intellin publishes no description of it.",
    'What the error numbers mean is not known: fill in the table of error codes, else every refused SMS is rejected.',
    'Login and password travel in the address of each request, so let no proxy on the way log addresses.',
    'The wire has no place for our reference, and a repeat is a second SMS: a send without an answer ends as unknown.',
  ],
  examples: { '': { login: 'login', password: 'password' } },
  settings,
  accountKey: ({ url, login }) => `${hostOf(url)}/${login}`,
  traits: ({ pollGapS }) => ({ ...TRAITS, pollLimit: { idsPerRequest: 1, minGapS: pollGapS } }),
  send,
  readSend,
  poll: (asked, settings) => get('/getstatus.cgi', { message_id: idIn(asked) ?? '' }, settings),
  readPoll,
};

const TRAITS: Traits = {
  repeat: 'unsafe',
  lookup: 'gateway-id',
  idScope: 'account',
  reports: 'poll',
  inbound: 'none',
  validity: 'account',
  callerId: 'optional',
};

function send(sms: Sms, settings: IntellinSettings): HttpRequest {
  return get(
    '/sendsms.cgi',
    {
      phone_list: digitsOf(sms.phone),
      message: sms.text,
      ...(sms.callerId === undefined ? {} : { fromphone: sms.callerId }),
    },
    settings,
  );
}

function readSend(response: HttpResponse, _: Sms, settings: IntellinSettings): SendAnswer {
  const trouble = httpTroubleOf(response);
  if (trouble !== undefined) return trouble;
  const answer = fieldsIn(response.body);
  const error = errorIn(answer, settings.errorClasses);
  if (error !== undefined) return error;
  const id = textOf(fieldOf(answer, 'message_id'));
  if (intOf(fieldOf(answer, 'error_num')) !== 0 || id === undefined || isIdCut(response.body)) {
    return { kind: 'unreadable', detail: `HTTP ${response.status} with neither an error number nor a whole id` };
  }
  const parts = intOf(fieldOf(answer, 'message_parts'));
  return { kind: 'accepted', ids: [{ id }], ...(parts === undefined ? {} : { parts }) };
}

function readPoll(response: HttpResponse, asked: Asked[], settings: IntellinSettings): PollResult {
  const trouble = httpTroubleOf(response);
  if (trouble !== undefined) return pollError(trouble);
  const answer = fieldsIn(response.body);
  const error = errorIn(answer, settings.errorClasses);
  if (error !== undefined) return pollError(error);

  const id = idIn(asked);
  if (intOf(fieldOf(answer, 'error_num')) !== 0 || id === undefined || !isAbout(answer, id)) {
    return { kind: 'unreadable', detail: `HTTP ${response.status} without the status that was asked for` };
  }
  return answerOnly(asked, statusIn(answer, id));
}

function isAbout(answer: unknown, id: string): boolean {
  const told = textOf(fieldOf(answer, 'message_id'));
  return told === undefined || told === id;
}

/** The dates are left out: their time zone is not documented. */
function statusIn(answer: unknown, gatewayId: string): PollAnswer {
  const word = textOf(fieldOf(answer, 'deliver_status'));
  const status = STATUSES.get((word ?? '').toUpperCase());
  if (word === undefined || status === undefined) return { kind: 'nothing' };
  const errorCode = textOf(fieldOf(answer, 'error_code'));
  const failed = status !== 'sent' && status !== 'delivered' && errorCode !== undefined && errorCode !== '0';
  return { kind: 'status', report: { gatewayId, status, raw: word, ...(failed ? { errorCode } : {}) } };
}

/** UNKNOWN, "an erroneous state", is not among them: it is no end. */
const STATUSES: ReadonlyMap<string, ReportedStatus> = new Map([
  ['DELIVERED', 'delivered'],
  ['DELIVRD', 'delivered'],
  ['READ', 'delivered'],
  ['EXPIRED', 'expired'],
  ['UNDELIV', 'undelivered'],
  ['DELETED', 'undelivered'],
  ['REJECTD', 'rejected'],
  ['ACCEPTD', 'sent'],
  ['PROGRESS', 'sent'],
  ['SEND', 'sent'],
]);

/** HTTP statuses have their ordinary sense; errors of Intellin's own come under 200. */
function httpTroubleOf(response: HttpResponse): Trouble | undefined {
  const trouble = httpTrouble(response);
  if (trouble !== undefined || isSuccess(response)) return trouble;
  return { kind: 'error', class: 'invalid-request', code: `HTTP ${response.status}`, notTaken: true };
}

function errorIn(answer: unknown, table: ErrorTable): Trouble | undefined {
  const number = intOf(fieldOf(answer, 'error_num'));
  if (number === undefined || number === 0) return undefined;
  const code = String(number);
  return {
    kind: 'error',
    class: classOf(table, code) ?? 'unknown',
    code,
    detail: `Intellin answered with error_num ${code}`,
    notTaken: true,
  };
}

/** JSON, or text of `name=value` with `<br>` or line ends between them; other text has no fields. */
function fieldsIn(body: Uint8Array): Fields {
  return jsonIn(body) ?? Object.fromEntries(pairsIn(body));
}

function jsonIn(body: Uint8Array): Fields | undefined {
  const [json] = listOf(readJson(body));
  return isFields(json) ? json : undefined;
}

function pairsIn(body: Uint8Array): [string, string][] {
  return utf8(body)
    .split(/<br ?\/?>|[\r\n]/i)
    .map((piece) => {
      const split = piece.indexOf('=');
      return split < 0 ? [piece.trim(), ''] : [piece.slice(0, split).trim(), piece.slice(split + 1).trim()];
    });
}

/** Text has no end mark: an id at its very end may be the beginning of a longer one. */
function isIdCut(body: Uint8Array): boolean {
  return jsonIn(body) === undefined && pairsIn(body).at(-1)?.[0].toLowerCase() === 'message_id';
}

/** GET is all there is; spaces as `%20`, since a plus may stay one. */
function get(path: string, fields: Record<string, string>, { url, login, password }: IntellinSettings): HttpRequest {
  const query = formBody({ http_username: login, http_password: password, ...fields, format: 'json' });
  return { method: 'GET', url: `${urlUnder(url, path)}?${query.replaceAll('+', '%20')}`, headers: {} };
}
