/**
 * Imports of suppress lists. Their entries go in by thousands, without the locks of their phones: a claim that comes later
 * sees them, and `earlierClaimsOver` waits for those that came before.
 */
import { and, desc, eq, type SQL, sql } from 'drizzle-orm';
import { uuidv7 } from 'uuidv7';
import type { Actor } from './audit.ts';
import { LEASE_MS } from './claims.ts';
import type { Db } from './connection.ts';
import { suppressionImports as i } from './schema.ts';

export interface ImportRow {
  /** E.164 with the plus. */
  phone: string;
  reason: string | null;
  note: string | null;
}

export interface InvalidLine {
  /** Of the file, from 1. */
  line: number;
  reason: string;
}

export interface ImportTarget {
  /** UUID. */
  id: string;
  /** null: the list that holds for all. */
  accountId: string | null;
}

export type SuppressionImport = Omit<typeof i.$inferSelect, 'invalidLines'> & { invalidLines: InvalidLine[] };

/** The id belongs to another import. */
export class ImportIdTaken extends Error {}

/** A sign of life is due so often … */
const SIGN_MS = 5_000;
/** … and an import of which none was seen for so long has died with its process. */
const DEAD_S = 60;

/**
 * Begins an import, does its work and ends it: `done` where the work resolves, else `failed`, with what `describe` says of
 * the error. One whose process dies is shown as failed after a minute.
 * @throws ImportIdTaken, and what the work throws
 */
export async function runImport(
  db: Db,
  actor: Actor,
  target: ImportTarget,
  work: () => Promise<void>,
  describe: (err: unknown) => string,
): Promise<SuppressionImport> {
  if (!(await begin(db, actor, target))) throw new ImportIdTaken();
  const signs = setInterval(() => void giveSign(db, target).catch(() => {}), SIGN_MS);
  try {
    await work();
  } catch (err) {
    await end(db, actor, target, { state: 'failed', failure: describe(err) });
    throw err;
  } finally {
    clearInterval(signs);
  }
  return await end(db, actor, target, { state: 'done', failure: null });
}

/** While an import runs, finished_at is the time of its last sign of life. */
async function giveSign(db: Db, { id }: ImportTarget): Promise<void> {
  await db.sql`UPDATE suppression_imports SET finished_at = clock_timestamp() WHERE id = ${id} AND state = 'running'`;
}

/** @returns false where the id is taken */
async function begin(db: Db, actor: Actor, { id, accountId }: ImportTarget): Promise<boolean> {
  const made = await db.sql`
    WITH made AS (
      INSERT INTO suppression_imports (id, account_id, finished_at) VALUES (${id}, ${accountId}, clock_timestamp())
      ON CONFLICT (id) DO NOTHING RETURNING id, account_id, state
    )
    INSERT INTO audit_log (id, key_id, actor, action, account_id, object_id, detail)
    SELECT ${uuidv7()}, ${actor.keyId}, ${actor.name}, ${ACTION}, m.account_id, m.id::text,
      jsonb_build_object('state', m.state)
    FROM made m`;
  return made.count === 1;
}

async function end(
  db: Db,
  actor: Actor,
  { id }: ImportTarget,
  how: { state: 'done' | 'failed'; failure: string | null },
): Promise<SuppressionImport> {
  const [row] = await db.sql`
    WITH ended AS (
      UPDATE suppression_imports i SET state = ${how.state}, failure = ${how.failure}, finished_at = clock_timestamp()
      WHERE i.id = ${id} RETURNING i.*
    ), logged AS (
      INSERT INTO audit_log (id, key_id, actor, action, account_id, object_id, detail)
      SELECT ${uuidv7()}, ${actor.keyId}, ${actor.name}, ${ACTION}, e.account_id, e.id::text,
        jsonb_build_object('state', e.state, 'total', e.total, 'imported', e.imported,
          'alreadyThere', e.already_there, 'invalid', e.invalid)
      FROM ended e
    )
    SELECT * FROM ended`;
  if (!row) throw new Error('an import went away while it ran');
  return row as unknown as SuppressionImport;
}

const ACTION = 'suppression.import';

/**
 * Writes rows of an import and counts them, in one statement. A phone that a stop word put on the list becomes the
 * import's, so that START does not take it off.
 * @param step invalid: how many rows could not be read; invalidLines: all that are kept so far, where there are new ones
 */
