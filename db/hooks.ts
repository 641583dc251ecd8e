/** Webhook calls: stored as they came in, before anything is made of them. */
import { uuidv7 } from 'uuidv7';
import type { Db } from './connection.ts';
import { storable } from './storable.ts';

export interface NewHook {
  senderId: string;
  gatewayAccountId: string;
  method: string;
  path: string;
  /** Without the question mark, not decoded. */
  query: string;
  headers: Record<string, string>;
  body: Uint8Array;
}

export interface Hook extends NewHook {
  id: string;
  receivedAt: Date;
}

export async function storeHook(db: Db, hook: NewHook): Promise<string> {
  const id = uuidv7();
  await db.sql`
    INSERT INTO hooks (id, sender_id, gateway_account_id, method, path, query, headers, body)
    VALUES (${id}, ${hook.senderId}, ${hook.gatewayAccountId}, ${hook.method}, ${hook.path}, ${hook.query},
      ${db.sql.json(hook.headers)}, ${Buffer.from(hook.body)})`;
  return id;
}

export async function closeHooks(
  db: Db,
  ids: readonly string[],
  state: 'done' | 'nothing' | 'refused',
  detail?: string,
) {
  await db.sql`
    UPDATE hooks SET state = ${state}, detail = ${detail === undefined ? null : storable(detail)}
    WHERE id = ANY (${[...ids]}::uuid[])`;
}

/** Calls that were stored and then not worked through: the process that took them died. Oldest first. */
export async function leftHooks(db: Db, olderThanS: number, limit: number): Promise<Hook[]> {
  return (await db.sql`
    SELECT id, sender_id, gateway_account_id, received_at, method, path, query, headers, body FROM hooks
    WHERE state = 'received' AND received_at < now() - make_interval(secs => ${olderThanS})
    ORDER BY received_at LIMIT ${limit}`) as unknown as Hook[];
}
