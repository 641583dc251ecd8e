/** How senders do: what waits, what is under way, and the trouble that they had. */
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

/** Of each of them, by id, in one statement. */
export async function sendersHealth(
  db: Db,
  senders: readonly { id: string; gatewayAccountId: string }[],
): Promise<Map<string, SenderHealth>> {
  const ids = senders.map(({ id }) => id);
  const gatewayAccounts = senders.map(({ gatewayAccountId }) => gatewayAccountId);
  const rows = await db.sql<(Omit<SenderHealth, 'errors'> & { senderId: string; errors: WrittenError[] })[]>`
    WITH asked AS (
      SELECT * FROM unnest(${ids}::uuid[], ${gatewayAccounts}::uuid[]) AS s (sender_id, gateway_account_id)
    ), waiting AS (
      SELECT m.sender_id, count(*)::int AS waiting, count(*) FILTER (WHERE m.send_at <= now())::int AS due,
        min(m.send_at) FILTER (WHERE m.send_at <= now()) AS oldest_due_at, count(m.uncertain_at)::int AS uncertain
      FROM messages m WHERE m.sender_id = ANY (${ids}::uuid[]) AND m.status = 'accepted' GROUP BY m.sender_id
    ), under_way AS (
      SELECT m.sender_id, count(*) FILTER (WHERE m.status = 'sending' AND m.uncertain_at IS NULL)::int AS sending,
        count(*) FILTER (WHERE m.status = 'sent')::int AS sent,
        count(*) FILTER (WHERE m.status = 'sending' AND m.uncertain_at IS NOT NULL)::int AS uncertain
      FROM asked s JOIN messages m ON m.gateway_account_id = s.gateway_account_id AND m.sender_id = s.sender_id
      WHERE m.status IN ('sending', 'sent') GROUP BY m.sender_id
    ), submitted AS (
      SELECT m.sender_id, count(*)::int AS n FROM messages m
      WHERE m.submitted_at > now() - interval '1 minute' AND m.sender_id = ANY (${ids}::uuid[]) GROUP BY m.sender_id
    ), trouble AS (
      SELECT e.sender_id, jsonb_agg(jsonb_build_object('errorClass', e.error_class, 'outcome', e.outcome,
        'errorCode', e.error_code, 'count', e.count, 'lastAt', e.last_at)
        ORDER BY e.last_at DESC, e.error_class, e.outcome) AS errors
      FROM sender_errors e WHERE e.sender_id = ANY (${ids}::uuid[]) GROUP BY e.sender_id
    )
    SELECT s.sender_id, coalesce(w.waiting, 0) AS waiting, coalesce(w.due, 0) AS due, w.oldest_due_at,
      coalesce(u.sending, 0) AS sending, coalesce(u.sent, 0) AS sent,
      coalesce(w.uncertain, 0) + coalesce(u.uncertain, 0) AS uncertain,
      coalesce(r.n, 0) AS submitted_in_last_minute, a.pulled_at, a.pull_failure,
      coalesce(t.errors, '[]') AS errors
    FROM asked s JOIN gateway_accounts a ON a.id = s.gateway_account_id
      LEFT JOIN waiting w USING (sender_id) LEFT JOIN under_way u USING (sender_id)
      LEFT JOIN submitted r USING (sender_id) LEFT JOIN trouble t USING (sender_id)`;
  return new Map(
    rows.map(({ senderId, errors, ...health }) => [
      senderId,
      { ...health, errors: errors.map((error) => ({ ...error, lastAt: new Date(error.lastAt) })) },
    ]),
  );
}

/** As JSON has it. */
type WrittenError = Omit<SenderError, 'lastAt'> & { lastAt: string };

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