export async function importRows(
  db: Db,
  { id, accountId }: ImportTarget,
  step: { rows: readonly ImportRow[]; invalid: number; invalidLines?: readonly InvalidLine[] },
): Promise<void> {
  const { rows, invalid, invalidLines } = step;
  await db.sql`
    WITH given AS (
      SELECT DISTINCT ON (x.phone) x.id, x.phone, x.reason, x.note
      FROM unnest(
        ${rows.map(() => uuidv7())}::uuid[], ${rows.map(({ phone }) => phone)}::text[],
        ${rows.map(({ reason }) => reason)}::text[], ${rows.map(({ note }) => note)}::text[]
      ) WITH ORDINALITY AS x(id, phone, reason, note, n)
      ORDER BY x.phone, x.n
    ), written AS (
      INSERT INTO suppressions AS s (id, account_id, phone, source, reason, note)
      SELECT g.id, ${accountId}::uuid, g.phone, 'import', g.reason, g.note FROM given g
      -- In the same order by all imports, or two could wait for each other.
      ORDER BY g.phone
      ON CONFLICT (phone, account_id) DO UPDATE
        SET source = excluded.source, reason = excluded.reason, note = excluded.note
        WHERE s.source = 'stop-word'
      RETURNING s.id
    ), fresh AS (
      SELECT count(*)::int AS n FROM written JOIN given USING (id)
    )
    UPDATE suppression_imports i SET
      total = i.total + ${rows.length + invalid},
      imported = i.imported + fresh.n,
      already_there = i.already_there + ${rows.length} - fresh.n,
      invalid = i.invalid + ${invalid},
      finished_at = clock_timestamp(),
      invalid_lines = coalesce(${invalidLines === undefined ? null : db.sql.json(invalidLines as never)}, i.invalid_lines)
    FROM fresh WHERE i.id = ${id}`;
}

/** How far ahead claim_send may give out a slot. */
const FURTHEST_SLOT_MS = 3_000;

/**
 * Resolves when no claim that began before this was called may begin to write its request any more: the later ones have
 * seen what was committed.
 * @param phones only claims for these matter; undefined: there are too many to ask for
 */
export async function earlierClaimsOver(db: Db, phones?: readonly string[]): Promise<void> {
  await earlierTransactionsOver(db);
  await pause(phones === undefined ? LEASE_MS + FURTHEST_SLOT_MS : await leasesMs(db, phones));
}

/** A claim holds the lock of its phone, in shared mode, while its transaction is open. */
async function earlierTransactionsOver(db: Db): Promise<void> {
  let open: string[] | undefined;
  do {
    if (open !== undefined) await pause(LOOK_MS);
    const held = await db.sql`
      SELECT DISTINCT l.virtualtransaction AS tx FROM pg_locks l
      WHERE l.locktype = 'advisory' AND l.mode = 'ShareLock' AND l.granted
        AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())`;
    const now = new Set(held.map((row) => row.tx as string));
    open = (open ?? [...now]).filter((tx) => now.has(tx));
  } while (open.length > 0);
}

async function leasesMs(db: Db, phones: readonly string[]): Promise<number> {
  const [row] = await db.sql`
    SELECT coalesce(ceil(extract(epoch FROM max(m.lease_until) - clock_timestamp()) * 1000), 0)::int AS ms
    FROM messages m
    WHERE m.phone = ANY (${[...phones]}::text[]) AND m.attempt_state = 'open' AND m.lease_until > clock_timestamp()`;
  return Number(row?.ms ?? 0);
}

const LOOK_MS = 25;

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** @param accountId undefined: of any list; null: of the one that holds for all */
export async function findImport(
  db: Db,
  id: string,
  accountId: string | null | undefined,
): Promise<SuppressionImport | undefined> {
  const [row] = await db.orm
    .select({ import: i, isDead: isDead() })
    .from(i)
    .where(and(eq(i.id, id), ofList(accountId)));
  return row && asItIs(row);
}

/** Newest first. @param page before: id of the last import of the page before */
export async function listImports(
  db: Db,
  accountId: string | null | undefined,
  page: { before?: string; limit: number },
): Promise<SuppressionImport[]> {
  const earlier =
    page.before === undefined
      ? undefined
      : sql`(${i.startedAt}, ${i.id}) < (SELECT b.started_at, b.id FROM suppression_imports b WHERE b.id = ${page.before})`;
  const rows = await db.orm
    .select({ import: i, isDead: isDead() })
    .from(i)
    .where(and(ofList(accountId), earlier))
    .orderBy(desc(i.startedAt), desc(i.id))
    .limit(page.limit);
  return rows.map(asItIs);
}

function ofList(accountId: string | null | undefined): SQL | undefined {
  return accountId === undefined ? undefined : sql`${i.accountId} IS NOT DISTINCT FROM ${accountId}::uuid`;
}

function isDead(): SQL<boolean> {
  return sql<boolean>`(${i.finishedAt} < clock_timestamp() - make_interval(secs => ${DEAD_S}))`;
}

function asItIs({ import: row, isDead }: { import: typeof i.$inferSelect; isDead: boolean }): SuppressionImport {
  const shown = row as SuppressionImport;
  if (shown.state !== 'running') return shown;
  return isDead
    ? { ...shown, state: 'failed', failure: 'The process that ran it has ended.' }
    : { ...shown, finishedAt: null };
}
