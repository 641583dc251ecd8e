/** Texts from phones that are fetched: where the last answer ended, and what came of it. */
import { uuidv7 } from 'uuidv7';
import type { Db } from './connection.ts';
import type { NewHook } from './hooks.ts';
import { isInUse } from './sender-lines.ts';

/** The method under which a fetched answer lies among the webhook calls, which it is worked through like. */
export const PULLED = 'PULL';

/** Gateway accounts with a sender in use, each with those senders. */
export async function accountsInUse(
  db: Db,
): Promise<{ gatewayAccountId: string; gateway: string; senderIds: string[] }[]> {
  return (await db.sql`
    SELECT gateway_account_id, gateway, array_agg(id ORDER BY id) AS sender_ids FROM senders s
    WHERE ${isInUse(db)} GROUP BY gateway_account_id, gateway`) as unknown as {
    gatewayAccountId: string;
    gateway: string;
    senderIds: string[];
  }[];
}

export async function sendersInUse(db: Db, gatewayAccountId: string): Promise<string[]> {
  const rows = await db.sql`
    SELECT id FROM senders s WHERE gateway_account_id = ${gatewayAccountId} AND ${isInUse(db)} ORDER BY id`;
  return rows.map((row) => String(row.id));
}

/** Where the last answer ended; null: nothing was fetched yet. */
export async function pullCursor(db: Db, gatewayAccountId: string): Promise<string | null> {
  const [row] = await db.sql`SELECT pull_cursor FROM gateway_accounts WHERE id = ${gatewayAccountId}`;
  return row?.pullCursor ?? null;
}

/**
 * Keeps an answer that holds texts and where it ended, both or neither: so a text is neither lost nor fetched for ever.
 * @returns the id under which the answer is to be worked through, and when it came
 */
export async function storePulled(
  db: Db,
  answer: Omit<NewHook, 'method'>,
  cursor: string | null,
): Promise<{ id: string; receivedAt: Date }> {
  const id = uuidv7();
  const [row] = await db.sql`
    WITH moved AS (
      UPDATE gateway_accounts SET pull_cursor = coalesce(${cursor}, pull_cursor), pulled_at = now(), pull_failure = NULL
      WHERE id = ${answer.gatewayAccountId}
    )
    INSERT INTO hooks (id, sender_id, gateway_account_id, method, path, query, headers, body)
    VALUES (${id}, ${answer.senderId}, ${answer.gatewayAccountId}, ${PULLED}, ${answer.path}, ${answer.query},
      ${db.sql.json(answer.headers)}, ${Buffer.from(answer.body)})
    RETURNING received_at`;
  return { id, receivedAt: row?.receivedAt };
}

/** An answer without texts, or none. @param failure null: all is well */
export async function notePull(
  db: Db,
  gatewayAccountId: string,
  { cursor = null, failure }: { cursor?: string | null; failure: string | null },
): Promise<void> {
  await db.sql`
    UPDATE gateway_accounts SET pull_cursor = coalesce(${cursor}, pull_cursor), pull_failure = ${failure},
      pulled_at = CASE WHEN ${failure}::text IS NULL THEN now() ELSE pulled_at END
    WHERE id = ${gatewayAccountId}`;
}
