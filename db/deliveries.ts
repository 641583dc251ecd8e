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
    SELECT status, source, uncertain, validity_ms, report_ms, await_ms FROM check_message(${messageId})
    WHERE status IS NOT NULL`;
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
