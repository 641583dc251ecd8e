/**
 * SMS Traffic: a form in, XML under HTTP 200 out, also for errors. The classic API and Smart Delivery, each on a main
 * and a reserve site; reports for every part and change, inbound SMS pushed and polled.
 */
import type { IncomingHttpHeaders } from 'node:http';
import iconv from 'iconv-lite';
import type { Account, Answer, Call, CallKind, Refusal, Trouble } from '../model.ts';
import { text } from './answers.ts';
import { element, elements, failure, type Look, lookOf, ok, reply } from './smstraffic-answers.ts';
import { type Form, readForm } from './smstraffic-form.ts';
import { inboundCalls, reportCalls } from './smstraffic-hooks.ts';
import { optionsOf } from './smstraffic-options.ts';
import { balance, incoming, type Replied, status } from './smstraffic-reads.ts';
import { readSend } from './smstraffic-send.ts';
import type { House, Reply, Result, Submit, Wire } from './wire.ts';

const [CLASSIC, SMART] = ['/multi.php', '/smartdelivery-in/multi.php'];

export const smstraffic: Wire = {
  name: 'smstraffic',
  title: 'SMS Traffic',
  sendPaths: [CLASSIC, SMART, `/reserve${CLASSIC}`, `/reserve${SMART}`],
  allOrNothing: true,
  tellsEveryChange: true,
  price: 3,
  // Whether and when the gateway repeats is not documented: an assumption.
  hookRetryMinutes: [1, 5, 15],
  loginOf: (_: IncomingHttpHeaders, query: string) => new URLSearchParams(query).get('login') || undefined,
  handle,
  trouble,
  oddCharset: inCyrillic,
  reportCalls,
  inboundCalls,
  inboundId: String,
};

function handle(call: Call, house: House): Reply | Submit {
  if (!smstraffic.sendPaths.includes(call.path)) return other(404, 'Not Found');
  if (call.method !== 'GET' && call.method !== 'POST') return other(405, 'Method Not Allowed');
  const form = readForm(call);
  const kind = kindOf(form);
  const [login = '', password = ''] = [form.get('login'), form.get('password')];
  if (login === '') return failed(kind, 401, lookOf(isSmartPath(call)));
  if (password === '') return failed(kind, 402, lookOf(isSmartPath(call)), login);
  const account = house.admit(login, password);
  const look = lookOf(isSmartPath(call), account);
  if (!account) return failed(kind, 411, look, login);
  const { mainDown, code } = optionsOf(account);
  if (mainDown && !call.path.startsWith('/reserve/')) return failed(kind, 1000, look, login);
  if (code !== 0) return failed(kind, code, look, login);
  if (kind === 'send') return send(form, account, look);
  const read = { status, incoming, account: balance }[form.get('operation') ?? ''];
  const said: Replied = read ? read(form, account, look, house) : { code: 404 };
  if ('code' in said) return { ...failed(kind, said.code, look, login), asked: said.asked };
  return { kind: 'reply', call: kind, login, answer: said.answer, asked: said.asked };
}

function kindOf(form: Form): CallKind {
  const operation = form.get('operation');
  if (operation === undefined) return 'send';
  const kinds: Record<string, CallKind> = { status: 'status', incoming: 'inbound', account: 'balance' };
  return kinds[operation] ?? 'other';
}

function send(form: Form, account: Account, look: Look): Reply | Submit {
  const submissions = readSend(form, look.smart, account);
  if (typeof submissions === 'number') return failed('send', submissions, look, account.login);
  return {
    kind: 'submit',
    account,
    submissions,
    // There is no check for repeats.
    judge: () => undefined,
    answer: (results, withIds) => sendAnswer(results, withIds && form.get('want_sms_ids') === '1', look),
  };
}

function sendAnswer(results: readonly Result[], withIds: boolean, look: Look): Answer {
  const refused = results.find((it) => it.refusal !== undefined);
  if (refused?.refusal) {
    const all = results.length > 1 ? ', no messages has been sent' : '';
    return failure(REFUSED[refused.refusal], look, `: ${refused.submission.phone}${all}`);
  }
  const tag = look.smart ? 'id' : 'sms_id';
  const infos = results.flatMap(({ submission: { id, partIds, phone, ownId } }) =>
    (partIds ?? [id]).map((it) => {
      const own = ownId === undefined ? '' : element('push_id', ownId, look);
      return `<message_info>${elements({ phone, [tag]: it }, look)}${own}</message_info>`;
    }),
  );
  const queued = look.smart ? '' : `<description>queued ${results.length} messages</description>`;
  const ids = withIds ? `${look.smart ? '' : '\n'}<message_infos>${infos.join('')}</message_infos>` : '';
  return reply(`${ok(look)}${queued}${ids}`, look);
}

const REFUSED: Record<Refusal, number> = {
  'invalid-recipient': 430,
  'missing-recipient': 403,
  blocked: 432,
  'no-balance': 415,
  duplicate: 404,
  'too-long': 420,
  'sender-not-allowed': 436,
};

function trouble(what: Trouble, call: Call): Answer {
  if (what === 'auth') return failure(411, lookOf(isSmartPath(call)));
  if (what === 'unavailable') return failure(1000, lookOf(isSmartPath(call)));
  if (what === 'error-500') return text(500, 'Internal Server Error');
  return text(429, 'Too Many Requests', { 'retry-after': '1' });
}

/** Letters in windows-1251, though the prolog says UTF-8. */
function inCyrillic(answer: Answer): Answer {
  const xml = answer.body.toString('utf8').replace(/^<\?xml[^>]*>/, '<?xml version="1.0" encoding="UTF-8"?>');
  return { ...answer, body: iconv.encode(xml.replace('</code>', '</code><comment>Принято</comment>'), 'windows-1251') };
}

function failed(call: CallKind, code: number, look: Look, login?: string): Reply {
  const answer = failure(code, look);
  return { kind: 'reply', call, login, answer, refused: `code ${code}`, count: call === 'send' ? 1 : 0 };
}

const other = (status: number, words: string): Reply => {
  return { kind: 'reply', call: 'other', answer: text(status, words), refused: words };
};

const isSmartPath = (call: Call) => call.path.endsWith('/smartdelivery-in/multi.php');
