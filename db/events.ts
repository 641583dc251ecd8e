/**
 * The status changes of all messages in one order, for those who follow them.
 *
 * The order is that of the transactions' ids, and a transaction may commit after one with a higher id. So nobody is told
 * of a transaction before every one that is older has ended: what was told is never added to. Of one message, whose
 * changes are ordered by its row's lock and so by `n`, a later change may lie in a transaction with a lower id; it is
 * told with the one before it.
 */
import type postgres from 'postgres';
import type { Source, Status } from '../sms/status.ts';
import type { Db, Sql } from './connection.ts';

/** Of an event in that order. */
export interface Position {
  tx: bigint;
  n: bigint;
}

export const OLDEST: Position = { tx: 0n, n: 0n };

export interface StatusEvent {
  /** Of this event alone. */
  n: bigint;
  at: Date;
  type: 'accepted' | 'sent' | 'final' | 'correction';
  messageId: string;
  accountId: string;
  /** Its name. */
  sender: string;
  phone: string;
  status: Status;
  /** The status that was told before; null: none. */
  was: Status | null;
  source: Source;
  cause: string | null;
  errorClass: string | null;
  errorCode: string | null;
  metadata: unknown;
}

export interface FollowedEvents {
  events: StatusEvent[];
  /** Everything up to here has been told. */
  position: Position;
  /** There may be more right away. */
  more: boolean;
}

/** Rows that are looked at in one go; with an account most of them may be of others. */
const LOOK_AT = { all: 200, ofAccount: 2_000 };

/**
 * The events after a position, the oldest first. A single one may bring more than `limit` with it.
 * @param accountId null: of all accounts
 */
export async function followEvents(
  db: Db,
  after: Position,
  { limit, accountId }: { limit: number; accountId: string | null },
): Promise<FollowedEvents> {
  const atOnce = Math.max(2 * limit, accountId === null ? LOOK_AT.all : LOOK_AT.ofAccount);
  const rows = (await eventsAfter(db.sql, after, atOnce)) as unknown as (Position & { messageId: string })[];
  const changes = changesByAnchor(await historiesOf(db, [...new Set(rows.map((row) => row.messageId))], accountId));
  const events: StatusEvent[] = [];
  let position = after;
  for (const { tx, n } of rows) {
    const told = changes.get(n) ?? [];
    if (events.length > 0 && events.length + told.length > limit) return { events, position, more: true };
    events.push(...told);
    position = { tx, n };
  }
  return { events, position, more: rows.length === atOnce };
}

/** Followed rows in their order, only those that none can come before any more. */
export function eventsAfter(sql: Sql, after: Position, limit: number) {
  return sql`
    SELECT e.tx, e.n, e.message_id, e.kind, e.at FROM message_events e
    WHERE e.kind IN ('accepted', 'outcome', 'sent', 'final', 'correction')
      AND (e.tx, e.n) > (${after.tx}, ${after.n}) AND e.tx < ${decided(sql)}
    ORDER BY e.tx, e.n LIMIT ${limit}`;
}

/** Every transaction with a lower id has ended, and what it wrote is visible. */
export function decided(sql: Sql) {
  return sql`(pg_snapshot_xmin(pg_current_snapshot())::text)::bigint`;
}

/** Of the last event that may be told. */
export async function lastPosition(db: Db): Promise<Position> {
  const [row] = await db.sql`
    SELECT e.tx, e.n FROM message_events e
    WHERE e.kind IN ('accepted', 'outcome', 'sent', 'final', 'correction') AND e.tx < ${decided(db.sql)}
    ORDER BY e.tx DESC, e.n DESC LIMIT 1`;
  return (row as Position | undefined) ?? OLDEST;
}

/** Before everything that is yet to be told. `next`: no position of these books has a transaction as high as this. */
export async function positionNow(db: Db): Promise<{ now: Position; next: bigint }> {
  const [row] = await db.sql`
    SELECT ${decided(db.sql)} AS tx, (pg_snapshot_xmax(pg_current_snapshot())::text)::bigint AS next`;
  return { now: { tx: row?.tx, n: 0n }, next: row?.next };
}

interface HistoryRow extends Position {
  messageId: string;
  at: Date;
  kind: 'accepted' | 'outcome' | 'sent' | 'final' | 'correction';
  source: string;
  status: string | null;
  cause: string | null;
  errorClass: string | null;
  errorCode: string | null;
  accountId: string;
  phone: string;
  metadata: unknown;
  sender: string;
}

