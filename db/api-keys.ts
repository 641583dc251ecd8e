/** API keys. Only their SHA-256 is kept; their form is in db/key-form.ts. */
import { and, arrayContains, desc, eq, gt, isNull, lt, lte, or, sql as q, type SQL } from 'drizzle-orm';
import type { PendingQuery, Row } from 'postgres';
import { uuidv7 } from 'uuidv7';
import { type Actor, THE_PRODUCT, writeAudit } from './audit.ts';
import type { Db } from './connection.ts';
import { hashOf, isKey, type KeyKind, newKey } from './key-form.ts';
import { apiKeys } from './schema.ts';

export const SCOPES = [
  'messages:send',
  'messages:read',
  'phones:read',
  'senders:read',
  'senders:write',
  'suppressions:read',
  'suppressions:write',
  'admin',
] as const;
export type Scope = (typeof SCOPES)[number];

export interface ApiKey {
  id: string;
  /** null: an operator's key, for all accounts. */
  accountId: string | null;
  name: string;
  /** A test key sends only through senders with verified phones. */
  kind: KeyKind;
  scopes: Scope[];
  expiresAt: Date | null;
}

/** As an administrator sees it; never with the key or its hash. */
export interface ApiKeyRow extends ApiKey {
  /** The key's last four characters. */
  hint: string;
  createdAt: Date;
  revokedAt: Date | null;
  /** To the minute. */
  lastUsedAt: Date | null;
}

export interface NewApiKey {
  accountId: string | null;
  name: string;
  scopes: Scope[];
  kind: KeyKind;
  expiresAt?: Date;
}

/** The key's row, or undefined where it is wrong, revoked, over, or of an archived account; never says which. */
export async function findApiKey(db: Db, key: string): Promise<ApiKey | undefined> {
  if (!isKey(key)) return undefined;
  return await workingKey(db, db.sql`hash = ${Buffer.from(hashOf(key))}`);
}

/** The same by its id, for whoever has shown the key before. */
export async function findWorkingApiKey(db: Db, id: string): Promise<ApiKey | undefined> {
  return await workingKey(db, db.sql`id = ${id}`);
}

/** @returns the key, in the clear for the only time */
export async function createApiKey(db: Db, input: NewApiKey, actor: Actor = THE_PRODUCT): Promise<string> {
  return (await issueApiKey(db, input, actor)).key;
}

/** `key` is in the clear for the only time. */
export async function issueApiKey(db: Db, input: NewApiKey, actor: Actor): Promise<{ key: string; row: ApiKeyRow }> {
  return await db.orm.transaction((tx) => insertKey(tx, input, actor));
}

/**
 * The first key of an operator: made where none with the scope `admin` for all accounts has ever been in the books, once,
 * however many processes ask. It is shown before it is in the books: one that is there and nobody has seen would lock
 * the operator out, one that was seen and is not there is followed by another at the next start.
 * @returns whether it was made
 */
export async function makeFirstKey(db: Db, show: (key: string) => void): Promise<boolean> {
  const isThere = () =>
    db.orm
      .select({ id: apiKeys.id })
      .from(apiKeys)
      .where(and(isNull(apiKeys.accountId), ADMIN))
      .limit(1);
  if ((await isThere()).length > 0) return false;
  return await db.orm.transaction(async (tx) => {
    await tx.execute(LOCK);
    const [other] = await tx
      .select({ id: apiKeys.id })
      .from(apiKeys)
      .where(and(isNull(apiKeys.accountId), ADMIN))
      .limit(1);
    if (other) return false;
    const input: NewApiKey = { accountId: null, name: 'first admin key', scopes: ['admin'], kind: 'live' };
    const { key } = await insertKey(tx, input, THE_PRODUCT);
    show(key);
    return true;
  });
}

/**
 * From now on the key is refused.
 * @param accountId null: of any account
 * @returns it as it is now; undefined where there is none; `last` where it is the last live key of an administrator of
 * all accounts, without which nobody could make another
 */
export async function revokeApiKey(
  db: Db,
  id: string,
  accountId: string | null,
  actor: Actor,
): Promise<ApiKeyRow | 'last' | undefined> {
  return await db.orm.transaction(async (tx) => {
    await tx.execute(LOCK);
    const [held] = await tx.select(COLUMNS).from(apiKeys).where(ofAccount(id, accountId));
    if (!held || held.revokedAt) return held as ApiKeyRow | undefined;
    const admins = await tx
      .select({ id: apiKeys.id })
      .from(apiKeys)
      .where(and(isNull(apiKeys.accountId), eq(apiKeys.kind, 'live'), ADMIN, WORKS));
    if (admins.length === 1 && admins[0]?.id === id) return 'last';
    const [row] = await tx.update(apiKeys).set({ revokedAt: new Date() }).where(eq(apiKeys.id, id)).returning(COLUMNS);
    await writeAudit(tx, actor, {
      action: 'key.revoke',
      accountId: held.accountId,
      objectId: id,
      detail: { name: held.name, hint: held.hint },
    });
    return row as ApiKeyRow | undefined;
  });
}

