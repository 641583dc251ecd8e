import { eq } from 'drizzle-orm';
import { uuidv7 } from 'uuidv7';
import type { Db } from './connection.ts';
import { accounts } from './schema.ts';

export interface Account {
  id: string;
  name: string;
  /** ISO 3166-1 alpha-2; null: numbers must be international. */
  defaultCountry: string | null;
}

/** @throws a unique violation (23505) where the name is taken */
export async function createAccount(db: Db, input: { name: string; defaultCountry: string | null }): Promise<string> {
  const id = uuidv7();
  await db.orm.insert(accounts).values({ id, ...input });
  return id;
}

export async function findAccount(db: Db, by: { id: string } | { name: string }): Promise<Account | undefined> {
  const [row] = await db.orm
    .select()
    .from(accounts)
    .where('id' in by ? eq(accounts.id, by.id) : eq(accounts.name, by.name));
  return row;
}
