/** Logins at gateways: ids, references, poll limits and webhooks belong to them. */
import { and, eq, sql as q } from 'drizzle-orm';
import { uuidv7 } from 'uuidv7';
import type { Db } from './connection.ts';
import { createSequenceSql } from './references.ts';
import { gatewayAccounts } from './schema.ts';

type Transaction = Pick<Db['orm'], 'select' | 'insert' | 'execute'>;

/** The gateway account with this key, made with its sequence of references where it is new. @returns its id */
export async function gatewayAccountOf(
  tx: Transaction,
  { gateway, key, referenceStart }: { gateway: string; key: string; referenceStart: bigint },
): Promise<string> {
  const id = uuidv7();
  const [account] = await tx
    .insert(gatewayAccounts)
    .values({ id, gateway, key })
    .onConflictDoUpdate({ target: [gatewayAccounts.gateway, gatewayAccounts.key], set: { key } })
    .returning({ id: gatewayAccounts.id });
  if (!account) throw new Error('the gateway account was not written');
  if (account.id === id) await tx.execute(q.raw(createSequenceSql(id, referenceStart)));
  return account.id;
}

export async function findGatewayAccount(
  tx: Pick<Db['orm'], 'select'>,
  gateway: string,
  key: string,
): Promise<string | undefined> {
  const [account] = await tx
    .select({ id: gatewayAccounts.id })
    .from(gatewayAccounts)
    .where(and(eq(gatewayAccounts.gateway, gateway), eq(gatewayAccounts.key, key)));
  return account?.id;
}
