/** Messages as the API shows them. Phones and texts are for keys that may read them. */
import type { MessageEvent, MessageRow } from '../db/messages.ts';
import { digitsOf, maskPhone } from '../sms/phone.ts';
import { priorityOf } from '../sms/priority.ts';
import type { MessageView, MessageWithTimeline } from './schemas/messages.ts';

export interface ViewOptions {
  /** Its name. */
  sender: string;
  /** Whether the key has the scope phones:read. */
  seesPhones: boolean;
}

/** What is shown of a message's row. */
export type ShownRow = Pick<
  MessageRow,
  | 'id'
  | 'accountId'
  | 'status'
  | 'phone'
  | 'text'
  | 'callerId'
  | 'encoding'
  | 'parts'
  | 'priority'
  | 'metadata'
  | 'acceptedAt'
  | 'sendAt'
  | 'expiresAt'
  | 'submittedAt'
  | 'finalAt'
  | 'source'
  | 'cause'
  | 'errorClass'
  | 'errorCode'
  | 'attempt'
>;

export function viewOf(row: ShownRow, { sender, seesPhones }: ViewOptions): MessageView {
  const acceptedAt = acceptedAtOf(row.id);
  return {
    id: row.id,
    status: row.status as MessageView['status'],
    account: row.accountId,
    sender,
    to: seesPhones ? row.phone : maskPhone(row.phone),
    from: row.callerId,
    ...(seesPhones ? { text: row.text } : {}),
    encoding: row.encoding,
    parts: row.parts,
    priority: priorityOf(row.priority),
    metadata: row.metadata as MessageView['metadata'],
    acceptedAt: acceptedAt.toISOString(),
    sendAt: row.sendAt.getTime() > row.acceptedAt.getTime() ? row.sendAt.toISOString() : null,
    validity: Math.round((row.expiresAt.getTime() - row.sendAt.getTime()) / 1000),
    submittedAt: row.submittedAt?.toISOString() ?? null,
    finalAt: row.finalAt?.toISOString() ?? null,
    source: row.source as MessageView['source'],
    cause: seesPhones ? row.cause : withoutPhone(row.cause, row.phone),
    errorClass: row.errorClass as MessageView['errorClass'],
    errorCode: row.errorCode,
    attempts: row.attempt,
  };
}

export function viewWithTimeline(row: ShownRow, events: MessageEvent[], options: ViewOptions): MessageWithTimeline {
  return {
    ...viewOf(row, options),
    timeline: events.map(({ at, kind, source, detail }) => ({
      at: at.toISOString(),
      kind,
      source,
      detail: options.seesPhones ? detail : withoutPhone(detail, row.phone),
    })),
  };
}

/** Gateways repeat the phone in what they write, with and without its prefix. */
export function withoutPhone<V>(value: V, phone: string): V {
  const tail = digitsOf(phone).slice(-9);
  const written = new RegExp(`\\+?\\d{0,6}${tail}`, 'g');
  const mask = maskPhone(phone);
  const walk = (held: unknown): unknown => {
    if (typeof held === 'string') return held.replace(written, mask);
    if (Array.isArray(held)) return held.map(walk);
    if (typeof held !== 'object' || held === null) return held;
    return Object.fromEntries(Object.entries(held).map(([name, inner]) => [name, walk(inner)]));
  };
  return walk(value) as V;
}

/** The id (UUIDv7) holds it, so that the answer to a post and a later read say the same. */
function acceptedAtOf(id: string): Date {
  return new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16));
}
