/**
 * Asks a gateway what became of messages. Whoever gets the gateway account's slot asks for all that are due, over all
 * workers: one request for many, as far as the wire allows; the others find the answer in the books.
 */
import { activityInfo } from '@temporalio/activity';
import { recordNotFound } from '../db/deliveries.ts';
import { findMessage } from '../db/messages.ts';
import { type DuePoll, pollDueMs, takePolls } from '../db/polls.ts';
import { applyReports } from '../db/reports.ts';
import { suppressOptedOut } from '../db/suppressions.ts';
import type { Asked, PollAnswer, PollResult, StatusReport, Traits } from '../gateways/gateway.ts';
import { ownId } from '../gateways/reference.ts';
import type { MessageRef, Open, PollActivities, Standing } from '../workflows/contract.ts';
import type { ActivityContext } from './context.ts';
import { noteAsked } from './doubt.ts';
import { notYet } from './failures.ts';
import type { KnownSender } from './sender-book.ts';
import { withSession } from './sessions.ts';
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
  const { gateway, traits, sender } = known;
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
  if (due.length === 0) {
    const turnMs = limit.minGapS * 1000 * (0.5 + Math.random());
    const dueMs = await pollDueMs(context.db, messageId);
    return { took: 'not-our-turn', pauseMs: Math.min(LONGEST_PAUSE_MS, Math.max(turnMs, dueMs)) };
  }

  const installation = await context.references.installation();
  const asked = due.map(({ ids, phone, ref }): Asked => ({ ids, phone, ref: { number: ref, installation } }));
  const answers: PollAnswer[][] = due.map(() => []);
  for (const [n, part] of inRequests(asked, traits).entries()) {
    if (n > 0) await new Promise((resolve) => setTimeout(resolve, limit.minGapS * 1000));
    const read = await ask(
      context,
      known,
      part.map((entry) => entry.asked),
    );
    if (read?.kind !== 'read') {
      for (const { of } of part) await noteDoubtful(context, known, due[of], 'none');
    }
    if (read === undefined) return { took: 'no-answer', pauseMs };
    if (read.kind === 'unreadable' || read.kind === 'session-lost') return { took: 'an-unreadable-answer', pauseMs };
    if (read.kind === 'error') return { took: 'an-error', pauseMs: Math.max(pauseMs, (read.retryAfterS ?? 0) * 1000) };
    for (const [i, { of }] of part.entries()) {
      const told = read.answers[i] ?? [];
      answers[of]?.push(...told);
      await takeOptOut(context, due[of], told);
    }
    await takeReports(context, known, read.answers.flat());
  }
  await takeNotFound(context, known, due, answers);
  return { took: 'an-answer', pauseMs };
}

/** What goes into each request: no more ids than the wire allows, so that a long text may take several. */
function inRequests(asked: readonly Asked[], traits: Traits): { asked: Asked; of: number }[][] {
  const most = (traits.pollLimit ?? DEFAULT_LIMIT).idsPerRequest;
  const single = asked.flatMap((message, of) => {
    if (traits.lookup === 'own-id') return [{ asked: message, of }];
    // Our own reference is among the ids where it may come back in reports; here it would be asked for as a stranger's.
    const own = ownId(message.ref, traits);
    const ids = message.ids.filter(({ id }) => id !== own);
    return ids.map((id) => ({ asked: { ...message, ids: [id] }, of }));
  });
  return Array.from({ length: Math.ceil(single.length / most) }, (_, n) => single.slice(n * most, (n + 1) * most));
}

/** One request, made again with a new session where the old one is over. Undefined: no answer. */
async function ask(context: ActivityContext, known: KnownSender, asked: Asked[]): Promise<PollResult | undefined> {
  const { gateway, settings, sender } = known;
  const secrets = [...known.secrets, ...asked.map(({ phone }) => phone)];
  return await withSession(context, known, 'poll', async (session) => {
    if (!gateway.poll || !gateway.readPoll) return undefined;
    const result = await context.http.call(sender.id, gateway.poll(asked, settings, session), {}, { secrets });
    return result.reach === 'answered' ? gateway.readPoll(result.response, asked, settings) : undefined;
  });
}

/** Since when the status of this message is asked for: what has waited for long is asked for less often. */
function askedForMs(): number {
  return Date.now() - activityInfo().scheduledTimestampMs;
}

async function takeReports(
  { db }: ActivityContext,
  { sender, traits }: KnownSender,
  answers: readonly PollAnswer[],
): Promise<void> {
  const reports = answers.flatMap((answer): StatusReport[] => (answer.kind === 'status' ? [answer.report] : []));
  await applyReports(db, sender.gatewayAccountId, 'poll', reports, { idScope: traits.idScope });
}

/** For the sender of that message, and before its report takes effect: a message that has ended is not asked for again. */
async function takeOptOut(
  { db, senders }: ActivityContext,
  about: DuePoll | undefined,
  told: readonly PollAnswer[],
): Promise<void> {
  if (!about || !told.some((answer) => answer.kind === 'status' && answer.report.optOut)) return;
  const message = await findMessage(db, about.messageId, null);
  if (!message) return;
  const { sender } = await senders.get(message.senderId);
  await suppressOptedOut(db, sender, message.phone);
}

/** Proof that nothing was taken, where the gateway's word on it can be trusted. */
async function takeNotFound(
  context: ActivityContext,
  known: KnownSender,
  due: readonly DuePoll[],
  answers: readonly PollAnswer[][],
): Promise<void> {
  const { notFoundTrustedAfterS } = known.traits;
  for (const [i, message] of due.entries()) {
    const told = answers[i] ?? [];
    if (!message.uncertain || told.length === 0 || told.some((answer) => answer.kind !== 'not-found')) continue;
    await noteDoubtful(context, known, message, 'not-found');
    if (notFoundTrustedAfterS !== undefined) {
      await recordNotFound(context.db, message.messageId, notFoundTrustedAfterS);
    }
  }
}

async function noteDoubtful(
  context: ActivityContext,
  known: KnownSender,
  message: DuePoll | undefined,
  answer: 'not-found' | 'none',
): Promise<void> {
  if (message?.uncertain) await noteAsked(context, known, message.messageId, answer);
}
