/**
 * The life of an SMS, as the product tells it.
 *
 * `accepted` (waiting) → `sending` (an attempt is under way, or its outcome is not known yet) → `sent` (the gateway
 * has it) → one final status. After an attempt that certainly did not reach the gateway it is `accepted` again.
 */
export const OPEN_STATUSES = ['accepted', 'sending', 'sent'] as const;
export const FINAL_STATUSES = [
  'delivered',
  'undelivered',
  'expired',
  'rejected',
  'suppressed',
  'cancelled',
  'unknown',
] as const;

export type OpenStatus = (typeof OPEN_STATUSES)[number];
export type FinalStatus = (typeof FINAL_STATUSES)[number];
export type Status = OpenStatus | FinalStatus;

export const STATUSES = [...OPEN_STATUSES, ...FINAL_STATUSES] as const satisfies readonly Status[];

export function isFinal(status: string): status is FinalStatus {
  return (FINAL_STATUSES as readonly string[]).includes(status);
}

/** What a gateway may say of an SMS that it took: under way (`sent`) or one of these ends. */
export const REPORTED_STATUSES = ['sent', 'delivered', 'undelivered', 'expired', 'rejected'] as const;
export type ReportedStatus = (typeof REPORTED_STATUSES)[number];

/** Who gave a message its final status: shown in the timeline, and what the ledger is checked by. */
export const SOURCES = ['answer', 'report', 'poll', 'api', 'stop-word', 'suppress-list', 'clock', 'operator'] as const;
export type Source = (typeof SOURCES)[number];

/**
 * Whether a gateway's word may replace what the books hold. An open status gives way to any report; a final one only
 * by a correction: our own guesses (`unknown`, or an `expired` that the clock wrote) to whatever a report says, and
 * every other end to `delivered`, since a phone that has the SMS outweighs all else. `delivered` never changes.
 *
 * db/reports.ts says the same in SQL; test/db compares the two over every pair.
 */
export function reportReplaces(held: Status, heldSource: Source | null, reported: ReportedStatus): boolean {
  if (held === 'delivered') return false;
  if (!isFinal(held)) return reported !== 'sent' || held !== 'sent';
  if (reported === 'sent') return false;
  if (held === 'unknown') return true;
  if (held === 'expired' && heldSource === 'clock') return true;
  return reported === 'delivered';
}
