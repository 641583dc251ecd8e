/** Accounts: who sends. An archived one keeps its name, its messages and its suppress lists. */
import { and, desc, eq, isNotNull, isNull, lt } from 'drizzle-orm';
import { uuidv7 } from 'uuidv7';
import { type Actor, THE_PRODUCT, writeAudit } from './audit.ts';
import type { Db } from './connection.ts';
import { accounts } from './schema.ts';

export interface Account {
  id: string;
  name: string;
  /** ISO 3166-1 alpha-2; null: numbers must be international. */
  defaultCountry: string | null;
  createdAt: Date;
  /** null: it is in use. */
  archivedAt: Date | null;
}

export type AccountInput = Pick<Account, 'name' | 'defaultCountry'>;

/** @throws a unique violation (23505) where the name is taken, also by an archived account */
export async function createAccount(db: Db, input: AccountInput, actor: Actor = THE_PRODUCT): Promise<string> {
  const id = uuidv7();
  await db.orm.transaction(async (tx) => {
    await tx.insert(accounts).values({ id, ...input });
    await writeAudit(tx, actor, { action: 'account.create', accountId: id, objectId: id, detail: { ...input } });
  });
  return id;
}

/**
 * @returns the account as it is now, or undefined where there is none
 * @throws a unique violation (23505) where the name is taken
 */
export async function updateAccount(
  db: Db,
  id: string,
  change: Partial<AccountInput>,
  actor: Actor,
): Promise<Account | undefined> {
  return await db.orm.transaction(async (tx) => {
    const [held] = await tx.select().from(accounts).where(eq(accounts.id, id)).for('update');
    if (!held) return undefined;
    const news = Object.entries(change).filter(([field, value]) => held[field as keyof AccountInput] !== value);
    if (news.length === 0) return held;
    const [row] = await tx.update(accounts).set(Object.fromEntries(news)).where(eq(accounts.id, id)).returning();
    const detail = Object.fromEntries(
      news.map(([field, to]) => [field, { from: held[field as keyof AccountInput], to: to ?? null }]),
    );
    await writeAudit(tx, actor, { action: 'account.update', accountId: id, objectId: id, detail });
    return row;
  });
}

/** Archives the account or restores it. @returns it as it is now, or undefined where there is none */
export async function setArchived(db: Db, id: string, archived: boolean, actor: Actor): Promise<Account | undefined> {
  return await db.orm.transaction(async (tx) => {
    const [row] = await tx
      .update(accounts)
      .set({ archivedAt: archived ? new Date() : null })
      .where(and(eq(accounts.id, id), archived ? isNull(accounts.archivedAt) : isNotNull(accounts.archivedAt)))
      .returning();
    if (!row) return (await tx.select().from(accounts).where(eq(accounts.id, id)))[0];
    const action = archived ? 'account.archive' : 'account.restore';
    await writeAudit(tx, actor, { action, accountId: id, objectId: id });
    return row;
  });
}

export async function findAccount(db: Db, by: { id: string } | { name: string }): Promise<Account | undefined> {
  const [row] = await db.orm
    .select()
    .from(accounts)
    .where('id' in by ? eq(accounts.id, by.id) : eq(accounts.name, by.name));
  return row;
}

export interface AccountFilter {
  id?: string;
  name?: string;
  /** Else both. */
  archived?: boolean;
}

/** Newest first. @param before id of the last account of the page before */
export async function listAccounts(
  db: Db,
  filter: AccountFilter,
  page: { before?: string; limit: number },
): Promise<Account[]> {
  return await db.orm
    .select()
    .from(accounts)
    .where(
      and(
        filter.id === undefined ? undefined : eq(accounts.id, filter.id),
        filter.name === undefined ? undefined : eq(accounts.name, filter.name),
        filter.archived === undefined ? undefined : (filter.archived ? isNotNull : isNull)(accounts.archivedAt),
        page.before === undefined ? undefined : lt(accounts.id, page.before),
      ),
    )
    .orderBy(desc(accounts.id))
    .limit(page.limit);
}
