/**
 * What is kept for how long. Everything goes in small steps that hold few locks and only for a moment, and every one can
 * be done again: a run that was cut short is gone on with by the next.
 */
import type { Db } from './connection.ts';
import { eventsAfter, OLDEST, type Position } from './events.ts';
import { dropMonthsBefore, firstIdAt, oldestMonth } from './partitions.ts';

export interface RetentionLimits {
  /** Texts of messages that have ended, from their end, and texts from phones. */
  textDays: number;
  /** Webhook calls as they came in, and reports that no message has. */
  hookDays: number;
  /** Messages, by whole months, with all that belongs to them. */
  messageDays: number;
}

export interface Retained {
  /** How many of each went, but for what did not. */
  counts: Record<string, number>;
  /** Months that are too old and have messages that have come to no end. */
  openMonths: string[];
  /** False: there is more to do, now or soon. */
  done: boolean;
}

const AT_ONCE = 1_000;
const DAY_MS = 24 * 3600 * 1000;

/** @param budgetMs ends soon after it, done or not; something of everything is done in any case */
export async function retain(db: Db, limits: RetentionLimits, now: Date, budgetMs: number): Promise<Retained> {
  const until = performance.now() + budgetMs;
  const isOver = () => performance.now() >= until;
  const before = (days: number) => new Date(now.getTime() - days * DAY_MS);
  const [texts, hooks, messages] = [before(limits.textDays), before(limits.hookDays), before(limits.messageDays)];

  const months = await dropMonthsBefore(db.sql, messages);
  const kept = (await oldestMonth(db.sql, messages)) ?? messages;
  const steps: Record<string, () => Promise<Step>> = {
    texts: () => emptyTexts(db, texts, isOver),
    inboundTexts: () => emptyInbound(db, texts, isOver),
    webhookCalls: () => inBatches(() => dropHooks(db, hooks), isOver),
    unmatchedReports: () => inBatches(() => dropUnmatched(db, hooks), isOver),
    idempotencyKeys: () => inBatches(() => dropIdempotencyKeys(db), isOver),
    strayMessages: () => inBatches(() => dropStrays(db, messages), isOver),
    gatewayIds: () => inBatches(() => dropGatewayIds(db, kept), isOver),
    inbound: () => inBatches(() => dropInbound(db, messages), isOver),
  };
  const counts: [string, number][] = [['months', months.dropped.length]];
  let done = months.busy === undefined;
  for (const [name, step] of Object.entries(steps)) {
    const { count, done: stepDone } = await step();
    counts.push([name, count]);
    done &&= stepDone;
  }
  return { counts: Object.fromEntries(counts.filter(([, count]) => count > 0)), openMonths: months.open, done };
}

interface Step {
  count: number;
  done: boolean;
}

async function inBatches(batch: () => Promise<number>, isOver: () => boolean): Promise<Step> {
  for (let count = 0; ; ) {
    const gone = await batch();
    count += gone;
    if (gone < AT_ONCE) return { count, done: true };
    if (isOver()) return { count, done: false };
  }
}

/**
 * Along the events, which lie in the order in which messages ended, whenever they were accepted: each is looked at once.
 */
async function emptyTexts(db: Db, before: Date, isOver: () => boolean): Promise<Step> {
  const [held] = await db.sql`SELECT tx, n FROM progress WHERE task = 'texts'`;
  let position = (held as Position | undefined) ?? OLDEST;
  for (let count = 0; ; ) {
    const rows = await eventsAfter(db.sql, position, AT_ONCE);
    const young = rows.findIndex((row) => row.at >= before);
    const old = young < 0 ? rows : rows.slice(0, young);
    const last = old.at(-1);
    if (!last) return { count, done: true };
    count += await emptyTextsOf(
      db,
      old.flatMap((row) => (row.kind === 'final' ? [String(row.messageId)] : [])),
    );
    position = { tx: last.tx, n: last.n };
    await db.sql`
      INSERT INTO progress (task, tx, n) VALUES ('texts', ${position.tx}, ${position.n})
      ON CONFLICT (task) DO UPDATE SET tx = excluded.tx, n = excluded.n`;
    if (old.length < AT_ONCE) return { count, done: true };
    if (isOver()) return { count, done: false };
  }
}

