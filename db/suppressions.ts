/** Suppress lists: phones that must not get an SMS. */
import { and, desc, eq, gte, isNull, lt } from 'drizzle-orm';
import { uuidv7 } from 'uuidv7';
import { maskPhone } from '../sms/phone.ts';
import type { Actor } from './audit.ts';
import type { Db } from './connection.ts';
import { openClaimsOver } from './deliveries.ts';
import { firstIdAt } from './partitions.ts';
import { suppressions as s } from './schema.ts';

export type Suppression = typeof s.$inferSelect;
export type SuppressionSource = Suppression['source'];

export interface NewSuppression {
  /** E.164 with the plus. */
  phone: string;
  /** On the lists of these accounts … */
  accountIds: readonly string[];
  /** … and on the list that holds for all. */
  global: boolean;
  source: SuppressionSource;
  reason?: string;
  note?: string;
}

/** Who did it, where no key did. */
const ACTORS: Record<SuppressionSource, Actor> = {
  'stop-word': { keyId: null, name: 'stop word' },
  api: { keyId: null, name: 'api' },
  import: { keyId: null, name: 'import' },
  gateway: { keyId: null, name: 'gateway' },
  operator: { keyId: null, name: 'operator' },
};
const START_WORD: Actor = { keyId: null, name: 'start word' };

/**
 * Puts a phone on suppress lists and ends what waits for it. When this resolves nothing leaves for the phone any more.
 * @returns the ids of the messages that it ended, whose workflows should hear of it
 */
export async function suppressPhone(
  db: Db,
  entry: NewSuppression,
  actor: Actor = ACTORS[entry.source],
): Promise<string[]> {
  const ids = newIds(entry);
  const accountIds = [...entry.accountIds];
  const { phone, global, source, reason = null, note = null } = entry;
  // One statement, so that a STOP is answered no later for being in the log. The entries are written under the phone's
  // lock by the first part, which knows what it changed; suppress_phone finds them and does the rest.
  const ended = await db.sql`
    WITH locked AS MATERIALIZED (
      SELECT pg_advisory_xact_lock(phone_lock(${phone}))
    ), written AS (
      INSERT INTO suppressions AS s (id, account_id, phone, source, reason, note)
      SELECT (${ids}::uuid[])[l.n], l.account_id, ${phone}, ${source}, ${reason}, ${note}
      FROM locked, (
        SELECT a.id AS account_id, a.n FROM unnest(${accountIds}::uuid[]) WITH ORDINALITY AS a(id, n)
        UNION ALL SELECT NULL, ${ids.length} WHERE ${global}
      ) AS l
      ON CONFLICT (phone, account_id) DO UPDATE
        SET source = excluded.source, reason = excluded.reason, note = excluded.note
        WHERE s.source = 'stop-word' AND excluded.source <> 'stop-word'
      RETURNING s.id, s.account_id
    ), logged AS (
      INSERT INTO audit_log (id, key_id, actor, action, account_id, object_id, detail)
      SELECT (${newIds(entry)}::uuid[])[row_number() OVER ()], ${actor.keyId}, ${actor.name}, 'suppression.add',
        w.account_id, w.id::text, jsonb_strip_nulls(jsonb_build_object('phone', ${maskPhone(phone)}::text,
          'source', ${source}::text, 'was', CASE WHEN w.id <> ALL (${ids}::uuid[]) THEN 'stop-word' END))
      FROM written w
    )
    -- The phone depends on the first part, so that no plan can have it come second.
    SELECT e.message_id FROM (SELECT count(*) AS n FROM written) w, LATERAL suppress_phone(
      CASE WHEN w.n >= 0 THEN ${phone}::text END, ${accountIds}::uuid[], ${global}, ${source}, ${reason}, ${note},
      ${ids}::uuid[]) e`;
  await openClaimsOver(db, phone);
  return ended.map((row) => row.messageId as string);
}

/** For the lists of an entry. */
function newIds({ accountIds }: Pick<NewSuppression, 'accountIds'>): string[] {
  return Array.from({ length: accountIds.length + 1 }, () => uuidv7());
}

export interface Added {
  suppression: Suppression;
  /** False: the phone was on the list already. */
  added: boolean;
  /** The ids of the messages that it ended, whose workflows should hear of it. */
  ended: string[];
}

/**
 * Puts a phone on one list. When this resolves nothing leaves for the phone any more.
 * @param entry accountId null: the list that holds for all
 */
export async function addSuppression(
  db: Db,
  actor: Actor,
  { accountId, ...entry }: Omit<NewSuppression, 'accountIds' | 'global'> & { accountId: string | null },
): Promise<Added> {
  const lists = accountId === null ? { accountIds: [], global: true } : { accountIds: [accountId], global: false };
  const [before] = await entriesOf(db, entry.phone, accountId);
  const ended = await suppressPhone(db, { ...entry, ...lists }, actor);
  const [suppression] = await entriesOf(db, entry.phone, accountId);
  if (!suppression) throw new Error('a suppression went away while it was added');
  return { suppression, added: suppression.id !== before?.id, ended };
}

async function entriesOf(db: Db, phone: string, accountId: string | null): Promise<Suppression[]> {
  return await db.orm
    .select()
    .from(s)
    .where(and(eq(s.phone, phone), isOf(accountId)));
}

