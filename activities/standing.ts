/** Where a message stands, in the words of the workflow: the books' standing and what the gateway allows. */
import type { Standing as BookStanding } from '../db/deliveries.ts';
import { settleMessage } from '../db/deliveries.ts';
import { isFinal } from '../sms/status.ts';
import type { MessageRef, Standing } from '../workflows/contract.ts';
import type { ActivityContext } from './context.ts';
import type { KnownSender } from './sender-book.ts';

/** Ends what the clock has ended, and says where the message stands. */
export async function settledStanding(
  context: ActivityContext,
  { messageId, senderId }: MessageRef,
): Promise<Standing> {
  const [book, known] = await Promise.all([settleMessage(context.db, messageId), context.senders.get(senderId)]);
  return toStanding(context, known, book);
}

export function toStanding(context: ActivityContext, known: KnownSender, book: BookStanding): Standing {
  if (isFinal(book.status)) return { status: book.status, source: book.source };
  return {
    status: book.status,
    uncertain: book.uncertain,
    validityMs: book.validityMs,
    reportMs: book.reportMs,
    awaitMs: book.awaitMs,
    pollEveryMs: canPoll(known) ? pollEveryMs(context, known) : null,
    askByReference: canPoll(known) && known.traits.lookup === 'own-id',
    gatewayAccountId: known.sender.gatewayAccountId,
  };
}

/**
 * The same, where a doubt that a repeat would settle is none: the message goes back to its sender's queue, and the claim
 * decides whether it may be repeated.
 */
export function toBeRepeated(known: KnownSender, standing: Standing): Standing {
  if (!('uncertain' in standing) || standing.validityMs <= 0 || repeatWithinS(known) === null) return standing;
  return { ...standing, uncertain: false };
}

/** How long the gateway is sure to drop a repeat by our reference, in seconds; null: never. */
export function repeatWithinS({ traits }: KnownSender): number | null {
  if (traits.repeat === 'unsafe') return null;
  return traits.repeatWithinS ?? Number.MAX_SAFE_INTEGER;
}

export function canPoll({ gateway, traits }: KnownSender): boolean {
  return gateway.poll !== undefined && traits.lookup !== 'none';
}

export function pollEveryMs(context: ActivityContext, { traits }: KnownSender): number {
  return Math.max(context.settings.POLL_EVERY_S, traits.pollLimit?.minGapS ?? 0) * 1000;
}