/** One by one, by the keys: joined as tables they would be read whole, with every month that there is. */
async function historiesOf(db: Db, ids: string[], accountId: string | null): Promise<HistoryRow[]> {
  if (ids.length === 0) return [];
  return (await db.sql`
    SELECT e.*, m.*, s.name AS sender
    FROM unnest(${ids}::uuid[]) AS t(id)
    CROSS JOIN LATERAL (
      SELECT m.account_id, m.sender_id, m.phone, m.metadata FROM messages m
      WHERE m.id = t.id ${accountId === null ? db.sql`` : db.sql`AND m.account_id = ${accountId}`} LIMIT 1
    ) m
    CROSS JOIN LATERAL (
      SELECT e.message_id, e.tx, e.n, e.at, e.kind, e.source, e.detail->>'status' AS status,
        e.detail->>'cause' AS cause, e.detail->>'errorClass' AS error_class, e.detail->>'errorCode' AS error_code
      FROM message_events e
      WHERE e.message_id = t.id AND (e.kind IN ('accepted', 'sent', 'final', 'correction')
        OR (e.kind = 'outcome' AND e.detail->>'kind' = 'accepted'))
      OFFSET 0
    ) e
    JOIN senders s ON s.id = m.sender_id
    ORDER BY e.n`) as unknown as HistoryRow[];
}

/** Under the `n` of the row that each change is told with: its own, or that of the last one before it that has a higher tx. */
function changesByAnchor(rows: readonly HistoryRow[]): Map<bigint, StatusEvent[]> {
  const changes = new Map<bigint, StatusEvent[]>();
  const messages = new Map<string, { anchor: Position; status: Status | null }>();
  for (const row of rows) {
    const known = messages.get(row.messageId) ?? { anchor: row, status: null };
    if (row.tx >= known.anchor.tx) known.anchor = row;
    messages.set(row.messageId, known);
    const change = changeOf(row, known.status);
    if (!change) continue;
    known.status = change.status;
    changes.set(known.anchor.n, [...(changes.get(known.anchor.n) ?? []), change]);
  }
  return changes;
}

/** Undefined where the message was further on already: an answer to a submit may come after its report. */
function changeOf(row: HistoryRow, was: Status | null): StatusEvent | undefined {
  const { n, at, messageId, accountId, sender, phone, cause, errorClass, errorCode, metadata } = row;
  const type = row.kind === 'outcome' ? 'sent' : row.kind;
  if (type === 'sent' && was !== 'accepted') return undefined;
  const status = (type === 'accepted' || type === 'sent' ? type : row.status) as Status;
  const source = (row.kind === 'outcome' ? 'answer' : row.source) as Source;
  return {
    ...{
      n,
      at,
      type,
      messageId,
      accountId,
      sender,
      phone,
      status,
      was,
      source,
      cause,
      errorClass,
      errorCode,
      metadata,
    },
  };
}

/**
 * Books that were restored from a dump hold transactions of another server, which may be ahead of this one's: nobody would
 * be told of them for years. Gives all events a place before every new one, in an order that keeps what was taken already
 * before what was not. Only while nobody writes.
 */
export async function mendRestored(sql: postgres.Sql): Promise<boolean> {
  const [last] = await sql`
    SELECT e.tx >= (pg_snapshot_xmax(pg_current_snapshot())::text)::bigint AS ahead FROM message_events e
    WHERE e.kind IN ('accepted', 'outcome', 'sent', 'final', 'correction') ORDER BY e.tx DESC, e.n DESC LIMIT 1`;
  if (!last?.ahead) return false;
  await sql.begin(async (tx) => {
    await tx`SET LOCAL statement_timeout = 0`;
    await tx`
      UPDATE message_events e
      SET tx = (SELECT count(*) FROM progress p WHERE p.tx IS NOT NULL AND (p.tx, p.n) < (e.tx, e.n))`;
    await tx`
      UPDATE progress p SET tx = sorted.place, n = 9223372036854775807
      FROM (SELECT task, row_number() OVER (ORDER BY tx, n) - 1 AS place FROM progress WHERE tx IS NOT NULL) sorted
      WHERE sorted.task = p.task`;
  });
  return true;
}
