/**
 * For the timeline of a message of which nothing is known: what is done about it and why, in words. What is done is
 * decided elsewhere: by the claim, the workflow and the sender's policy.
 */
import { noteDoubt } from '../db/deliveries.ts';
import type { ActivityContext } from './context.ts';
import type { KnownSender } from './sender-book.ts';
import { canPoll, repeatWithinS } from './standing.ts';

/** What comes after a submit that may have been taken. */
export function whatComesNext(known: KnownSender): string {
  const { traits, sender } = known;
  if (repeatWithinS(known) !== null) return `it is submitted again under the same reference: ${DROPPED[traits.repeat]}`;
  const unsafe = 'a repeat could be a second SMS';
  const policy = `after ${sender.awaitDeliveryS} s without a sign the sender's policy decides (${sender.onUncertain})`;
  if (canPoll(known) && traits.lookup === 'own-id') {
    return `${unsafe}; the gateway is asked by our reference: ${notFoundCounts(known)}; ${policy}`;
  }
  const report = traits.ownId !== undefined && traits.reports === 'webhook';
  return report
    ? `${unsafe}, and the gateway cannot be asked by our reference; a report by our reference is waited for; ${policy}`
    : `${unsafe}, and nothing can be asked by our reference nor reported by it; ${policy}`;
}

/** Why there was a further submit although an earlier one may have been taken. */
export function whyRepeated(known: KnownSender): string {
  return repeatWithinS(known) === null ? "the sender's policy is to submit once more" : DROPPED[known.traits.repeat];
}

const DROPPED = {
  'same-answer': 'the gateway drops repeats by our reference and answers as the first time',
  'refused-means-accepted': 'the gateway drops repeats by our reference and calls them duplicates',
  unsafe: 'the gateway does not drop repeats',
} as const;

function notFoundCounts({ traits: { notFoundTrustedAfterS } }: KnownSender): string {
  return notFoundTrustedAfterS === undefined
    ? '"not found" proves nothing here'
    : `"not found" counts ${notFoundTrustedAfterS} s after the attempt must have ended`;
}

/** Written once for each kind of answer, however often it is asked. A status that was told is a report of its own. */
export async function noteAsked(
  { db }: ActivityContext,
  known: KnownSender,
  messageId: string,
  answer: 'not-found' | 'none',
): Promise<void> {
  const detail = {
    'not-found': `asked by our reference: not found; ${notFoundCounts(known)}`,
    none: 'asked by our reference: no answer that could be read',
  }[answer];
  await noteDoubt(db, messageId, 'asked', 'poll', detail);
}

/** The await-delivery period is over, and the message is not submitted once more. */
export async function noteWaiting({ db }: ActivityContext, { sender }: KnownSender, messageId: string): Promise<void> {
  const why =
    sender.onUncertain === 'hold'
      ? "the sender's policy is not to submit again"
      : "the sender's policy does not have it submitted again: it was already, or is stopped, cancelled or out of validity";
  await noteDoubt(db, messageId, 'waits', 'operator', `no sign within ${sender.awaitDeliveryS} s; ${why}`);
}
