/** Changing senders. Each change is in the audit log, and running workers see it by the sender's version. */
import { and, eq, isNotNull, isNull, sql as q } from 'drizzle-orm';
import { type Actor, THE_PRODUCT, writeAudit } from './audit.ts';
import type { Db } from './connection.ts';
import { senderAccounts, senders } from './schema.ts';
import { type SecretKey, sealSettings } from './secrets.ts';
import { type MoveTo, moveToGatewayAccount } from './sender-moves.ts';
import { assign, lockSender, newHookToken, type Sender, type SenderColumns } from './senders.ts';

export type SenderChange = Partial<SenderColumns> & {
  accountIds?: string[];
  settings?: Record<string, unknown>;
  secretFields?: readonly string[];
  /** Where the new settings log in to another gateway account. */
  moveTo?: MoveTo;
};

type Transaction = Parameters<Parameters<Db['orm']['transaction']>[0]>[0];

/**
 * @param decide says what shall change, from the sender as it is under the lock; what it throws leaves all as it is
 * @returns whether there is such a sender
 * @throws a unique violation (23505) where the name is taken; SenderInUse; MoveBlocked
 */
export async function changeSender(
  db: Db,
  secretKeys: readonly SecretKey[],
  id: string,
  decide: (held: Sender) => SenderChange,
  actor: Actor = THE_PRODUCT,
): Promise<boolean> {
  return await db.orm.transaction(async (tx) => {
    const held = await lockSender(tx, secretKeys, id);
    if (!held) return false;
    const { settings, secretFields = [], accountIds, moveTo, ...columns } = decide(held);
    const detail = differences(held, { ...columns, ...(accountIds ? { accountIds } : {}) }, settings);
    if (Object.keys(detail).length === 0) return true;

    const gatewayAccountId = moveTo ? await moveToGatewayAccount(tx, held, moveTo) : held.gatewayAccountId;
    await tx
      .update(senders)
      .set({
        ...columns,
        ...(settings ? { settings: sealSettings(settings, secretFields, secretKeys) } : {}),
        gatewayAccountId,
        version: q`${senders.version} + 1`,
      })
      .where(eq(senders.id, id));
    if (accountIds) {
      await tx.delete(senderAccounts).where(eq(senderAccounts.senderId, id));
      await assign(tx, id, accountIds);
    }
    await followCallerId(tx, held, columns.defaultCallerId);
    const moved = gatewayAccountId === held.gatewayAccountId ? {} : { movedTo: gatewayAccountId };
    await writeAudit(tx, actor, {
      action: 'sender.update',
      accountId: null,
      objectId: id,
      detail: { ...detail, ...moved },
    });
    return true;
  });
}

export async function updateSender(
  db: Db,
  secretKeys: readonly SecretKey[],
  id: string,
  change: SenderChange,
  actor: Actor = THE_PRODUCT,
): Promise<void> {
  await changeSender(db, secretKeys, id, () => change, actor);
}

/** Frees the name. What is under way goes on to its end. */
export async function archiveSender(db: Db, id: string, actor: Actor): Promise<void> {
  await alter(db, id, actor, 'sender.archive', { archivedAt: new Date() }, { unless: 'archived' });
}

/** @throws a unique violation (23505) where the name has been taken meanwhile */
export async function restoreSender(db: Db, id: string, actor: Actor): Promise<void> {
  await alter(db, id, actor, 'sender.restore', { archivedAt: null }, { unless: 'in use' });
}

/** How long calls of the gateway are taken under the token before. */
const OLD_TOKEN_HOURS = 24;

export async function rotateHookToken(db: Db, id: string, actor: Actor): Promise<void> {
  await alter(db, id, actor, 'sender.rotate-hook-token', {
    oldHookToken: q`${senders.hookToken}`,
    oldHookTokenUntil: q`now() + make_interval(hours => ${OLD_TOKEN_HOURS})`,
    hookToken: newHookToken(),
    // Workers name the address of reports in what they send.
    version: q`${senders.version} + 1`,
  });
}

