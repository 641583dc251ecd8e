/** Devino's newer API: messages in JSON, each with its own result. It has no status call and no report to imitate. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Account, Answer, Call, CallKind, Refusal } from '../model.ts';
import { basicOf, json, text } from './answers.ts';
import { type Fault, messagesOf, readMessage } from './devino-online-send.ts';
import type { House, Reply, Result, Submit } from './wire.ts';

export function online(call: Call, house: House): Reply | Submit {
  const kind = KINDS[`${call.method} ${call.path}`];
  if (!kind) return { ...reply('other', text(404, 'Not Found')), refused: 'no such call' };
  const credentials = credentialsOf(call.headers);
  const account = credentials && house.admit(credentials.login, credentials.password);
  const count = kind === 'send' ? 1 : 0;
  if (!account) {
    const answer = onlineFailure(401, 'forbidden', 'authorization');
    return { ...reply(kind, answer, credentials?.login), refused: 'not let in', count };
  }
  return kind === 'send' ? send(call, account) : reply(kind, balance(account), account.login);
}

const KINDS: Record<string, CallKind> = {
  'POST /sms/messages': 'send',
  'GET /billing-api/companies/current/account': 'balance',
};

function send(call: Call, account: Account): Reply | Submit {
  const params = new URLSearchParams(call.query);
  const messages = messagesOf(call);
  const fault = 'fault' in messages ? messages.fault : wrongFlag(params);
  if ('fault' in messages || fault) {
    const { key, ref } = fault ?? UNKNOWN;
    const refused = `${key} ${ref}`;
    return { ...reply('send', onlineFailure(400, key, ref), account.login), refused, count: 1 };
  }
  const found = messages.list.map((it) => readMessage(it, account));
  const submissions = found.flatMap((it) => ('submission' in it ? it.submission : []));
  const withSegments = params.get('includeSegmentId') === 'true';
  const answer = (results: readonly Result[], withIds: boolean) => {
    const taken = [...results];
    const rows = found.map((it, i) => {
      const result = 'fault' in it ? undefined : taken.shift();
      const refusal = result?.refusal && REFUSED[result.refusal];
      const rejected = 'fault' in it ? it.fault : refusal;
      if (rejected || !result) return rejection(rejected ?? UNKNOWN, i, account);
      return accepted(result, withIds, withSegments);
    });
    return json(200, { result: account.unusual && rows.length === 1 ? rows[0] : rows });
  };
  if (submissions.length > 0) return { kind: 'submit', account, submissions, judge: () => undefined, answer };
  const refused = found.map((it) => ('fault' in it ? `${it.fault.key} ${it.fault.ref}` : '')).join('; ');
  return { ...reply('send', answer([], true), account.login), refused, count: found.length };
}

function accepted({ submission }: Result, withIds: boolean, withSegments: boolean) {
  const { id, parts } = submission;
  const segmentsId = withSegments ? Array.from({ length: parts }, (_, i) => String(BigInt(id) + BigInt(i + 1))) : null;
  return { code: 'OK', ...(withIds ? { messageId: id } : {}), segmentsId };
}

/** Where a reason points is written as a path; unusual accounts see the bare name. */
function rejection({ key, ref }: Fault, i: number, account: Account) {
  const path = ref && !account.unusual ? `messages[${i}].${ref}` : ref;
  return { code: 'REJECTED', description: `Message rejected: ${key}`, reasons: [{ key, ref: path }] };
}

const UNKNOWN: Fault = { key: 'unknown', ref: null };

const REFUSED: Record<Refusal, Fault> = {
  'invalid-recipient': { key: 'invalid', ref: 'to' },
  'missing-recipient': { key: 'must.be.not.null', ref: 'to' },
  blocked: { key: 'forbidden', ref: 'to' },
  'no-balance': { key: 'billing.error', ref: null },
  duplicate: UNKNOWN,
  'too-long': { key: 'length.too.long', ref: 'text' },
  'sender-not-allowed': { key: 'forbidden', ref: 'from' },
};

/** Money has four decimals, zeros too. */
function balance({ balance: left = 512.4, options }: Account): Answer {
  const account =
    `{"companyId":10001,"accountType":"PREPAID","balance":${left.toFixed(4)},"credit":0.0000,"reserve":0.0000,` +
    `"currencyId":1,"isBlocked":${options.isBlocked === true}}`;
  return { ...json(200, {}), body: Buffer.from(`{"result":{"account":${account},"validPacketChannels":[]}}`) };
}

function wrongFlag(params: URLSearchParams): Fault | undefined {
  const wrong = ['includeSegmentId', 'shortenUrl'].find((it) => !['true', 'false'].includes(params.get(it) ?? 'false'));
  return wrong === undefined ? undefined : { key: 'invalid', ref: wrong };
}

/** A request that is refused as a whole has no `result`. */
export function onlineFailure(status: number, key: string, ref: string | null): Answer {
  return json(status, { reasons: [{ key, ref }] });
}

/** `Key`, not `Bearer`; or login and password. */
export function credentialsOf(headers: IncomingHttpHeaders): { login: string; password?: string } | undefined {
  const basic = basicOf(headers.authorization);
  if (basic) return { login: basic.user, password: basic.password };
  const login = /^Key (\S+)$/.exec(headers.authorization ?? '')?.[1];
  return login === undefined ? undefined : { login };
}

const reply = (call: CallKind, answer: Answer, login?: string): Reply => ({ kind: 'reply', call, answer, login });
