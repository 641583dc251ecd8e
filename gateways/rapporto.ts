import { z } from 'zod';
import type { ErrorClass } from '../sms/errors.ts';
import type { SendAnswer } from '../sms/outcome.ts';
import { digitsOf } from '../sms/phone.ts';
import { formBody } from './form.ts';
import type { Gateway, HttpRequest, HttpResponse, Refusal, Sms, Traits } from './gateway.ts';
import { httpTrouble, isSuccess, type Trouble } from './http-answers.ts';
import { rapportoReply, readRapportoCall } from './rapporto-reports.ts';
import { fieldOf, intOf, textOf, utf8 } from './read.ts';
import { textReference } from './reference.ts';
import { hostOf, httpUrl, password } from './settings.ts';
import { readXml, xmlText } from './xml.ts';

const settings = z.object({
  url: httpUrl.meta({
    title: 'Address',
    description: 'The whole address that Rapporto gave you, such as http://host:9080/acme_sms.',
  }),
  login: z.string().min(1).meta({ title: 'serviceId', description: 'The login of the service.' }),
  password: password.meta({ title: 'pass', description: 'The password of the service.', secret: true }),
  dedup: z
    .boolean()
    .default(false)
    .meta({
      title: 'Repeats are dropped',
      description:
        'Only if Rapporto has switched on de-duplication by partnerMsgId for the account: a doubtful SMS is then sent ' +
        'again without the danger of a second one.',
    }),
  repeatPauseS: z
    .number()
    .min(1)
    .max(3600)
    .default(60)
    .meta({
      title: 'Seconds before a repeat',
      description: 'Rapporto asks for a minute after an error 500 or no answer; only where repeats are dropped.',
      onlyWith: { dedup: true },
    }),
  xml: z.boolean().default(true).meta({
    title: 'Ask for answers in XML',
    description: 'A part of an XML answer cannot be taken for a whole one. Without it answers are plain text.',
  }),
  hookSecret: password.optional().meta({
    title: 'Key of the hash',
    description: 'If Rapporto signs texts from phones for you: those without a right hash are refused.',
    secret: true,
  }),
});

export type RapportoSettings = z.infer<typeof settings>;

export const rapporto: Gateway<RapportoSettings> = {
  name: 'rapporto',
  title: 'Rapporto',
  docs: 'https://doc.rapporto.ru/api/http/http_main.html',
  knowledge: 'confirmed',
  notes: [
    'Reports and texts from phones come to one address each, which Rapporto registers; there is no status request.',
    'A repeat is safe only with de-duplication by partnerMsgId, which Rapporto switches on when asked.',
    'MegaFon tells no end of an SMS: without a delivery report it ends as unknown.',
    'How long an SMS is valid is set for the account at Rapporto.',
  ],
  examples: {
    '': { url: 'https://gate.example.com/service', login: 'login', password: 'password' },
    'repeats dropped': { url: 'https://gate.example.com/service', login: 'login', password: 'password', dedup: true },
  },
  settings,
  accountKey: ({ url, login }) => `${hostOf(url)}/${login}`,
  traits,
  send,
  readSend,
  readHook: readRapportoCall,
  reply: rapportoReply,
};

const MAX_TEXT = 2000;

/** How long Rapporto remembers our reference is not documented. Later than this its report is waited for. */
const REMEMBERED_S = 3600;

function traits({ dedup, repeatPauseS }: RapportoSettings): Traits {
  return {
    ownId: { kind: 'text', max: 50 },
    ...(dedup
      ? { repeat: 'same-answer', repeatWithinS: REMEMBERED_S, repeatGapS: repeatPauseS }
      : { repeat: 'unsafe' }),
    lookup: 'none',
    idScope: 'account',
    reports: 'webhook',
    inbound: 'webhook',
    validity: 'account',
    callerId: 'optional',
    rateLimit: 10,
  };
}

