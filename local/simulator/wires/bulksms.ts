/** BulkSMS, JSON REST v1: de-duplicated submissions, Message objects everywhere, one webhook for each direction. */
import type { Account, Answer, Call, CallKind, HookCall, Inbound, Refusal, Report, Trouble } from '../model.ts';
import { basicOf, inUtf16, parseJson, text } from './answers.ts';
import { BadRequest } from './bulksms-fields.ts';
import { newMessageId, receivedId } from './bulksms-ids.ts';
import { listed, received, sent } from './bulksms-list.ts';
import { memoryOf } from './bulksms-memory.ts';
import {
  answer,
  isFailure,
  PRICE,
  receivedMessage,
  type State,
  sentMessage,
  toldMessage,
  write,
} from './bulksms-messages.ts';
import { readSend, type SendRequest } from './bulksms-send.ts';
import type { House, Reply, Result, Submit, Wire } from './wire.ts';

export const bulksms: Wire = {
  name: 'bulksms',
  title: 'BulkSMS',
  sendPaths: ['/v1/messages'],
  allOrNothing: false,
  tellsEveryChange: true,
  price: PRICE,
  // Every 15 minutes for two days in the end; here only a few times.
  hookRetryMinutes: [1.5, 3, 6, 12, 15, 15, 15],
  loginOf: (headers) => basicOf(headers.authorization)?.user,
  handle,
  trouble: (trouble) => TROUBLES[trouble],
  oddCharset: inUtf16,
  reportCalls,
  inboundCalls,
  inboundId: receivedId,
};

function handle(call: Call, house: House): Reply | Submit {
  const kind = kindOf(call);
  const basic = basicOf(call.headers.authorization);
  const account = basic && house.admit(basic.user, basic.password);
  const count = kind === 'send' ? 1 : 0;
  if (!account) return { ...reply(kind, TROUBLES.auth, basic?.user), refused: 'not let in', count };
  const { login } = account;
  if (memoryOf(account).isTooSoon()) {
    return { ...reply(kind, TROUBLES['rate-limited'], login), refused: 'without a gap', count };
  }
  try {
    if (kind === 'send') return send(readSend(call), house, account);
    const asked = call.query === '' ? {} : { asked: call.query };
    const answered = read(call, house, account);
    return answered
      ? { ...reply(kind, answered, login), ...asked }
      : { ...reply(kind, failure(404, 'not-found', undefined, account), login), ...asked, refused: 'not found' };
  } catch (error) {
    if (!(error instanceof BadRequest)) throw error;
    return { ...reply(kind, badRequest(error.message, account), login), refused: error.message, count };
  }
}

function kindOf({ method, path, query }: Call): CallKind {
  if (method === 'POST' && path === '/v1/messages') return 'send';
  if (method !== 'GET') return 'other';
  if (path === '/v1/profile') return 'balance';
  const isInbound = path.endsWith('/relatedReceivedMessages') || /\btype(=|%3D)RECEIVED/i.test(query);
  return path.startsWith('/v1/messages') ? (isInbound ? 'inbound' : 'status') : 'other';
}

function send({ submissions, deduplicationId }: SendRequest, house: House, account: Account): Reply | Submit {
  const memory = memoryOf(account);
  const first = deduplicationId === undefined ? undefined : memory.submission(deduplicationId);
  if (first) {
    const repeated = account.options.repeatIds === 'new' ? first.map(withNewId) : first;
    const count = submissions.length;
    const asked = `repeat of submission ${deduplicationId}`;
    return { ...reply('send', sendAnswer(repeated, true, account), account.login), asked, count };
  }
  const wanted = submissions.map((it) => {
    return memory.blocked.has(it.phone) ? { ...it, doomed: true, echo: { ...it.echo, fails: 'BLOCKED' } } : it;
  });
  const cost = wanted.reduce((sum, it) => sum + it.parts * PRICE, 0);
  const isBroke = account.balance !== undefined && account.balance < cost;
  return {
    kind: 'submit',
    account,
    submissions: wanted,
    judge: (): Refusal | undefined => (isBroke ? 'no-balance' : undefined),
    taken: () => {
      const results = wanted.map((submission): Result => {
        return house.find(account, submission.id) ? { submission } : { submission, refusal: 'invalid-recipient' };
      });
      if (deduplicationId !== undefined) memory.remember(deduplicationId, results);
      for (const { submission, refusal } of results) {
        const { id, phone, echo } = submission;
        const { repliable } = echo;
        const isRepliable =
          repliable === 'yes' || (repliable === 'default' && account.options.defaultRepliable === true);
        if (!refusal && isRepliable) memory.canBeAnswered(phone, id);
      }
    },
    answer: (results, withIds) => sendAnswer(results, withIds, account),
  };
}

function sendAnswer(results: readonly Result[], withIds: boolean, account: Account): Answer {
  const refusals = new Set(results.map((it) => it.refusal));
  const [only] = refusals.size === 1 ? refusals : [];
  if (only === 'no-balance') return failure(403, 'insufficient-credits', undefined, account);
  if (only === 'invalid-recipient' && account.options.recipientError === 'http') {
    return badRequest('to: not a valid international phone number', account);
  }
  const messages = results.map(({ submission, refusal }) => {
    const message = sentMessage(submission, refusal ? refusedState(refusal) : acceptedState(submission.echo), account);
    return { ...message, id: withIds ? message.id : undefined };
  });
  return answer(201, account.unusual && messages.length === 1 ? messages[0] : messages, account);
}

