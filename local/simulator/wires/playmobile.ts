/** Play Mobile, Uzbekistan: one call. Success is plain text, an error is JSON under HTTP 400. No polling, no balance. */
import { escapeXml } from '../escape.ts';
import type { Account, Answer, Call, HookCall, Inbound, Refusal, Report, Trouble } from '../model.ts';
import { basicHeader, basicOf, inUtf16, json, text } from './answers.ts';
import { type ErrorCode, readSend } from './playmobile-send.ts';
import type { House, Reply, Result, Submit, Wire } from './wire.ts';

export const playmobile: Wire = {
  name: 'playmobile',
  title: 'Play Mobile',
  sendPaths: ['/broker-api/send'],
  allOrNothing: true,
  tellsEveryChange: true,
  price: 0,
  // Whether and when the broker repeats is not documented: an assumption.
  hookRetryMinutes: [1, 5, 15],
  loginOf: (headers) => basicOf(headers.authorization)?.user,
  handle,
  trouble,
  oddCharset: inUtf16,
  reportCalls,
  inboundCalls,
  inboundId: String,
};

function handle(call: Call, house: House): Reply | Submit {
  if (call.path !== '/broker-api/send' || call.method !== 'POST') {
    return { kind: 'reply', call: 'other', answer: text(404, 'Not Found'), refused: 'no such call' };
  }
  const basic = basicOf(call.headers.authorization);
  const account = basic && house.admit(basic.user, basic.password);
  if (!account) {
    const answer = trouble('auth');
    return { kind: 'reply', call: 'send', login: basic?.user, answer, refused: 'not let in', count: 1 };
  }
  const found = readSend(call.body);
  if ('error' in found) {
    const refused = `error ${found.error}`;
    return {
      kind: 'reply',
      call: 'send',
      login: account.login,
      answer: failure(found.error, account),
      refused,
      count: 1,
    };
  }
  return {
    kind: 'submit',
    account,
    submissions: found.submissions,
    // The broker does not look whether an id was used before.
    judge: () => undefined,
    answer: (results, withIds) => sendAnswer(results, withIds, account),
  };
}

function sendAnswer(results: readonly Result[], withIds: boolean, account: Account): Answer {
  const refused = results.find((it) => it.refusal !== undefined)?.refusal;
  if (refused) return failure(REFUSED[refused], account);
  // There never is an id; without its words the answer is empty.
  return text(200, withIds ? 'Request is received' : '');
}

/** The broker documents no code for most of these: the nearest ones. */
const REFUSED: Record<Refusal, ErrorCode> = {
  'invalid-recipient': 202,
  'missing-recipient': 202,
  blocked: 405,
  'no-balance': 102,
  duplicate: 101,
  'too-long': 405,
  'sender-not-allowed': 401,
};

function failure(code: ErrorCode, account: Account): Answer {
  const description = DESCRIPTIONS[code];
  return account.errorShape === 'hyphen'
    ? json(400, { 'error-code': code, 'error-description': description })
    : json(400, { error_code: String(code), error_description: description });
}

const DESCRIPTIONS: Record<ErrorCode, string> = {
  101: 'Syntax error',
  102: 'Account lock',
  103: 'Empty channel',
  104: 'Invalid priority',
  105: 'Too much IDs',
  202: 'Empty recipient',
  205: 'Empty message-id',
  206: 'Invalid variables',
  301: 'Invalid localtime',
  302: 'Invalid start-datetime',
  303: 'Invalid end-datetime',
  304: 'Invalid allowed-starttime',
  305: 'Invalid allowed-endtime',
  306: 'Invalid send-evenly',
  401: 'Empty originator',
  403: 'Empty ttl',
  404: 'Empty content',
  405: 'Content error',
  406: 'Invalid content',
  407: 'Invalid ttl',
};

function trouble(what: Trouble): Answer {
  if (what === 'auth') return text(401, 'Unauthorized', { 'www-authenticate': 'Basic realm="broker-api"' });
  if (what === 'error-500') return text(500, 'Internal Server Error');
  const [http, words] = what === 'rate-limited' ? [429, 'Too Many Requests'] : [503, 'Service Unavailable'];
  return text(http, words, { 'retry-after': '1' });
}

function reportCalls(reports: readonly Report[], account: Account): HookCall[] {
  const url = account.hooks.reports;
  if (url === undefined || reports.length === 0) return [];
  const messages = reports.map((it) => {
    const [status, date] = [statusOf(it), new Date(it.at).toISOString().replace(/\.\d+Z$/, 'Z')];
    if (account.unusual) {
      const plainDate = date.replace('T', ' ').replace('Z', '');
      return { 'message-id': it.sms.id, status: status.toUpperCase(), 'status-date': plainDate };
    }
    const description = it.reason === 'opted-out' ? 'Recipient opted out' : '';
    return { 'message-id': it.sms.id, channel: 'sms', status, 'status-date': date, description };
  });
  const headers = { 'content-type': 'application/json', ...basicHeader(account.hookBasic) };
  return [{ url, headers, body: JSON.stringify(account.unusual ? messages : { messages }), reports, inbound: [] }];
}

function statusOf({ status, reason }: Report): string {
  switch (status) {
    case 'pending':
    case 'sent':
      return 'Transmitted';
    case 'delivered':
      return 'Delivered';
    case 'undelivered':
      return 'NotDelivered';
    case 'expired':
      return 'Expired';
    case 'rejected':
      return reason === 'failed' ? 'Failed' : 'Rejected';
  }
}

function inboundCalls(inbound: readonly Inbound[], account: Account): HookCall[] {
  const url = account.hooks.inbound;
  if (url === undefined || inbound.length === 0) return [];
  const messages = inbound.map((it) => {
    const date = new Date(it.at).toISOString().slice(0, 19).replace('T', ' ');
    const attributes = `id="${it.id}" msisdn="${it.from}" submit-date="${date}"`;
    return `  <message ${attributes}>\n    <content type="text/plain">${escapeXml(it.text)}</content>\n  </message>\n`;
  });
  const body = `<sms-request version="1.0">\n${messages.join('')}</sms-request>\n`;
  const headers = { 'content-type': 'text/xml; charset=utf-8', ...basicHeader(account.hookBasic) };
  return [{ url, headers, body, reports: [], inbound }];
}
