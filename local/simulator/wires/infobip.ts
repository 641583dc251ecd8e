/** Infobip: JSON REST, send in v3 and v2, reports pushed, pulled once or looked up in the logs. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Account, Answer, Call, CallKind, HookCall, Inbound, Refusal, Submission, Trouble } from '../model.ts';
import { partsOf } from '../segments.ts';
import { basicHeader, basicOf, inUtf16, isRecord, json, parseJson } from './answers.ts';
import { ACCEPTED, infobipDate, refusalCode } from './infobip-codes.ts';
import { isShapeOne, logs, reportCallsOf, reportsOnce } from './infobip-reports.ts';
import { type ReadBody, readV2, readV3, type SendBody, type Violation, type Wanted } from './infobip-requests.ts';
import { Limit } from './limits.ts';
import type { House, Reply, Result, Submit, Wire } from './wire.ts';

export const infobip: Wire = {
  name: 'infobip',
  title: 'Infobip',
  sendPaths: ['/sms/3/messages', '/sms/2/text/advanced'],
  allOrNothing: false,
  tellsEveryChange: false,
  price: 0.02,
  // 1 min + 1 min × n² after the n-th attempt.
  hookRetryMinutes: [2, 5, 10, 17],
  loginOf: (headers) => credentialsOf(headers)?.login,
  handle,
  trouble: (trouble, call) => failure(TROUBLES[trouble], call),
  oddCharset: inUtf16,
  reportCalls: reportCallsOf,
  inboundCalls,
  inboundId: (serial) => `${serial}000007`,
};

function handle(call: Call, house: House): Reply | Submit {
  const route = ROUTES.find((it) => it.method === call.method && it.path === call.path);
  if (!route) return reply('other', failure({ http: 404, name: 'NOT_FOUND', text: 'Resource not found' }, call));
  const credentials = credentialsOf(call.headers);
  const account = credentials && house.admit(credentials.login, credentials.password);
  if (!account) {
    const answer = failure(TROUBLES.auth, call);
    const count = route.kind === 'send' ? 1 : 0;
    return { ...reply(route.kind, answer, credentials?.login), refused: 'not let in', count };
  }
  if (route.read) return send(call, house, account, route.read);
  const params = new URLSearchParams(call.query);
  const answered = route.answer?.(params, house, account, call) ?? badRequest('no such call', [], call);
  const asked = call.query === '' ? {} : { asked: call.query };
  const refused = answered.status === 200 ? {} : { refused: `HTTP ${answered.status}` };
  return { ...reply(route.kind, answered, account.login), ...asked, ...refused };
}

interface Route {
  method: 'GET' | 'POST';
  path: string;
  kind: CallKind;
  read?(body: unknown): ReadBody;
  answer?(params: URLSearchParams, house: House, account: Account, call: Call): Answer;
}

const ROUTES: readonly Route[] = [
  { method: 'POST', path: '/sms/3/messages', kind: 'send', read: readV3 },
  { method: 'POST', path: '/sms/2/text/advanced', kind: 'send', read: readV2 },
  { method: 'GET', path: '/sms/3/logs', kind: 'status', answer: limitedLogs },
  { method: 'GET', path: '/sms/1/logs', kind: 'status', answer: limitedLogs },
  { method: 'GET', path: '/sms/3/reports', kind: 'status', answer: once },
  { method: 'GET', path: '/sms/1/reports', kind: 'status', answer: once },
  { method: 'GET', path: '/sms/1/inbox/reports', kind: 'inbound', answer: inbox },
  { method: 'GET', path: '/account/1/balance', kind: 'balance', answer: balance },
];

function send(call: Call, house: House, account: Account, read: (body: unknown) => ReadBody): Reply | Submit {
  const { login } = account;
  const body = parseJson(call.body);
  if (!isJson(call.headers) || !isRecord(body)) {
    const answer = badRequest('The body must be a JSON object, with Content-Type application/json', [], call);
    return { ...reply('send', answer, login), refused: 'no JSON object', count: 1 };
  }
  const found = read(body);
  if ('violations' in found) {
    const refused = found.violations.map((it) => `${it.property}: ${it.violation}`).join('; ');
    return { ...reply('send', badRequest('Request was malformed', found.violations, call), login), refused, count: 1 };
  }
  const bulkId = found.body.bulkId ?? newId();
  const submissions = found.body.wanted.map((it) => submissionOf(it, found.body, bulkId));
  return {
    kind: 'submit',
    account,
    submissions,
    judge: (it) => judge(it, house, account),
    answer: (results, withIds) => {
      const answer = { withIds, withCount: found.body.withCount, bulkId, unusual: account.unusual };
      return sendAnswer(results, answer, call);
    },
  };
}

function submissionOf(wanted: Wanted, body: SendBody, bulkId: string): Submission {
  return {
    id: wanted.messageId ?? newId(),
    ownId: wanted.messageId,
    phone: wanted.to.replace(/^\+/, ''),
    text: wanted.text,
    sender: wanted.sender,
    parts: partsOf(wanted.text),
    delayMs: wanted.delayMs ?? body.delayMs,
    reportUrl: wanted.notify ? wanted.url : undefined,
    reports: !wanted.notify ? 'none' : wanted.intermediate ? 'all' : 'final',
    echo: { bulkId, ...wanted.echo },
  };
}

function judge(submission: Submission, house: House, account: Account): Refusal | undefined {
  const { ownId, phone, sender, text, parts } = submission;
  if (phone === '') return 'missing-recipient';
  if (!/^\d{6,15}$/.test(phone)) return 'invalid-recipient';
  if (sender !== undefined && !/^(\+?\d{3,15}|.{1,11})$/u.test(sender)) return 'sender-not-allowed';
  if (parts > 25 || Buffer.byteLength(text) > 4000) return 'too-long';
  if (ownId !== undefined && house.find(account, ownId)) return 'duplicate';
  return undefined;
}

function sendAnswer(
  results: readonly Result[],
  { withIds, withCount, bulkId, unusual }: { withIds: boolean; withCount: boolean; bulkId: string; unusual: boolean },
  call: Call,
): Answer {
  const old = isShapeOne(call.path);
  const accepted = unusual ? { ...ACCEPTED, name: 'MESSAGE_ACCEPTED' } : ACCEPTED;
  const messages = results.map(({ submission, refusal }) => {
    const { id, phone, parts } = submission;
    const status = refusal ? refusalCode(refusal) : accepted;
    const count = old ? { smsCount: parts } : { details: { messageCount: parts } };
    return {
      ...(withIds ? { messageId: id } : {}),
      status: refusal ? { ...status, action: 'See the documentation of statuses' } : status,
      ...(old ? { to: phone } : { destination: phone }),
      ...(withCount ? count : {}),
    };
  });
  return json(200, withIds ? { bulkId, messages } : { messages });
}

function limitedLogs(params: URLSearchParams, house: House, account: Account, call: Call): Answer {
  const wait = account.statusLimits ? logLimit(account).hit(Date.now()) : 0;
  if (wait === 0) return logs(params, house, account, call) ?? badRequest('A parameter is out of bounds', [], call);
  const answer = failure(TROUBLES['rate-limited'], call);
  return { ...answer, headers: { ...answer.headers, 'retry-after': String(Math.ceil(wait / 1000)) } };
}

const logLimits = new WeakMap<Account, Limit>();

function logLimit(account: Account): Limit {
  const limit = logLimits.get(account) ?? new Limit(120, 60_000);
  logLimits.set(account, limit);
  return limit;
}

function once(params: URLSearchParams, house: House, account: Account, call: Call): Answer {
  return reportsOnce(params, house, account, call) ?? badRequest('A parameter is out of bounds', [], call);
}

function inbox(params: URLSearchParams, house: House, account: Account, call: Call): Answer {
  const limit = Number(params.get('limit') ?? 50);
  if (!(limit >= 1 && limit <= 1000)) return badRequest('limit is out of bounds', [], call);
  const waiting = house.inbound(account).filter((it) => !it.pushed && !it.pulled);
  const given = waiting.slice(0, limit);
  for (const it of given) it.pulled = true;
  return json(200, inboundBody(given, account, waiting.length - given.length));
}

function balance(_params: URLSearchParams, _house: House, account: Account): Answer {
  return json(200, { balance: account.balance ?? 47.5, currency: 'EUR' });
}

function inboundCalls(inbound: readonly Inbound[], account: Account): HookCall[] {
  const url = account.hooks.inbound;
  if (url === undefined || inbound.length === 0) return [];
  const headers = { 'content-type': 'application/json', ...basicHeader(account.hookBasic) };
  return [{ url, headers, body: JSON.stringify(inboundBody(inbound, account, 0)), reports: [], inbound }];
}

/** The pushed format MO_JSON_2, also that of the inbox. */
function inboundBody(inbound: readonly Inbound[], account: Account, pending: number) {
  const results = inbound.map(({ id, from, to, text, at }) => {
    const [first = '', ...rest] = text.trim().split(/\s+/);
    const keyword = account.keywords.find((it) => it.toUpperCase() === first.toUpperCase());
    const price = { pricePerMessage: 0, currency: 'EUR' };
    const keywordFields =
      keyword === undefined
        ? { cleanText: text, ...(account.unusual ? { keyword: null } : {}) }
        : { cleanText: rest.join(' '), keyword };
    const common = { receivedAt: infobipDate(at), smsCount: partsOf(text), price, callbackData: '' };
    return { messageId: id, from, to, text, ...keywordFields, ...common };
  });
  return { results, messageCount: results.length, pendingMessageCount: pending };
}

