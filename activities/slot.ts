/**
 * A sender with a rate limit is written to at the slot that the books gave out, or shortly after. A worker that was held
 * up, or waited for a connection, would otherwise write several late ones at once beside those of the other workers. Who
 * comes too late takes another slot, as long as that lies within the claim's lease: the lease itself, which a STOP waits
 * for, never changes.
 */
import { freshSlot, LEASE_MS } from '../db/claims.ts';
import type { HttpRequest } from '../gateways/gateway.ts';
import { kindOf } from '../runtime/log.ts';
import { type Moment, momentOf } from './books-clock.ts';
import type { ActivityContext } from './context.ts';
import type { CallOptions, CallResult } from './http.ts';
import type { KnownSender } from './sender-book.ts';

/** The end of a lease or validity that is not used, for the clocks. */
const MARGIN_MS = 100;
/** Slots keep this share of the limit (slot_gap in the books), and arrivals this much above it. */
const SLOT_SHARE = 0.95;
const MOST_SHARE = 1.1;
/** What is left of the room between the two is for the way to the gateway. */
const USED_ROOM = 0.7;
const LONGEST_LEAD_MS = 500;

/** Given out in answer to a statement; times of performance.now(). */
export interface Slot extends Moment {
  asked: number;
  answered: number;
  /** From the statement to the slot. */
  ms: number;
}

export function slotOf(
  { db }: ActivityContext,
  { asked, answered, slotMs, nowMs }: { asked: number; answered: number; slotMs: number; nowMs: number },
): Slot {
  const { from, to } = momentOf(db, { asked, answered, nowMs });
  return { asked, answered, ms: slotMs, from: from + slotMs, to: to + slotMs };
}

/** @param validityMs what was left of it when the claim was asked for: a slot may lie behind its end */
export async function callInSlot(
  context: ActivityContext,
  { sender }: KnownSender,
  request: HttpRequest,
  claimed: Slot,
  validityMs: number,
  options: Partial<CallOptions>,
): Promise<CallResult> {
  const deadline = claimed.asked + Math.min(claimed.ms + LEASE_MS, validityMs) - MARGIN_MS;
  let slot = claimed;
  for (let missedSlots = 0; ; missedSlots++) {
    const latest = sender.rateLimit === null ? {} : { latest: slot.from + latenessMs(sender.rateLimit) };
    const guard = { notBefore: slot.to, deadline, ...latest };
    const result = await context.http.call(sender.id, request, guard, options);
    const late = sender.rateLimit !== null && result.reach === 'unwritten' && result.late;
    const next = late ? await another(context, sender.id, slot, deadline) : undefined;
    if (next) slot = next;
    else return missedSlots === 0 ? result : { ...result, evidence: { ...result.evidence, missedSlots } };
  }
}

/**
 * How long after its slot a request may be written, so that no second sees more than `limit` and a tenth: the first and
 * the last of n + 1 requests are at least n slots less this apart.
 * @param limit requests in a second @returns milliseconds
 */
export function latenessMs(limit: number): number {
  const most = Math.max(1, Math.floor(limit * MOST_SHARE));
  return USED_ROOM * 1000 * (most / (SLOT_SHARE * pacedLimit(limit)) - 1);
}

/** The limit that slots keep, as slot_gap in the books has it: no more than whole submits within the limit and a tenth. */
export function pacedLimit(limit: number): number {
  return Math.min(limit, Math.max(1, Math.floor(limit * MOST_SHARE)));
}

/** As far ahead as a statement has just taken, and as much again, or a slow way to the books would let it pass too. */
async function another(
  context: ActivityContext,
  senderId: string,
  last: Slot,
  deadline: number,
): Promise<Slot | undefined> {
  const asked = performance.now();
  const withinMs = deadline - asked;
  if (withinMs <= 0) return undefined;
  const leadMs = Math.min(LONGEST_LEAD_MS, 2 * (last.answered - last.asked));
  try {
    const fresh = await freshSlot(context.db, senderId, { leadMs, withinMs });
    return fresh && slotOf(context, { asked, answered: performance.now(), ...fresh });
  } catch (err) {
    // Nothing was written, and that must be recorded, whatever keeps the books.
    context.log.warn({ senderId, kind: kindOf(err) }, 'no other slot could be taken');
    return undefined;
  }
}