function isOf(accountId: string | null) {
  return accountId === null ? isNull(s.accountId) : eq(s.accountId, accountId);
}

interface StoppedSender {
  id: string;
  accountIds: readonly string[];
}

/**
 * The accounts that a STOP to these senders is for: theirs, and those from which a sender was taken while messages of
 * them to the phone wait in it.
 */
export async function accountsToStop(db: Db, phone: string, senders: readonly StoppedSender[]): Promise<string[]> {
  const waiting = await db.sql`
    SELECT DISTINCT account_id FROM messages
    WHERE phone = ${phone} AND status IN ('accepted', 'sending') AND sender_id = ANY (${senders.map(({ id }) => id)}::uuid[])`;
  const theirs = senders.flatMap(({ accountIds }) => accountIds);
  return [...new Set([...theirs, ...waiting.map((row) => row.accountId as string)])];
}

/** The gateway or operator says that this phone has opted out: the same as a STOP to the sender's accounts. */
export async function suppressOptedOut(
  db: Db,
  sender: StoppedSender & { addToGlobalSuppressList: boolean },
  phone: string,
): Promise<string[]> {
  return await suppressPhone(db, {
    phone,
    accountIds: await accountsToStop(db, phone, [sender]),
    global: sender.addToGlobalSuppressList,
    source: 'gateway',
    reason: 'the gateway says that this phone has opted out',
  });
}

/**
 * Takes a phone off the lists of these accounts, and with `global` off the one that holds for all, where a stop word put
 * it there; any other entry stays.
 * @returns how many entries went
 */
export async function liftStopWord(
  db: Db,
  phone: string,
  accountIds: readonly string[],
  global: boolean,
): Promise<number> {
  const lifted = await db.sql`
    WITH gone AS (
      DELETE FROM suppressions s WHERE s.phone = ${phone} AND s.source = 'stop-word'
        AND (s.account_id = ANY (${[...accountIds]}::uuid[]) OR (${global} AND s.account_id IS NULL))
      RETURNING s.id, s.account_id
    ), numbered AS (
      SELECT gone.*, row_number() OVER () AS n FROM gone
    )
    INSERT INTO audit_log (id, actor, action, account_id, object_id, detail)
    SELECT (${newIds({ accountIds })}::uuid[])[n.n], ${START_WORD.name}, 'suppression.remove', n.account_id, n.id::text,
      jsonb_build_object('phone', ${maskPhone(phone)}::text, 'source', 'stop-word')
    FROM numbered n`;
  return lifted.count;
}

/** @param accountId of whose list it must be; undefined: of any list. @returns whether there was such an entry */
export async function removeSuppression(db: Db, actor: Actor, id: string, accountId?: string): Promise<boolean> {
  const [held] = await db.orm.select().from(s).where(eq(s.id, id));
  if (!held || (accountId !== undefined && held.accountId !== accountId)) return false;
  const removed = await db.sql`
    WITH gone AS (
      DELETE FROM suppressions s WHERE s.id = ${id} RETURNING s.id, s.account_id, s.source
    )
    INSERT INTO audit_log (id, key_id, actor, action, account_id, object_id, detail)
    SELECT ${uuidv7()}, ${actor.keyId}, ${actor.name}, 'suppression.remove', g.account_id, g.id::text,
      jsonb_build_object('phone', ${maskPhone(held.phone)}::text, 'source', g.source)
    FROM gone g`;
  return removed.count === 1;
}

/** All lists that a phone is on, the oldest entry first. */
export async function suppressionsOf(db: Db, phone: string): Promise<Suppression[]> {
  return await db.orm.select().from(s).where(eq(s.phone, phone)).orderBy(s.createdAt, s.id);
}

export interface ListFilter {
  /** null: the list that holds for all. */
  accountId: string | null;
  source?: SuppressionSource;
  /** E.164 with the plus. */
  phone?: string;
  from?: Date;
  to?: Date;
}

/** One list, newest first. @param page before: id of the last entry of the page before */
export async function listSuppressions(
  db: Db,
  filter: ListFilter,
  page: { before?: string; limit: number },
): Promise<Suppression[]> {
  return await db.orm
    .select()
    .from(s)
    .where(
      and(
        isOf(filter.accountId),
        filter.source === undefined ? undefined : eq(s.source, filter.source),
        filter.phone === undefined ? undefined : eq(s.phone, filter.phone),
        filter.from === undefined ? undefined : gte(s.id, firstIdAt(filter.from)),
        filter.to === undefined ? undefined : lt(s.id, firstIdAt(filter.to)),
        page.before === undefined ? undefined : lt(s.id, page.before),
      ),
    )
    // By all columns of the index: Postgres does not see that an account that is null is one value.
    .orderBy(desc(s.accountId), ...(filter.source === undefined ? [] : [desc(s.source)]), desc(s.id))
    .limit(page.limit);
}

/** All of one list, newest first, page by page: no transaction stays open while a slow reader takes its time. */
export async function* pagesOfList(db: Db, accountId: string | null, limit: number): AsyncGenerator<Suppression[]> {
  let before: string | undefined;
  do {
    const page = await listSuppressions(db, { accountId }, { limit, ...(before === undefined ? {} : { before }) });
    if (page.length > 0) yield page;
    before = page.length < limit ? undefined : page.at(-1)?.id;
  } while (before !== undefined);
}
