/**
 * Erases one phone from the books, everywhere but on the suppress lists: what was sent to it and came from it stays as
 * numbers and statuses. Can be done again at any time, and goes on where it was cut short.
 */
import { and, eq, gt, inArray, isNull, ne, notInArray, or, sql as q, type SQL } from 'drizzle-orm';
import { digitsOf, maskPhone } from '../sms/phone.ts';
import { OPEN_STATUSES } from '../sms/status.ts';
import { type Actor, writeAudit } from './audit.ts';
import type { Db } from './connection.ts';
import {
  messageEvents as e,
  gatewayMessages as g,
  hooks as h,
  idempotencyKeys,
  inbound,
  messages as m,
  senders,
} from './schema.ts';

/** What stands in the place of the phone. */
export const ERASED = 'erased';

export interface ErasedCounts {
  messages: number;
  inboundTexts: number;
  unmatchedReports: number;
  webhookCalls: number;
  /** That had the phone among their verified ones. */
  senders: number;
}

export type Erasure =
  | { kind: 'erased'; counts: ErasedCounts }
  /** Nothing was erased: there are open messages to the phone, or calls about it that are being worked through. */
  | { kind: 'open'; messages: number; calls: number };

/** @param phone E.164 with the plus */
export async function erasePhone(db: Db, actor: Actor, phone: string): Promise<Erasure> {
  const traces = tracesOf(phone);
  const open = { messages: await countOpen(db, phone), calls: await countCallsUnderWay(db, traces) };
  if (open.messages + open.calls > 0) return { kind: 'open', ...open };
  const webhookCalls = await eraseCalls(db, traces);
  const counts = await db.orm.transaction(async (tx) => {
    const counts: ErasedCounts = {
      messages: await eraseMessages(tx, phone, traces),
      inboundTexts: await eraseInbound(tx, phone),
      unmatchedReports: await eraseUnmatched(tx, phone, traces),
      webhookCalls,
      senders: await eraseVerified(tx, phone),
    };
    await writeAudit(tx, actor, {
      action: 'phone.erase',
      accountId: null,
      detail: { phone: maskPhone(phone), ...counts },
    });
    return counts;
  });
  return { kind: 'erased', counts };
}

type Tx = Parameters<Parameters<Db['orm']['transaction']>[0]>[0];

/** How a phone is written by others: with any prefix, and with spaces, brackets and dashes between its digits. */
interface Traces {
  /** For Postgres: whether there is one. */
  pattern: string;
  /** All of it taken out. */
  erase<V>(value: V): V;
}

/** Longer than what two phones have in common by chance, and without what people dial before it. */
const TAIL = 9;

function tracesOf(phone: string): Traces {
  const tail = digitsOf(phone).slice(-TAIL);
  const spelled = [...tail].join('[^0-9A-Za-z]{0,3}');
  const isShort = tail.length < TAIL;
  // A short number is found within others: it counts only where it stands alone.
  const pattern = isShort ? `(?<![0-9])${spelled}(?![0-9])` : spelled;
  const whole = new RegExp(isShort ? `\\+?${pattern}` : `\\+?(?:[0-9][^0-9A-Za-z]{0,3}){0,6}${pattern}`, 'g');
  const erase = (held: unknown): unknown => {
    if (typeof held === 'string') return held.replace(whole, ERASED);
    if (typeof held === 'number') return String(held).search(whole) >= 0 ? ERASED : held;
    if (Array.isArray(held)) return held.map(erase);
    if (typeof held !== 'object' || held === null) return held;
    return Object.fromEntries(Object.entries(held).map(([name, inner]) => [erase(name), erase(inner)]));
  };
  return { pattern, erase: (value) => erase(value) as typeof value };
}

async function countOpen(db: Db, phone: string): Promise<number> {
  const [row] = await db.orm
    .select({ n: q<number>`count(*)::int` })
    .from(m)
    .where(and(eq(m.phone, phone), inArray(m.status, [...OPEN_STATUSES])));
  return row?.n ?? 0;
}

/** A call that was not worked through for so long will never be, and is erased all the same. */
const UNDER_WAY = q`${h.state} = 'received' AND ${h.receivedAt} > now() - interval '1 hour'`;

async function countCallsUnderWay(db: Db, { pattern }: Traces): Promise<number> {
  const [row] = await db.orm
    .select({ n: q<number>`count(*)::int` })
    .from(h)
    .where(and(UNDER_WAY, callHolds(pattern)));
  return row?.n ?? 0;
}

function callHolds(pattern: string): SQL {
  const text = q`concat_ws(' ', ${h.path}, ${h.query}, ${h.headers}::text, ${h.detail})`;
  return q`(${text} ~ ${pattern} OR encode(${h.body}, 'escape') ~ ${pattern})`;
}

/** Calls that are looked through in one statement. */
const CALLS_AT_ONCE = 2_000;

