/** Stream Telecom's errors: `{"Code","Desc"}` under 200 or another status, or nothing but the number. */
import type { Account, Answer, CallKind, Refusal } from '../model.ts';
import { json } from './answers.ts';
import type { Reply } from './wire.ts';

interface Trouble {
  code: Code;
  /** The name of the code unless given. */
  words?: string;
  /** What `unusual` accounts read instead. */
  rareWords?: string;
}

type Code = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10;

const NAMES: Record<Code, string> = {
  1: 'ArgumentCanNotBeNullOrEmpty',
  2: 'InvalidArgument',
  3: 'InvalidSessionID',
  4: 'UnauthorizedAccess',
  5: 'NotEnoughCredits',
  6: 'InvalidOperation',
  7: 'Forbidden',
  8: 'GatewayError',
  9: 'InternalServerError',
  10: 'Flood SMS',
};

/** Which text goes with which code is not documented; both are, each for itself. */
export const TROUBLES = {
  missing: { code: 1 },
  noSender: { code: 1, rareWords: 'Нет отправителя' },
  noText: { code: 1, rareWords: 'Нет текста сообщения' },
  noPhone: { code: 1, words: 'Error_No_Destination_Address', rareWords: 'Укажите номер телефона' },
  invalid: { code: 2 },
  phone: { code: 2, words: 'Error_Destination_Address_Blocked', rareWords: 'Данное направление закрыто для вас' },
  sender: { code: 2, words: 'Error_Invalid_Source_Address', rareWords: 'Такого отправителя нет' },
  session: { code: 3 },
  auth: { code: 4, rareWords: 'Неправильный логин или пароль' },
  money: { code: 5, rareWords: 'Error_Not_Enough_Credits' },
  declined: { code: 6, words: 'Error_SMS_Declined' },
  gateway: { code: 8, rareWords: 'Error_Out_of_Service' },
  internal: { code: 9 },
  flood: { code: 10, rareWords: 'Error_Flood_SMS' },
} as const satisfies Record<string, Trouble>;

export type TroubleName = keyof typeof TROUBLES;

export const REFUSED: Record<Refusal, TroubleName> = {
  'invalid-recipient': 'phone',
  'missing-recipient': 'noPhone',
  blocked: 'declined',
  'no-balance': 'money',
  duplicate: 'flood',
  'too-long': 'invalid',
  'sender-not-allowed': 'sender',
};

/** `account` as far as it is known: its options say in which form it reads errors. */
export function failure(name: TroubleName, account: Account | undefined, http?: number): Answer {
  const { errorStatus, bareErrors } = account?.options ?? {};
  const status = http ?? (typeof errorStatus === 'number' ? errorStatus : 400);
  return json(status, bareErrors === true ? TROUBLES[name].code : errorObject(name, account));
}

export function errorObject(name: TroubleName, account: Account | undefined): { Code: Code; Desc: string } {
  const { code, words = NAMES[code], rareWords = words }: Trouble = TROUBLES[name];
  return { Code: code, Desc: account?.unusual ? rareWords : words };
}

export function failed(kind: CallKind, name: TroubleName, account?: Account, login = account?.login): Reply {
  const refused = `error ${TROUBLES[name].code}: ${name}`;
  return { ...reply(kind, failure(name, account), login), refused, count: kind === 'send' ? 1 : 0 };
}

export const reply = (call: CallKind, answer: Answer, login?: string): Reply => ({
  kind: 'reply',
  call,
  answer,
  login,
});
