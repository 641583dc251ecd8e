/** Reads the parameters of Rapporto's send call; the first error found counts. */
import type { Account, Submission } from '../model.ts';
import { partsOf } from '../segments.ts';
import { type Code, isCode } from './rapporto-answers.ts';
import { type Options, optionsOf } from './rapporto-options.ts';

export function readSend(form: URLSearchParams, account: Account): Submission | Code {
  const options = optionsOf(account);
  const [clientId, message] = [form.get('clientId') ?? '', form.get('message') ?? ''];
  // A plus that was not encoded has become a space, which is no part of a number.
  if (clientId.length > 25 || !/^\+?\d[\d-]*$/.test(clientId) || message === '') return 400;
  if (!hasValidOptions(form)) return 400;
  const phone = international(clientId);
  if (!/^\d{11,15}$/.test(phone)) return 406;
  if (message.length > longestText(form, message)) return 414;
  const source = sourceOf(form.get('source'), options);
  if (source === undefined) return isCode(options.sourceError) ? options.sourceError : 403;
  const written = options.shortenLinks && !/^(false|0)$/.test(form.get('shortenLinks') ?? '') ? shortened : same;
  const text = written(message);
  return {
    id: nextId(),
    ownId: form.get('partnerMsgId') ?? undefined,
    phone,
    text,
    sender: source,
    parts: partsOf(text),
    echo: { ptag: form.get('ptag') ?? '' },
  };
}

function hasValidOptions(form: URLSearchParams): boolean {
  const binary = form.has('smpp_encoding') || form.has('smpp_esm_class');
  if (binary && !/^([0-9a-f]{2})+$/i.test(form.get('message') ?? '')) return false;
  return FORMS.every(([name, pattern]) => !form.has(name) || pattern.test(form.get(name) ?? ''));
}

const FORMS: readonly [string, RegExp][] = [
  ['source', /^.{2,11}$/su],
  ['partnerMsgId', /^.{1,50}$/su],
  ['ptag', /^[0-9a-zA-Z-]{1,50}$/],
  ['sending_time', /^([01]\d|2[0-3])_([01]\d|2[0-4])$/],
  ['time_zone', /^[+-]\d\d:\d\d$/],
  ['smsPriority', /^[0-2]$/],
  ['shortenLinks', /^(true|false|0|1)$/],
  ['smpp_encoding', /^\d+$/],
  ['smpp_esm_class', /^\d+$/],
];

/** 8-903-… and 89… are Russia's home form of +79…. */
function international(clientId: string): string {
  const digits = clientId.replace(/\D/g, '');
  return digits.length === 11 && digits.startsWith('8') ? `7${digits.slice(1)}` : digits;
}

function longestText(form: URLSearchParams, message: string): number {
  if (form.get('flash') !== '1') return 2000;
  return /\p{Script=Cyrillic}/u.test(message) ? 70 : 140;
}

/** undefined = not allowed. */
function sourceOf(wanted: string | null, { sources, defaultSource }: Options): string | undefined {
  if (wanted === null || sources === '') return defaultSource;
  return sources === '*' || sources.split(',').includes(wanted) ? wanted : undefined;
}

const shortened = (text: string) => text.replace(/https?:\/\/\S+/gi, 'https://rpt.example/a1b2c3');
const same = (text: string) => text;

/** 64-bit, and grows over restarts; neighbours are the same to a reader of floating-point numbers. */
function nextId(): string {
  lastSerial = Math.max(lastSerial + 1, Date.now() * 1000 + 7);
  return String(FIRST_ID + BigInt(lastSerial));
}

let lastSerial = 0;
const FIRST_ID = 5_120_000_000_000_000_000n;