const acceptedState = (echo: Readonly<Record<string, string>>): State => [echo.planned ? 'SCHEDULED' : 'ACCEPTED'];
const refusedState = (refusal: Refusal): State => ['FAILED', refusal === 'blocked' ? 'BLOCKED' : 'NOT_SENT'];
const withNewId = ({ submission, ...rest }: Result): Result => {
  return { ...rest, submission: { ...submission, id: newMessageId() } };
};

/** undefined = there is no such thing. */
function read({ method, path, query, body, headers }: Call, house: House, account: Account): Answer | undefined {
  const params = new URLSearchParams(query);
  if (path === '/v1/blocked-numbers' && method === 'POST') {
    if (!/^application\/json\b/i.test(headers['content-type'] ?? '')) throw new BadRequest('Content-Type');
    return block(parseJson(body), account);
  }
  if (method !== 'GET') return undefined;
  if (path === '/v1/messages') return answer(200, listed(params, house, account), account);
  if (path === '/v1/profile') return answer(200, profile(account), account);
  if (path === '/v1/blocked-numbers') return blockedNumbers(params, account);
  const [, id, related] = /^\/v1\/messages\/(\d+)(\/relatedReceivedMessages)?$/.exec(path) ?? [];
  if (id === undefined) return undefined;
  if (related) {
    const answers = received(house, account).filter((it) => it.relatedSentMessageId === id);
    return answer(200, answers, account);
  }
  const sms = house.find(account, id);
  const message = sms ? sent([sms], account)[0] : received(house, account).find((it) => it.id === id);
  return message && answer(200, message, account);
}

function profile({ login, balance = 152.75 }: Account) {
  return {
    id: '4321',
    username: login,
    created: '2019-05-08T09:12:44Z',
    credits: { balance, limit: 0, isTransferAllowed: false },
    quota: { size: 1000, remaining: 987 },
    originAddresses: { allowed: [], isFullControlAllowed: true },
  };
}

function block(phones: unknown, account: Account): Answer {
  const isList = Array.isArray(phones) && phones.length <= 1000;
  if (!isList || !phones.every((it) => typeof it === 'string' && /^\+?\d{7,15}$/.test(it))) {
    throw new BadRequest('The body must be an array of 1000 phone numbers at most');
  }
  for (const phone of phones) memoryOf(account).block(String(phone).replace('+', ''));
  return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.alloc(0) };
}

function blockedNumbers(params: URLSearchParams, account: Account): Answer {
  const [least, limit] = [Number(params.get('min-id') ?? 0), Number(params.get('limit') ?? 10_000)];
  if (!Number.isInteger(least) || !Number.isInteger(limit) || limit < 1 || limit > 10_000) {
    throw new BadRequest('min-id or limit is out of bounds');
  }
  const rows = [...memoryOf(account).blocked].map(([phoneNumber, id]) => ({ id, phoneNumber }));
  return answer(200, rows.filter((it) => it.id >= least).slice(0, limit), account);
}

/** The account may ask for up to ten messages in a call. */
function reportCalls(reports: readonly Report[], account: Account): HookCall[] {
  const wanted = reports.filter(({ sms, status }) => sms.echo.deliveryReports !== 'ERRORS' || isFailure(status));
  const chunks = Array.from({ length: Math.ceil(wanted.length / 10) }, (_, i) => wanted.slice(i * 10, i * 10 + 10));
  return chunks.flatMap((chunk) => {
    const messages = chunk.map(({ sms, status, reason }) => toldMessage(sms, status, reason, account));
    return hookCall(account.hooks.reports, messages, account, { reports: chunk, inbound: [] });
  });
}

function inboundCalls(inbound: readonly Inbound[], account: Account): HookCall[] {
  const memory = memoryOf(account);
  for (const it of inbound) memory.receive(it);
  const messages = inbound.map((it) => receivedMessage(it, memory.relatedTo(it), account));
  return inbound.length === 0 ? [] : hookCall(account.hooks.inbound, messages, account, { reports: [], inbound });
}

function hookCall(
  url: string | undefined,
  messages: unknown,
  account: Account,
  tells: Pick<HookCall, 'reports' | 'inbound'>,
): HookCall[] {
  if (url === undefined) return [];
  const headers = { 'content-type': 'application/json', 'user-agent': 'BulkSMS Invoker' };
  return [{ url, headers, body: write(messages, account), ...tells }];
}

const badRequest = (detail: string, account: Account) => failure(400, 'bad-request', detail, account);

function failure(status: number, kind: keyof typeof TITLES, detail?: string, account?: Account): Answer {
  const type = `https://developer.bulksms.com/json/v1/errors${account?.unusual ? '/' : ''}#${kind}`;
  const body = { type, title: TITLES[kind], status, detail };
  return { status, headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify(body)) };
}

const TITLES = {
  'bad-request': 'Bad Request',
  'authentication-failed': 'Authentication Failed',
  'insufficient-credits': 'Insufficient Credits',
  'not-found': 'Not Found',
};

const TROUBLES: Record<Trouble, Answer> = {
  auth: failure(401, 'authentication-failed'),
  // All that anybody has seen of a limit.
  'rate-limited': { status: 400, headers: { 'content-type': 'application/json' }, body: Buffer.alloc(0) },
  unavailable: {
    ...text(503, '<html><body><h1>503 Service Unavailable</h1></body></html>'),
    headers: { 'content-type': 'text/html', 'retry-after': '1' },
  },
  'error-500': { status: 500, headers: { 'content-type': 'application/json' }, body: Buffer.alloc(0) },
};

const reply = (call: CallKind, answered: Answer, login?: string): Reply => {
  return { kind: 'reply', call, answer: answered, login };
};
