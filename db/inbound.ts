/** Texts from phones (MO). */
import { and, arrayContains, desc, eq, gte, lt, sql as q } from 'drizzle-orm';
import { uuidv7 } from 'uuidv7';
import type { Db } from './connection.ts';
import { firstIdAt } from './partitions.ts';
import { gatewayAccounts, inbound as i, senderAccounts, senders } from './schema.ts';
import { liftStopWord } from './suppressions.ts';

export interface NewInbound {
  gatewayAccountId: string;
  hookId: string | null;
  /** The gateway's id of it, or one made of its content: a second text with it is the same text. */
  inboundId: string;
  /** E.164 with the plus. */
  phone: string;
  recipient: string | null;
  text: string;
  effect: 'none' | 'stop' | 'start';
  /** Of the senders that it counts for, as they are now. */
  accountIds: readonly string[];
}

/** `again`: the same call has stored it before; `known`: another call has. */
export type Stored = 'new' | 'again' | 'known';

export async function storeInbound(db: Db, text: NewInbound): Promise<Stored> {
  const made = await db.sql`
    INSERT INTO inbound (id, gateway_account_id, hook_id, inbound_id, phone, recipient, text, effect, account_ids)
    VALUES (${uuidv7()}, ${text.gatewayAccountId}, ${text.hookId}, ${text.inboundId}, ${text.phone},
      ${text.recipient}, ${text.text}, ${text.effect}, ${[...text.accountIds]}::uuid[])
    ON CONFLICT (gateway_account_id, inbound_id) DO NOTHING`;
  if (made.count > 0) return 'new';
  const [held] = await db.sql`
    SELECT hook_id FROM inbound
    WHERE gateway_account_id = ${text.gatewayAccountId} AND inbound_id = ${text.inboundId}`;
  return held?.hookId === text.hookId ? 'again' : 'known';
}

/**
 * A START: what a STOP did for these accounts, and with `global` for all, is taken back. It is stored and done in one, and
 * only by the first that stores it: a late repeat must not undo a stop that came after it.
 */
export async function storeStart(db: Db, text: NewInbound, global: boolean): Promise<void> {
  await db.sql.begin(async (sql) => {
    const tx = { ...db, sql: sql as unknown as Db['sql'] };
    if ((await storeInbound(tx, text)) === 'new') await liftStopWord(tx, text.phone, text.accountIds, global);
  });
}

/** Whether any of these texts was not stored yet. @param inboundIds as they would be stored */
export async function hasNewTexts(db: Db, gatewayAccountId: string, inboundIds: readonly string[]): Promise<boolean> {
  const [known] = await db.sql`
    SELECT count(*)::int AS n FROM inbound
    WHERE gateway_account_id = ${gatewayAccountId} AND inbound_id = ANY (${[...inboundIds]})`;
  return Number(known?.n) < new Set(inboundIds).size;
}

export interface InboundText {
  id: string;
  gateway: string;
  /** Names of the senders of the gateway account that are in use now; with `accountId` only those of that account. */
  senders: string[];
  phone: string;
  recipient: string | null;
  /** '' where it has been kept for long enough. */
  text: string;
  effect: 'none' | 'stop' | 'start';
  accountIds: string[];
  receivedAt: Date;
}

export interface InboundFilter {
  accountId?: string;
  effect?: InboundText['effect'];
  phone?: string;
  from?: Date;
  to?: Date;
}

/** Newest first. @param page.before id of the last text of the page before */
export async function listInbound(
  db: Db,
  { accountId, effect, phone, from, to }: InboundFilter,
  page: { before?: string; limit: number },
): Promise<InboundText[]> {
  return await db.orm
    .select({
      id: i.id,
      gateway: gatewayAccounts.gateway,
      senders: namesOfSenders(accountId),
      phone: i.phone,
      recipient: i.recipient,
      text: i.text,
      effect: i.effect,
      accountIds: i.accountIds,
      receivedAt: i.receivedAt,
    })
    .from(i)
    .innerJoin(gatewayAccounts, eq(gatewayAccounts.id, i.gatewayAccountId))
    .where(
      and(
        accountId === undefined ? undefined : arrayContains(i.accountIds, [accountId]),
        effect === undefined ? undefined : eq(i.effect, effect),
        phone === undefined ? undefined : eq(i.phone, phone),
        from === undefined ? undefined : gte(i.id, firstIdAt(from)),
        to === undefined ? undefined : lt(i.id, firstIdAt(to)),
        page.before === undefined ? undefined : lt(i.id, page.before),
      ),
    )
    .orderBy(desc(i.id))
    .limit(page.limit);
}

function namesOfSenders(accountId: string | undefined) {
  const own =
    accountId === undefined
      ? q``
      : q`AND EXISTS (SELECT FROM ${senderAccounts} WHERE ${senderAccounts.senderId} = ${senders.id}
            AND ${senderAccounts.accountId} = ${accountId})`;
  return q<string[]>`coalesce((
    SELECT array_agg(${senders.name} ORDER BY ${senders.name}) FROM ${senders}
    WHERE ${senders.gatewayAccountId} = ${i.gatewayAccountId} AND ${senders.archivedAt} IS NULL ${own}), '{}')`;
}
