/** SMSimple's three ways to say no under HTTP 200: a fault, a text in `info`, or an empty result. */
import type { Account, Answer, CallKind, Refusal } from '../model.ts';
import { fault, response, writerOf } from './smsimple-xmlrpc.ts';
import type { Reply } from './wire.ts';

/** There is no public list: the words are made up but for the money's, the numbers all. Some have a number of XML-RPC. */
const ERRORS = {
  parse: { code: -32700, words: 'parse error. not well formed' },
  method: { code: -32601, words: 'server error. requested method not found' },
  params: { code: -32602, words: 'server error. invalid method parameters' },
  auth: { code: 101, words: 'Неверный логин или пароль' },
  session: { code: 102, words: 'Сессия не найдена или устарела' },
  origin: { code: 103, words: 'Подпись не найдена' },
  phone: { code: 104, words: 'Неверный номер телефона' },
  text: { code: 105, words: 'Пустое сообщение' },
  money: { code: 106, words: 'Исчерпан баланс' },
  blocked: { code: 107, words: 'Абонент в черном списке' },
} as const;

export type ErrorName = keyof typeof ERRORS;

export const REFUSED: Record<Refusal, ErrorName> = {
  'invalid-recipient': 'phone',
  'missing-recipient': 'phone',
  blocked: 'blocked',
  'no-balance': 'money',
  duplicate: 'blocked',
  'too-long': 'text',
  'sender-not-allowed': 'origin',
};

/** Calls that cannot be understood always get a fault; for the rest the account's option `errors` says the form. */
export function failure(name: ErrorName, account: Account | undefined, form = account?.options.errors): Answer {
  const { code, words } = ERRORS[name];
  const writer = writerOf(account?.unusual ?? false);
  if (code < 0 || form === 'fault') return fault(code, words, writer);
  const info = writer.string(form === 'empty' ? '' : words);
  return response(writer.struct({ result: writer.string(''), info }));
}

export function failed(kind: CallKind, name: ErrorName, account?: Account, answer = failure(name, account)): Reply {
  const count = kind === 'send' ? 1 : 0;
  return { kind: 'reply', call: kind, answer, login: account?.login, refused: name, count };
}
