/** Senders: configured gateway accounts, under names that accounts send through. */
import { randomBytes } from 'node:crypto';
import { and, eq, isNull, sql as q } from 'drizzle-orm';
import { uuidv7 } from 'uuidv7';
import type { Db } from './connection.ts';
import { createSequenceSql } from './references.ts';
import { gatewayAccounts, senderAccounts, senderPace, senders } from './schema.ts';
import { openSettings, type SecretKey, sealSettings } from './secrets.ts';

export const SENDER_DEFAULTS = {
  awaitDeliveryS: 300,
  maxParts: 10,
  defaultValidityS: 24 * 3600,
  reportGraceS: 24 * 3600,
  onUncertain: 'hold',
} as const;

export interface Sender {
  id: string;
  name: string;
  gateway: string;
  gatewayAccountId: string;
  /** Of the gateway, secrets in the clear. */
  settings: Record<string, unknown>;
  version: number;
  accountIds: string[];
  awaitDeliveryS: number;
  maxParts: number;
  defaultCallerId: string | null;
  verifiedCallerIds: string[] | null;
  verifiedPhones: string[] | null;
  /** Submits per second; null: no limit. */
  rateLimit: number | null;
  defaultValidityS: number;
  reportGraceS: number;
  onUncertain: 'hold' | 'resend';
  stopWords: string[];
  addToGlobalSuppressList: boolean;
  hookToken: string;
  pausedAt: Date | null;
  heldFor: string | null;
  probeAt: Date | null;
  archivedAt: Date | null;
}

export type NewSender = Pick<Sender, 'name' | 'gateway' | 'settings' | 'accountIds'> &
  Partial<
    Omit<
      Sender,
      'id' | 'gatewayAccountId' | 'version' | 'hookToken' | 'pausedAt' | 'heldFor' | 'probeAt' | 'archivedAt'
    >
  > & {
    /** What the adapter says of these settings. */
    accountKey: string;
    secretFields: readonly string[];
    /** Where our references at a new gateway account begin. */
    referenceStart: bigint;
  };

/** @throws a unique violation (23505) where the name is taken */
export async function createSender(db: Db, secretKeys: readonly SecretKey[], input: NewSender): Promise<string> {
  const id = uuidv7();
  const { accountKey, secretFields, referenceStart, accountIds, settings, ...columns } = input;
  await db.orm.transaction(async (tx) => {
    const gatewayAccountId = uuidv7();
    const [account] = await tx
      .insert(gatewayAccounts)
      .values({ id: gatewayAccountId, gateway: input.gateway, key: accountKey })
      .onConflictDoUpdate({
        target: [gatewayAccounts.gateway, gatewayAccounts.key],
        set: { key: accountKey },
      })
      .returning({ id: gatewayAccounts.id });
    if (!account) throw new Error('the gateway account was not written');
    if (account.id === gatewayAccountId) await tx.execute(q.raw(createSequenceSql(account.id, referenceStart)));
    await tx.insert(senders).values({
      ...SENDER_DEFAULTS,
      ...columns,
      id,
      gatewayAccountId: account.id,
      settings: sealSettings(settings, secretFields, secretKeys),
      hookToken: randomBytes(24).toString('base64url'),
    });
    await tx.insert(senderPace).values({ senderId: id });
    if (accountIds.length > 0) {
      await tx.insert(senderAccounts).values(accountIds.map((accountId) => ({ senderId: id, accountId })));
    }
  });
  return id;
}

/** Changes what may be changed of a sender; running workers see it by its version. */
export async function updateSender(
  db: Db,
  secretKeys: readonly SecretKey[],
  id: string,
  change: Partial<Omit<NewSender, 'gateway' | 'accountKey' | 'referenceStart'>>,
): Promise<void> {
  const { settings, secretFields, accountIds, ...columns } = change;
  await db.orm.transaction(async (tx) => {
    await tx
      .update(senders)
      .set({
        ...columns,
        ...(settings ? { settings: sealSettings(settings, secretFields ?? [], secretKeys) } : {}),
        version: q`${senders.version} + 1`,
      })
      .where(eq(senders.id, id));
    if (accountIds) {
      await tx.delete(senderAccounts).where(eq(senderAccounts.senderId, id));
      if (accountIds.length > 0) {
        await tx.insert(senderAccounts).values(accountIds.map((accountId) => ({ senderId: id, accountId })));
      }
    }
  });
}

