/** Senders: configured gateway accounts, under names that accounts send through. */
import { randomBytes } from 'node:crypto';
import { and, desc, eq, gt, isNotNull, isNull, lt, or, sql as q, type SQL } from 'drizzle-orm';
import { uuidv7 } from 'uuidv7';
import { type Actor, THE_PRODUCT, writeAudit } from './audit.ts';
import type { Db } from './connection.ts';
import { gatewayAccountOf } from './gateway-accounts.ts';
import { senderAccounts, senderPace, senders } from './schema.ts';
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
  /** Until when the token before this one is taken; null: there was none. */
  oldHookTokenUntil: Date | null;
  /** Addresses and networks (CIDR) that webhook calls may come from; null: any. */
  hookIps: string[] | null;
  pausedAt: Date | null;
  /** Who paused it, and why if that was said. */
  pausedBy: string | null;
  heldFor: string | null;
  heldAt: Date | null;
  probeAt: Date | null;
  createdAt: Date;
  archivedAt: Date | null;
}

/** What is set by whoever makes or changes a sender. */
export type SenderColumns = Pick<
  Sender,
  | 'name'
  | 'awaitDeliveryS'
  | 'maxParts'
  | 'defaultCallerId'
  | 'verifiedCallerIds'
  | 'verifiedPhones'
  | 'rateLimit'
  | 'defaultValidityS'
  | 'reportGraceS'
  | 'onUncertain'
  | 'stopWords'
  | 'addToGlobalSuppressList'
  | 'hookIps'
>;

export type NewSender = Pick<Sender, 'name' | 'gateway' | 'settings' | 'accountIds'> &
  Partial<SenderColumns> & {
    /** What the adapter says of these settings. */
    accountKey: string;
    secretFields: readonly string[];
    /** Where our references at a new gateway account begin. */
    referenceStart: bigint;
  };

/** @throws a unique violation (23505) where the name is taken */
export async function createSender(
  db: Db,
  secretKeys: readonly SecretKey[],
  input: NewSender,
  actor: Actor = THE_PRODUCT,
): Promise<string> {
  const id = uuidv7();
  const { accountKey, secretFields, referenceStart, accountIds, settings, ...columns } = input;
  const { name, gateway } = input;
  await db.orm.transaction(async (tx) => {
    await tx.insert(senders).values({
      ...SENDER_DEFAULTS,
      ...columns,
      id,
      gatewayAccountId: await gatewayAccountOf(tx, { gateway, key: accountKey, referenceStart }),
      settings: sealSettings(settings, secretFields, secretKeys),
      hookToken: newHookToken(),
    });
    await tx.insert(senderPace).values({ senderId: id });
    await assign(tx, id, accountIds);
    const detail = { name, gateway, accounts: accountIds };
    await writeAudit(tx, actor, { action: 'sender.create', accountId: null, objectId: id, detail });
  });
  return id;
}

export async function assign(tx: Pick<Db['orm'], 'insert'>, senderId: string, accountIds: readonly string[]) {
  if (accountIds.length === 0) return;
  await tx.insert(senderAccounts).values(accountIds.map((accountId) => ({ senderId, accountId })));
}

/** Of 192 random bits. */
export function newHookToken(): string {
  return randomBytes(24).toString('base64url');
}

/** By name: not those that are archived. By hook token: also by the one before, while it is taken. */
export async function findSender(
  db: Db,
  secretKeys: readonly SecretKey[],
  by: { id: string } | { name: string } | { hookToken: string },
): Promise<Sender | undefined> {
  const [row] = await selectSenders(db.orm).where(
    'id' in by
      ? eq(senders.id, by.id)
      : 'name' in by
        ? and(eq(senders.name, by.name), isNull(senders.archivedAt))
        : hasHookToken(by.hookToken),
  );
  return row && openSender(row, secretKeys);
}

function hasHookToken(token: string): SQL | undefined {
  const old = and(eq(senders.oldHookToken, token), gt(senders.oldHookTokenUntil, q`now()`));
  return or(eq(senders.hookToken, token), old);
}

/** The sender as it is and stays until the transaction ends. Messages are accepted and sent meanwhile. */
export async function lockSender(
  tx: Pick<Db['orm'], 'select'>,
  secretKeys: readonly SecretKey[],
  id: string,
): Promise<Sender | undefined> {
  const [row] = await selectSenders(tx).where(eq(senders.id, id)).for('no key update');
  return row && openSender(row, secretKeys);
}

/** Newest first. @param page before: id of the last sender of the page before */
export async function listSenders(
  db: Db,
  secretKeys: readonly SecretKey[],
  filter: { archived: boolean; accountId?: string },
  page: { before?: string; limit: number },
): Promise<Sender[]> {
  const rows = await selectSenders(db.orm)
    .where(
      and(
        (filter.archived ? isNotNull : isNull)(senders.archivedAt),
        filter.accountId === undefined ? undefined : isAssignedTo(filter.accountId),
        page.before === undefined ? undefined : lt(senders.id, page.before),
      ),
    )
    .orderBy(desc(senders.id))
    .limit(page.limit);
  return rows.map((row) => openSender(row, secretKeys));
}

function isAssignedTo(accountId: string): SQL {
  return q`EXISTS (
    SELECT FROM ${senderAccounts}
    WHERE ${senderAccounts.senderId} = ${senders.id} AND ${senderAccounts.accountId} = ${accountId})`;
}

/** The senders that log in to a gateway account: an inbound text of the account may be for any of them. */
export async function sendersOfGatewayAccount(
  db: Db,
  secretKeys: readonly SecretKey[],
  gatewayAccountId: string,
): Promise<Sender[]> {
  const rows = await selectSenders(db.orm).where(eq(senders.gatewayAccountId, gatewayAccountId));
  return rows.map((row) => openSender(row, secretKeys));
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

const selectSenders = (orm: Pick<Db['orm'], 'select'>) =>
  orm
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
