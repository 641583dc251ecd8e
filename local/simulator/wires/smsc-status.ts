/** SMSc's status codes and rows. */
import type { Reason, Sms, Status } from '../model.ts';

const CODES: Record<Status, number> = {
  pending: -1,
  sent: 0,
  delivered: 1,
  expired: 3,
  undelivered: 20,
  rejected: 23,
};

const NAMES: Record<Status, string> = {
  pending: 'Ожидает отправки',
  sent: 'Передано оператору',
  delivered: 'Доставлено',
  expired: 'Просрочено',
  undelivered: 'Невозможно доставить',
  rejected: 'Запрещено',
};

export const statusCode = (status: Status) => CODES[status];

/** 252 number forbidden, 253 spam filter, 245 status not received, 6 not in the network. */
export function errorCode(status: Status, reason: Reason | undefined): number {
  if (status === 'rejected') return reason === 'opted-out' ? 252 : 253;
  if (status === 'expired') return 245;
  return status === 'undelivered' ? 6 : 0;
}

/** In the account's local time, which is Moscow's. */
export function localDate(at: number): string {
  const [date = '', time = ''] = new Date(at + MOSCOW_MS).toISOString().slice(0, 19).split('T');
  return `${date.split('-').reverse().join('.')} ${time}`;
}

/** `all`: 0 short, 1 full, 2 with the country. Rows of a list name their message. */
export function statusRow(sms: Sms, all: number, inList: boolean): Record<string, unknown> {
  return {
    status: statusCode(sms.status),
    last_date: localDate(sms.statusAt),
    last_timestamp: Math.floor(sms.statusAt / 1000),
    flag: 0,
    err: errorCode(sms.status, sms.reason),
    ...(inList ? { id: Number(sms.id), phone: sms.phone } : {}),
    ...(all >= 1 ? full(sms) : {}),
    ...(all >= 2 ? { country: 'Россия', operator: 'МегаФон', region: 'Москва' } : {}),
  };
}

export function unknownRow(id: string, phone: string, inList: boolean): Record<string, unknown> {
  return { status: -3, last_date: '', last_timestamp: 0, ...(inList ? { id: Number(id), phone } : {}) };
}

function full(sms: Sms): Record<string, unknown> {
  return {
    send_date: localDate(sms.acceptedAt),
    send_timestamp: Math.floor(sms.acceptedAt / 1000),
    phone: sms.phone,
    cost: (sms.parts * PRICE).toFixed(2),
    sender_id: sms.sender ?? '',
    status_name: NAMES[sms.status],
    message: sms.text,
    comment: '',
    type: 0,
  };
}

/** Of one part, in roubles. */
export const PRICE = 2.95;

const MOSCOW_MS = 3 * 3600_000;
