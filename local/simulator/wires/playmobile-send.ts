/** Reads the body of Play Mobile's send call; the first error found counts. */
import type { Submission } from '../model.ts';
import { partsOf } from '../segments.ts';
import { isRecord, parseJson } from './answers.ts';

export type ErrorCode =
  | 101
  | 102
  | 103
  | 104
  | 105
  | 202
  | 205
  | 206
  | 301
  | 302
  | 303
  | 304
  | 305
  | 306
  | 401
  | 403
  | 404
  | 405
  | 406
  | 407;

export function readSend(body: Buffer): { submissions: Submission[] } | { error: ErrorCode } {
  const top = parseJson(body);
  if (!isRecord(top) || !Array.isArray(top.messages) || top.messages.length === 0) return { error: 101 };
  if (top.messages.length > MOST_MESSAGES) return { error: 105 };
  const submissions: Submission[] = [];
  for (const entry of top.messages) {
    const found = isRecord(entry) ? readEntry(entry, top) : 101;
    if (typeof found === 'number') return { error: found };
    submissions.push(found);
  }
  return { submissions };
}

function readEntry(entry: Fields, top: Fields): Submission | ErrorCode {
  const { recipient, 'message-id': id } = entry;
  if (typeof recipient !== 'string' || recipient === '') return 202;
  if (typeof id !== 'string' || id === '') return 205;
  if (id.length > LONGEST_ID) return 101;
  const sms = mergedSms(entry.sms, top.sms);
  if (!sms) return 103;
  const options = { ...top, ...entry };
  const wrong = wrongOption(options) ?? wrongTiming(options.timing) ?? wrongTtl(sms.ttl, isRecord(entry.call));
  if (wrong !== undefined) return wrong;
  const { originator, content } = sms;
  if (typeof originator !== 'string' || originator === '') return 401;
  if (content === undefined) return 404;
  if (!isRecord(content) || typeof content.text !== 'string') return 406;
  if (content.text === '') return 404;
  return {
    id,
    ownId: id,
    phone: recipient.replace(/\D/g, ''),
    text: content.text,
    sender: originator,
    parts: partsOf(content.text),
    // The broker has no error for a wrong number: it takes the SMS and fails later.
    doomed: !/^998\d{9}$/.test(recipient),
    echo: {},
  };
}

type Fields = Record<string, unknown>;

/** What an entry does not say, the common `sms` says. */
function mergedSms(own: unknown, common: unknown): Fields | undefined {
  if (!isRecord(own) && !isRecord(common)) return undefined;
  return { ...(isRecord(common) ? common : {}), ...(isRecord(own) ? own : {}) };
}

function wrongOption({ priority, variables }: Fields): ErrorCode | undefined {
  if (priority !== undefined && !PRIORITIES.includes(priority)) return 104;
  return variables === undefined || typeof variables === 'object' ? undefined : 206;
}

/** Whole seconds, as a number or in digits; needed only beside another channel. */
function wrongTtl(ttl: unknown, hasOtherChannel: boolean): ErrorCode | undefined {
  if (ttl === undefined) return hasOtherChannel ? 403 : undefined;
  const isNumber = typeof ttl === 'number' || (typeof ttl === 'string' && /^\d+$/.test(ttl));
  return isNumber && Number.isInteger(Number(ttl)) && Number(ttl) > 0 ? undefined : 407;
}

function wrongTiming(timing: unknown): ErrorCode | undefined {
  if (timing === undefined) return undefined;
  if (!isRecord(timing)) return 101;
  for (const [field, pattern, error] of TIMING) {
    const value = timing[field];
    if (value !== undefined && !pattern.test(String(value))) return error;
  }
  return undefined;
}

const TIMING: readonly [string, RegExp, ErrorCode][] = [
  ['localtime', /^[01]$/, 301],
  ['start-datetime', /^\d{4}-\d\d-\d\d \d\d:\d\d$/, 302],
  ['end-datetime', /^\d{4}-\d\d-\d\d \d\d:\d\d$/, 303],
  ['allowed-starttime', /^\d\d:\d\d$/, 304],
  ['allowed-endtime', /^\d\d:\d\d$/, 305],
  ['send-evenly', /^[01]$/, 306],
];

const PRIORITIES: readonly unknown[] = ['low', 'normal', 'high', 'realtime'];
const MOST_MESSAGES = 100;
const LONGEST_ID = 40;
