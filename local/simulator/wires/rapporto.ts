/** Rapporto's HTTP API: one call, one recipient, plain text or XML out; reports and inbound SMS by GET. No polling. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Account, Call, CallKind, Refusal, Submission, Trouble } from '../model.ts';
import { inUtf16, text } from './answers.ts';
import { type Code, failure, success } from './rapporto-answers.ts';
import { inboundCalls, reportCalls } from './rapporto-hooks.ts';
import { isBeingWorkedOn, memoryOf } from './rapporto-memory.ts';
import { optionsOf } from './rapporto-options.ts';
import { readSend } from './rapporto-send.ts';
import type { House, Reply, Submit, Wire } from './wire.ts';

export const rapporto: Wire = {
  name: 'rapporto',
  title: 'Rapporto',
  // Every client has a path of its own.
  sendPaths: [],
  allOrNothing: true,
  tellsEveryChange: true,
  // Balances count messages.
  price: 1,
  // Of inbound SMS: every 20 s, 200 attempts at most. Those of reports are not published.
  hookRetryMinutes: Array<number>(199).fill(1 / 3),
  loginOf,
  handle,
  trouble,
  oddCharset: inUtf16,
  reportCalls,
  inboundCalls,
  inboundId: String,
};

function handle(call: Call, house: House): Reply | Submit {
  if (!/^\/[^/]+$/.test(call.path)) return other(404, 'Not Found');
  if (call.method !== 'GET' && call.method !== 'POST') return other(405, 'Method Not Allowed');
  const form = formOf(call);
  const [login, pass] = [form.get('serviceId') ?? '', form.get('pass') ?? ''];
  if (login === '' || pass === '') return failed(400, form, login);
  const account = house.admit(login, pass);
  if (!account) return failed(401, form, login);
  const { active, perSecond } = optionsOf(account);
  if (!active) return failed(403, form, login, account);
  if (memoryOf(account).isTooFast(perSecond)) return failed(408, form, login, account);
  const found = readSend(form, account);
  return typeof found === 'number' ? failed(found, form, login, account) : submit(found, form, account, house);
}

function submit(submission: Submission, form: URLSearchParams, account: Account, house: House): Reply | Submit {
  const memory = memoryOf(account);
  const { dedup, duplicateBlock } = optionsOf(account);
  const firstId = dedup ? memory.idOf(submission.ownId) : undefined;
  if (firstId !== undefined && isBeingWorkedOn(house.find(account, firstId), account)) {
    return failed(503, form, account.login, account);
  }
  const isRepeat = firstId !== undefined || (duplicateBlock && memory.isBlocked(submission));
  return {
    kind: 'submit',
    account,
    submissions: [{ ...submission, id: firstId ?? submission.id }],
    judge: () => (isRepeat ? 'duplicate' : undefined),
    taken: () => memory.remember(submission, duplicateBlock),
    answer: ([result], withIds) => {
      const refusal = result?.refusal;
      const isKnown = refusal === 'duplicate' && firstId !== undefined;
      if (refusal && !isKnown) return failure(REFUSED[refusal], form, account);
      return success(form, account, withIds ? (firstId ?? submission.id) : undefined);
    },
  };
}

/** A stop list of the gateway has no code of its own: the nearest one. */
const REFUSED: Record<Refusal, Code> = {
  'invalid-recipient': 406,
  'missing-recipient': 400,
  blocked: 406,
  'no-balance': 402,
  duplicate: 409,
  'too-long': 414,
  'sender-not-allowed': 403,
};

function trouble(what: Trouble, call: Call): ReturnType<Wire['trouble']> {
  const codes = { auth: 401, 'rate-limited': 408, unavailable: 503, 'error-500': 500 } as const;
  const answer = failure(codes[what], formOf(call));
  return what === 'unavailable' ? { ...answer, headers: { ...answer.headers, 'retry-after': '1' } } : answer;
}

function failed(code: Code, form: URLSearchParams, login: string, account?: Account): Reply {
  const answer = failure(code, form, account);
  return { kind: 'reply', call: 'send', login: login || undefined, answer, refused: `code ${code}`, count: 1 };
}

function other(status: number, words: string): Reply {
  return { kind: 'reply', call: 'other' satisfies CallKind, answer: text(status, words), refused: words };
}

/** UTF-8, whatever the header says. A POST has its parameters in a form. */
function formOf(call: Call): URLSearchParams {
  if (call.method === 'GET') return new URLSearchParams(call.query);
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(call.headers['content-type'] ?? '');
  return new URLSearchParams(isForm ? call.body.toString('utf8') : '');
}

function loginOf(_: IncomingHttpHeaders, query: string): string | undefined {
  return new URLSearchParams(query).get('serviceId') || undefined;
}
