/** Reads the forms of Stream Telecom's four send calls. */
import type { Account, Submission } from '../model.ts';
import { partsOf } from '../segments.ts';
import { isRecord, parseJson } from './answers.ts';
import type { TroubleName } from './streamtelecom-errors.ts';

/** What a call sends besides its options. */
export type SendKind = 'one' | 'bulk' | 'packet' | 'by-time';

/** SMS in the order of the request. Those of several whose phone is wrong are in it: they are refused one by one. */
export function readSend(
  params: URLSearchParams,
  kind: SendKind,
  account: Account,
): { submissions: Submission[] } | { problem: TroubleName } {
  const sender = params.get('sourceAddress') ?? '';
  if (sender === '') return { problem: 'noSender' };
  if (!isSender(sender, account)) return { problem: 'sender' };
  const wanted = kind === 'packet' ? packet(params) : sameText(params, kind);
  if ('problem' in wanted) return wanted;
  const options = readOptions(params, kind);
  if ('problem' in options) return options;
  const submissions = wanted.sms.map(({ phone, text }): Submission => {
    return { id: nextId(), phone, text, sender, parts: partsOf(text), ...options, echo: {} };
  });
  return { submissions };
}

/** Names that the account may send by; empty = any. */
export function sendersOf(account: Account): string[] {
  const { senders } = account.options;
  return typeof senders === 'string' ? senders.split(',').filter((it) => it !== '') : [];
}

function isSender(sender: string, account: Account): boolean {
  const approved = sendersOf(account);
  return /^([\x20-\x7e]{1,11}|\d{1,15})$/.test(sender) && (approved.length === 0 || approved.includes(sender));
}

type Wanted = { sms: { phone: string; text: string }[] } | { problem: TroubleName };

function sameText(params: URLSearchParams, kind: SendKind): Wanted {
  const phones = (kind === 'bulk' ? params.get('destinationAddresses') : params.get('destinationAddress')) ?? '';
  const text = params.get('data') ?? '';
  if (phones === '') return { problem: 'noPhone' };
  if (text === '') return { problem: 'noText' };
  if (kind !== 'bulk' && !isPhone(phones)) return { problem: 'invalid' };
  return { sms: (kind === 'bulk' ? phones.split(',') : [phones]).map((phone) => ({ phone, text })) };
}

/** `{"sms":[{"phone","text"}]}` in one field. */
function packet(params: URLSearchParams): Wanted {
  const field = params.get('phone_data') ?? '';
  if (field === '') return { problem: 'missing' };
  const data = parseJson(Buffer.from(field));
  const rows = isRecord(data) && Array.isArray(data.sms) ? data.sms : [];
  const sms = rows.map((row: unknown) => {
    const { phone, text } = isRecord(row) ? row : {};
    return typeof phone === 'string' && typeof text === 'string' && text !== '' ? { phone, text } : undefined;
  });
  return sms.length === 0 || sms.includes(undefined)
    ? { problem: 'invalid' }
    : { sms: sms.filter((it) => it !== undefined) };
}

function readOptions(
  params: URLSearchParams,
  kind: SendKind,
): { delayMs: number; reportUrl?: string } | { problem: TroubleName } {
  const [validity, date, url] = [params.get('validity'), params.get('sendDate'), params.get('callback_url')];
  if (kind === 'by-time' && !date) return { problem: 'missing' };
  const delayMs = date ? delayUntil(date) : 0;
  if (delayMs === undefined || (validity && !/^[1-9]\d{0,8}$/.test(validity))) return { problem: 'invalid' };
  if (!url) return { delayMs };
  return /^https?:\/\//.test(url) && URL.canParse(url) ? { delayMs, reportUrl: url } : { problem: 'invalid' };
}

/** `YYYY-MM-DDTHH:MM:SS`, taken as UTC; undefined = something else. */
export function utcOf(date: string): number | undefined {
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(date) ? Date.parse(`${date}Z`) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

function delayUntil(date: string): number | undefined {
  const at = utcOf(date);
  return at === undefined ? undefined : Math.max(0, at - Date.now());
}

/** International digits without a plus; 8 at the beginning of eleven is Russia's inland form. */
export const isPhone = (phone: string) => /^[1-9]\d{9,14}$/.test(phone) && !/^8\d{10}$/.test(phone);

/** Nine digits as in the samples; begun with the time, so that a restarted simulator gives no id twice. */
function nextId(): string {
  lastId = Math.max(lastId + 1, 1e8 + (Math.floor(Date.now() / 20) % 9e8));
  return String(lastId);
}

let lastId = 0;
