/** SMSc.ru: form parameters in, HTTP 200 out, also for errors; the account's one webhook for every change. */
import type { IncomingHttpHeaders } from 'node:http';
import iconv from 'iconv-lite';
import type { Account, Answer, Call, CallKind, Refusal, Trouble } from '../model.ts';
import { text } from './answers.ts';
import { errorOf, REFUSED } from './smsc-errors.ts';
import { type Form, readForm, writeForm } from './smsc-forms.ts';
import { type Memory, memoryOf } from './smsc-memory.ts';
import { reportCall } from './smsc-reports.ts';
import { digitsOf, readSend } from './smsc-send.ts';
import { localDate, PRICE, statusRow, unknownRow } from './smsc-status.ts';
import type { House, Reply, Result, Submit, Wire } from './wire.ts';

export const smsc: Wire = {
  name: 'smsc',
  title: 'SMSC.ru',
  sendPaths: ['/sys/send.php', '/rest/send/'],
  allOrNothing: true,
  tellsEveryChange: true,
  price: PRICE,
  // Whether and when the gateway repeats is not documented: an assumption.
  hookRetryMinutes: [1, 5, 15],
  loginOf,
  handle,
  trouble,
  oddCharset: inCyrillic,
  reportCalls: (reports, account) => reports.flatMap((it) => reportCall(it, account)),
  // Inbound SMS are pushed too, but nobody has documented the fields: they wait for get.php.
  inboundCalls: () => [],
  inboundId: String,
};

function handle(call: Call, house: House): Reply | Submit {
  const kind = KINDS[call.path];
  if (!kind || (call.method !== 'GET' && call.method !== 'POST')) return reply('other', text(404, 'Not Found'));
  const form = readForm(call);
  if (!form) return failed(kind, 1, { fmt: 3, charset: 'utf-8' });
  const login = loginIn(form);
  if (login === undefined) return failed(kind, 1, form);
  const account = house.admit(login, form.get('login') ? form.get('psw') : undefined);
  if (!account) return failed(kind, 2, form, login);
  if (kind === 'send') return send(form, account);
  if (kind === 'status') return status(form, house, account);
  if (kind === 'inbound') return answers(form, house, account);
  return balance(form, house, account);
}

const KINDS: Record<string, CallKind> = {
  '/sys/send.php': 'send',
  '/rest/send/': 'send',
  '/sys/status.php': 'status',
  '/sys/balance.php': 'balance',
  '/sys/get.php': 'inbound',
};

function send(form: Form, account: Account): Reply | Submit {
  const memory = memoryOf(account);
  const found = readSend(form, memory.ids);
  if ('error' in found) return failed('send', found.error, form, account.login, found.id);
  const { submissions } = found;
  const cnt = submissions.reduce((sum, it) => sum + it.parts, 0);
  const cost = (cnt * PRICE).toFixed(2);
  if (form.get('cost') === '1') {
    if (memory.prices.hit(form.whole, Date.now()) > 0) return failed('price', 9, form, account.login);
    return { ...reply('price', writeForm({ cost, cnt }, form), account.login), asked: `price of ${cnt} parts` };
  }
  return {
    kind: 'submit',
    account,
    submissions,
    judge: (): Refusal | undefined => (memory.isRepeat(form.whole) ? 'duplicate' : undefined),
    taken: () => memory.remember(form.whole),
    answer: (results, withIds) => sendAnswer(results, withIds, form, account, { cnt, cost }),
  };
}

function sendAnswer(
  results: readonly Result[],
  withIds: boolean,
  form: Form,
  account: Account,
  sums: { cnt: number; cost: string },
): Answer {
  const refused = results.find((it) => it.refusal !== undefined);
  if (refused?.refusal) {
    const code = REFUSED[refused.refusal];
    return writeForm(errorOf('send', code, Number(refused.submission.id)), form);
  }
  const wanted = form.get('cost');
  // Both strings and numbers are seen.
  const money = (amount: string) => (account.unusual ? Number(amount) : amount);
  const balanceAfter = (account.balance ?? ENDLESS).toFixed(2);
  const rows = results.map(({ submission }) => {
    const cost = (submission.parts * PRICE).toFixed(2);
    return { phone: submission.phone, mccmnc: '25001', cost, status: '', error: '' };
  });
  return writeForm(
    {
      ...(withIds ? { id: Number(results[0]?.submission.id) } : {}),
      cnt: sums.cnt,
      ...(wanted === '2' || wanted === '3' ? { cost: money(sums.cost) } : {}),
      ...(wanted === '3' ? { balance: money(balanceAfter) } : {}),
      ...(form.get('op') === '1' ? { phones: rows } : {}),
    },
    form,
  );
}

