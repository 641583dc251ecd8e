/** Taking a message for one submit, and writing down what came of it. The orderings are in migrations/0001_orderings. */
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

export async function claimSend(
  db: Db,
  messageId: string,
  options: { repeatWithinS: number | null; probe: boolean },
): Promise<Claim> {
  const [row] = await db.sql`
    SELECT verdict, status, source, wait_ms, slot_ms, attempt, after_uncertain, phone, body, caller_id, priority, ref,
      own_id, validity_ms::float8, report_ms::float8, sender_version
    FROM claim_send(${messageId}, ${LEASE_MS}, ${ANSWER_MS}, ${options.repeatWithinS}, ${options.probe})`;
  return row as unknown as Claim;
}

export interface Recorded {
  status: Status;
  source: Source | null;
  uncertain: boolean;
}

/**
 * @param ids of an accepted outcome, with the phone where the gateway's ids need it
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
  const [row] = await db.sql`
    SELECT status, source, uncertain FROM record_send(
      ${messageId}, ${attempt}, ${db.sql.json(storableJson(told) as never)},
      ${db.sql.json(storableJson(details.evidence) as never)},
      ${details.fresh?.ref ?? null}, ${details.fresh?.ownId ?? null}, ${details.idPhone})`;
  return row as unknown as Recorded;
}
