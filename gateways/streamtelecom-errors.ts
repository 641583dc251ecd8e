/** Stream Telecom's errors: an object of `Code` and `Desc`, under any HTTP status, or in place of an id in a list. */
import type { ErrorClass } from '../sms/errors.ts';
import type { HttpResponse } from './gateway.ts';
import { httpTrouble, type Trouble } from './http-answers.ts';
import { fieldOf, intOf, textOf } from './read.ts';

/** The trouble that an answer names; undefined where it names none, which does not make it a success. */
export function streamTrouble(response: HttpResponse, body: unknown): Trouble | undefined {
  const said = errorIn(body);
  const trouble = httpTrouble(response);
  // A 403 comes with errors of every kind; the other statuses say more than a body under them.
  if (trouble === undefined || (response.status === 403 && said !== undefined)) return said;
  return {
    ...trouble,
    ...(said?.code === undefined ? {} : { code: said.code }),
    ...(said?.detail === undefined ? {} : { detail: said.detail }),
  };
}

function errorIn(body: unknown): Trouble | undefined {
  const error = Array.isArray(body) ? body[0] : body;
  const code = intOf(fieldOf(error, 'Code'));
  // The words of the older protocols may be all there is.
  const detail = textOf(fieldOf(error, 'Desc')) ?? (typeof body === 'string' ? textOf(body) : undefined);
  const meaning = meaningOfText(detail ?? '') ?? meaningOfCode(code, detail ?? '');
  if (code === 0 || meaning === undefined) return undefined;
  return {
    kind: 'error',
    ...meaning,
    ...(code === undefined ? {} : { code: String(code) }),
    ...(detail === undefined ? {} : { detail }),
    // Where the gateway itself has failed, or keeps the SMS, nothing says that it will not go out.
    notTaken: meaning.class !== 'temporary',
  };
}

type Meaning = Pick<Trouble, 'class' | 'optOut'>;

function meaningOfCode(code: number | undefined, detail: string): Meaning | undefined {
  if (code === undefined) return undefined;
  if (code === INVALID_ARGUMENT && /phone|destination|телефон|номер/i.test(detail))
    return { class: 'invalid-recipient' };
  return { class: CODES[code] ?? 'unknown' };
}

const INVALID_ARGUMENT = 2;

const CODES: Record<number, ErrorClass> = {
  1: 'invalid-request',
  [INVALID_ARGUMENT]: 'invalid-request',
  3: 'auth',
  4: 'auth',
  5: 'no-balance',
  6: 'invalid-request',
  7: 'auth',
  8: 'temporary',
  9: 'temporary',
  10: 'duplicate',
};

/** Case, ё and what stands around the words do not count. */
function meaningOfText(text: string): Meaning | undefined {
  const plain = text.toLowerCase().replaceAll('ё', 'е');
  return TEXTS.find(([, words]) => words.some((word) => plain.includes(word)))?.[0];
}

/** In the order of looking: some texts hold a shorter one of another meaning. */
const TEXTS: readonly (readonly [Meaning, readonly string[]])[] = [
  // Not enough money, but the SMS is kept and goes out after a payment: it must not be sent again.
  [{ class: 'temporary' }, ['будет отправлена как только']],
  // The platform's own stock, not the customer's.
  [{ class: 'temporary' }, ['у нас закончились sms', 'error_out_of_service']],
  [{ class: 'no-balance' }, ['закончились sms', 'error_not_enough_credits']],
  [
    { class: 'auth' },
    ['неправильный логин или пароль', 'error_invalid_login', 'аккаунт заблокирован', 'error_sms_user_disabled'],
  ],
  [{ class: 'blocked', optOut: true }, ['стоп-лист']],
  [{ class: 'blocked' }, ['error_sms_declined', 'отклонен модератором']],
  [
    { class: 'invalid-recipient' },
    [
      'данное направление закрыто',
      'error_user_destination_blocked',
      'error_destination_address_blocked',
      'укажите номер телефона',
      'error_no_destination_address',
      'номер телефона должен быть меньше',
    ],
  ],
  [
    { class: 'sender-not-allowed' },
    [
      'такого отправителя нет',
      'error_invalid_source_address',
      'error_source_address_declined',
      'отправитель не должен превышать',
      'отправитель не прошел модерацию',
    ],
  ],
  [{ class: 'duplicate' }, ['flood sms', 'error_flood_sms', 'данное сообщение уже было отправлено']],
  [
    { class: 'invalid-request' },
    [
      'нет отправителя',
      'error_no_source_address',
      'нет текста сообщения',
      'error_no_text',
      'error_invalid_xml',
      'error_invalid_post_data',
      'неправильный формат xml',
      'post данные отсутствуют',
      'нет ссылки',
    ],
  ],
];
