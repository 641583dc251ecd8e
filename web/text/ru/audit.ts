import type { audit as en } from '../en/audit.ts';
import type { Russian } from '../translation.ts';

export const audit: Russian<typeof en> = {
  title: 'Журнал изменений',
  empty: 'Подходящих изменений пока не было.',
  table: 'Изменения, сначала новые',
  at: 'Когда',
  actor: 'Кто',
  action: 'Что',
  account: 'Аккаунт',
  object: 'Объект',
  detail: 'Подробности',
  actionHelp: 'Например key.create, или key — все такого рода',
  objectHelp: 'Идентификатор того, что изменено',
  product: 'не по ключу',
};
