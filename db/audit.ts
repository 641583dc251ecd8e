/** Who did what to settings, lists and keys. Entries are only ever added, in the transaction of the change itself. */
import { and, desc, eq, gte, like, lt } from 'drizzle-orm';
import { uuidv7 } from 'uuidv7';
import type { Db } from './connection.ts';
import { firstIdAt } from './partitions.ts';
import { auditLog } from './schema.ts';

/** Who changes something. */
export interface Actor {
  /** The API key; null: a phone, a gateway or the product itself. */
  keyId: string | null;
  /** The key's name, or such as `stop word`, `import`, `npm start`. */
  name: string;
}

/** Where nobody asked for it. */
export const THE_PRODUCT: Actor = { keyId: null, name: 'durable-sms' };

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

export type AuditRow = typeof auditLog.$inferSelect;

export interface AuditFilter {
  accountId?: string;
  /** The whole of it, `sender.update`, or all of one kind: `sender`. */
  action?: string;
  objectId?: string;
  from?: Date;
  to?: Date;
}

/** Newest first. @param before id of the last entry of the page before */
export async function listAudit(
  db: Db,
  filter: AuditFilter,
  page: { before?: string; limit: number },
): Promise<AuditRow[]> {
  return await db.orm
    .select()
    .from(auditLog)
    .where(
      and(
        filter.accountId === undefined ? undefined : eq(auditLog.accountId, filter.accountId),
        filter.action === undefined ? undefined : actionIs(filter.action),
        filter.objectId === undefined ? undefined : eq(auditLog.objectId, filter.objectId),
        filter.from === undefined ? undefined : gte(auditLog.id, firstIdAt(filter.from)),
        filter.to === undefined ? undefined : lt(auditLog.id, firstIdAt(filter.to)),
        page.before === undefined ? undefined : lt(auditLog.id, page.before),
      ),
    )
    .orderBy(desc(auditLog.id))
    .limit(page.limit);
}

function actionIs(action: string) {
  if (action.includes('.')) return eq(auditLog.action, action);
  return like(auditLog.action, `${action.replaceAll(/[\\%_]/g, '\\$&')}.%`);
}
