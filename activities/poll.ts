/**
 * Asks a gateway what became of messages. Whoever gets the gateway account's slot asks for all that are due, over all
 * workers: one request for many, as far as the wire allows; the others find the answer in the books.
 */
import { activityInfo } from '@temporalio/activity';
import { recordNotFound } from '../db/deliveries.ts';
import { type DuePoll, takePolls } from '../db/polls.ts';
import { applyReports } from '../db/reports.ts';
import { suppressOptedOut } from '../db/suppressions.ts';
import type { Asked, PollAnswer, StatusReport } from '../gateways/gateway.ts';
import type { MessageRef, Open, PollActivities, Standing } from '../workflows/contract.ts';
import type { ActivityContext } from './context.ts';
import { notYet } from './failures.ts';
import type { KnownSender } from './sender-book.ts';
import { pollEveryMs, settledStanding } from './standing.ts';

/** Where a sheet names no limit. */
const DEFAULT_LIMIT = { idsPerRequest: 1, minGapS: 0.1 };
const LONGEST_PAUSE_MS = 10 * 60_000;

export function createPollActivities(context: ActivityContext): PollActivities {
  return {
    async pollStatus(message) {
      const before = await settledStanding(context, message);
      if (!isOpenToPoll(before)) return before;
      const known = await context.senders.get(message.senderId);
      const asked = await askWhatIsDue(context, known, message);
      const after = asked.took === 'not-our-turn' ? before : await settledStanding(context, message);
      if (after.status !== before.status) return after;
      throw notYet('NoEndYet', WORDS[asked.took], asked.pauseMs, before.reportMs);
    },
  };
}

function isOpenToPoll(standing: Standing): standing is Open {
  return standing.status === 'sent' || (standing.status === 'sending' && standing.uncertain);
}

interface Asking {
  /** `not-our-turn`: this account's next request is not due yet, or another worker's. */
  took: 'an-answer' | 'no-answer' | 'an-unreadable-answer' | 'an-error' | 'not-our-turn';
  /** Until this message is looked after again. */
  pauseMs: number;
}

const WORDS = {
  'an-answer': 'the gateway names no final status yet',
  'no-answer': 'the gateway did not answer the status request',
  'an-unreadable-answer': 'the answer to the status request was not understood',
  'an-error': 'the gateway did not tell the status',
  'not-our-turn': "the gateway account's next status request is not due yet",
} as const;

async function askWhatIsDue(context: ActivityContext, known: KnownSender, { messageId }: MessageRef): Promise<Asking> {
  const { gateway, traits, settings, sender } = known;
  const limit = traits.pollLimit ?? DEFAULT_LIMIT;
  const pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(pollEveryMs(context, known), askedForMs() / 4));
  if (!gateway.poll || !gateway.readPoll) return { took: 'not-our-turn', pauseMs: LONGEST_PAUSE_MS };
  const due = await takePolls(context.db, sender.gatewayAccountId, {
    messageId,
    gapMs: limit.minGapS * 1000,
    limit: limit.idsPerRequest,
    everyS: (pollEveryMs(context, known) / 1000) * 0.9,
    byOwnId: traits.lookup === 'own-id',
  });
  if (due.length === 0) return { took: 'not-our-turn', pauseMs: limit.minGapS * 1000 * (0.5 + Math.random()) };

  const installation = await context.references.installation();
  const asked = due.map(({ ids, phone, ref }): Asked => ({ ids, phone, ref: { number: ref, installation } }));
  const secrets = [...known.secrets, ...due.map(({ phone }) => phone)];
  const result = await context.http.call(sender.id, gateway.poll(asked, settings), {}, { secrets });
  if (result.reach !== 'answered') return { took: 'no-answer', pauseMs };
  const read = gateway.readPoll(result.response, asked, settings);
  if (read.kind === 'unreadable') return { took: 'an-unreadable-answer', pauseMs };
  if (read.kind === 'error') return { took: 'an-error', pauseMs: Math.max(pauseMs, (read.retryAfterS ?? 0) * 1000) };
  await takeIn(context, known, due, read.answers);
  return { took: 'an-answer', pauseMs };
}

/** Since when the status of this message is asked for: what has waited for long is asked for less often. */
function askedForMs(): number {
  return Date.now() - activityInfo().scheduledTimestampMs;
}

async function takeIn(
  context: ActivityContext,
  { sender, traits }: KnownSender,
  due: readonly DuePoll[],
  answers: readonly PollAnswer[][],
): Promise<void> {
  const { db } = context;
  const reports = answers.flat().flatMap((answer): StatusReport[] => (answer.kind === 'status' ? [answer.report] : []));
  await applyReports(db, sender.gatewayAccountId, 'poll', reports, { idScope: traits.idScope });
  for (const report of reports) {
    if (report.optOut && report.phone) await suppressOptedOut(db, sender, report.phone);
  }
  if (traits.notFoundTrustedAfterS === undefined) return;
  for (const [i, message] of due.entries()) {
    const told = answers[i] ?? [];
    if (message.uncertain && told.length > 0 && told.every((answer) => answer.kind === 'not-found')) {
      await recordNotFound(db, message.messageId, traits.notFoundTrustedAfterS);
    }
  }
}
