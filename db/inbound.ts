/** Texts from phones (MO). */
import { uuidv7 } from 'uuidv7';
import type { Db } from './connection.ts';

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
}

/** @returns false where this text was stored before */
export async function storeInbound(db: Db, text: NewInbound): Promise<boolean> {
  const made = await db.sql`
    INSERT INTO inbound (id, gateway_account_id, hook_id, inbound_id, phone, recipient, text, effect)
    VALUES (${uuidv7()}, ${text.gatewayAccountId}, ${text.hookId}, ${text.inboundId}, ${text.phone},
      ${text.recipient}, ${text.text}, ${text.effect})
    ON CONFLICT (gateway_account_id, inbound_id) DO NOTHING`;
  return made.count > 0;
}
