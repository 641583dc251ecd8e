/** Reads the struct of SMSimple's send call. */
import type { Account, Submission } from '../model.ts';
import { partsOf } from '../segments.ts';
import type { ErrorName } from './smsimple-errors.ts';
import type { Struct } from './smsimple-xmlrpc.ts';

/** One SMS for each phone; without `multiple` they all have one id. */
export function readSend(
  { origin_id: origin, phone, message, multiple = false }: Struct,
  account: Account,
): { submissions: Submission[]; multiple: boolean } | { problem: ErrorName } {
  if (origin === undefined || typeof phone !== 'string' || typeof message !== 'string') return { problem: 'params' };
  if (typeof multiple !== 'boolean') return { problem: 'params' };
  // An empty value is what the vendor's own encoder makes of nil.
  const isMain = origin === null || origin === '';
  if (!isMain && !Number.isInteger(origin)) return { problem: 'params' };
  const names = originsOf(account);
  const sender = (isMain ? names[0] : names.find((it) => it.id === origin))?.title;
  if (sender === undefined) return { problem: 'origin' };
  if (message === '') return { problem: 'text' };
  const phones = [...new Set(phone.split(',').map(repaired))];
  if (phones.includes(undefined)) return { problem: 'phone' };
  const common = nextId();
  const submissions = phones
    .filter((it) => it !== undefined)
    .map((it, i): Submission => {
      const id = String(multiple && i > 0 ? nextId() : common);
      const echo = multiple ? { phones: it } : { phones: phones.join() };
      return { id, phone: it, text: message, sender, parts: partsOf(message), echo };
    });
  return { submissions, multiple };
}

/** The account's sender names, the main one first, as its option `origins` writes them: `53001:ACME,53002:ACME-INFO`. */
export function originsOf({ options: { origins = '53001:ACME,53002:ACME-INFO' } }: Account) {
  const rows = String(origins).split(',');
  return rows.map((row) => {
    const [id = '', ...title] = row.split(':');
    return { id: Number(id), title: title.join(':') };
  });
}

/** Almost any form is taken; Russia's inland forms are brought into the international one. */
function repaired(phone: string): string | undefined {
  if (/[^\d\s()+-]/.test(phone)) return undefined;
  const digits = phone.replace(/\D/g, '');
  if (/^8\d{10}$/.test(digits)) return `7${digits.slice(1)}`;
  if (/^9\d{9}$/.test(digits)) return `7${digits}`;
  return /^[1-9]\d{10,14}$/.test(digits) ? digits : undefined;
}

/** 32 bits at most; begun with the time, so that a restarted simulator gives no id twice. */
function nextId(): number {
  lastId = Math.max(lastId + 1, 1e8 + (Math.floor(Date.now() / 20) % 9e8));
  return lastId;
}

let lastId = 0;
