/** Everything that is sealed in the books, brought to the first key, so that the others can be taken out of the list. */
import { and, asc, eq, gt, like, sql as q } from 'drizzle-orm';
import type { Db } from './connection.ts';
import { SEALED_HEADER, SEALED_MARK } from './hooks.ts';
import { hooks, senders } from './schema.ts';
import { isSealed, reseal, type SecretKey } from './secrets.ts';

export interface Resealed {
  /** Secrets of senders that were sealed anew. */
  secrets: number;
  /** Logins in stored webhook calls that were sealed anew. */
  headers: number;
}

/**
 * Opens every sealed value, and seals with the first key what is sealed with another. Can be done while the product
 * runs, and again after it broke off. @throws where a value's key is not among `keys`
 */
export async function resealAll(db: Db, keys: readonly SecretKey[]): Promise<Resealed> {
  return { secrets: await resealSenders(db, keys), headers: await resealHooks(db, keys) };
}

async function resealSenders(db: Db, keys: readonly SecretKey[]): Promise<number> {
  let count = 0;
  for (const { id } of await db.orm.select({ id: senders.id }).from(senders)) {
    await db.orm.transaction(async (tx) => {
      // Under a lock, so that a change that is made meanwhile is not undone.
      const [row] = await tx.select().from(senders).where(eq(senders.id, id)).for('no key update');
      const { settings, changed } = resealed(row?.settings as Record<string, unknown>, keys);
      if (changed === 0) return;
      await tx.update(senders).set({ settings }).where(eq(senders.id, id));
      count += changed;
    });
  }
  return count;
}

function resealed(settings: Record<string, unknown>, keys: readonly SecretKey[]) {
  const fresh = Object.entries(settings).flatMap(([name, value]) => {
    const sealed = isSealed(value) ? reseal(value, keys) : undefined;
    return sealed === undefined ? [] : [[name, sealed] as const];
  });
  return { settings: { ...settings, ...Object.fromEntries(fresh) }, changed: fresh.length };
}

const AT_ONCE = 500;

async function resealHooks(db: Db, keys: readonly SecretKey[]): Promise<number> {
  let count = 0;
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const header = q<string>`${hooks.headers} ->> ${SEALED_HEADER}`;
    const rows = await db.orm
      .select({ id: hooks.id, header })
      .from(hooks)
      .where(and(gt(hooks.id, after), like(header, `${SEALED_MARK}%`)))
      .orderBy(asc(hooks.id))
      .limit(AT_ONCE);
    for (const row of rows) {
      const sealed = reseal({ $sealed: row.header.slice(SEALED_MARK.length) }, keys);
      if (sealed === undefined) continue;
      const fresh = JSON.stringify({ [SEALED_HEADER]: SEALED_MARK + sealed.$sealed });
      await db.orm
        .update(hooks)
        .set({ headers: q`${hooks.headers} || ${fresh}::jsonb` })
        .where(eq(hooks.id, row.id));
      count++;
    }
    const last = rows.at(-1);
    if (!last) return count;
    after = last.id;
  }
}
