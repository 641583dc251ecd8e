/** Devino's older API, REST v2: parameters in the query or a form, one id for each part, statuses by poll. */
import type { Account, Answer, Call, CallKind, Refusal } from '../model.ts';
import { text } from './answers.ts';
import { type Parameters, readSend } from './devino-rest2-send.ts';
import { inboundRows, stateOf } from './devino-rest2-status.ts';
import type { House, Reply, Result, Submit } from './wire.ts';

export function rest2(call: Call, house: House): Reply | Submit {
  const route = ROUTES[call.path];
  if (!route) return { ...reply('other', text(404, 'Not Found')), refused: 'no such call' };
  if (call.method !== route.method) return { ...reply(route.kind, text(405, 'Method Not Allowed')), refused: 'method' };
  const params = parametersOf(call);
  const login = params.get('login');
  const missing = [...COMMON, ...route.needs].find((it) => params.get(it.toLowerCase()) === undefined);
  if (missing !== undefined) return failed(route.kind, 9, `Value cannot be null.\r\nParameter name: ${missing}`, login);
  const account = house.admit(login ?? '', params.get('password'));
  if (!account) return failed(route.kind, 4, undefined, login);
  if (route.needs.some((it) => params.get(it.toLowerCase()) === '')) return failed(route.kind, 1, undefined, login);
  if (route.kind === 'send') return send(params, account);
  const answered = route.answer?.(params, house, account);
  const asked = call.query.replace(/password=[^&]*&?/i, '');
  if (answered === undefined) return { ...failed(route.kind, 2, undefined, login), asked };
  return { ...reply(route.kind, jsonOf(200, answered), login), asked };
}

interface Route {
  method: 'GET' | 'POST';
  kind: CallKind;
  needs: readonly string[];
  /** JSON text; undefined = an argument is invalid. */
  answer?(params: Parameters, house: House, account: Account): string | undefined;
}

const COMMON = ['Login', 'Password'];

const ROUTES: Record<string, Route> = {
  '/Sms/Send': { method: 'POST', kind: 'send', needs: ['SourceAddress', 'DestinationAddress', 'Data'] },
  '/Sms/State': { method: 'GET', kind: 'status', needs: ['messageId'], answer: stateOf },
  '/Sms/In': { method: 'GET', kind: 'inbound', needs: ['minDateUTC', 'maxDateUTC'], answer: inboundRows },
  '/User/Balance': { method: 'GET', kind: 'balance', needs: [], answer: (_, __, account) => balance(account) },
};

function send(params: Parameters, account: Account): Reply | Submit {
  const found = readSend(params, account);
  if ('code' in found) return failed('send', found.code, found.desc, account.login);
  return {
    kind: 'submit',
    account,
    submissions: [found],
    judge: () => undefined,
    answer: (results, withIds) => sendAnswer(results, withIds, account),
  };
}

/** Ids are strings; unusual accounts get them as bare numbers larger than 2^53. */
function sendAnswer(results: readonly Result[], withIds: boolean, account: Account): Answer {
  const refusal = results.find((it) => it.refusal)?.refusal;
  if (refusal) return restFailure(...REFUSED[refusal]);
  const ids = withIds ? results.flatMap((it) => it.submission.partIds ?? []) : [];
  const isBare = account.unusual && ids.every((it) => /^\d+$/.test(it));
  return jsonOf(200, isBare ? `[${ids.join(',')}]` : JSON.stringify(ids));
}

const REFUSED: Record<Refusal, [code: Code, desc?: string]> = {
  'invalid-recipient': [2, 'Invalid destination address'],
  'missing-recipient': [1],
  // There is no code for it.
  blocked: [6],
  'no-balance': [5],
  duplicate: [6],
  'too-long': [2],
  'sender-not-allowed': [6, 'Invalid source address'],
};

const balance = ({ balance: left = 512.4 }: Account) => String(Number(left.toFixed(4)));

export function restFailure(code: Code, desc?: string): Answer {
  const [http, words] = ERRORS[code];
  return jsonOf(http, JSON.stringify({ Code: code, Desc: desc ?? words }));
}

type Code = keyof typeof ERRORS;

const ERRORS = {
  1: [400, 'Argument cannot be null or empty'],
  2: [400, 'Invalid argument'],
  4: [401, 'Unauthorized access'],
  5: [403, 'Not enough credits'],
  6: [400, 'Invalid operation'],
  9: [500, 'Internal server error'],
} as const;

function failed(kind: CallKind, code: Code, desc?: string, login?: string): Reply {
  const refused = desc ?? ERRORS[code][1];
  return { ...reply(kind, restFailure(code, desc), login), refused, count: kind === 'send' ? 1 : 0 };
}

/** A body that is no form is not read. */
function parametersOf(call: Call): Parameters {
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(call.headers['content-type'] ?? '');
  return new Map([...paramsOf(call.query), ...(isForm ? paramsOf(call.body.toString('utf8')) : [])]);
}

/** By their names in lower case. */
export function paramsOf(encoded: string): Parameters {
  return new Map([...new URLSearchParams(encoded)].map(([name, value]) => [name.toLowerCase(), value]));
}

function jsonOf(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: Buffer.from(body) };
}

const reply = (call: CallKind, answer: Answer, login?: string): Reply => ({ kind: 'reply', call, answer, login });
