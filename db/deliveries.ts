/** What the workflow of a message asks of the books between its calls to the gateway. */
import type { Source, Status } from '../sms/status.ts';
import type { Db } from './connection.ts';

export interface Standing {
  status: Status;
  source: Source | null;
  /** A submit may have been taken, and nobody knows. */
  uncertain: boolean;
  /** Milliseconds until nothing may be submitted any more. */
  validityMs: number;
  /** Milliseconds until waiting for a report ends. */
  reportMs: number;
  /** The sender's await-delivery period in milliseconds. */
  awaitMs: number;
}

/**
 * The first step of a delivery: marks it as started and ends it where the phone is on a suppress list. Not binding: the
 * claim looks again.
 */
export async function checkMessage(db: Db, messageId: string): Promise<Standing> {
  const [row] = await db.sql`
    WITH listed AS (
      SELECT x.id FROM messages x WHERE x.id = ${messageId} AND x.status = 'accepted' AND x.attempt = 0
        AND is_suppressed(x.phone, x.account_id)
    ), started AS (
      UPDATE messages x SET
        started_at = coalesce(x.started_at, clock_timestamp()),
        wake_at = CASE WHEN listed.id IS NULL THEN greatest(clock_timestamp(), x.send_at) + interval '5 minutes' END,
        status = CASE WHEN listed.id IS NULL THEN x.status ELSE 'suppressed' END,
        source = CASE WHEN listed.id IS NULL THEN x.source ELSE 'suppress-list' END,
        cause = CASE WHEN listed.id IS NULL THEN x.cause ELSE 'the phone is on a suppress list' END,
        final_at = CASE WHEN listed.id IS NULL THEN x.final_at ELSE clock_timestamp() END
      FROM messages self LEFT JOIN listed ON listed.id = self.id
      WHERE x.id = ${messageId} AND self.id = x.id AND NOT is_final(x.status)
      RETURNING x.*, listed.id AS listed
    ), noted AS (
      INSERT INTO message_events (message_id, kind, source, detail)
      SELECT s.id, CASE WHEN s.listed IS NULL THEN 'started' ELSE 'final' END,
        CASE WHEN s.listed IS NULL THEN 'workflow' ELSE 'suppress-list' END,
        CASE WHEN s.listed IS NOT NULL THEN jsonb_build_object('status', s.status, 'cause', s.cause) END
      FROM started s
    ), stands AS (
      SELECT s.status, s.source, s.uncertain_at, s.expires_at, s.report_by, s.sender_id FROM started s
      UNION ALL
      SELECT x.status, x.source, x.uncertain_at, x.expires_at, x.report_by, x.sender_id FROM messages x
        WHERE x.id = ${messageId} AND NOT EXISTS (SELECT FROM started)
    )
    SELECT t.status, t.source, t.uncertain_at IS NOT NULL AND t.status <> 'accepted' AS uncertain,
      greatest(0, floor(extract(epoch FROM t.expires_at - now()) * 1000))::float8 AS validity_ms,
      greatest(0, floor(extract(epoch FROM t.report_by - now()) * 1000))::float8 AS report_ms,
      (SELECT await_delivery_s * 1000 FROM senders WHERE id = t.sender_id) AS await_ms
    FROM stands t`;
  if (!row) throw new Error(`there is no message ${messageId}`);
  return row as unknown as Standing;
}

/** Where a message stands; ends it first where the clock has (`expired`, `unknown`). */
export async function settleMessage(db: Db, messageId: string): Promise<Standing> {
  const [row] = await db.sql`
    SELECT status, source, uncertain, validity_ms::float8, report_ms::float8, await_ms::float8
    FROM settle_message(${messageId})`;
  return row as unknown as Standing;
}

/** Whether the sender's policy is to submit once more, now that nothing was heard of an uncertain submit. */
export async function resendByPolicy(db: Db, messageId: string): Promise<boolean> {
  const [row] = await db.sql`SELECT resend_by_policy(${messageId}) AS resend`;
  return row?.resend === true;
}

/** The gateway does not know our reference. True where that proves that nothing was taken, so that it may be sent. */
export async function recordNotFound(db: Db, messageId: string, trustedAfterS: number): Promise<boolean> {
  const [row] = await db.sql`SELECT record_not_found(${messageId}, ${trustedAfterS}) AS not_taken`;
  return row?.notTaken === true;
}

/** Once for each text, and only while it is not known whether the message was taken. */
export async function noteDoubt(
  db: Db,
  messageId: string,
  kind: 'asked' | 'waits',
  source: Source,
  detail: string,
): Promise<void> {
  await db.sql`
    SELECT note_event(m.id, ${kind}, ${source}, jsonb_build_object('detail', ${detail}::text))
    FROM messages m
    WHERE m.id = ${messageId} AND m.status = 'sending' AND m.attempt_state = 'uncertain' AND NOT EXISTS (
      SELECT FROM message_events e WHERE e.message_id = m.id AND e.kind = ${kind} AND e.detail->>'detail' = ${detail}
    )`;
}

export type Cancelled =
  | { verdict: 'cancelled'; status: 'cancelled' }
  | { verdict: 'too-late'; status: Status }
  | { verdict: 'unknown' };

/**
 * Asks that a message is not submitted. Waits while a claim is open, so that what is answered is true: after
 * `cancelled`, nothing leaves. @param accountId null: of any account
 */
export async function cancelMessage(db: Db, messageId: string, accountId: string | null): Promise<Cancelled> {
  for (;;) {
    const [row] = await db.sql`SELECT verdict, status, wait_ms FROM cancel_message(${messageId}, ${accountId})`;
    if (row?.verdict !== 'wait') return row as unknown as Cancelled;
    await pause(Math.min(Number(row.waitMs), CLAIM_LOOK_MS));
  }
}

/**
 * Resolves when none of the claims that are open now may begin to write its request any more. Claims that come later have
 * seen what was committed before this was called.
 */
export async function openClaimsOver(db: Db, phone: string): Promise<void> {
  let until = Number.POSITIVE_INFINITY;
  while (performance.now() < until) {
    const [row] = await db.sql`SELECT open_claims_ms(${phone}) AS ms`;
    const ms = Number(row?.ms ?? 0);
    if (ms === 0) return;
    until = Math.min(until, performance.now() + ms);
    await pause(Math.min(ms, CLAIM_LOOK_MS));
  }
}

/** A claim usually closes within milliseconds: how often to look. */
const CLAIM_LOOK_MS = 25;

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
