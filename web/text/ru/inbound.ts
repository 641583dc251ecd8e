import type { inbound as en } from '../en/inbound.ts';
import type { Russian } from '../translation.ts';

export const inbound: Russian<typeof en> = {
  title: 'Входящие SMS',
  empty: 'Подходящих входящих SMS не было.',
  table: 'Входящие SMS, сначала новые',
  receivedAt: 'Получено',
  phone: 'От кого',
  recipient: 'Кому',
  text: 'Текст',
  effect: 'Что сделано',
  senders: 'Отправители',
  phoneFilter: 'Телефон',
  phoneHelp: 'Номер целиком',
  anyEffect: 'Что угодно',
  hidden: 'этому ключу не показывается',
  notKept: 'больше не хранится',
  effects: { stop: 'стоп-слово', start: 'отказ отменён', none: 'ничего' },
  did: {
    stop: 'Телефон внесён в стоп-листы аккаунтов: {{accounts}}.',
    start: 'Телефон убран из стоп-листов аккаунтов: {{accounts}} — если попал туда по стоп-слову.',
    none: 'На этот телефон можно отправлять, как и раньше. Учтено для аккаунтов: {{accounts}}.',
  },
  lookup: 'В каких стоп-листах он сейчас',
  forNobody: 'Не учтено ни для одного аккаунта: с этим логином шлюза не работает ни один отправитель.',
};
