/** Webhook calls: stored as they came in, before anything is made of them. */
import { uuidv7 } from 'uuidv7';
import type { Db } from './connection.ts';
import { storable } from './storable.ts';

/** The header that holds a webhook's login and password, and what its value begins with where it is sealed. */
export const SEALED_HEADER = 'authorization';
export const SEALED_MARK = 'sealed:';

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

/** @param refused why nothing may ever be made of it */
export async function storeHook(db: Db, hook: NewHook, refused?: string): Promise<string> {
  const id = uuidv7();
  await db.sql`
    INSERT INTO hooks (id, sender_id, gateway_account_id, method, path, query, headers, body, state, detail)
    VALUES (${id}, ${hook.senderId}, ${hook.gatewayAccountId}, ${hook.method}, ${hook.path}, ${hook.query},
      ${db.sql.json(hook.headers)}, ${Buffer.from(hook.body)},
      ${refused === undefined ? 'received' : 'refused'}, ${refused ?? null})`;
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