function status(form: Form, house: House, account: Account): Reply {
  const [phones, ids] = [listOf(form.get('phone')), listOf(form.get('id'))];
  const { login } = account;
  if (!phones || !ids || phones.values.length !== ids.values.length) return failed('status', 1, form, login);
  const pairs = phones.values.map((phone, i) => ({ phone: digitsOf(phone), id: ids.values[i] ?? '' }));
  const asList = phones.asList || ids.asList;
  const asked = pairs.map((it) => `${it.id}/${it.phone}`).join(' ');
  const tooMany = house.open(account, 'status') >= MOST_STATUS_CALLS;
  if (account.statusLimits && (tooMany || isTooOften(pairs, asList, memoryOf(account)))) {
    return { ...failed('status', 9, form, login), asked };
  }
  const detail = Number(form.get('all') ?? 0);
  const rows = pairs.map(({ id, phone }) => {
    const sms = house.find(account, String(Number(id)), phone);
    if (!sms) return unknownRow(id, phone, asList);
    const { flag, err, ...rest } = statusRow(sms, detail, asList);
    return account.unusual ? rest : { ...rest, flag, err };
  });
  return { ...reply('status', writeForm(asList ? rows : (rows[0] ?? {}), form), login), asked };
}

/** Also one value with a trailing comma is a list. */
function listOf(value: string | undefined): { values: string[]; asList: boolean } | undefined {
  if (value === undefined || value === '') return undefined;
  const values = value.replace(/,$/, '').split(',');
  return values.every((it) => /^\s*\+?\d+\s*$/.test(it)) ? { values, asList: value.includes(',') } : undefined;
}

/** More than one mass request a minute, or more than five for the same message. */
function isTooOften(pairs: { phone: string; id: string }[], asList: boolean, memory: Memory): boolean {
  const now = Date.now();
  if (asList) return memory.mass.hit(now) > 0;
  return pairs.some(({ phone, id }) => memory.single.hit(`${id}/${phone}`, now) > 0);
}

function balance(form: Form, house: House, account: Account): Reply {
  const tooMany = house.open(account, 'balance') >= MOST_BALANCE_CALLS;
  if (account.statusLimits && (tooMany || memoryOf(account).balances.hit(Date.now()) > 0)) {
    return failed('balance', 9, form, account.login);
  }
  const currency = form.get('cur') === '1' ? { currency: 'RUB' } : {};
  const row = { balance: (account.balance ?? ENDLESS).toFixed(2), ...currency };
  return reply('balance', writeForm(row, form), account.login);
}

function answers(form: Form, house: House, account: Account): Reply {
  const { login } = account;
  const number = (name: string, most: number) => {
    const value = form.get(name);
    if (value === undefined) return most;
    return /^\d+$/.test(value) && Number(value) <= most ? Number(value) : Number.NaN;
  };
  const [count, hours] = [number('cnt', 10_000), number('hour', 168)];
  const after = form.has('after_id') ? number('after_id', Number.MAX_SAFE_INTEGER) : 0;
  if (form.get('get_answers') !== '1' || Number.isNaN(count + hours + after)) return failed('inbound', 1, form, login);
  const wanted = house
    .inbound(account)
    .filter((it) => Number(it.id) > after && it.at >= Date.now() - hours * 3600_000)
    .filter((it) => !form.has('to_phone') || digitsOf(form.get('to_phone') ?? '') === digitsOf(it.to))
    .slice(0, count);
  for (const it of wanted) it.pulled = true;
  const rows = wanted.map((it) => {
    return { id: Number(it.id), phone: it.from, to_phone: it.to, message: it.text, sent: localDate(it.at) };
  });
  const asked = `answers after ${after}`;
  return rows.length > 0
    ? { ...reply('inbound', writeForm(rows, form), login), asked }
    : { ...failed('inbound', 3, form, login), asked };
}

function failed(kind: CallKind, code: number, form: Pick<Form, 'fmt' | 'charset'>, login?: string, id?: number): Reply {
  const refused = `error ${code}`;
  return { ...reply(kind, writeForm(errorOf(kind, code, id), form), login), refused, count: kind === 'send' ? 1 : 0 };
}

const reply = (call: CallKind, answer: Answer, login?: string): Reply => ({ kind: 'reply', call, answer, login });

function trouble(what: Trouble, call: Call): Answer {
  if (what === 'auth') return writeForm(errorOf('send', 2), readForm(call) ?? { fmt: 3, charset: 'utf-8' });
  if (what === 'error-500') return text(500, 'Internal Server Error');
  const [http, words] = what === 'rate-limited' ? [429, 'Too Many Requests'] : [503, 'Service Unavailable'];
  return text(http, words, { 'retry-after': '1' });
}

/** Valid JSON as windows-1251; read as UTF-8 it has broken letters. */
function inCyrillic(answer: Answer): Answer {
  const body = answer.body.toString('utf8').replace(/\}$/, ',"comment":"Принято"}');
  return { ...answer, body: iconv.encode(body, 'windows-1251') };
}

function loginOf(_: IncomingHttpHeaders, query: string): string | undefined {
  const params = new URLSearchParams(query);
  return params.get('login') || params.get('apikey') || params.get('psw') || undefined;
}

/** `login` with `psw`, or a key: in `apikey`, or in `psw` with an empty login. */
function loginIn(form: Form): string | undefined {
  if (form.get('apikey')) return form.get('apikey');
  if (form.get('psw') === undefined) return undefined;
  return form.get('login') || form.get('psw');
}

/** Calls of one login at the same time. */
const MOST_STATUS_CALLS = 4;
const MOST_BALANCE_CALLS = 14;
const ENDLESS = 512.4;
