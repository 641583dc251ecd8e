/** Senders that an operator should look at. */
import type { ErrorClass } from '../sms/errors.ts';
import type { Db } from './connection.ts';
import type { TroubleOutcome } from './sender-health.ts';

/** Trouble with one phone or message, and not with the sender. */
const NOT_THE_SENDERS: readonly ErrorClass[] = ['invalid-recipient', 'blocked', 'duplicate'];
/** Enough to see that much is wrong. */
const MOST = 50;

export interface TroubledSender {
  id: string;
  name: string;
  gateway: string;
  pausedAt: Date | null;
  pausedBy: string | null;
  heldFor: ErrorClass | null;
  heldAt: Date | null;
  /** Messages, of the account where one is asked for. */
  waiting: number;
  uncertain: number;
  /** The latest since then. */
  errorClass: ErrorClass | null;
  outcome: TroubleOutcome | null;
  errorCode: string | null;
  errorAt: Date | null;
}

/**
 * Those that are held or paused, that had trouble since then, or that hold uncertain messages: the worst first.
 * @param accountId those that it may send through; null: all
 */
export async function listTroubledSenders(
  db: Db,
  { accountId, since }: { accountId: string | null; since: Date },
): Promise<TroubledSender[]> {
  const { sql } = db;
  const own = accountId === null ? sql`` : sql`AND m.account_id = ${accountId}`;
  const theirs =
    accountId === null
      ? sql``
      : sql`AND EXISTS (SELECT FROM sender_accounts a WHERE a.sender_id = s.id AND a.account_id = ${accountId})`;
  return (await sql`
    WITH uncertain AS (
      SELECT m.sender_id, count(*)::float8 AS count FROM messages m
      WHERE m.uncertain_at IS NOT NULL AND m.status IN ('accepted', 'sending') ${own} GROUP BY m.sender_id
    ), trouble AS (
      SELECT DISTINCT ON (e.sender_id) e.* FROM sender_errors e
      WHERE e.last_at >= ${since} AND e.error_class <> ALL (${[...NOT_THE_SENDERS]})
      ORDER BY e.sender_id, e.last_at DESC
    ), troubled AS (
      SELECT s.id, s.name, s.gateway, s.paused_at, s.paused_by, s.held_for, s.held_at,
        coalesce(u.count, 0) AS uncertain, t.error_class, t.outcome, t.error_code, t.last_at AS error_at
      FROM senders s LEFT JOIN uncertain u ON u.sender_id = s.id LEFT JOIN trouble t ON t.sender_id = s.id
      WHERE s.archived_at IS NULL ${theirs}
        AND (s.paused_at IS NOT NULL OR s.held_for IS NOT NULL OR u.sender_id IS NOT NULL OR t.sender_id IS NOT NULL)
      ORDER BY s.held_for IS NULL, s.paused_at IS NULL, t.last_at DESC NULLS LAST, s.name LIMIT ${MOST}
    )
    SELECT t.*, (
      SELECT count(*) FROM messages m WHERE m.sender_id = t.id AND m.status = 'accepted' ${own}
    )::float8 AS waiting
    FROM troubled t
    ORDER BY t.held_for IS NULL, t.paused_at IS NULL, t.error_at DESC NULLS LAST, t.name`) as unknown as TroubledSender[];
}
