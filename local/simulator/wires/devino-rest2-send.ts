/** Reads `/Sms/Send` of Devino's older API. */
import type { Account, Submission } from '../model.ts';
import { partsOf } from '../segments.ts';
import { isAgreed, isSender } from './devino-senders.ts';

/** Values by their names in lower case. */
export type Parameters = ReadonlyMap<string, string>;

/** `code`: the gateway's error. */
export function readSend(params: Parameters, account: Account): Submission | { code: 2 | 6; desc: string } {
  const [from = '', to = '', text = ''] = ['sourceaddress', 'destinationaddress', 'data'].map((it) => params.get(it));
  if (!isSender(from) || !isAgreed(from, account)) return { code: 6, desc: 'Invalid source address' };
  if (!/^\+?[1-9]\d{9,14}$/.test(to)) return { code: 2, desc: 'Invalid destination address' };
  if (text.length > LONGEST_TEXT) return { code: 2, desc: 'Invalid argument: Data' };
  if (!/^\d{1,9}$/.test(params.get('validity') || '0')) return { code: 2, desc: 'Invalid argument: Validity' };
  const at = utcDate(params.get('senddate') || NOW);
  if (at === undefined) return { code: 2, desc: 'Invalid argument: SendDate' };
  const phone = to.replace(/^8(?=\d{10}$)/, '7').replace('+', '');
  const delayMs = at - Number(account.options.sendDateOffsetHours ?? 0) * 3600_000 - Date.now();
  const partIds = newIds(partsOf(text), phone, account);
  const [id = ''] = partIds;
  const delay = delayMs > 0 ? { delayMs } : {};
  return { id, partIds, phone, text, sender: from, parts: partIds.length, echo: {}, ...delay };
}

/** Without a zone, as in `2024-01-28T16:00:00`; undefined = not a date. */
export function utcDate(value: string): number | undefined {
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(value) ? Date.parse(`${value}Z`) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

/** One for each part: 18 digits, larger than 2^53, never again the same, also after a restart; or routes with a plus. */
function newIds(parts: number, phone: string, { options }: Account): string[] {
  const base = BigInt(Date.now()) * HUNDRED_THOUSAND + 1n;
  const first = base > nextId ? base : nextId;
  nextId = first + BigInt(parts);
  return Array.from({ length: parts }, (_, i) => {
    return options.idForm === 'route' ? `SAR-GW01+${phone}${first}-${parts}-${i + 1}` : String(first + BigInt(i));
  });
}

const HUNDRED_THOUSAND = 100_000n;
let nextId = 0n;
const LONGEST_TEXT = 2000;
/** A date of the past is as good as none. */
const NOW = '2000-01-01T00:00:00';