/** @param accountId null: of any account */
export async function findApiKeyById(db: Db, id: string, accountId: string | null): Promise<ApiKeyRow | undefined> {
  const [row] = await db.orm.select(COLUMNS).from(apiKeys).where(ofAccount(id, accountId));
  return row as ApiKeyRow | undefined;
}

export interface ApiKeyFilter {
  accountId?: string;
  state?: 'active' | 'expired' | 'revoked';
}

/** Newest first. @param before id of the last key of the page before */
export async function listApiKeys(
  db: Db,
  filter: ApiKeyFilter,
  page: { before?: string; limit: number },
): Promise<ApiKeyRow[]> {
  const rows = await db.orm
    .select(COLUMNS)
    .from(apiKeys)
    .where(
      and(
        filter.accountId === undefined ? undefined : eq(apiKeys.accountId, filter.accountId),
        filter.state === undefined ? undefined : STATES[filter.state],
        page.before === undefined ? undefined : lt(apiKeys.id, page.before),
      ),
    )
    .orderBy(desc(apiKeys.id))
    .limit(page.limit);
  return rows as ApiKeyRow[];
}

/** Notes that these keys were used, where that has not been noted within the last minute. */
export async function noteKeyUse(db: Db, ids: readonly string[]): Promise<void> {
  await db.sql`
    UPDATE api_keys SET last_used_at = now() WHERE id IN (
      SELECT id FROM api_keys
      WHERE id = ANY (${[...ids]}::uuid[]) AND (last_used_at IS NULL OR last_used_at <= now() - interval '1 minute')
      ORDER BY id FOR UPDATE SKIP LOCKED)`;
}

const COLUMNS = {
  id: apiKeys.id,
  accountId: apiKeys.accountId,
  name: apiKeys.name,
  kind: apiKeys.kind,
  scopes: apiKeys.scopes,
  hint: apiKeys.hint,
  createdAt: apiKeys.createdAt,
  expiresAt: apiKeys.expiresAt,
  revokedAt: apiKeys.revokedAt,
  lastUsedAt: apiKeys.lastUsedAt,
};

const ADMIN = arrayContains(apiKeys.scopes, ['admin']);
const WORKS = and(isNull(apiKeys.revokedAt), or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, q`now()`)));
const STATES: Record<'active' | 'expired' | 'revoked', SQL | undefined> = {
  active: WORKS,
  expired: and(isNull(apiKeys.revokedAt), lte(apiKeys.expiresAt, q`now()`)),
  revoked: q`${apiKeys.revokedAt} IS NOT NULL`,
};

/** One at a time: whoever decides by how many keys of administrators there are. */
const LOCK = q`SELECT pg_advisory_xact_lock(hashtextextended('durable-sms: keys of administrators', 0))`;

async function workingKey(db: Db, condition: PendingQuery<Row[]>): Promise<ApiKey | undefined> {
  const [row] = await db.sql`
    SELECT id, account_id, name, kind, scopes, expires_at FROM api_keys k
    WHERE ${condition} AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
      AND NOT EXISTS (SELECT FROM accounts a WHERE a.id = k.account_id AND a.archived_at IS NOT NULL)`;
  return row as ApiKey | undefined;
}

function ofAccount(id: string, accountId: string | null): SQL | undefined {
  return and(eq(apiKeys.id, id), accountId === null ? undefined : eq(apiKeys.accountId, accountId));
}

async function insertKey(
  tx: Pick<Db['orm'], 'insert'>,
  input: NewApiKey,
  actor: Actor,
): Promise<{ key: string; row: ApiKeyRow }> {
  const key = newKey(input.kind);
  const id = uuidv7();
  const [row] = await tx
    .insert(apiKeys)
    .values({ id, ...input, hash: hashOf(key), hint: key.slice(-4) })
    .returning(COLUMNS);
  if (!row) throw new Error('the key was not written');
  const { accountId, name, kind, scopes, expiresAt = null } = input;
  await writeAudit(tx, actor, {
    action: 'key.create',
    accountId,
    objectId: id,
    detail: { name, kind, scopes, hint: row.hint, expiresAt },
  });
  return { key, row: row as ApiKeyRow };
}
