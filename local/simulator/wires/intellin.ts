/** Intellin, Russia: two GET calls, text with <br> or JSON, HTTP 200 for errors too. No webhooks, no balance, no inbound. */
import type { Account, Answer, Call, CallKind, Refusal, Trouble } from '../model.ts';
import { inUtf16, text } from './answers.ts';
import { type Fields, type Form, formOf, writeFields } from './intellin-forms.ts';
import { readSend } from './intellin-send.ts';
import { statusFields, unknownFields } from './intellin-status.ts';
import type { House, Reply, Result, Submit, Wire } from './wire.ts';

export const intellin: Wire = {
  name: 'intellin',
  title: 'Intellin',
  sendPaths: ['/sendsms.cgi'],
  allOrNothing: true,
  tellsEveryChange: false,
  price: 3,
  hookRetryMinutes: [],
  loginOf: (_, query) => new URLSearchParams(query).get('http_username') || undefined,
  handle,
  trouble,
  oddCharset: inUtf16,
  reportCalls: () => [],
  inboundCalls: () => [],
  inboundId: String,
};

function handle(call: Call, house: House): Reply | Submit {
  const kind = KINDS[call.path];
  if (!kind) return reply('other', text(404, 'Not Found'));
  if (call.method !== 'GET') return reply('other', text(405, 'Method Not Allowed', { allow: 'GET' }));
  const params = new URLSearchParams(call.query);
  const [login, password] = [params.get('http_username'), params.get('http_password')];
  const account = login && password ? house.admit(login, password) : undefined;
  if (!account) return failed(kind, ERRORS.auth, formOf(params), login || undefined);
  return kind === 'send' ? send(params, account) : status(params, house, account);
}

const KINDS: Record<string, CallKind> = { '/sendsms.cgi': 'send', '/getstatus.cgi': 'status' };

function send(params: URLSearchParams, account: Account): Reply | Submit {
  const form = formOf(params, account);
  const found = readSend(params);
  if ('problem' in found) return failed('send', ERRORS[found.problem], form, account.login);
  const { submission, serial } = found;
  return {
    kind: 'submit',
    account,
    submissions: [submission],
    // Nothing is known of a look at repeats.
    judge: () => undefined,
    answer: (results, withIds) => sendAnswer(results, serial, withIds, form),
  };
}

function sendAnswer([result]: readonly Result[], serial: string, withIds: boolean, form: Form): Answer {
  const refusal = result?.refusal;
  if (!result || refusal) return writeFields(sendError(ERRORS[refusal ? REFUSED[refusal] : 'missing'], form), form);
  const { id, phone, parts } = result.submission;
  const fields: Fields = {
    serial_id: serial,
    error_num: '0',
    message_id: withIds ? id : '',
    message_destination: phone,
    message_parts: String(parts),
  };
  return writeFields(fields, form);
}

function status(params: URLSearchParams, house: House, account: Account): Reply {
  const asText = account.options.textStatus === true;
  const form = formOf(params, account, asText);
  const id = params.get('message_id');
  if (!id) return failed('status', ERRORS.missing, form, account.login);
  const sms = house.find(account, id);
  const asked = { asked: `status of ${id}` };
  if (!sms) return { ...failed('status', ERRORS.unknown, form, account.login), ...asked };
  return { ...reply('status', writeFields(statusFields(sms, account), form), account.login), ...asked };
}

/** The gateway's table of numbers is not public: these are made up. */
const ERRORS = { missing: 11, auth: 12, phone: 13, time: 14, blocked: 15, money: 16, sender: 17, unknown: 18 };

const REFUSED: Record<Refusal, keyof typeof ERRORS> = {
  'invalid-recipient': 'phone',
  'missing-recipient': 'phone',
  blocked: 'blocked',
  'no-balance': 'money',
  duplicate: 'blocked',
  'too-long': 'blocked',
  'sender-not-allowed': 'sender',
};

/** The same fields as in success, or nothing but the number. */
function sendError(error: number, form: Form): Fields {
  const all = { serial_id: '', error_num: String(error), message_id: '', message_destination: '', message_parts: '' };
  return form.unusual ? { error_num: String(error) } : all;
}

function failed(kind: CallKind, error: number, form: Form, login?: string): Reply {
  const fields = kind === 'status' && !form.unusual ? unknownFields(error) : sendError(error, form);
  const refused = `error ${error}`;
  return { ...reply(kind, writeFields(fields, form), login), refused, count: kind === 'send' ? 1 : 0 };
}

const reply = (call: CallKind, answer: Answer, login?: string): Reply => ({ kind: 'reply', call, answer, login });

function trouble(what: Trouble, call: Call): Answer {
  const form = formOf(new URLSearchParams(call.query));
  if (what === 'auth') return writeFields(sendError(ERRORS.auth, form), form);
  if (what === 'error-500') return text(500, 'Internal Server Error');
  const [http, words] = what === 'rate-limited' ? [429, 'Too Many Requests'] : [503, 'Service Unavailable'];
  return text(http, words, { 'retry-after': '1' });
}
