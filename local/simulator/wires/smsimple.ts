/** SMSimple, Russia: XML-RPC with sessions, numbered sender names and counts for statuses. No webhooks, no inbound SMS. */
import type { Account, Answer, Call, CallKind, Sms, Trouble } from '../model.ts';
import { inUtf16, text } from './answers.ts';
import { Sessions } from './sessions.ts';
import { failed, failure, REFUSED } from './smsimple-errors.ts';
import { originsOf, readSend } from './smsimple-send.ts';
import { readCall, response, type Struct, type Value, type Writer, writerOf } from './smsimple-xmlrpc.ts';
import type { House, Reply, Result, Submit, Wire } from './wire.ts';

export const smsimple: Wire = {
  name: 'smsimple',
  title: 'SMSimple',
  // All calls have one path: only the body tells which of them sends.
  sendPaths: [],
  allOrNothing: true,
  tellsEveryChange: false,
  price: 2.5,
  hookRetryMinutes: [],
  // The session is in the body.
  loginOf: () => undefined,
  handle,
  trouble,
  oddCharset: inUtf16,
  reportCalls: () => [],
  inboundCalls: () => [],
  inboundId: String,
};

function handle(call: Call, house: House): Reply | Submit {
  if (call.path !== '/') return plain(text(404, 'Not Found'));
  if (call.method !== 'POST') return plain(text(405, 'Method Not Allowed', { allow: 'POST' }));
  const isXml = /^text\/xml\b/i.test(call.headers['content-type'] ?? '');
  const found = isXml ? readCall(call.body) : undefined;
  if (!found) return failed('other', 'parse');
  const { method, params } = found;
  const { kind, serve } = METHODS.get(method) ?? { kind: 'other' };
  const [struct] = params;
  if (!serve) return failed('other', 'method');
  if (params.length !== 1 || !isStruct(struct)) return failed(kind, 'params');
  return serve(struct, house);
}

interface Method {
  kind: CallKind;
  serve(struct: Struct, house: House): Reply | Submit;
}

/** For those who have a session. */
const known = (kind: CallKind, serve: (struct: Struct, account: Account, house: House) => Reply | Submit): Method => ({
  kind,
  serve: (struct, house) => {
    const id = struct.session_id;
    if (typeof id !== 'string') return failed(kind, 'params');
    const account = sessions.find(id, house);
    return account ? serve(struct, account, house) : failed(kind, 'session', sessions.holder(id));
  },
});

const METHODS: ReadonlyMap<string, Method> = new Map([
  ['pajm.user.auth', { kind: 'other', serve: authorise }],
  ['pajm.sms.send', known('send', send)],
  ['pajm.sms.get_delivery', known('status', delivery)],
  ['pajm.user.get_balance', known('balance', balance)],
  ['pajm.origin.select', known('other', origins)],
]);

/** A login that nobody has gets an empty result; a wrong password what the account's option says, empty unless told. */
function authorise({ username, password }: Struct, house: House): Reply {
  if (typeof username !== 'string' || typeof password !== 'string') return failed('other', 'params');
  const account = house.admit(username, password);
  if (account)
    return done('other', account, (write) => write.struct({ session_id: write.string(sessions.open(account)) }));
  const holder = house.admit(username);
  return {
    ...failed('other', 'auth', holder, failure('auth', holder, holder?.options.authErrors ?? 'empty')),
    login: username,
  };
}

function send(struct: Struct, account: Account): Reply | Submit {
  const found = readSend(struct, account);
  if ('problem' in found) return failed('send', found.problem, account);
  const { submissions, multiple } = found;
  return {
    kind: 'submit',
    account,
    submissions,
    // Nothing is known of a look at repeats.
    judge: () => undefined,
    answer: (results, withIds) => sendAnswer(results, withIds, multiple, account),
  };
}

/** One number, or with `multiple` one for each phone. Neither price nor parts. */
function sendAnswer(results: readonly Result[], withIds: boolean, multiple: boolean, account: Account): Answer {
  const refusal = results.find((it) => it.refusal !== undefined)?.refusal;
  if (refusal) return failure(REFUSED[refusal], account);
  return good(account, (write) => {
    const ids = results.map(({ submission }) => write.int(Number(submission.id)));
    if (!withIds) return write.string('');
    return multiple ? write.array(ids) : (ids[0] ?? write.string(''));
  });
}

function delivery({ sms_id: id }: Struct, account: Account, house: House): Reply {
  if (typeof id !== 'number' && !(typeof id === 'string' && /^\d+$/.test(id)))
    return failed('status', 'params', account);
  const last = house.find(account, String(id));
  const phones = last?.echo.phones?.split(',') ?? [];
  const all = phones.map((phone) => house.find(account, String(id), phone)).filter((it) => it !== undefined);
  const reply = done('status', account, (write) => write.struct(countsOf(Number(id), all, account, write)));
  return { ...reply, asked: `delivery of ${id}` };
}

/** SMS = phones × parts. An unknown id has zeros. Unusual: of what is wholly delivered nothing but that. */
function countsOf(id: number, all: readonly Sms[], account: Account, write: Writer): Record<string, string> {
  const sum = (...statuses: Sms['status'][]) =>
    all.filter((it) => statuses.includes(it.status)).reduce((parts, it) => parts + it.parts, 0);
  const counts = {
    sms_id: id,
    sms_count: all.reduce((parts, it) => parts + it.parts, 0),
    sms_delivered: sum('delivered'),
    sms_failed: sum('undelivered', 'expired', 'rejected'),
    sms_delayed: sum('pending', 'sent'),
  };
  const isWhole = counts.sms_count > 0 && counts.sms_delivered === counts.sms_count;
  const told = account.unusual && isWhole ? { sms_id: id, sms_delivered: counts.sms_delivered } : counts;
  return Object.fromEntries(Object.entries(told).map(([name, count]) => [name, write.int(count)]));
}

function balance(_: Struct, account: Account): Reply {
  return done('balance', account, (write) => write.double(account.balance ?? ENDLESS));
}

function origins(_: Struct, account: Account): Reply {
  const row = ({ id, title }: { id: number; title: string }, i: number, write: Writer) =>
    write.struct({
      id: write.int(id),
      title: write.string(title),
      create_date: write.string('20.06.2024 12:00'),
      is_default: write.boolean(i === 0),
    });
  return done('other', account, (write) => write.array(originsOf(account).map((it, i) => row(it, i, write))));
}

const done = (kind: CallKind, account: Account, result: (write: Writer) => string): Reply => ({
  kind: 'reply',
  call: kind,
  answer: good(account, result),
  login: account.login,
});

/** `info` is empty when all is well; also seen as `0`, and absent. */
function good(account: Account, result: (write: Writer) => string): Answer {
  const write = writerOf(account.unusual);
  const { info = account.unusual ? undefined : '' } = account.options;
  const more: Record<string, string> = info === undefined ? {} : { info: write.string(String(info)) };
  return response(write.struct({ result: result(write), ...more }));
}

const plain = (answer: Answer): Reply => ({ kind: 'reply', call: 'other', answer });

const isStruct = (value: Value | undefined): value is Struct =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function trouble(what: Trouble): Answer {
  if (what === 'auth') return failure('session', undefined);
  if (what === 'error-500') return text(500, 'Internal Server Error');
  const [http, words] = what === 'rate-limited' ? [429, 'Too Many Requests'] : [503, 'Service Unavailable'];
  return text(http, words, { 'retry-after': '1' });
}

const sessions = new Sessions();

const ENDLESS = 512.4;
