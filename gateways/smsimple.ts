import { z } from 'zod';
import type { ErrorClass } from '../sms/errors.ts';
import type { SendAnswer } from '../sms/outcome.ts';
import { digitsOf } from '../sms/phone.ts';
import type { Gateway, HttpRequest, HttpResponse, Refusal, Sms } from './gateway.ts';
import { httpTrouble, isSuccess } from './http-answers.ts';
import { idIn } from './one-by-one.ts';
import { fieldOf, listOf, textOf } from './read.ts';
import { hostOf, httpUrl, password } from './settings.ts';
import { smsimpleTrouble } from './smsimple-errors.ts';
import { readSmsimpleStatus } from './smsimple-reports.ts';
import {
  isRpcInt,
  isXmlText,
  type RpcAnswer,
  type RpcScalar,
  readRpc,
  rpcCall,
  rpcNumber,
  rpcString,
} from './smsimple-rpc.ts';

const NO_CONTROLS = 'must hold no control characters';

const settings = z.object({
  url: httpUrl.default('http://api.smsimple.ru/').meta({
    title: 'Address',
    description:
      'Of the XML-RPC API. Only plain http is known to answer, so the password and the texts travel unencrypted: try ' +
      'https://api.smsimple.ru/ and keep it if a test SMS passes.',
  }),
  login: z.string().min(1).refine(isXmlText, NO_CONTROLS).meta({ title: 'Login' }),
  password: password.refine(isXmlText, NO_CONTROLS).meta({ title: 'Password', secret: true }),
});

export type SmsimpleSettings = z.infer<typeof settings>;

export const smsimple: Gateway<SmsimpleSettings> = {
  name: 'smsimple',
  title: 'SMSimple.ru',
  docs: 'http://www.smsimple.ru/api/',
  knowledge: 'partly',
  notes: [
    'The caller id is the number of a sender name (подпись) in the account, such as 53001; without one, the main name.',
    'There are no webhooks: statuses are asked for one by one, and texts from phones, so also stop words, do not come.',
    'A repeat is a second SMS, and a send whose answer was lost cannot be looked up: it ends as unknown.',
    'Errors come as sentences that nobody has published: most are told apart by single words in them.',
  ],
  examples: { '': { login: 'login', password: 'password' } },
  settings,
  accountKey: ({ url, login }) => `${hostOf(url)}/${login}`,
  traits: () => ({
    repeat: 'unsafe',
    lookup: 'gateway-id',
    pollLimit: { idsPerRequest: 1, minGapS: 1 },
    idScope: 'account',
    reports: 'poll',
    inbound: 'none',
    validity: 'account',
    callerId: 'optional',
  }),
  login: (settings) =>
    request(settings, 'pajm.user.auth', {
      username: rpcString(settings.login),
      password: rpcString(settings.password),
    }),
  readLogin,
  send,
  readSend,
  poll: (asked, settings, session = '') =>
    request(settings, 'pajm.sms.get_delivery', {
      session_id: rpcString(session),
      sms_id: rpcNumber(idIn(asked) ?? ''),
    }),
  readPoll: readSmsimpleStatus,
  balance: (settings, session = '') => request(settings, 'pajm.user.get_balance', { session_id: rpcString(session) }),
  readBalance,
};

function send({ phone, text, callerId }: Sms, settings: SmsimpleSettings, session = ''): HttpRequest | Refusal {
  if (callerId !== undefined && !isRpcInt(callerId)) {
    return {
      refuse: 'sender-not-allowed',
      detail:
        'SMSimple takes the number of a sender name, not the name: put the number that it has in the list of names ' +
        '(подписи) of the account, such as 53001, or no caller id for the main name of the account',
    };
  }
  if (!isXmlText(text)) {
    return { refuse: 'invalid-request', detail: 'the text holds a control character, which XML cannot carry' };
  }
  return request(settings, 'pajm.sms.send', {
    session_id: rpcString(session),
    origin_id: callerId === undefined ? null : { type: 'int', text: callerId },
    phone: rpcString(digitsOf(phone)),
    message: rpcString(text),
    multiple: { type: 'boolean', text: '0' },
  });
}

function readSend(response: HttpResponse): SendAnswer {
  const trouble = httpTrouble(response);
  if (trouble !== undefined) return trouble;
  const answer = readRpc(response.body);
  const id = messageIdIn(answer);
  if (answer?.error !== undefined) {
    // Nobody knows which of the two holds.
    if (id !== undefined) return { kind: 'unreadable', detail: `an id together with an error: ${answer.error.text}` };
    return smsimpleTrouble(answer.error);
  }
  if (isSuccess(response) && id !== undefined) return { kind: 'accepted', ids: [{ id }] };
  return { kind: 'unreadable', detail: `HTTP ${response.status} with neither an id nor an error` };
}

/** A number above 0, alone or in a list of one. */
function messageIdIn(answer: RpcAnswer | undefined): string | undefined {
  const ids = listOf(answer?.result);
  const id = ids.length === 1 ? textOf(ids[0]) : undefined;
  return id !== undefined && /^[1-9]\d*$/.test(id) ? id : undefined;
}

function readLogin(response: HttpResponse): { session: string } | { error: ErrorClass; detail: string } {
  const trouble = httpTrouble(response);
  if (trouble !== undefined) return { error: trouble.class, detail: trouble.detail ?? `HTTP ${response.status}` };
  const answer = readRpc(response.body);
  if (answer?.error !== undefined) {
    const said = smsimpleTrouble(answer.error);
    const isFailure = said.kind === 'error' && said.class === 'temporary';
    return { error: isFailure ? 'temporary' : 'auth', detail: answer.error.text };
  }
  if (answer === undefined || !isSuccess(response)) {
    return { error: 'temporary', detail: `HTTP ${response.status} without an answer to the login` };
  }
  const session = textOf(fieldOf(answer.result, 'session_id'));
  return session === undefined
    ? { error: 'auth', detail: 'wrong login or password: no session was given' }
    : { session };
}

function readBalance(response: HttpResponse): { amount: string } | { error: ErrorClass; detail: string } {
  const trouble = httpTrouble(response);
  if (trouble !== undefined) return { error: trouble.class, detail: trouble.detail ?? `HTTP ${response.status}` };
  const answer = readRpc(response.body);
  if (answer?.error !== undefined) {
    const said = smsimpleTrouble(answer.error);
    return { error: said.kind === 'error' ? said.class : 'auth', detail: answer.error.text };
  }
  const amount = textOf(answer?.result);
  if (isSuccess(response) && amount !== undefined && /^-?\d+([.,]\d+)?$/.test(amount)) return { amount };
  return { error: 'unknown', detail: `HTTP ${response.status} without a balance` };
}

function request({ url }: SmsimpleSettings, method: string, members: Record<string, RpcScalar>): HttpRequest {
  return {
    method: 'POST',
    url: new URL(url).href,
    headers: { 'content-type': 'text/xml; charset=UTF-8' },
    body: rpcCall(method, members),
  };
}
