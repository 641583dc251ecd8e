/** What polls of Devino's older API say: the state of one part, and inbound SMS of a period. */
import { type Account, isFinal, partStatus, type Reason, type Status } from '../model.ts';
import { type Parameters, utcDate } from './devino-rest2-send.ts';
import type { House } from './wire.ts';

export function stateOf(params: Parameters, house: House, account: Account): string {
  const id = params.get('messageid') ?? '';
  const sms = house.find(account, id);
  const age = sms ? Date.now() - sms.acceptedAt : 0;
  const { keepMs = TWO_DAYS_MS, stateDelayMs = 0 } = account.options;
  if (!sms || age > Number(keepMs) || age < Number(stateDelayMs)) return written(255, [NONE, NONE, NONE, NONE], null);
  const status = partStatus(sms, id);
  const { acceptedAt, statusAt } = sms;
  const submittedAt = status === 'pending' ? NONE : statusAt;
  const reportedAt = isFinal(status) ? statusAt : NONE;
  const dates = account.unusual ? [acceptedAt, null, null, null] : [acceptedAt, submittedAt, reportedAt, statusAt];
  return written(codeOf(status, sms.reason), dates, account.unusual ? null : PRICE);
}

/** undefined = a date is none, in the wrong order, or more than a year ago. */
export function inboundRows(params: Parameters, house: House, account: Account): string | undefined {
  const [from, to] = [utcDate(params.get('mindateutc') ?? ''), utcDate(params.get('maxdateutc') ?? '')];
  if (from === undefined || to === undefined || from > to || from < Date.now() - YEAR_MS) return undefined;
  const found = house.inbound(account).filter((it) => it.at >= from && it.at <= to);
  for (const it of found) it.pulled = true;
  const rows = found.map((it) => {
    const strings = `"Data":${JSON.stringify(it.text)},"SourceAddress":"${it.from}","DestinationAddress":"${it.to}"`;
    return `{${strings},"ID":${it.id},"CreatedDateUtc":${dateOf(it.at)}}`;
  });
  return `[${rows.join(',')}]`;
}

function codeOf(status: Status, reason: Reason | undefined): number {
  return status === 'rejected' && reason === 'opted-out' ? RECIPIENT_NOT_ALLOWED : CODES[status];
}

const CODES: Record<Status, number> = {
  pending: -2,
  sent: -1,
  delivered: 0,
  undelivered: 42,
  expired: 46,
  rejected: 48,
};

const RECIPIENT_NOT_ALLOWED = 41;

const NAMES: Record<number, string> = {
  [-2]: 'В очереди',
  [-1]: 'Отправлено',
  0: 'Доставлен',
  41: 'Недопустимый адрес получателя',
  42: 'Отклонено смс-центром',
  46: 'Просрочено',
  48: 'Отклонено платформой',
  255: 'Неизвестный',
};

/** Written by hand for the escaped slashes of the dates. */
function written(state: number, dates: readonly (number | null)[], price: number | null): string {
  const [creation, submitted, reported, stamp] = dates.map(dateOf);
  return (
    `{"State":${state},"CreationDateUtc":${creation},"SubmittedDateUtc":${submitted},"ReportedDateUtc":${reported},` +
    `"TimeStampUtc":${stamp},"StateDescription":${JSON.stringify(NAMES[state] ?? '')},"Price":${price}}`
  );
}

const dateOf = (at: number | null) => (at === null ? 'null' : `"\\/Date(${at})\\/"`);

/** The year 1: no date. */
const NONE = -62_135_596_800_000;
/** Of one part, in roubles. */
const PRICE = 2.35;
const TWO_DAYS_MS = 48 * 3600_000;
const YEAR_MS = 366 * 24 * 3600_000;
