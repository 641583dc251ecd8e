/** What housekeeping finds undone in the books. */
import type { Db } from './connection.ts';

export interface DueDelivery {
  messageId: string;
  accountId: string;
  senderId: string;
  gatewayAccountId: string;
  sender: string;
  gateway: string;
  priority: number;
}

/**
 * Open messages past their next wake-up: never started, or their workflow may be gone. Each is looked at again after a
 * pause that grows with its age, so that many waiting messages cost little.
 */
export async function dueDeliveries(db: Db, limit: number): Promise<DueDelivery[]> {
  return (await db.sql`
    WITH due AS (
      SELECT id FROM messages
      WHERE status IN ('accepted', 'sending', 'sent') AND wake_at <= now()
      ORDER BY wake_at LIMIT ${limit} FOR UPDATE SKIP LOCKED
    ), looked AS (
      UPDATE messages m SET wake_at = now() + greatest(interval '1 minute', now() - m.accepted_at)
      FROM due WHERE m.id = due.id RETURNING m.*
    )
    SELECT l.id AS message_id, l.account_id, l.sender_id, l.gateway_account_id, s.name AS sender, s.gateway, l.priority
    FROM looked l JOIN senders s ON s.id = l.sender_id`) as unknown as DueDelivery[];
}

const WOKEN_AT_ONCE = 5_000;

/**
 * All that is open and whose time has come is due now: nothing of it may have a workflow. Rows that are locked are waited
 * for, since one that was left out would not be looked at before its own time, which may be days away.
 */
export async function wakeOpen(db: Db): Promise<void> {
  for (;;) {
    const woken = await db.sql`
      WITH open AS (
        SELECT id FROM messages
        WHERE status IN ('accepted', 'sending', 'sent') AND wake_at > now() AND send_at <= now()
        ORDER BY id LIMIT ${WOKEN_AT_ONCE} FOR UPDATE
      )
      UPDATE messages m SET wake_at = now() FROM open WHERE m.id = open.id`;
    if (woken.count < WOKEN_AT_ONCE) return;
  }
}

/** The start of these could not be done now: look again soon. */
export async function wakeSoon(db: Db, messageIds: readonly string[]): Promise<void> {
  await db.sql`
    WITH due AS (
      SELECT id FROM messages WHERE id = ANY (${[...messageIds]}::uuid[]) AND wake_at IS NOT NULL
      ORDER BY id FOR UPDATE
    )
    UPDATE messages m SET wake_at = now() + interval '5 seconds' FROM due WHERE m.id = due.id`;
}

/** Held senders, not paused, whose next probe is due, each with its oldest waiting message of the highest priority. */
export async function dueProbes(db: Db): Promise<{ senderId: string; messageId: string }[]> {
  return (await db.sql`
    SELECT s.id AS sender_id, m.id AS message_id
    FROM senders s CROSS JOIN LATERAL (
      SELECT x.id FROM messages x
      WHERE x.sender_id = s.id AND x.status = 'accepted' AND x.send_at <= now() AND x.expires_at > now()
      ORDER BY x.priority, x.id LIMIT 1
    ) m
    WHERE s.held_for IS NOT NULL AND s.paused_at IS NULL AND s.probe_at <= now()`) as unknown as {
    senderId: string;
    messageId: string;
  }[];
}
