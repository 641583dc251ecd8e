/** Stream Telecom, Russia: REST with forms in and JSON out, by login and password or in a session. */
import type { Account, Answer, Call, CallKind, Refusal, Submission, Trouble } from '../model.ts';
import { inUtf16, json, text } from './answers.ts';
import { errorObject, failed, failure, REFUSED, reply } from './streamtelecom-errors.ts';
import { isFlood } from './streamtelecom-flood.ts';
import { incoming } from './streamtelecom-incoming.ts';
import { callerOf, loginIn, loginOf, openSession } from './streamtelecom-login.ts';
import { reportCalls } from './streamtelecom-reports.ts';
import { isPhone, readSend, type SendKind, sendersOf } from './streamtelecom-send.ts';
import { PRICE, stateOf } from './streamtelecom-state.ts';
import type { House, Reply, Result, Submit, Wire } from './wire.ts';

export const streamtelecom: Wire = {
  name: 'streamtelecom',
  title: 'Stream Telecom',
  sendPaths: ['/rest/Send/SendSms/', '/rest/Send/SendBulk/', '/rest/Send/SendBulkPacket/', '/rest/Send/SendByTime/'],
  allOrNothing: false,
  tellsEveryChange: true,
  price: PRICE,
  // Five attempts in all; the pauses are not documented.
  hookRetryMinutes: [1, 5, 10, 15],
  loginOf,
  handle,
  trouble,
  oddCharset: inUtf16,
  reportCalls,
  // Inbound SMS are only for those who ask.
  inboundCalls: () => [],
  inboundId: String,
};

function handle(call: Call, house: House): Reply | Submit {
  const route = ROUTES[call.path];
  if (!route) return reply('other', text(404, 'Not Found'));
  const { methods, serve } = route;
  if (!methods.includes(call.method)) return reply('other', text(405, 'Method Not Allowed', { allow: methods.join() }));
  return serve(paramsOf(call), house, call);
}

interface Route {
  methods: readonly string[];
  serve(params: URLSearchParams, house: House, call: Call): Reply | Submit;
}

type Serve = (params: URLSearchParams, account: Account, house: House) => Reply | Submit;

/** For callers who are let in. */
const known =
  (kind: CallKind, serve: Serve): Route['serve'] =>
  (params, house, call) => {
    const account = callerOf(params, house, kind);
    if (typeof account === 'string') return failed(kind, account, undefined, loginIn(params));
    callers.set(call, account);
    return serve(params, account, house);
  };

const sending = (what: SendKind): Route => ({
  methods: ['POST'],
  serve: known('send', (params, account, house) => send(params, what, account, house)),
});

const ROUTES: Record<string, Route> = {
  '/rest/Send/SendSms/': sending('one'),
  '/rest/Send/SendBulk/': sending('bulk'),
  '/rest/Send/SendBulkPacket/': sending('packet'),
  '/rest/Send/SendByTime/': sending('by-time'),
  '/rest/Session/session.php': { methods: ['POST'], serve: openSession },
  '/rest/Session/': { methods: ['GET'], serve: openSession },
  '/rest/State/state.php': { methods: ['POST'], serve: known('status', state) },
  '/rest/State/': { methods: ['GET'], serve: known('status', state) },
  '/rest/Balance/balance.php': { methods: ['POST'], serve: known('balance', balance) },
  '/rest/Balance/': { methods: ['GET'], serve: known('balance', balance) },
  '/rest/Statistic/originator.php': { methods: ['POST', 'GET'], serve: known('other', senders) },
  '/rest/Incoming/': { methods: ['GET'], serve: known('inbound', incoming) },
};

/** Of a POST the form and nothing else, of a GET the query. */
function paramsOf({ method, query, headers, body }: Call): URLSearchParams {
  if (method === 'GET') return new URLSearchParams(query);
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '');
  return new URLSearchParams(isForm ? body.toString('utf8') : '');
}

function send(params: URLSearchParams, kind: SendKind, account: Account, house: House): Reply | Submit {
  const found = readSend(params, kind, account);
  if ('problem' in found) return failed('send', found.problem, account);
  return {
    kind: 'submit',
    account,
    submissions: found.submissions,
    judge: (submission) => judge(submission, account, house),
    answer: (results, withIds) => sendAnswer(results, withIds, kind, account),
  };
}

function judge(submission: Submission, account: Account, house: House): Refusal | undefined {
  if (!isPhone(submission.phone)) return 'invalid-recipient';
  return isFlood(submission, account, house) ? 'duplicate' : undefined;
}

/** One element for each recipient, in their order; only a single refused SMS is an error of the whole request. */
function sendAnswer(results: readonly Result[], withIds: boolean, kind: SendKind, account: Account): Answer {
  const [first] = results;
  const isSingle = kind === 'one' || kind === 'by-time';
  if (isSingle && first?.refusal) return failure(REFUSED[first.refusal], account);
  if (!withIds) return json(200, []);
  const elements = results.map(({ refusal, submission: { id } }) => {
    if (refusal) return errorObject(REFUSED[refusal], account);
    // Both are seen: strings for one, bare numbers for many.
    return isSingle !== account.unusual ? id : Number(id);
  });
  return json(200, elements);
}

function state(params: URLSearchParams, account: Account, house: House): Reply {
  const id = params.get('messageId');
  if (!id) return failed('status', 'missing', account);
  const answer = json(200, stateOf(house.find(account, id), account));
  return { ...reply('status', answer, account.login), asked: `state of ${id}` };
}

function balance(_: URLSearchParams, account: Account): Reply {
  return reply('balance', json(200, Number((account.balance ?? ENDLESS).toFixed(2))), account.login);
}

/** A new account has the test name only. */
function senders(_: URLSearchParams, account: Account): Reply {
  const approved = sendersOf(account);
  return reply('other', json(200, approved.length > 0 ? approved : ['SMS Info']), account.login);
}

function trouble(what: Trouble, call: Call): Answer {
  const account = callers.get(call);
  if (what === 'auth') return failure('auth', account);
  if (what === 'error-500') return failure('internal', account, 500);
  if (what === 'rate-limited') return text(429, 'Too Many Requests', { 'retry-after': '1' });
  const { headers, ...answer } = failure('gateway', account, 503);
  return { ...answer, headers: { ...headers, 'retry-after': '1' } };
}

/** Whose call it is, for the errors that the core causes. */
const callers = new WeakMap<Call, Account>();

const ENDLESS = 1830.45;