export async function findSender(
  db: Db,
  secretKeys: readonly SecretKey[],
  by: { id: string } | { name: string } | { hookToken: string },
): Promise<Sender | undefined> {
  const where =
    'id' in by
      ? eq(senders.id, by.id)
      : 'name' in by
        ? and(eq(senders.name, by.name), isNull(senders.archivedAt))
        : eq(senders.hookToken, by.hookToken);
  const [row] = await selectSenders(db).where(where);
  return row && openSender(row, secretKeys);
}

/** Every sender that has not been archived. */
export async function listSenders(db: Db, secretKeys: readonly SecretKey[]): Promise<Sender[]> {
  const rows = await selectSenders(db).where(isNull(senders.archivedAt)).orderBy(senders.name);
  return rows.map((row) => openSender(row, secretKeys));
}

/** The senders that log in to a gateway account: an inbound text of the account may be for any of them. */
export async function sendersOfGatewayAccount(
  db: Db,
  secretKeys: readonly SecretKey[],
  gatewayAccountId: string,
): Promise<Sender[]> {
  const rows = await selectSenders(db).where(eq(senders.gatewayAccountId, gatewayAccountId));
  return rows.map((row) => openSender(row, secretKeys));
}

export async function pauseSender(db: Db, id: string, by: string): Promise<void> {
  await db.orm.update(senders).set({ pausedAt: new Date(), pausedBy: by }).where(eq(senders.id, id));
}

export async function resumeSender(db: Db, id: string): Promise<void> {
  await db.orm
    .update(senders)
    .set({ pausedAt: null, pausedBy: null, heldFor: null, heldAt: null, probeAt: null, holdCount: 0 })
    .where(eq(senders.id, id));
}

/** First pause of a held sender, and the longest; each failed probe doubles it. */
const PROBE_FIRST_S = 15;
const PROBE_LONGEST_S = 900;

/**
 * The gateway refuses the login or is out of money: no message can do better than the one that learned it, so the whole
 * sender waits for its next probe.
 */
export async function holdSender(db: Db, id: string, why: string): Promise<void> {
  await db.sql`
    UPDATE senders SET held_for = ${why}, held_at = coalesce(held_at, now()), hold_count = hold_count + 1,
      probe_at = now() + make_interval(secs => least(${PROBE_LONGEST_S}, ${PROBE_FIRST_S} * power(2, hold_count)))
    WHERE id = ${id} AND (held_for IS NULL OR probe_at <= now())`;
}

/** A submit went through: whatever held the sender is over. */
export async function releaseSender(db: Db, id: string): Promise<void> {
  await db.sql`
    UPDATE senders SET held_for = NULL, held_at = NULL, probe_at = NULL, hold_count = 0
    WHERE id = ${id} AND held_for IS NOT NULL`;
}

const selectSenders = (db: Db) =>
  db.orm
    .select({
      sender: senders,
      accountIds: q<string[]>`coalesce((
        SELECT array_agg(${senderAccounts.accountId}) FROM ${senderAccounts}
        WHERE ${senderAccounts.senderId} = ${senders.id}), '{}')`,
    })
    .from(senders)
    .$dynamic();

type SenderRow = { sender: typeof senders.$inferSelect; accountIds: string[] };

function openSender({ sender, accountIds }: SenderRow, secretKeys: readonly SecretKey[]): Sender {
  return {
    ...sender,
    accountIds,
    settings: openSettings(sender.settings as Record<string, unknown>, secretKeys),
  };
}
