import type { GatewayId } from '../sms/outcome.ts';
import type { Db } from './connection.ts';

export interface DuePoll {
  messageId: string;
  phone: string;
  ref: bigint;
  ownId: string | null;
  uncertain: boolean;
  ids: GatewayId[];
}

/**
 * Takes the gateway account's slot for one status request, and the messages to ask for in it: `messageId` if it is due,
 * and others that are. Empty where the slot is taken or nothing is due.
 */
export async function takePolls(
  db: Db,
  gatewayAccountId: string,
  options: { messageId: string; gapMs: number; limit: number; everyS: number; byOwnId: boolean },
): Promise<DuePoll[]> {
  return (await db.sql`
    SELECT message_id, phone, ref, own_id, uncertain, ids FROM take_polls(
      ${gatewayAccountId}, ${options.gapMs}, ${options.limit}, ${options.messageId}, ${options.everyS},
      ${options.byOwnId})
  `) as unknown as DuePoll[];
}

/** Milliseconds until the message may be asked for; 0: it may be now, or no more. */
export async function pollDueMs(db: Db, messageId: string): Promise<number> {
  const [row] = await db.sql`
    SELECT greatest(0, extract(epoch FROM poll_at - clock_timestamp()) * 1000)::float8 AS ms
    FROM messages WHERE id = ${messageId}`;
  return Number(row?.ms ?? 0);
}
