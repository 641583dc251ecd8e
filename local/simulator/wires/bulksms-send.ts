/** Reads BulkSMS's send call; the first thing found wrong ends it. */
import { isUtf8 } from 'node:buffer';
import type { Call, Submission } from '../model.ts';
import { isRecord, parseJson } from './answers.ts';
import { BadRequest, dateIn, Entry } from './bulksms-fields.ts';
import { newMessageId, newSubmissionId } from './bulksms-ids.ts';
import { contentOf, type Encoding } from './bulksms-text.ts';

export interface SendRequest {
  submissions: Submission[];
  /** Of the whole request. */
  deduplicationId?: string;
}

/** Throws `BadRequest`. */
export function readSend(call: Call): SendRequest {
  const query = readQuery(new URLSearchParams(call.query));
  const now = Date.now();
  const common = { submissionId: newSubmissionId(), at: String(now) };
  const submissions = entriesOf(call).flatMap((it) => submissionsOf(it, query, common));
  if (submissions.length > MOST_MESSAGES) throw new BadRequest(`A request may have ${MOST_MESSAGES} messages at most`);
  return { submissions, deduplicationId: query.deduplicationId };
}

interface Query {
  deduplicationId?: string;
  autoUnicode: boolean;
  /** Milliseconds from now. */
  delayMs?: number;
}

function readQuery(params: URLSearchParams): Query {
  const deduplicationId = params.get('deduplication-id') ?? undefined;
  if (deduplicationId !== undefined && !isInt32(deduplicationId)) {
    throw new BadRequest('deduplication-id must be a 32-bit integer');
  }
  const autoUnicode = params.get('auto-unicode') ?? 'false';
  if (autoUnicode !== 'true' && autoUnicode !== 'false') throw new BadRequest('auto-unicode must be true or false');
  const query = { autoUnicode: autoUnicode === 'true', deduplicationId: deduplicationId && String(+deduplicationId) };
  const date = params.get('schedule-date');
  if (date === null) return query;
  const at = dateIn(date);
  if (at === undefined) throw new BadRequest('schedule-date must have the form yyyy-MM-ddThh:mm:ss[Z|[+-]hh:mm]');
  if (at - Date.now() > TWO_YEARS_MS) throw new BadRequest('schedule-date must be within two years');
  return { ...query, delayMs: Math.max(0, at - Date.now()) };
}

function entriesOf(call: Call): Entry[] {
  const type = call.headers['content-type'] ?? '';
  if (!/^application\/json *(; *charset="?utf-8"? *)?$/i.test(type)) {
    throw new BadRequest('Content-Type must be application/json');
  }
  const body = isUtf8(call.body) ? parseJson(call.body) : undefined;
  const list = Array.isArray(body) ? body : [body];
  if (list.length === 0 || !list.every(isRecord)) throw new BadRequest('The body must be one or more JSON objects');
  return list.map((it) => new Entry(it));
}

function submissionsOf(entry: Entry, query: Query, common: Record<string, string>): Submission[] {
  const recipients = entry.recipients();
  const sender = entry.sender();
  const body = entry.body();
  const encoding: Encoding = entry.among('encoding', ['TEXT', 'UNICODE', 'BINARY'] as const) ?? 'TEXT';
  const most = entry.wholeNumber('longMessageMaxParts', 1) ?? MOST_PARTS;
  const deliveryReports = entry.among('deliveryReports', ['ALL', 'ERRORS', 'NONE'] as const) ?? 'ALL';
  const own = entry.userSuppliedId();
  const echo: Record<string, string> = {
    ...common,
    from: sender?.address ?? REPLY_NUMBER,
    messageClass: String(entry.code('messageClass', CLASSES) ?? 0),
    protocolId: String(entry.code('protocolId', PROTOCOLS) ?? 0),
    deliveryReports,
    ...(own === undefined ? {} : { userSuppliedId: own }),
    // Without a sender the account's settings decide.
    ...(sender?.type === 'REPLIABLE' ? { repliable: 'yes' } : sender === undefined ? { repliable: 'default' } : {}),
    ...(query.delayMs ? { planned: 'yes' } : {}),
  };
  entry.among('routingGroup', ['ECONOMY', 'STANDARD', 'PREMIUM'] as const);
  return recipients.map(({ phone, fields }): Submission => {
    const content = contentOf(body, fields, encoding, query.autoUnicode);
    if (content === undefined) throw new BadRequest('body must be hexadecimal digits, two for each byte');
    const { parts, text } = content;
    if (parts > most) throw new BadRequest(`body takes ${parts} parts, more than longMessageMaxParts (${most})`);
    const isTest = phone === TEST_PHONE;
    return {
      id: newMessageId(),
      phone,
      text,
      sender: sender?.address,
      parts,
      ...(query.delayMs === undefined ? {} : { delayMs: query.delayMs }),
      reports: deliveryReports === 'NONE' ? 'none' : 'all',
      doomed: isTest,
      echo: { ...echo, encoding: content.encoding, ...(isTest ? { fails: 'null' } : {}) },
    };
  });
}

const isInt32 = (value: string) => /^-?\d{1,10}$/.test(value) && Number(value) === (Number(value) | 0);

/** The number that the gateway picks to be answered to: the one that the simulator's phones write to. */
const REPLY_NUMBER = '79990000001';
/** Delivery "fails", but the webhook is called. */
const TEST_PHONE = '1111111';
const MOST_PARTS = 3;
const MOST_MESSAGES = 30_000;
const TWO_YEARS_MS = 2 * 366 * 24 * 3600 * 1000;
const CLASSES = { FLASH_SMS: 0, ME_SPECIFIC: 1, SIM_SPECIFIC: 2, TE_SPECIFIC: 3 };
const PROTOCOLS = { IMPLICIT: 0 };