/** All that are kept: a call may be about any number of phones, and nothing says which. */
async function eraseCalls(db: Db, { pattern }: Traces): Promise<number> {
  let count = 0;
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    const looked = await db.orm
      .select({ id: h.id, holds: q<boolean>`${callHolds(pattern)} AND NOT (${UNDER_WAY})` })
      .from(h)
      .where(gt(h.id, after))
      .orderBy(h.id)
      .limit(CALLS_AT_ONCE);
    const ids = looked.filter(({ holds }) => holds).map(({ id }) => id);
    if (ids.length > 0) {
      await db.orm
        .update(h)
        .set({
          path: '',
          query: '',
          headers: {},
          body: new Uint8Array(),
          detail: ERASED,
          state: q`CASE ${h.state} WHEN 'received' THEN 'refused' ELSE ${h.state} END`,
        })
        .where(inArray(h.id, ids));
      count += ids.length;
    }
    const last = looked.at(-1);
    if (!last || looked.length < CALLS_AT_ONCE) return count;
    after = last.id;
  }
}

const MESSAGES_AT_ONCE = 500;

/** Those that have ended: one that was accepted since is a new one. */
async function eraseMessages(tx: Tx, phone: string, traces: Traces): Promise<number> {
  const theirs = and(eq(m.phone, phone), notInArray(m.status, [...OPEN_STATUSES]));
  // In the order of all locks (docs/architecture.md): a report of one of them may come meanwhile.
  await tx
    .select({ id: g.gatewayId })
    .from(g)
    .where(inArray(g.messageId, tx.select({ id: m.id }).from(m).where(theirs)))
    .orderBy(g.gatewayAccountId, g.gatewayId, g.phone)
    .for('update');
  const ended = await tx
    .select({ id: m.id, cause: m.cause, errorCode: m.errorCode })
    .from(m)
    .where(theirs)
    .orderBy(m.id)
    .for('update');
  for (let from = 0; from < ended.length; from += MESSAGES_AT_ONCE) {
    const some = ended.slice(from, from + MESSAGES_AT_ONCE);
    const ids = some.map(({ id }) => id);
    await eraseEvents(tx, ids, traces);
    await eraseGatewayIds(tx, ids, traces);
    // Kept without its hash, so that whoever repeats the request is refused and no second SMS is made of it.
    await tx
      .update(idempotencyKeys)
      .set({
        bodyHash: new Uint8Array(),
        key: q`CASE WHEN ${idempotencyKeys.key} ~ ${traces.pattern} THEN ${`${ERASED}:`} || ${idempotencyKeys.messageId}
          ELSE ${idempotencyKeys.key} END`,
      })
      .where(inArray(idempotencyKeys.messageId, ids));
    await tx.update(m).set({ phone: ERASED, text: '', metadata: null }).where(inArray(m.id, ids));
    for (const { id, cause, errorCode } of some) {
      const words = traces.erase({ cause, errorCode });
      if (words.cause !== cause || words.errorCode !== errorCode) await tx.update(m).set(words).where(eq(m.id, id));
    }
  }
  return ended.length;
}

async function eraseEvents(tx: Tx, messageIds: string[], { pattern, erase }: Traces): Promise<void> {
  const rows = await tx
    .select({ messageId: e.messageId, n: e.n, detail: e.detail })
    .from(e)
    .where(and(inArray(e.messageId, messageIds), q`${e.detail}::text ~ ${pattern}`));
  for (const { messageId, n, detail } of rows) {
    await tx
      .update(e)
      .set({ detail: erase(detail) })
      .where(and(eq(e.messageId, messageId), eq(e.n, n)));
  }
}

async function eraseGatewayIds(tx: Tx, messageIds: string[], { pattern, erase }: Traces): Promise<void> {
  const words = q`concat_ws(' ', ${g.gatewayId}, ${g.raw}, ${g.errorCode})`;
  const rows = await tx
    .select()
    .from(g)
    .where(and(inArray(g.messageId, messageIds), or(ne(g.phone, ''), q`${words} ~ ${pattern}`)));
  for (const row of rows) {
    const { gatewayAccountId, gatewayId, phone, raw, errorCode, messageId } = row;
    await tx
      .update(g)
      .set({
        ...erase({ raw, errorCode }),
        // Ids stay apart from each other.
        gatewayId: erase(gatewayId) === gatewayId ? gatewayId : `${ERASED}:${crypto.randomUUID()}`,
        phone: phone === '' ? '' : `${ERASED}:${messageId}`,
      })
      .where(and(eq(g.gatewayAccountId, gatewayAccountId), eq(g.gatewayId, gatewayId), eq(g.phone, phone)));
  }
}

async function eraseInbound(tx: Tx, phone: string): Promise<number> {
  const rows = await tx
    .update(inbound)
    .set({ phone: ERASED, text: '', inboundId: q`${`${ERASED}:`} || ${inbound.id}` })
    .where(eq(inbound.phone, phone))
    .returning({ id: inbound.id });
  return rows.length;
}

async function eraseUnmatched(tx: Tx, phone: string, { pattern }: Traces): Promise<number> {
  const words = q`concat_ws(' ', ${g.gatewayId}, ${g.raw}, ${g.errorCode})`;
  const rows = await tx
    .delete(g)
    .where(and(isNull(g.messageId), or(eq(g.phone, phone), q`${words} ~ ${pattern}`)))
    .returning({ id: g.gatewayId });
  return rows.length;
}

async function eraseVerified(tx: Tx, phone: string): Promise<number> {
  const rows = await tx
    .update(senders)
    .set({
      verifiedPhones: q`array_remove(${senders.verifiedPhones}, ${phone})`,
      version: q`${senders.version} + 1`,
    })
    .where(q`${phone} = ANY (${senders.verifiedPhones})`)
    .returning({ id: senders.id });
  return rows.length;
}