async function emptyTextsOf(db: Db, ids: string[]): Promise<number> {
  const [first, last] = [ids.toSorted()[0], ids.toSorted().at(-1)];
  if (first === undefined || last === undefined) return 0;
  // The bounds leave out the other months.
  const emptied = await db.sql`
    UPDATE messages SET text = ''
    WHERE id = ANY (${ids}::uuid[]) AND id BETWEEN ${first} AND ${last} AND text <> ''`;
  return emptied.count;
}

async function emptyInbound(db: Db, before: Date, isOver: () => boolean): Promise<Step> {
  const from = (await doneUntil(db, 'inbound texts')) ?? new Date(0);
  const step = await inBatches(async () => {
    const emptied = await db.sql`
      UPDATE inbound SET text = '' WHERE id IN (
        SELECT id FROM inbound WHERE id >= ${firstIdAt(from)} AND id < ${firstIdAt(before)} AND text <> ''
        ORDER BY id LIMIT ${AT_ONCE})`;
    return emptied.count;
  }, isOver);
  if (step.done && from < before) await noteDone(db, 'inbound texts', before);
  return step;
}

async function dropHooks(db: Db, before: Date): Promise<number> {
  const gone = await db.sql`
    DELETE FROM hooks WHERE id IN (SELECT id FROM hooks WHERE id < ${firstIdAt(before)} ORDER BY id LIMIT ${AT_ONCE})`;
  return gone.count;
}

async function dropUnmatched(db: Db, before: Date): Promise<number> {
  const gone = await db.sql`
    WITH old AS MATERIALIZED (
      SELECT gateway_account_id, gateway_id, phone FROM gateway_messages
      WHERE message_id IS NULL AND created_at < ${before} ORDER BY created_at LIMIT ${AT_ONCE}
    )
    DELETE FROM gateway_messages g USING old
    WHERE g.gateway_account_id = old.gateway_account_id AND g.gateway_id = old.gateway_id AND g.phone = old.phone
      AND g.message_id IS NULL`;
  return gone.count;
}

async function dropIdempotencyKeys(db: Db): Promise<number> {
  const gone = await db.sql`
    DELETE FROM idempotency_keys WHERE (account_id, key) IN (
      SELECT account_id, key FROM idempotency_keys WHERE expires_at < now() ORDER BY expires_at LIMIT ${AT_ONCE})`;
  return gone.count;
}

/** Those of no month: they went to the default partition, which is never dropped. */
async function dropStrays(db: Db, before: Date): Promise<number> {
  const gone = await db.sql`
    WITH old AS MATERIALIZED (
      SELECT id FROM messages_other
      WHERE id < ${firstIdAt(before)} AND status NOT IN ('accepted', 'sending', 'sent') ORDER BY id LIMIT ${AT_ONCE}
    ), events AS (
      DELETE FROM message_events_other e USING old WHERE e.message_id = old.id
    )
    DELETE FROM messages_other m USING old WHERE m.id = old.id`;
  return gone.count;
}

/** @param before no message is older, but for open ones of no month */
async function dropGatewayIds(db: Db, before: Date): Promise<number> {
  const gone = await db.sql`
    WITH old AS MATERIALIZED (
      SELECT g.gateway_account_id, g.gateway_id, g.phone FROM gateway_messages g
      WHERE g.message_id < ${firstIdAt(before)} AND NOT EXISTS (SELECT FROM messages_other m WHERE m.id = g.message_id)
      ORDER BY g.message_id LIMIT ${AT_ONCE}
    )
    DELETE FROM gateway_messages g USING old
    WHERE g.gateway_account_id = old.gateway_account_id AND g.gateway_id = old.gateway_id AND g.phone = old.phone`;
  return gone.count;
}

async function dropInbound(db: Db, before: Date): Promise<number> {
  const gone = await db.sql`
    DELETE FROM inbound WHERE id IN (
      SELECT id FROM inbound WHERE id < ${firstIdAt(before)} ORDER BY id LIMIT ${AT_ONCE})`;
  return gone.count;
}

async function doneUntil(db: Db, task: string): Promise<Date | undefined> {
  const [row] = await db.sql`SELECT until FROM progress WHERE task = ${task}`;
  return (row?.until as Date | null | undefined) ?? undefined;
}

async function noteDone(db: Db, task: string, until: Date): Promise<void> {
  await db.sql`
    INSERT INTO progress (task, until) VALUES (${task}, ${until})
    ON CONFLICT (task) DO UPDATE SET until = excluded.until`;
}