interface Failure {
  http: number;
  name: string;
  text: string;
  retryAfter?: number;
}

const TROUBLES: Record<Trouble, Failure> = {
  auth: { http: 401, name: 'UNAUTHORIZED', text: 'Invalid login details' },
  'rate-limited': { http: 429, name: 'TOO_MANY_REQUESTS', text: 'Too many requests', retryAfter: 1 },
  unavailable: { http: 503, name: 'GENERAL_ERROR', text: 'Something went wrong', retryAfter: 1 },
  'error-500': { http: 500, name: 'GENERAL_ERROR', text: 'Something went wrong' },
};

function failure({ http, name, text, retryAfter }: Failure, call: Call, violations?: readonly Violation[]): Answer {
  const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  if (!isShapeOne(call.path)) {
    const errorCode = `E${http > 500 ? 500 : http}`;
    const action = 'Check the request against the documentation.';
    return json(http, { errorCode, description: text, action, violations: violations ?? [], resources: [] }, headers);
  }
  const validationErrors: Record<string, string[]> = {};
  for (const it of violations ?? []) validationErrors[it.property] = [it.violation];
  const details = violations ? { validationErrors } : {};
  return json(http, { requestError: { serviceException: { messageId: name, text, ...details } } }, headers);
}

const badRequest = (description: string, violations: readonly Violation[], call: Call) =>
  failure({ http: 400, name: 'BAD_REQUEST', text: description }, call, violations);

const reply = (call: CallKind, answer: Answer, login?: string): Reply => ({ kind: 'reply', call, answer, login });

function credentialsOf(headers: IncomingHttpHeaders): { login: string; password?: string } | undefined {
  const basic = basicOf(headers.authorization);
  if (basic) return { login: basic.user, password: basic.password };
  const login = /^(?:App|IBSSO|Bearer) +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  return login === undefined ? undefined : { login };
}

const isJson = (headers: IncomingHttpHeaders) => /^application\/json\b/i.test(headers['content-type'] ?? '');

/** 19 digits, larger than 2^53, and never again the same, also after a restart. */
function newId(): string {
  lastId = lastId < BigInt(Date.now()) * MILLION ? BigInt(Date.now()) * MILLION : lastId + 1n;
  return String(lastId);
}

const MILLION = 1_000_000n;
let lastId = 0n;
