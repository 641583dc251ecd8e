import type { errorClasses as en } from '../en/errorClasses.ts';
import type { Russian } from '../translation.ts';

export const errorClasses: Russian<typeof en> = {
  auth: 'вход отклонён',
  'invalid-request': 'запрос отклонён',
  'invalid-recipient': 'неверный номер',
  'sender-not-allowed': 'имя отправителя не разрешено',
  'no-balance': 'нет денег на счёте',
  'rate-limited': 'слишком много запросов',
  temporary: 'сбой на стороне шлюза',
  duplicate: 'принято за повтор',
  blocked: 'заблокировано',
  unknown: 'неизвестная ошибка',
  'no-answer': 'нет ответа',
};
