/** Accepting messages and reading them. */

import { and, eq } from 'drizzle-orm';
import type { Db } from './connection.ts';
import { messages as m } from './schema.ts';

/** How long after the time for which a message was planned a repeated idempotency key still answers with it. */
export const IDEMPOTENCY_DAYS = 30;
/** How long after its time an accepted message may stay unstarted before housekeeping starts it. */
const START_GRACE_S = 15;

export interface NewMessage {
  /** UUIDv7. */
  id: string;
  accountId: string;
  senderId: string;
  gatewayAccountId: string;
  /** E.164 with the plus. */
  phone: string;
  text: string;
  encoding: 'GSM-7' | 'UCS-2';
  parts: number;
  callerId: string | null;
  /** The request named none: a change of the sender's own one reaches the message while it waits. */
  callerIdIsDefault?: boolean;
  /** 1 otp, 3 notice, 5 campaign. */
  priority: number;
  metadata: Record<string, unknown> | null;
  ref: bigint;
  /** The reference as it goes onto the wire; null where the wire has no place for it. */
  ownId: string | null;
  /** The phone, where the gateway's ids are unique only together with it; else ''. */
  idPhone: string;
  sendAt: Date | null;
  validityS: number;
  reportGraceS: number;
  idempotencyKey: string | null;
  /** SHA-256 of the request as it was understood, hex. */
  bodyHash: string;
}

export type Accepted =
  | { kind: 'accepted'; id: string }
  /** The key was used before with the same request: that message. */
  | { kind: 'repeated'; id: string }
  /** The key was used before with another request. */
  | { kind: 'conflict'; id: string }
  /** The sender is archived, or moved to another gateway account, since it was looked at. */
  | { kind: 'sender-changed'; id: string };

/** Writes messages and their keys in one statement; answers in the order of `rows`. The row is the promise. */
export async function acceptMessages(db: Db, rows: readonly NewMessage[]): Promise<Accepted[]> {
  const input = rows.map((row) => ({ ...row, ref: row.ref.toString(), sendAt: row.sendAt?.toISOString() ?? null }));
  const fresh = await db.sql`
    WITH input AS (
      SELECT x.*, greatest(now(), coalesce(x."sendAt", now())) AS send_at
      FROM jsonb_to_recordset(${db.sql.json(input as never)}) AS x(
        id uuid, "accountId" uuid, "senderId" uuid, "gatewayAccountId" uuid, phone text, text text, encoding text,
        parts smallint, "callerId" text, "callerIdIsDefault" boolean, priority smallint, metadata jsonb, ref bigint, "ownId" text, "idPhone" text,
        "sendAt" timestamptz, "validityS" float8, "reportGraceS" float8, "idempotencyKey" text, "bodyHash" text)
      JOIN senders s ON s.id = x."senderId" AND s.gateway_account_id = x."gatewayAccountId" AND s.archived_at IS NULL
    ), keys AS (
      INSERT INTO idempotency_keys (account_id, key, message_id, body_hash, expires_at)
      SELECT "accountId", "idempotencyKey", id, decode("bodyHash", 'hex'),
        send_at + make_interval(days => ${IDEMPOTENCY_DAYS})
      FROM input WHERE "idempotencyKey" IS NOT NULL ORDER BY "accountId", "idempotencyKey"
      ON CONFLICT (account_id, key) DO NOTHING RETURNING message_id
    ), fresh AS (
      SELECT * FROM input WHERE "idempotencyKey" IS NULL OR id IN (SELECT message_id FROM keys)
    ), accepted AS (
      INSERT INTO messages (
        id, account_id, sender_id, gateway_account_id, phone, text, encoding, parts, caller_id, priority, metadata,
        ref, own_id, send_at, expires_at, report_by, wake_at)
      SELECT id, "accountId", "senderId", "gatewayAccountId", phone, text, encoding, parts, "callerId", priority,
        metadata, ref, "ownId", send_at, send_at + make_interval(secs => "validityS"),
        send_at + make_interval(secs => "validityS" + "reportGraceS"),
        send_at + make_interval(secs => ${START_GRACE_S})
      FROM fresh RETURNING id
    ), ids AS (
      -- What was told under this id before the accept cannot be about this message.
      INSERT INTO gateway_messages AS g (gateway_account_id, gateway_id, phone, message_id)
      SELECT "gatewayAccountId", "ownId", "idPhone", id FROM fresh WHERE "ownId" IS NOT NULL ORDER BY "ownId"
      ON CONFLICT (gateway_account_id, gateway_id, phone) DO UPDATE
        SET message_id = excluded.message_id, status = NULL, raw = NULL WHERE g.message_id IS NULL
    ), events AS (
      INSERT INTO message_events (message_id, kind, source, detail)
      SELECT id, 'accepted', 'api', jsonb_strip_nulls(jsonb_build_object('parts', parts, 'encoding', encoding,
        'callerId', CASE WHEN "callerIdIsDefault" THEN 'default' END)) FROM fresh
    )
    SELECT id FROM accepted`;
  const made = new Set(fresh.map((row) => row.id as string));
  if (made.size === rows.length) return rows.map((row) => ({ kind: 'accepted', id: row.id }));
  return await Promise.all(
    rows.map(async (row): Promise<Accepted> => {
      if (made.has(row.id)) return { kind: 'accepted', id: row.id };
      if (row.idempotencyKey === null) return { kind: 'sender-changed', id: row.id };
      const [held] = await db.sql`
        SELECT message_id, encode(body_hash, 'hex') AS body_hash FROM idempotency_keys
        WHERE account_id = ${row.accountId} AND key = ${row.idempotencyKey}`;
      if (!held) return { kind: 'sender-changed', id: row.id };
      return { kind: held.bodyHash === row.bodyHash ? 'repeated' : 'conflict', id: held.messageId as string };
    }),
  );
}

export type MessageRow = typeof m.$inferSelect;

export interface MessageEvent {
  at: Date;
  kind: string;
  source: string;
  detail: Record<string, unknown> | null;
}

/** @param accountId null: of any account */
export async function findMessage(db: Db, id: string, accountId: string | null): Promise<MessageRow | undefined> {
  const [row] = await db.orm
    .select()
    .from(m)
    .where(and(eq(m.id, id), ...(accountId === null ? [] : [eq(m.accountId, accountId)])));
  return row;
}

export async function timelineOf(db: Db, messageId: string): Promise<MessageEvent[]> {
  return (await db.sql`
    SELECT at, kind, source, detail FROM message_events WHERE message_id = ${messageId} ORDER BY n
  `) as unknown as MessageEvent[];
}
