/** The words and rows in which SMS Traffic tells what became of an SMS. */
import { type Account, isFinal, partStatus, type Reason, type Sms, type Status } from '../model.ts';
import { element, elements, type Look, NO_SUCH_MESSAGE } from './smstraffic-answers.ts';
import { moscowDate, moscowMinute } from './smstraffic-dates.ts';
import { optionsOf } from './smstraffic-options.ts';

export function wordOf(status: Status, reason: Reason | undefined, { smart, unusual }: Look, account: Account): string {
  const { finalWord } = optionsOf(account);
  if (finalWord !== '' && isFinal(status)) return finalWord;
  if (status === 'pending') return '';
  if (status === 'sent') return unusual ? 'Acceptd' : 'Buffered SMSC';
  if (status === 'rejected') return rejected(reason, smart || unusual, smart);
  if (smart && unusual && status === 'delivered') return 'READ';
  return smart || unusual ? status.toUpperCase() : WORDS[status];
}

const WORDS = { delivered: 'Delivered', undelivered: 'Non Delivered', expired: 'Expired' };

function rejected(reason: Reason | undefined, upper: boolean, smart: boolean): string {
  if (reason === 'failed' && smart) return 'FAILED';
  const word = reason === 'opted-out' ? 'Deleted' : 'Rejected';
  return upper ? word.toUpperCase() : word;
}

/** One entry of the classic API, without the element around it. */
export function classicRow(sms: Sms, id: string, look: Look, account: Account): string {
  const status = partStatus(sms, id);
  return elements(
    {
      submition_date: moscowDate(sms.acceptedAt),
      send_date: status === 'pending' ? '' : moscowDate(sms.acceptedAt),
      last_status_change_date: moscowMinute(sms.statusAt),
      status: wordOf(status, sms.reason, look, account),
      error: '',
      sms_id: id,
    },
    look,
  );
}

export function unknownRow(id: string, look: Look): string {
  return elements({ submition_date: '', status: '', error: NO_SUCH_MESSAGE, sms_id: id }, look);
}

/** One entry of Smart Delivery. */
export function smartRow(sms: Sms, look: Look, account: Account): string {
  const status = wordOf(sms.status, sms.reason, look, account);
  const delivered = sms.status === 'delivered';
  const channel = elements(
    {
      channel: 'sms',
      sent_date: sms.status === 'pending' ? '' : moscowDate(sms.acceptedAt),
      delivery_date: delivered ? moscowDate(sms.statusAt) : '',
      read_date: status === 'READ' ? moscowDate(sms.statusAt) : '',
      status,
      parts_count: String(sms.parts),
      parts_dlv_count: String(delivered ? sms.parts : 0),
    },
    look,
  );
  const dates = { submition_date: moscowDate(sms.acceptedAt), last_update_status: moscowDate(sms.statusAt) };
  const own = elements({ id: sms.id, ...dates }, look) + element('status', status, look);
  return `<msg-info>${own}<channel-info>${channel}</channel-info></msg-info>`;
}
