/** The same key with the same body is the same message. */
import { createHash } from 'node:crypto';
import type { Db } from '../db/connection.ts';

/** SHA-256 of a request as it was understood, in hex: the order of its fields, and defaults that were left out, do not matter. */
export function bodyHashOf(request: object): string {
  return createHash('sha256').update(canonical(request)).digest('hex');
}

function canonical(request: object): string {
  return JSON.stringify(request, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  );
}

/**
 * The messages that these keys of an account have already made. A repeat is answered with its message also where the
 * request would not be accepted any more, because the sender has been changed since.
 */
export async function heldKeys(
  db: Db,
  accountId: string,
  keys: readonly string[],
): Promise<Map<string, { messageId: string; bodyHash: string }>> {
  if (keys.length === 0) return new Map();
  const rows = await db.sql`
    SELECT key, message_id, encode(body_hash, 'hex') AS body_hash FROM idempotency_keys
    WHERE account_id = ${accountId} AND key = ANY (${db.sql.array([...keys])}::text[])`;
  return new Map(
    rows.map((row) => [String(row.key), { messageId: String(row.messageId), bodyHash: String(row.bodyHash) }]),
  );
}
