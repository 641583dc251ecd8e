/** Who did what to settings, lists and keys. Entries are only ever added, in the transaction of the change itself. */
import { uuidv7 } from 'uuidv7';
import type { Db } from './connection.ts';
import { auditLog } from './schema.ts';

/** Who changes something. */
export interface Actor {
  /** The API key; null: a phone, a gateway or the product itself. */
  keyId: string | null;
  /** The key's name, or such as `stop word`, `import`, `npm start`. */
  name: string;
}

export interface AuditEntry {
  /** Such as `sender.update`. */
  action: string;
  /** The account that it is about; null: all of them. */
  accountId: string | null;
  /** Of the sender, key or account. A phone stands masked in `detail`. */
  objectId?: string;
  /** What changed, without secrets and without phones in the clear. */
  detail?: Record<string, unknown>;
}

/** @param orm the transaction that makes the change */
export async function writeAudit(orm: Pick<Db['orm'], 'insert'>, actor: Actor, entry: AuditEntry): Promise<void> {
  await orm.insert(auditLog).values({
    id: uuidv7(),
    keyId: actor.keyId,
    actor: actor.name,
    action: entry.action,
    accountId: entry.accountId,
    objectId: entry.objectId ?? null,
    detail: entry.detail ?? null,
  });
}