function send(sms: Sms, settings: RapportoSettings): HttpRequest | Refusal {
  if (sms.text.length > MAX_TEXT) {
    return { refuse: 'invalid-request', detail: `Rapporto takes texts of up to ${MAX_TEXT} characters` };
  }
  return {
    method: 'POST',
    url: settings.url,
    headers: { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' },
    body: formBody({
      serviceId: settings.login,
      pass: settings.password,
      // So the subscriber's phone is called here.
      clientId: digitsOf(sms.phone),
      message: sms.text,
      ...(sms.callerId === undefined ? {} : { source: sms.callerId }),
      partnerMsgId: textReference(sms.ref),
      ...(settings.xml ? { output: 'xml' } : {}),
    }),
  };
}

/** Plain answers name their trouble by the HTTP status; those in XML by the same numbers within an HTTP 200. */
function readSend(response: HttpResponse, _sms: Sms, { xml }: RapportoSettings): SendAnswer {
  if (!isSuccess(response)) return readStatus(response, xml);
  const answer = xmlAnswerIn(response.body);
  const id = answer === undefined ? idInText(response.body) : answer.code === 200 ? answer.id : undefined;
  if (id !== undefined) return { kind: 'accepted', ids: [{ id }] };
  const refused = answer === undefined ? undefined : troubleOf(answer.code, answer.text);
  if (refused !== undefined) return refused;
  return { kind: 'unreadable', detail: `HTTP ${response.status} with neither an id nor an error code` };
}

function readStatus(response: HttpResponse, xml: boolean): SendAnswer {
  const { status, body } = response;
  const general = httpTrouble(response);
  // Where XML is asked for, a 408 is not Rapporto's own: that would stand within an HTTP 200.
  const isOwn = ERRORS.has(status) && !(xml && status === 408);
  const isDocumented = isOwn || (general?.class === 'temporary' && status >= 500);
  const own = isDocumented ? troubleOf(status, shortText(body)) : undefined;
  if (own === undefined) {
    return general ?? { kind: 'unreadable', detail: `HTTP ${status}, which Rapporto does not answer with` };
  }
  const retryAfterS = Math.max(own.retryAfterS ?? 0, general?.retryAfterS ?? 0);
  return retryAfterS === 0 ? own : { ...own, retryAfterS };
}

/** What one of Rapporto's own numbers says; undefined for those that are neither a refusal nor a fault. */
function troubleOf(code: number, text: string | undefined): Trouble | undefined {
  const said = { kind: 'error', code: String(code), ...(text === undefined ? {} : { detail: text }) } as const;
  // The same reference is being worked on: it may well be taken, also where Retry-After says when to come back.
  if (code === IN_PROGRESS) return { ...said, class: 'temporary', notTaken: false };
  if (code >= 500 && code < 600) return { ...said, class: 'temporary', notTaken: false, retryAfterS: FAULT_PAUSE_S };
  if (code >= 400 && code < 500) return { ...said, class: ERRORS.get(code) ?? 'unknown', notTaken: true };
  return undefined;
}

const IN_PROGRESS = 503;
const FAULT_PAUSE_S = 60;

const ERRORS: ReadonlyMap<number, ErrorClass> = new Map([
  [400, 'invalid-request'],
  [401, 'auth'],
  [402, 'no-balance'],
  [403, 'auth'],
  [406, 'invalid-recipient'],
  // No time-out, but the account's speed exceeded.
  [408, 'rate-limited'],
  [409, 'duplicate'],
  [414, 'invalid-request'],
  [429, 'rate-limited'],
]);

interface XmlAnswer {
  code: number;
  text: string | undefined;
  id: string | undefined;
}

function xmlAnswerIn(body: Uint8Array): XmlAnswer | undefined {
  const answer = fieldOf(readXml(body), 'response');
  const code = intOf(xmlText(fieldOf(answer, 'code')));
  if (code === undefined) return undefined;
  const id = textOf(xmlText(fieldOf(fieldOf(answer, 'payload'), 'id')));
  return { code, text: textOf(xmlText(fieldOf(answer, 'text'))), id: id !== undefined && ID.test(id) ? id : undefined };
}

const ID = /^[1-9]\d{0,18}$/;

/** `OK` and the id, whatever white space is between them. Old installations leave the OK out. */
function idInText(body: Uint8Array): string | undefined {
  const words = utf8(body).trim().split(/\s+/);
  const [first = '', second = ''] = words;
  if (words.length === 2 && first.toUpperCase() === 'OK' && ID.test(second)) return second;
  // Three digits alone might be the number of an error.
  return words.length === 1 && ID.test(first) && first.length > 3 ? first : undefined;
}

function shortText(body: Uint8Array): string | undefined {
  const text = utf8(body).trim();
  return text === '' || text.length > 200 || text.startsWith('<') ? undefined : text;
}
