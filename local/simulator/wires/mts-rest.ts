/** MTS's REST API v1: send, status by either id, balance. */
import { randomUUID } from 'node:crypto';
import type { Account, Answer, Call, CallKind, Refusal, Submission, Trouble } from '../model.ts';
import { partsOf } from '../segments.ts';
import { basicOf, json, text } from './answers.ts';
import {
  Invalid,
  isMsisdn,
  listOf,
  membersOf,
  readObject,
  refusesSender,
  stringOf,
  unlessInvalid,
} from './mts-fields.ts';
import { remember, statusAnswer } from './mts-status.ts';
import type { House, Reply, Result, Submit } from './wire.ts';

export function handleRest(call: Call, house: House): Reply | Submit {
  const kind = KINDS[call.path];
  if (!kind) return reply('other', failure(404, 'Not Found'), undefined, 'no such call');
  if (call.method !== 'POST') return reply(kind, failure(405, 'Method Not Allowed'), undefined, 'not a POST');
  const basic = basicOf(call.headers.authorization);
  const account = basic && house.admit(basic.user, basic.password);
  if (!account) return reply(kind, restTrouble('auth'), basic?.user, 'not let in');
  const { login } = account;
  if (kind === 'balance') return reply('balance', balanceAnswer(account), login);
  return unlessInvalid<Reply | Submit>(
    () => (kind === 'send' ? send(call, account) : status(call, house, account)),
    ({ http, message }) => {
      const answer = kind === 'send' ? refusal(http, message, account) : failure(http, message);
      return reply(kind, answer, login, message);
    },
  );
}

const KINDS: Record<string, CallKind> = {
  '/http-api/v1/messages': 'send',
  '/http-api/v1/messages/info': 'status',
  '/http-api/v1/messages/balanceManagement/balance/full': 'balance',
};

function send(call: Call, account: Account): Submit {
  const submissions = readMessages(call);
  return {
    kind: 'submit',
    account,
    submissions,
    // Nothing says that a repeated message_id is noticed.
    judge: (it) => refusesSender(account, it.sender),
    taken: () => remember(account, submissions),
    answer: (results, withIds) => sendAnswer(results, withIds, account),
  };
}

function readMessages(call: Call): Submission[] {
  const body = readObject(call, ['messages', 'options']);
  const options = body.options === undefined ? {} : membersOf(body.options, 'options', ['class', 'from']);
  if (options.class !== undefined && !Number.isInteger(options.class)) {
    throw new Invalid(422, 'options.class must be a whole number');
  }
  const common = senderOf(options.from, 'options');
  return listOf(body.messages, 'messages').flatMap((it, i) => {
    const path = `messages[${i}]`;
    const message = membersOf(it, path, ['content', 'to', 'from']);
    const content = membersOf(message.content, `${path}.content`, ['short_text']);
    const shortText = stringOf(content.short_text, `${path}.content.short_text`);
    const sender = senderOf(message.from, path) ?? common;
    if (sender === undefined) throw new Invalid(400, `${path}.from.sms_address must be a string`);
    const recipients = listOf(message.to, `${path}.to`);
    return recipients.map((to, j) => submissionOf(to, `${path}.to[${j}]`, shortText, sender));
  });
}

function senderOf(from: unknown, path: string): string | undefined {
  if (from === undefined) return undefined;
  return stringOf(membersOf(from, `${path}.from`, ['sms_address']).sms_address, `${path}.from.sms_address`);
}

function submissionOf(value: unknown, path: string, shortText: string, sender: string): Submission {
  const to = membersOf(value, path, ['msisdn', 'message_id']);
  const phone = stringOf(to.msisdn, `${path}.msisdn`);
  if (!isMsisdn(phone)) throw new Invalid(422, `${path}.msisdn must be 7 and ten digits`);
  const ownId = to.message_id === undefined ? undefined : stringOf(to.message_id, `${path}.message_id`);
  return { id: randomUUID(), ownId, phone, text: shortText, sender, parts: partsOf(shortText), echo: {} };
}

function sendAnswer(results: readonly Result[], withIds: boolean, account: Account): Answer {
  const refused = results.find((it) => it.refusal !== undefined)?.refusal;
  if (refused) return refusal(...REFUSED[refused], account);
  const messages = results.map(({ submission: { id, phone } }) => ({
    ...(withIds ? { internal_id: id } : {}),
    ...(account.unusual ? {} : { msisdn: phone }),
  }));
  return json(200, { messages });
}

const REFUSED: Record<Refusal, [http: number, message: string]> = {
  'invalid-recipient': [422, 'Invalid msisdn'],
  'missing-recipient': [400, 'No msisdn'],
  blocked: [422, 'Sending to this subscriber is forbidden'],
  'no-balance': [402, 'No SMS package'],
  duplicate: [422, 'Duplicate message'],
  'too-long': [422, 'Message is too long'],
  'sender-not-allowed': [422, 'Sender name is not connected'],
};

function status(call: Call, house: House, account: Account): Reply {
  const { answer, asked } = statusAnswer(readObject(call, ['int_ids', 'msg_ids']), house, account);
  const found = answer ?? failure(404, 'Messages not found');
  return { ...reply('status', found, account.login, answer ? undefined : 'unknown id'), asked };
}

/** The official table of codes is not public; only the member `code` itself is known. */
const failure = (http: number, message: string, headers: Record<string, string> = {}) =>
  json(http, { code: http, message }, headers);

/** In the unusual form only `code` tells that nothing was sent. */
const refusal = (http: number, message: string, account: Account) =>
  account.unusual ? json(200, { code: String(http), message }) : failure(http, message);

function balanceAnswer(account: Account): Answer {
  const balance = account.balance ?? ENDLESS;
  return json(200, account.unusual ? { balance: balance.toFixed(2), creditLimit: 0 } : { balance });
}

function reply(kind: CallKind, answer: Answer, login?: string, refused?: string): Reply {
  return { kind: 'reply', call: kind, login, answer, refused, count: kind === 'send' && refused !== undefined ? 1 : 0 };
}

export function restTrouble(what: Trouble): Answer {
  switch (what) {
    case 'auth':
      return failure(401, 'Unauthorized', { 'www-authenticate': 'Basic realm="http-api"' });
    case 'rate-limited':
      return failure(429, 'Too Many Requests', { 'retry-after': '1' });
    case 'unavailable':
      return failure(503, 'Service Unavailable', { 'retry-after': '1' });
    case 'error-500':
      return text(500, 'Internal Server Error');
  }
}

const ENDLESS = 1234.5;
