/** The senders as a worker knows them: read once, and again when a claim says that its version is old. */
import type { Db } from '../db/connection.ts';
import type { SecretKey } from '../db/secrets.ts';
import { findSender } from '../db/senders.ts';
import type { Gateway } from '../gateways/gateway.ts';
import { secretFields } from '../gateways/secret-fields.ts';
import { type GatewaySender, withGateway } from '../hooks/gateway-sender.ts';

export interface KnownSender extends GatewaySender {
  /** What must never be seen in evidence. */
  secrets: string[];
}

export interface SenderBook {
  /** @param version reads the sender anew where a newer one is known @throws where there is no such sender */
  get(senderId: string, version?: number): Promise<KnownSender>;
}

/** Settings that a worker holds are looked up again after this, also where no claim says that they are old. */
const KEEP_MS = 5_000;

export function createSenderBook(db: Db, secretKeys: readonly SecretKey[]): SenderBook {
  const known = new Map<string, { read: Promise<KnownSender>; at: number; version: number }>();

  async function read(senderId: string): Promise<KnownSender> {
    const sender = await findSender(db, secretKeys, { id: senderId });
    if (!sender) throw new Error(`there is no sender ${senderId}`);
    const known = withGateway(sender);
    return { ...known, secrets: secretValues(known.gateway, sender.settings) };
  }

  return {
    async get(senderId, version = 0) {
      const held = known.get(senderId);
      if (held && held.version >= version && performance.now() - held.at < KEEP_MS) return await held.read;
      const entry = { read: read(senderId), at: performance.now(), version };
      known.set(senderId, entry);
      try {
        const fresh = await entry.read;
        entry.version = fresh.sender.version;
        return fresh;
      } catch (err) {
        known.delete(senderId);
        throw err;
      }
    },
  };
}

function secretValues(gateway: Gateway, settings: Record<string, unknown>): string[] {
  return secretFields(gateway)
    .map((field) => settings[field])
    .filter((value): value is string => typeof value === 'string' && value !== '');
}
