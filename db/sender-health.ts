/** How a sender does: what waits, what is under way, and the trouble that it had. */
import type { ErrorClass } from '../sms/errors.ts';
import type { Db } from './connection.ts';
import { storable } from './storable.ts';

export interface SenderHealth {
  /** Accepted and not submitted; with those whose time has not come. */
  waiting: number;
  /** Those of them whose time has come. */
  due: number;
  /** Since when the oldest of those is due. */
  oldestDueAt: Date | null;
  /** Being submitted now. */
  sending: number;
  /** Taken by the gateway, without an end. */
  sent: number;
  /** May have been taken: nobody knows. */
  uncertain: number;
  submittedInLastMinute: number;
  /** Of the gateway account, where texts from phones are fetched. */
  pulledAt: Date | null;
  pullFailure: string | null;
  /** The latest first. */
  errors: SenderError[];
}

export interface SenderError {
  errorClass: ErrorClass;
  outcome: TroubleOutcome;
  errorCode: string | null;
  /** Since the sender was made. */
  count: number;
  lastAt: Date;
}

export type TroubleOutcome = 'refused' | 'not-sent' | 'uncertain';

export async function senderHealth(db: Db, sender: { id: string; gatewayAccountId: string }): Promise<SenderHealth> {
  const [[counts], errors] = await Promise.all([
    db.sql`
      SELECT w.waiting, w.due, w.oldest_due_at, o.sending, o.sent, (w.uncertain + o.uncertain) AS uncertain,
        r.n AS submitted_in_last_minute, a.pulled_at, a.pull_failure
      FROM (
        SELECT count(*)::int AS waiting, count(*) FILTER (WHERE m.send_at <= now())::int AS due,
          min(m.send_at) FILTER (WHERE m.send_at <= now()) AS oldest_due_at,
          count(m.uncertain_at)::int AS uncertain
        FROM messages m WHERE m.sender_id = ${sender.id} AND m.status = 'accepted'
      ) w, (
        SELECT count(*) FILTER (WHERE m.status = 'sending' AND m.uncertain_at IS NULL)::int AS sending,
          count(*) FILTER (WHERE m.status = 'sent')::int AS sent,
          count(*) FILTER (WHERE m.status = 'sending' AND m.uncertain_at IS NOT NULL)::int AS uncertain
        FROM messages m
        WHERE m.gateway_account_id = ${sender.gatewayAccountId} AND m.sender_id = ${sender.id}
          AND m.status IN ('sending', 'sent')
      ) o, (
        SELECT count(*)::int AS n FROM messages m
        WHERE m.submitted_at > now() - interval '1 minute' AND m.sender_id = ${sender.id}
      ) r, gateway_accounts a
      WHERE a.id = ${sender.gatewayAccountId}`,
    db.sql`
      SELECT error_class, outcome, error_code, count::float8, last_at FROM sender_errors
      WHERE sender_id = ${sender.id} ORDER BY last_at DESC, error_class, outcome`,
  ]);
  return { ...counts, errors } as unknown as SenderHealth;
}

/** Counts an attempt that was not taken; called only for those. */
export async function noteTrouble(
  db: Db,
  senderId: string,
  trouble: { kind: TroubleOutcome; class: ErrorClass; code?: string },
): Promise<void> {
  await db.sql`
    INSERT INTO sender_errors AS e (sender_id, error_class, outcome, error_code)
    VALUES (${senderId}, ${trouble.class}, ${trouble.kind},
      ${trouble.code === undefined ? null : storable(trouble.code, 100)})
    ON CONFLICT (sender_id, error_class, outcome) DO UPDATE
      SET count = e.count + 1, last_at = now(), error_code = excluded.error_code`;
}
