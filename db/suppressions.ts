/** Suppress lists: phones that must not get an SMS. */
import { uuidv7 } from 'uuidv7';
import type { Db } from './connection.ts';
import { openClaimsOver } from './deliveries.ts';

export interface NewSuppression {
  /** E.164 with the plus. */
  phone: string;
  /** On the lists of these accounts … */
  accountIds: readonly string[];
  /** … and on the list that holds for all. */
  global: boolean;
  source: 'stop-word' | 'api' | 'import' | 'gateway' | 'operator';
  reason?: string;
  note?: string;
}

/**
 * Puts a phone on suppress lists and ends what waits for it. When this resolves nothing leaves for the phone any more.
 * @returns the ids of the messages that it ended, whose workflows should hear of it
 */
export async function suppressPhone(db: Db, entry: NewSuppression): Promise<string[]> {
  const ids = Array.from({ length: entry.accountIds.length + 1 }, () => uuidv7());
  const ended = await db.sql`
    SELECT message_id FROM suppress_phone(
      ${entry.phone}, ${[...entry.accountIds]}::uuid[], ${entry.global}, ${entry.source},
      ${entry.reason ?? null}, ${entry.note ?? null}, ${ids}::uuid[])`;
  await openClaimsOver(db, entry.phone);
  return ended.map((row) => row.messageId as string);
}

/** The gateway or operator says that this phone has opted out: the same as a STOP to the sender's accounts. */
export async function suppressOptedOut(
  db: Db,
  sender: { accountIds: readonly string[]; addToGlobalSuppressList: boolean },
  phone: string,
): Promise<string[]> {
  return await suppressPhone(db, {
    phone,
    accountIds: sender.accountIds,
    global: sender.addToGlobalSuppressList,
    source: 'gateway',
    reason: 'the gateway says that this phone has opted out',
  });
}

/** Takes a phone off the lists of these accounts, where a stop word put it there; an operator's entry stays. */
export async function liftStopWord(db: Db, phone: string, accountIds: readonly string[]): Promise<number> {
  const gone = await db.sql`
    DELETE FROM suppressions WHERE phone = ${phone} AND source = 'stop-word'
      AND account_id = ANY (${[...accountIds]}::uuid[])`;
  return gone.count;
}

export interface Suppression {
  accountId: string | null;
  phone: string;
  source: string;
  reason: string | null;
  createdAt: Date;
}

/** All lists that a phone is on. */
export async function suppressionsOf(db: Db, phone: string): Promise<Suppression[]> {
  return (await db.sql`
    SELECT account_id, phone, source, reason, created_at FROM suppressions WHERE phone = ${phone} ORDER BY created_at
  `) as unknown as Suppression[];
}
