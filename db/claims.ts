/**
 * Taking a message for one submit, and writing down what came of it. The orderings are in migrations/0001_orderings, the
 * claim's latest form in 0010_slot_gaps.
 */
import type { Outcome } from '../sms/outcome.ts';
import type { Source, Status } from '../sms/status.ts';
import type { Db } from './connection.ts';
import { storableId, storableJson } from './storable.ts';

/** How long after its slot a claim may begin to write the request. */
export const LEASE_MS = 2_000;
/** How long a claim may take until its outcome is recorded; after that it counts as lost. Longer than the HTTP call. */
export const ANSWER_MS = 16_000;

export interface Claimed {
  verdict: 'claimed';
  attempt: number;
  /** An earlier attempt under the same reference may have been taken. */
  afterUncertain: boolean;
  /** Milliseconds to wait before the request is written: the sender's pace. */
  slotMs: number;
  /** The books' clock then, in milliseconds. */
  nowMs: number;
  phone: string;
  body: string;
  callerId: string | null;
  priority: number;
  ref: bigint;
  ownId: string | null;
  validityMs: number;
  /** Milliseconds until waiting for a report ends. */
  reportMs: number;
  /** Of the sender's settings. */
  senderVersion: number;
}

export type Claim =
  | Claimed
  | { verdict: 'final' | 'sent'; status: Status; source: Source | null }
  | { verdict: 'uncertain' | 'gone' }
  | { verdict: 'busy' | 'paused' | 'held' | 'later'; waitMs: number; validityMs: number };

export interface ClaimOptions {
  /** Seconds after an uncertain submit within which a repeat is safe; null: it never is. */
  repeatWithinS: number | null;
  /** Also of a sender that is paused or held. */
  probe: boolean;
  /** What the claim is called: a uuid. */
  name?: string;
  /** Names of earlier ones whose answer never came: they are given back. */
  lost?: readonly string[];
}

export async function claimSend(db: Db, messageId: string, options: ClaimOptions): Promise<Claim> {
  const [row] = await db.sql`
    SELECT verdict, status, source, wait_ms, slot_ms, attempt, after_uncertain, phone, body, caller_id, priority, ref,
      own_id, validity_ms::float8, report_ms::float8, sender_version,
      extract(epoch FROM clock_timestamp())::float8 * 1000 AS now_ms
    FROM claim_send(${messageId}, ${LEASE_MS}, ${ANSWER_MS}, ${options.repeatWithinS}, ${options.probe},
      ${options.name ?? null}, ${[...(options.lost ?? [])]}::uuid[])`;
  return row as unknown as Claim;
}

export interface Recorded {
  status: Status;
  source: Source | null;
  uncertain: boolean;
}

/**
 * @param ids of an accepted outcome, with the phone where the gateway's ids need it
 * @param words for the timeline: what comes next, why it was repeated
 * @param fresh a new reference for the next attempt, for an answer that refused this one
 */
export async function recordSend(
  db: Db,
  messageId: string,
  attempt: number,
  outcome: Outcome,
  details: {
    evidence: object;
    /** '' where the gateway's ids are unique in the account. */
    idPhone: string;
    words?: Readonly<Record<string, string>>;
    fresh?: { ref: bigint; ownId: string | null };
  },
): Promise<Recorded> {
  const told =
    outcome.kind === 'accepted'
      ? {
          ...outcome,
          ids: outcome.ids.map((id, i) => ({ part: i + 1, ...id, id: storableId(id.id), phone: details.idPhone })),
        }
      : outcome;
  const noted = { ...told, ...details.words };
  const [row] = await db.sql`
    SELECT status, source, uncertain FROM record_send(
      ${messageId}, ${attempt}, ${db.sql.json(storableJson(noted) as never)},
      ${db.sql.json(storableJson(details.evidence) as never)},
      ${details.fresh?.ref ?? null}, ${details.fresh?.ownId ?? null}, ${details.idPhone})`;
  return row as unknown as Recorded;
}

/**
 * Another slot in the pace of a sender, for a claim that came too late for its own.
 * @param at at least `leadMs` and at most `withinMs` ahead
 * @returns milliseconds until it, and the books' clock then; undefined: there is none, and none was taken
 */
export async function freshSlot(
  db: Db,
  senderId: string,
  { leadMs, withinMs }: { leadMs: number; withinMs: number },
): Promise<{ slotMs: number; nowMs: number } | undefined> {
  // clock_timestamp() and the row are read again where this has waited for another's slot.
  const [row] = await db.sql`
    WITH pace AS (
      SELECT slot_gap(rate_limit::double precision) AS gap,
        make_interval(secs => ${leadMs / 1000}) AS lead, make_interval(secs => ${withinMs / 1000}) AS within
      FROM senders WHERE id = ${senderId}
    )
    UPDATE sender_pace p SET next_slot_at = greatest(p.next_slot_at, clock_timestamp() + pace.lead) + pace.gap
    FROM pace
    WHERE p.sender_id = ${senderId} AND pace.gap IS NOT NULL
      AND greatest(p.next_slot_at, clock_timestamp() + pace.lead) <= clock_timestamp() + pace.within
    RETURNING extract(epoch FROM p.next_slot_at - pace.gap)::float8 * 1000 AS slot_at,
      extract(epoch FROM clock_timestamp())::float8 * 1000 AS now_ms`;
  if (!row) return undefined;
  const nowMs = Number(row.nowMs);
  return { slotMs: Math.max(0, Number(row.slotAt) - nowMs), nowMs };
}

/** How many attempts of a message came too late to be written, or never began: they say nothing of its gateway. */
export async function lateAttempts(db: Db, messageId: string): Promise<number> {
  const [row] = await db.sql`
    SELECT count(*)::int AS n FROM message_events
    WHERE message_id = ${messageId} AND kind = 'outcome' AND detail->>'late' = 'true'`;
  return Number(row?.n);
}
