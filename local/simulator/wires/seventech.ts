/** SevenTech: one JSON call that takes a cascade of steps. No polling, no balance; reports go to the request's `callback`. */
import type { Account, Answer, Call, HookCall, Inbound, Refusal, Report, Status, Trouble } from '../model.ts';
import { basicHeader, basicOf, inUtf16, json, text } from './answers.ts';
import { readSend } from './seventech-send.ts';
import type { House, Reply, Result, Submit, Wire } from './wire.ts';

export const seventech: Wire = {
  name: 'seventech',
  title: 'SevenTech',
  sendPaths: ['/messaging/v1/send'],
  allOrNothing: true,
  tellsEveryChange: true,
  price: 0,
  // Nothing says that a webhook call is ever repeated.
  hookRetryMinutes: [],
  loginOf: (headers) => basicOf(headers.authorization)?.user,
  handle,
  trouble,
  oddCharset: inUtf16,
  reportCalls: (reports, account) => reports.flatMap((it) => reportCall(it, account)),
  inboundCalls: (inbound, account) => inbound.flatMap((it) => inboundCall(it, account)),
  inboundId: String,
};

function handle(call: Call, house: House): Reply | Submit {
  if (call.path !== '/messaging/v1/send') return refused('other', failure(404, 'Not Found'));
  if (call.method !== 'POST') return refused('send', failure(405, 'Method Not Allowed'));
  const basic = basicOf(call.headers.authorization);
  const account = basic && house.admit(basic.user, basic.password);
  if (!account) return refused('send', trouble('auth'), basic?.user);
  const found = readSend(call, account);
  if ('error' in found) return refused('send', failure(found.http, found.error), account.login, found.error);
  return {
    kind: 'submit',
    account,
    submissions: [found],
    // Nothing says that a repeated clientRequestId is noticed.
    judge: () => undefined,
    answer: ([result], withIds) => sendAnswer(result, withIds),
  };
}

function sendAnswer(result: Result | undefined, withIds: boolean): Answer {
  const refusal = result?.refusal;
  if (refusal === 'blocked') return stateAnswer(result?.submission.id, 'REJECTED');
  if (refusal) return failure(...REFUSED[refusal]);
  return stateAnswer(withIds ? result?.submission.id : undefined, 'ACCEPTED');
}

/** An id of digits goes out as a number, too large for a double. */
function stateAnswer(txId: string | undefined, state: string): Answer {
  const answer = json(200, { txId, state });
  return { ...answer, body: Buffer.from(answer.body.toString().replace(/"txId":"(\d+)"/, '"txId":$1')) };
}

/** No table of errors is public: ordinary HTTP. */
const REFUSED: Record<Exclude<Refusal, 'blocked'>, [http: number, message: string]> = {
  'invalid-recipient': [422, 'Invalid recipient'],
  'missing-recipient': [400, 'No recipient'],
  'no-balance': [402, 'Payment Required'],
  duplicate: [409, 'Duplicate request'],
  'too-long': [422, 'Text is too long'],
  'sender-not-allowed': [422, 'Unknown sender'],
};

const failure = (http: number, message: string, headers: Record<string, string> = {}) =>
  json(http, { error: message }, headers);

function refused(kind: 'send' | 'other', answer: Answer, login?: string, why = `HTTP ${answer.status}`): Reply {
  return { kind: 'reply', call: kind, login, answer, refused: why, count: kind === 'send' ? 1 : 0 };
}

function trouble(what: Trouble): Answer {
  switch (what) {
    case 'auth':
      return failure(401, 'Unauthorized', { 'www-authenticate': 'Basic realm="messaging"' });
    case 'rate-limited':
      return failure(429, 'Too Many Requests', { 'retry-after': '1' });
    case 'unavailable':
      return text(503, 'Service Unavailable', { 'retry-after': '1' });
    case 'error-500':
      return text(500, 'Internal Server Error');
  }
}

/** The body of the callback is not known: none, unless the option `callbackShape` chooses a guess. */
function reportCall(report: Report, account: Account): HookCall[] {
  const { sms, status } = report;
  const { callbackShape } = account.options;
  const url = sms.reportUrl ?? account.hooks.reports;
  if (url === undefined || !URL.canParse(url) || (callbackShape !== 'json' && callbackShape !== 'get')) return [];
  const state = account.unusual ? STATES[status].toLowerCase() : STATES[status];
  const id: Record<string, string> =
    account.unusual && sms.ownId !== undefined ? { clientRequestId: sms.ownId } : { txId: sms.id };
  const told = { reports: [report], inbound: [] };
  const headers = basicHeader(sms.reportUrl === undefined ? account.hookBasic : undefined);
  if (callbackShape === 'get') return [{ ...getCall(url, { ...id, state }, headers), ...told }];
  const body = JSON.stringify({ ...id, state }).replace(/"txId":"(\d+)"/, '"txId":$1');
  return [{ url, headers: { 'content-type': 'application/json', ...headers }, body, ...told }];
}

/** `UNDELIVERED` and `REJECTED` are made up: words for failure must exist, but are not public. */
const STATES: Record<Status, string> = {
  pending: 'ACCEPTED',
  sent: 'ACCEPTED',
  delivered: 'DELIVERED',
  undelivered: 'UNDELIVERED',
  expired: 'EXPIRED',
  rejected: 'REJECTED',
};

/** The form of the legacy API; that of the current one is not known. */
function inboundCall(it: Inbound, account: Account): HookCall[] {
  const url = account.hooks.inbound;
  if (url === undefined || !URL.canParse(url)) return [];
  const params = { clientId: it.from, message: it.text, shortNumber: it.to, id: it.id };
  const sendsBack = (status: number, body: string) => (status === 200 && body !== '' ? [body] : []);
  return [{ ...getCall(url, params, basicHeader(account.hookBasic)), sendsBack, reports: [], inbound: [it] }];
}

function getCall(url: string, params: Record<string, string>, headers: Record<string, string>) {
  const whole = new URL(url);
  for (const [name, value] of Object.entries(params)) whole.searchParams.append(name, value);
  return { method: 'GET' as const, url: whole.href, headers, body: '' };
}
