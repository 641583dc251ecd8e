/** Who is to get which text: a list of phones with one message, or lines of both. */
import iconv from 'iconv-lite';
import type { Form } from './smstraffic-form.ts';

export interface Recipient {
  phone: string;
  message: string;
  /** Size of the message as it came. */
  bytes: number;
  pushId?: string;
}

/** Without an error's code there is at least one. */
export function readRecipients(form: Form): Recipient[] | number {
  // The simulated accounts have no groups.
  if (form.has('group')) return 413;
  const phones = form.get('phones');
  if (phones === undefined) return 403;
  if (phones.trim() === '') return 407;
  const found = form.get('individual_messages') === '1' ? readLines(form, phones) : readList(form, phones);
  if (typeof found === 'number' || form.get('ignore_phone_format') === '1') return found;
  return found.map((it) => wrongPhone(it.phone)).find((code) => code !== undefined) ?? found;
}

function readList(form: Form, phones: string): Recipient[] | number {
  if (!/^\d+(,\d+)*$/.test(phones) && form.get('ignore_phone_format') !== '1') return 440;
  const message = form.get('message') ?? '';
  if (message === '') return 405;
  const bytes = form.bytes('message');
  return phones.split(',').map((phone) => ({ phone: phone.replace(/\D/g, ''), message, bytes }));
}

function readLines(form: Form, lines: string): Recipient[] | number {
  if (form.get('message')) return 404;
  const withPushId = form.get('with_push_id') === '1';
  const charset = form.get('rus') === '5' ? 'utf-8' : 'windows-1251';
  const recipients: Recipient[] = [];
  for (const line of lines.split(form.get('delimiter') || '\n')) {
    if (line.trim() === '') continue;
    const [, pushId, phone, message = ''] = /^(?:([^:\s]+):)?(\d+)(?:\s(.*))?$/s.exec(line.trim()) ?? [];
    if (phone === undefined || (pushId !== undefined) !== withPushId) return 422;
    if (message.trim() === '') return 423;
    recipients.push({ phone, message, bytes: iconv.encode(message, charset).length, pushId });
  }
  return recipients;
}

function wrongPhone(phone: string): number | undefined {
  if (phone.length < 10) return 425;
  if (phone.length > 15) return 426;
  if (phone.startsWith('7') && phone.length !== 11) return 427;
  return /^(0|8\d{10}$)/.test(phone) ? 428 : undefined;
}
