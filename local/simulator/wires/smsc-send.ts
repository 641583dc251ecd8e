/** Reads the parameters of SMSc's send call. */
import type { Submission } from '../model.ts';
import { partsOf } from '../segments.ts';
import type { Form } from './smsc-forms.ts';

/** The account's own counter of messages. */
export interface Ids {
  last: number;
}

/** SMS of one request have one id; otherwise the code of the error, for some with the id. */
export function readSend(form: Form, ids: Ids): { submissions: Submission[] } | { error: number; id?: number } {
  const own = form.get('id');
  if (own !== undefined && !(/^\d{1,10}$/.test(own) && Number(own) >= 1 && Number(own) <= INT32)) return { error: 1 };
  if (form.get('time') !== undefined && plannedMs(form.get('time') ?? '') === undefined) return { error: 5 };
  if (!hasValidOptions(form) || OTHER_PRODUCTS.some((it) => form.has(it))) return { error: 1 };
  const wanted = recipients(form);
  if (!wanted || wanted.some((it) => it.text === '' || [...it.text].length > LONGEST_TEXT)) return { error: 1 };
  const id = own === undefined ? nextId(ids) : Number(own);
  const submissions = wanted.map(
    ({ phone, text }): Submission => ({
      id: String(id),
      ownId: own === undefined ? undefined : String(id),
      phone: repaired(phone),
      text,
      sender: form.get('sender'),
      parts: partsOf(text),
      delayMs: plannedMs(form.get('time') ?? ''),
      echo: {},
    }),
  );
  return submissions.every((it) => /^\d{10,15}$/.test(it.phone)) ? { submissions } : { error: 7, id };
}

/** `phones` with `mes`, or lines `phone:text` in `list`. */
function recipients(form: Form): { phone: string; text: string }[] | undefined {
  const list = form.get('list');
  if (list !== undefined) {
    const lines = list.split('\n').filter((it) => it.trim() !== '');
    const rows = lines.map((line) => /^([^:]+):(.*)$/s.exec(line.trim()));
    if (rows.length === 0 || rows.includes(null)) return undefined;
    return rows.map((row) => ({ phone: row?.[1] ?? '', text: row?.[2] ?? '' }));
  }
  const phones = (form.get('phones') ?? '').split(/[,;]/).filter((it) => it.trim() !== '');
  const text = form.get('mes');
  return phones.length === 0 || text === undefined ? undefined : phones.map((phone) => ({ phone, text }));
}

function hasValidOptions(form: Form): boolean {
  const fits = (name: string, pattern: RegExp) => !form.has(name) || pattern.test(form.get(name) ?? '');
  return (
    fits('cost', /^[0-3]$/) &&
    fits('fmt', /^[0-3]$/) &&
    fits('charset', /^(utf-8|windows-1251|koi8-r)$/i) &&
    fits('valid', /^(0?[1-9]|1\d|2[0-4]|(0[1-9]|1\d|2[0-3]):[0-5]\d|24:00)$/) &&
    fits('translit', /^[0-2]$/) &&
    fits('flash', /^[01]$/) &&
    fits('maxsms', /^\d+$/)
  );
}

/** Milliseconds from now for the planned time, 0 for at once; undefined = not a time. */
function plannedMs(time: string): number | undefined {
  if (time === '') return 0;
  const unix = /^0(\d{9,10})$/.exec(time)?.[1];
  if (unix !== undefined) return Math.max(0, Number(unix) * 1000 - Date.now());
  const minutes = /^\+(\d+)$/.exec(time)?.[1];
  if (minutes !== undefined) return Number(minutes) * 60_000;
  const hours = /^(\d{1,2})-(\d{1,2})$/.exec(time);
  if (hours) return Number(hours[1]) <= 24 && Number(hours[2]) <= 24 ? 0 : undefined;
  const [, day, month, year, hour, minute] = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(time) ?? [];
  if (day === undefined) return undefined;
  const at = Date.parse(`20${year}-${month}-${day}T${hour}:${minute}:00+03:00`);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}

/** Numbers with a plus are taken as they are; others are brought into Russia's international form. */
function repaired(phone: string): string {
  if (/[^\d\s()+-]/.test(phone)) return '';
  const digits = digitsOf(phone);
  if (/^\s*\+/.test(phone)) return digits;
  if (digits.length === 11 && digits.startsWith('8')) return `7${digits.slice(1)}`;
  return digits.length === 10 && digits.startsWith('9') ? `7${digits}` : digits;
}

export const digitsOf = (phone: string) => phone.replace(/\D/g, '');

function nextId(ids: Ids): number {
  ids.last += 1;
  return ids.last;
}

const INT32 = 2_147_483_647;
const LONGEST_TEXT = 1000;
/** Parameters that make something else of the request; the simulator sends SMS only. */
const OTHER_PRODUCTS = ['hlr', 'ping', 'mms', 'mail', 'call', 'viber', 'bin', 'push', 'soc', 'voice'];
