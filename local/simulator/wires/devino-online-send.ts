/** Reads the messages of Devino's newer send call. */
import { isUtf8 } from 'node:buffer';
import type { Account, Call, Submission } from '../model.ts';
import { partsOf } from '../segments.ts';
import { isRecord, parseJson } from './answers.ts';
import { isAgreed, isSender } from './devino-senders.ts';

/** What is wrong, by the gateway's key, and with which field. */
export interface Fault {
  key: string;
  ref: string | null;
}

/** `fault` = the request is refused as a whole. */
export function messagesOf(call: Call): { list: unknown[] } | { fault: Fault } {
  const isJson = /^application\/json *(; *charset="?utf-8"? *)?$/i.test(call.headers['content-type'] ?? '');
  const body = isJson && isUtf8(call.body) ? parseJson(call.body) : undefined;
  if (!isRecord(body)) return { fault: { key: 'invalid', ref: 'body' } };
  const { messages } = body;
  if (!Array.isArray(messages) || messages.length === 0) return { fault: { key: 'must.be.not.null', ref: 'messages' } };
  return messages.length > MOST_MESSAGES
    ? { fault: { key: 'too.many.messages', ref: 'messages' } }
    : { list: messages };
}

export function readMessage(message: unknown, account: Account): { submission: Submission } | { fault: Fault } {
  if (!isRecord(message)) return { fault: { key: 'invalid', ref: 'messages' } };
  for (const field of REQUIRED) {
    if (message[field] === undefined || message[field] === null || message[field] === '') {
      return { fault: { key: 'must.be.not.null', ref: field } };
    }
  }
  const unknown = Object.keys(message).find((field) => !(field in FIELDS));
  if (unknown !== undefined) return { fault: { key: 'invalid', ref: unknown } };
  for (const [field, isValid] of Object.entries(FIELDS)) {
    const value = message[field] ?? undefined;
    if (value !== undefined && !isValid(value)) return { fault: { key: 'invalid', ref: field } };
  }
  const [from, to, text] = [String(message.from), String(message.to), String(message.text)];
  if (text.length > (/^\p{ASCII}*$/u.test(text) ? LONGEST_LATIN : LONGEST)) {
    return { fault: { key: 'length.too.long', ref: 'text' } };
  }
  if (!isAgreed(from, account)) return { fault: { key: 'forbidden', ref: 'from' } };
  const parts = partsOf(text);
  const planned = message.scheduledTime ? Date.parse(String(message.scheduledTime)) - Date.now() : 0;
  const delay = planned > 0 ? { delayMs: planned } : {};
  return { submission: { id: newId(parts), phone: to, text, sender: from, parts, echo: {}, ...delay } };
}

const isText = (value: unknown): value is string => typeof value === 'string';

const REQUIRED = ['from', 'to', 'text'];

const FIELDS: Record<string, (value: unknown) => boolean> = {
  from: (value) => isText(value) && isSender(value),
  // Digits only in all samples.
  to: (value) => isText(value) && /^[1-9]\d{9,14}$/.test(value),
  text: isText,
  validity: (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= LONGEST_VALIDITY_S,
  scheduledTime: (value) => isText(value) && TIME.test(value) && !Number.isNaN(Date.parse(value)),
  priority: (value) => isText(value) && ['LOW', 'MEDIUM', 'HIGH', 'REALTIME'].includes(value),
  callbackUrl: (value) => isText(value) && /^https?:\/\/\S+$/i.test(value) && URL.canParse(value),
  options: (value) => isRecord(value) && Object.values(value).every(isText),
};

/** 19 digits, larger than 2^53, and never again the same, also after a restart; the next ones are for the parts. */
function newId(parts: number): string {
  const id = BigInt(Date.now()) * TWO_MILLION;
  const own = id > nextId ? id : nextId;
  nextId = own + BigInt(parts + 1);
  return String(own);
}

const TWO_MILLION = 2_000_000n;
let nextId = 0n;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/;
const MOST_MESSAGES = 32_000;
const LONGEST = 17_085;
const LONGEST_LATIN = 34_170;
const LONGEST_VALIDITY_S = 259_200;
