import type { Db } from './connection.ts';

/** What the workers must know of a sender to serve its queues. */
export interface SenderLine {
  id: string;
  gatewayAccountId: string;
  /** Submits per second; null: no limit. */
  rateLimit: number | null;
  /** Why nothing may be sent now; null: it may. */
  stopped: string | null;
}

/** Senders in use, and archived ones while something of theirs is under way. */
export async function listSenderLines(db: Db): Promise<SenderLine[]> {
  return (await db.sql`
    SELECT s.id, s.gateway_account_id, s.rate_limit::float8,
      CASE WHEN s.paused_at IS NOT NULL THEN 'paused by a person'
           WHEN s.held_for IS NOT NULL THEN 'held: ' || s.held_for END AS stopped
    FROM senders s WHERE ${isInUse(db)}
  `) as unknown as SenderLine[];
}

/** Of `senders s`. Each part by an index of its own: it is asked every second. */
export function isInUse({ sql }: Db) {
  return sql`(s.archived_at IS NULL
    OR EXISTS (SELECT FROM messages m WHERE m.sender_id = s.id AND m.status = 'accepted')
    OR EXISTS (SELECT FROM messages m WHERE m.gateway_account_id = s.gateway_account_id AND m.sender_id = s.id
      AND m.status IN ('sending', 'sent')))`;
}