/** @param by who pauses it, and why if that was said, for people to read */
export async function pauseSender(db: Db, id: string, by: string, actor: Actor = THE_PRODUCT): Promise<void> {
  await alter(db, id, actor, 'sender.pause', { pausedAt: q`coalesce(${senders.pausedAt}, now())`, pausedBy: by });
}

/** Ends a pause, and a hold of the product's own. */
export async function resumeSender(db: Db, id: string, actor: Actor = THE_PRODUCT): Promise<void> {
  const nothing = { pausedAt: null, pausedBy: null, heldFor: null, heldAt: null, probeAt: null, holdCount: 0 };
  await alter(db, id, actor, 'sender.resume', nothing);
}

type Columns = Parameters<ReturnType<Transaction['update']>['set']>[0];

async function alter(
  db: Db,
  id: string,
  actor: Actor,
  action: string,
  columns: Columns,
  { unless }: { unless?: 'archived' | 'in use' } = {},
): Promise<void> {
  await db.orm.transaction(async (tx) => {
    const [done] = await tx
      .update(senders)
      .set(columns)
      .where(
        and(
          eq(senders.id, id),
          unless === undefined ? undefined : (unless === 'archived' ? isNull : isNotNull)(senders.archivedAt),
        ),
      )
      .returning({ pausedBy: senders.pausedBy });
    if (!done) return;
    const detail = action === 'sender.pause' ? { by: done.pausedBy } : {};
    await writeAudit(tx, actor, { action, accountId: null, objectId: id, detail });
  });
}

/** Messages that wait and named no caller id themselves go out under the new one. */
async function followCallerId(tx: Transaction, held: Sender, callerId: string | null | undefined): Promise<void> {
  if (callerId === undefined || callerId === null || callerId === held.defaultCallerId) return;
  await tx.execute(q`
    WITH due AS (
      SELECT m.id FROM messages m
      WHERE m.sender_id = ${held.id} AND m.status = 'accepted' AND m.uncertain_at IS NULL
        AND m.caller_id IS DISTINCT FROM ${callerId} AND EXISTS (
          SELECT FROM message_events e
          WHERE e.message_id = m.id AND e.kind = 'accepted' AND e.detail ->> 'callerId' = 'default')
      ORDER BY m.id FOR UPDATE
    ), changed AS (
      UPDATE messages m SET caller_id = ${callerId} FROM due WHERE m.id = due.id RETURNING m.id
    )
    INSERT INTO message_events (message_id, kind, source, detail)
    SELECT id, 'changed', 'operator', jsonb_build_object('callerId', ${callerId}::text) FROM changed`);
}

/** As the API names them. */
const NAMES: Record<string, string> = {
  awaitDeliveryS: 'awaitDelivery',
  defaultValidityS: 'validity',
  reportGraceS: 'reportGrace',
  accountIds: 'accounts',
};

/** For the audit log: phones and settings are named and not shown. */
function differences(
  held: Sender,
  change: Partial<SenderColumns> & { accountIds?: string[] },
  settings: Record<string, unknown> | undefined,
): Record<string, unknown> {
  const fields = Object.entries(change).flatMap(([field, to]): [string, unknown][] => {
    const from = held[field as keyof Sender];
    if (isSame(field, from, to)) return [];
    return [[NAMES[field] ?? field, field === 'verifiedPhones' ? 'changed' : { from, to }]];
  });
  const names = new Set([...Object.keys(held.settings), ...Object.keys(settings ?? {})]);
  const changed = settings ? [...names].filter((name) => !isSame(name, held.settings[name], settings[name])) : [];
  return { ...Object.fromEntries(fields), ...(changed.length > 0 ? { settings: changed.sort() } : {}) };
}

function isSame(field: string, one: unknown, other: unknown): boolean {
  const plain = (value: unknown) => JSON.stringify(field === 'accountIds' ? [...(value as string[])].sort() : value);
  return plain(one) === plain(other);
}
