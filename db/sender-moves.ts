/**
 * A sender whose settings log in to another gateway account. Ids and references belong to a gateway account: what was
 * submitted must come to its end in the old one before, and what waits gets references of the new one.
 */
import { eq, sql as q } from 'drizzle-orm';
import { referenceSequence } from '../sms/names.ts';
import type { Db } from './connection.ts';
import { findGatewayAccount, gatewayAccountOf } from './gateway-accounts.ts';
import { REFERENCE_BLOCK } from './references.ts';
import { gatewayAccounts } from './schema.ts';
import type { Sender } from './senders.ts';

export interface MoveTo {
  /** What the adapter says of the new settings. */
  accountKey: string;
  /** They log in to the account that the sender has, which is now known by another key: a renewed API key. */
  isSameAccount: boolean;
  /** Where our references at a new gateway account begin. */
  referenceStart: bigint;
  /** How a reference goes onto the new wire; null: it has no place for one. */
  ownIdOf(number: bigint, installation: string): string | null;
  /** '' where the gateway's ids are unique in the account. */
  idPhoneOf(phone: string): string;
}

/** Messages of the sender are at its gateway account and have not come to their end there. */
export class SenderInUse extends Error {
  readonly submitted: number;

  constructor(submitted: number) {
    super(`${submitted} messages have been submitted and have no end yet`);
    this.submitted = submitted;
  }
}

/** Too many messages wait to be given new references at once. */
export class TooManyWait extends Error {}

type Transaction = Parameters<Parameters<Db['orm']['transaction']>[0]>[0];

/** More would hold up all senders for longer than a second or two. */
const MOST_WAITING = 10_000;

/**
 * The caller holds the sender's row. @returns the gateway account that the sender has from now on
 * @throws SenderInUse, TooManyWait, and lock_not_available (55P03) where the books are too busy
 */
export async function moveToGatewayAccount(tx: Transaction, sender: Sender, to: MoveTo): Promise<string> {
  const { gateway, gatewayAccountId: from } = sender;
  const there = await findGatewayAccount(tx, gateway, to.accountKey);
  if (there === from) return from;
  if (to.isSameAccount && there === undefined) {
    await tx.update(gatewayAccounts).set({ key: to.accountKey }).where(eq(gatewayAccounts.id, from));
    return from;
  }

  // Nothing is accepted, claimed or recorded until the end of the transaction. Whoever waits for this lock sees the
  // sender as it is then: an accept for the old account is refused (db/messages.ts), a claim tells the new version.
  await tx.execute(q`SET LOCAL lock_timeout = '3s'`);
  await tx.execute(q`LOCK TABLE messages IN EXCLUSIVE MODE`);
  const [open] = await tx.execute<{ submitted: string; waiting: string }>(q`
    SELECT
      (SELECT count(*) FROM messages m WHERE m.gateway_account_id = ${from} AND m.sender_id = ${sender.id}
        AND m.status IN ('sending', 'sent'))
      + (SELECT count(*) FROM messages m WHERE m.sender_id = ${sender.id} AND m.status = 'accepted'
        AND m.uncertain_at IS NOT NULL) AS submitted,
      (SELECT count(*) FROM messages m WHERE m.sender_id = ${sender.id} AND m.status = 'accepted') AS waiting`);
  if (Number(open?.submitted) > 0) throw new SenderInUse(Number(open?.submitted));
  if (Number(open?.waiting) > MOST_WAITING) throw new TooManyWait();

  const id = await gatewayAccountOf(tx, { gateway, key: to.accountKey, referenceStart: to.referenceStart });
  await takeAlong(tx, sender.id, id, to);
  return id;
}

/** What waits goes out under references of the new account. */
async function takeAlong(tx: Transaction, senderId: string, account: string, to: MoveTo): Promise<void> {
  const waiting = await tx.execute<{ id: string; phone: string }>(q`
    SELECT id, phone FROM messages WHERE sender_id = ${senderId} AND status = 'accepted' ORDER BY id`);
  if (waiting.length === 0) return;
  const [installation] = await tx.execute<{ mark: string }>(q`SELECT mark FROM installation`);
  const numbers = await drawReferences(tx, account, waiting.length);
  const moved = waiting.map(({ id, phone }, i) => {
    const number = numbers[i];
    if (number === undefined) throw new Error('a message got no reference');
    const ownId = to.ownIdOf(number, installation?.mark ?? '');
    return { id, ref: number.toString(), ownId, idPhone: to.idPhoneOf(phone) };
  });
  await tx.execute(q`
    WITH moved AS (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(moved)}::jsonb)
        AS x(id uuid, ref bigint, "ownId" text, "idPhone" text)
    ), ids AS (
      INSERT INTO gateway_messages AS g (gateway_account_id, gateway_id, phone, message_id)
      SELECT ${account}::uuid, "ownId", "idPhone", id FROM moved WHERE "ownId" IS NOT NULL ORDER BY "ownId"
      ON CONFLICT (gateway_account_id, gateway_id, phone) DO UPDATE
        SET message_id = excluded.message_id, status = NULL, raw = NULL WHERE g.message_id IS NULL
    ), events AS (
      INSERT INTO message_events (message_id, kind, source, detail)
      SELECT id, 'moved', 'operator', jsonb_build_object('detail',
        'the sender logs in to another gateway account: this message takes a reference of that one') FROM moved
    )
    UPDATE messages m SET gateway_account_id = ${account}::uuid, ref = moved.ref, own_id = moved."ownId"
    FROM moved WHERE m.id = moved.id`);
}

async function drawReferences(tx: Transaction, account: string, count: number): Promise<bigint[]> {
  const blocks = await tx.execute<{ start: string }>(q`
    SELECT nextval(${referenceSequence(account)}::regclass) AS start
    FROM generate_series(1, ${Math.ceil(count / REFERENCE_BLOCK)})`);
  return blocks.flatMap(({ start }) => Array.from({ length: REFERENCE_BLOCK }, (_, i) => BigInt(start) + BigInt(i)));
}
