/** Senders and accounts as they were a moment ago: accepting an SMS should cost no look into their books. */
import { type Account, findAccount } from '../db/accounts.ts';
import type { Db } from '../db/connection.ts';
import type { SecretKey } from '../db/secrets.ts';
import { findSender } from '../db/senders.ts';
import { type GatewaySender, withGateway } from '../hooks/gateway-sender.ts';
import { createCache } from './cache.ts';

const KEEP_MS = 2_000;

export interface Senders {
  /** Not those that are archived. */
  byName(name: string): Promise<GatewaySender | undefined>;
  byId(id: string): Promise<GatewaySender | undefined>;
  byHookToken(token: string): Promise<GatewaySender | undefined>;
  /** What is held: one of them has been changed. Other processes notice within two seconds. */
  forget(): void;
}

export function createSenders(db: Db, secretKeys: readonly SecretKey[]): Senders {
  const cache = createCache<GatewaySender>(KEEP_MS);
  const find = (key: string, by: Parameters<typeof findSender>[2]) =>
    cache.get(key, async () => {
      const sender = await findSender(db, secretKeys, by);
      return sender && withGateway(sender);
    });
  return {
    byName: (name) => find(`name ${name}`, { name }),
    byId: (id) => find(`id ${id}`, { id }),
    byHookToken: (hookToken) => find(`token ${hookToken}`, { hookToken }),
    forget: () => cache.clear(),
  };
}

export interface Accounts {
  byId(id: string): Promise<Account | undefined>;
}

export function createAccounts(db: Db): Accounts {
  const cache = createCache<Account>(KEEP_MS);
  return { byId: (id) => cache.get(id, () => findAccount(db, { id })) };
}
