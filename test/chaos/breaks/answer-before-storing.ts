import { setTimeout as sleep } from 'node:timers/promises';
import { uuidv7 } from 'uuidv7';
import { closeHooks as closeRight, type storeHook as storeRight } from '../../../db/hooks.ts';
import { hooks } from '../../../db/schema.ts';

export * from '../../../db/hooks.ts';

const GATHER_MS = 500;
const underWay = new Map<string, Promise<unknown>>();

/** The gateway need not wait for the books. */
export const storeHook: typeof storeRight = async (db, hook, refused) => {
  const id = uuidv7();
  const row = {
    ...hook,
    id,
    body: Buffer.from(hook.body),
    state: refused === undefined ? ('received' as const) : ('refused' as const),
    detail: refused ?? null,
  };
  const stored = sleep(GATHER_MS)
    .then(() => db.orm.insert(hooks).values(row))
    .catch(() => undefined)
    .finally(() => underWay.delete(id));
  underWay.set(id, stored);
  return id;
};

export const closeHooks: typeof closeRight = async (db, ids, state, detail) => {
  await Promise.all(ids.map((id) => underWay.get(id)));
  await closeRight(db, ids, state, detail);
};
