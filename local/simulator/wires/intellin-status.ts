/** Intellin's status answer: ten fields in this order. */
import type { Account, Sms, Status } from '../model.ts';
import type { Fields } from './intellin-forms.ts';

export function statusFields(sms: Sms, account: Account): Fields {
  const { statusWord } = account.options;
  const words = account.unusual ? { ...WORDS, ...RARE_WORDS } : WORDS;
  const isDelivered = sms.status === 'delivered';
  return {
    serial_id: sms.echo.serial ?? '',
    error_num: '0',
    message_id: sms.id,
    message_parts: String(sms.parts),
    send_date: localDate(sms.acceptedAt + (sms.delayMs ?? 0)),
    deliver_date: isDelivered ? localDate(sms.statusAt) : '',
    date_send: localDate(sms.acceptedAt),
    date_status: localDate(sms.statusAt),
    deliver_status: typeof statusWord === 'string' && statusWord !== '' ? statusWord : words[sms.status],
    error_code: FAILED.has(sms.status) ? NETWORK_ERROR : '0',
  };
}

export const unknownFields = (error: number): Fields => ({
  serial_id: '',
  error_num: String(error),
  message_id: '',
  message_parts: '',
  send_date: '',
  deliver_date: '',
  date_send: '',
  date_status: '',
  deliver_status: '',
  error_code: '',
});

const WORDS: Record<Status, string> = {
  pending: 'ACCEPTD',
  sent: 'PROGRESS',
  delivered: 'DELIVERED',
  undelivered: 'UNDELIV',
  expired: 'EXPIRED',
  rejected: 'REJECTD',
};

const RARE_WORDS = { sent: 'SEND', delivered: 'DELIVRD', undelivered: 'DELETED' };

const FAILED: ReadonlySet<Status> = new Set(['undelivered', 'expired', 'rejected']);

/** The table of the network's codes is not public: made up. */
const NETWORK_ERROR = '27';

/** `yyyy-MM-dd HH:mm:ss` in Moscow's time: the zone is not documented. */
const localDate = (at: number) => new Date(at + 3 * 3600_000).toISOString().slice(0, 19).replace('T', ' ');
