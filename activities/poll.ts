/**
 * Asks a gateway what became of messages. Whoever gets the gateway account's slot asks for all that are due, over all
 * workers: one request for many, as far as the wire allows; the others find the answer in the books.
 */
import { recordNotFound } from '../db/deliveries.ts';
import { type DuePoll, takePolls } from '../db/polls.ts';
import { applyReports } from '../db/reports.ts';
import { suppressOptedOut } from '../db/suppressions.ts';
import type { Asked, PollAnswer, StatusReport } from '../gateways/gateway.ts';
import type { MessageRef, PollActivities, Standing } from '../workflows/contract.ts';
import type { ActivityContext } from './context.ts';
import { notYet } from './failures.ts';
import type { KnownSender } from './sender-book.ts';
import { canPoll, pollEveryMs, settledStanding } from './standing.ts';

/** Where a sheet names no limit. */
const DEFAULT_LIMIT = { idsPerRequest: 1, minGapS: 0.1 };

export function createPollActivities(context: ActivityContext): PollActivities {
  return {
    async pollStatus(message) {
      const before = await settledStanding(context, message);
      if (!isOpenToPoll(before)) return before;
      const known = await context.senders.get(message.senderId);
      const asked = canPoll(known) && (await askWhatIsDue(context, known, message));
      const after = asked ? await settledStanding(context, message) : before;
      if (hasMoved(before, after)) return after;
      throw notYet('NoEndYet', 'the gateway names no final status yet', asked ? undefined : slotPauseMs(known));
    },
  };
}

function isOpenToPoll(standing: Standing): boolean {
  return standing.status === 'sent' || (standing.status === 'sending' && standing.uncertain);
}

function hasMoved(before: Standing, after: Standing): boolean {
  return before.status !== after.status;
}

/** @returns false where this account's next request is not due yet, or another worker's */
async function askWhatIsDue(context: ActivityContext, known: KnownSender, { messageId }: MessageRef): Promise<boolean> {
  const { gateway, traits, settings, sender } = known;
  const limit = traits.pollLimit ?? DEFAULT_LIMIT;
  const due = await takePolls(context.db, sender.gatewayAccountId, {
    messageId,
    gapMs: limit.minGapS * 1000,
    limit: limit.idsPerRequest,
    everyS: (pollEveryMs(context, known) / 1000) * 0.9,
    byOwnId: traits.lookup === 'own-id',
  });
  if (due.length === 0 || !gateway.poll || !gateway.readPoll) return false;

  const installation = await context.references.installation();
  const asked = due.map(
    (message): Asked => ({
      ids: message.ids,
      phone: message.phone,
      ref: { number: message.ref, installation },
    }),
  );
  const result = await context.http.call(
    sender.id,
    gateway.poll(asked, settings),
    {},
    {
      secrets: [...known.secrets, ...due.map((message) => message.phone)],
    },
  );
  if (result.reach !== 'answered') {
    throw notYet('PollFailed', `the status could not be asked: ${result.reach}`);
  }
  const read = gateway.readPoll(result.response, asked, settings);
  if (read.kind === 'unreadable') throw notYet('PollFailed', 'the answer to a status request was not understood');
  if (read.kind === 'error') {
    throw notYet('PollFailed', `the status was not told: ${read.class}`, read.retryAfterS && read.retryAfterS * 1000);
  }
  await takeIn(context, known, due, read.answers);
  return true;
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

function slotPauseMs({ traits }: KnownSender): number {
  return (traits.pollLimit?.minGapS ?? DEFAULT_LIMIT.minGapS) * 1000 * (0.5 + Math.random());
}
