/**
 * Fetches the texts from phones of a gateway account. An answer with texts is in the books, with where it ended, before
 * it takes effect and before the next request: from then on it is like a webhook call that was taken.
 */
import { cancellationSignal } from '@temporalio/activity';
import { hasNewTexts } from '../db/inbound.ts';
import { accountsInUse, notePull, PULLED, pullCursor, sendersInUse, storePulled } from '../db/pulls.ts';
import type { HttpResponse, PullAsk, PullResult } from '../gateways/gateway.ts';
import { workThroughHook } from '../hooks/effects.ts';
import { inboundIdOf } from '../hooks/inbound.ts';
import type { HookTools } from '../hooks/tools.ts';
import type { InboundWorkflows } from '../runtime/inbound.ts';
import type { PullActivities } from '../workflows/contract.ts';
import type { ActivityContext } from './context.ts';
import { notYet } from './failures.ts';
import type { KnownSender } from './sender-book.ts';
import { withSession } from './sessions.ts';

/** Answers in one go; what is left is fetched at the next. */
const PAGES = 20;

export function createPullActivities(context: ActivityContext & HookTools): PullActivities {
  return {
    async pullTexts({ gatewayAccountId }) {
      const puller = await pullerOf(context, await sendersInUse(context.db, gatewayAccountId));
      if (!puller) return;
      const pauseMs = await pull(context, puller);
      throw notYet('FetchedForNow', 'texts are fetched at intervals', pauseMs, pauseMs);
    },
  };
}

/** Starts the fetching where a sender wants it and it does not run. @param startedAt what this process remembers of it */
export async function startPulls(
  context: ActivityContext & { inbound: InboundWorkflows },
  startedAt: Map<string, number>,
): Promise<void> {
  for (const { gatewayAccountId, gateway, senderIds } of await accountsInUse(context.db)) {
    const last = startedAt.get(gatewayAccountId) ?? Number.NEGATIVE_INFINITY;
    if (performance.now() - last < START_AGAIN_MS || !(await pullerOf(context, senderIds))) continue;
    await context.inbound.start({ gatewayAccountId, gateway });
    startedAt.set(gatewayAccountId, performance.now());
  }
}

/** A workflow that is gone, as after the loss of Temporal's store, is missed for this long at most. */
const START_AGAIN_MS = 60_000;

/** A sender by whose settings the account's texts are to be fetched. */
async function pullerOf(context: ActivityContext, senderIds: readonly string[]): Promise<KnownSender | undefined> {
  for (const id of senderIds) {
    const known = await context.senders.get(id);
    if (known.traits.inbound === 'pull' && known.gateway.pullInbound && known.gateway.readPulled) return known;
  }
  return undefined;
}

/** @returns the pause until the next time, in milliseconds */
async function pull(context: ActivityContext & HookTools, known: KnownSender): Promise<number> {
  const { gatewayAccountId } = known.sender;
  let cursor = await pullCursor(context.db, gatewayAccountId);
  let pauseMs = context.settings.PULL_EVERY_S * 1000;
  for (let page = 0; page < PAGES; page++) {
    const asked: PullAsk = { ...(cursor === null ? {} : { cursor }), at: new Date().toISOString() };
    const answer = await ask(context, known, asked);
    if (answer.kind !== 'read') {
      const failure = answer.kind === 'error' ? `${answer.class} ${answer.code ?? ''}`.trim() : answer.kind;
      context.log.warn({ sender: known.sender.name, failure }, 'texts from phones could not be fetched');
      await notePull(context.db, gatewayAccountId, { failure });
      if (answer.kind === 'error') pauseMs = Math.max(pauseMs, (answer.retryAfterS ?? 0) * 1000);
      return pauseMs;
    }
    await take(context, known, asked, answer);
    // A worker that stops does not wait for a long backlog.
    if (!answer.more || cancellationSignal().aborted) break;
    cursor = answer.cursor ?? cursor;
  }
  return pauseMs;
}

type Answer =
  | (Extract<PullResult, { kind: 'read' }> & { response: HttpResponse })
  | Exclude<PullResult, { kind: 'read' }>;

async function ask(context: ActivityContext, known: KnownSender, asked: PullAsk): Promise<Answer> {
  const { gateway, settings, sender, secrets } = known;
  const read = await withSession<Answer>(context, known, 'pull', async (session) => {
    if (!gateway.pullInbound || !gateway.readPulled) return undefined;
    const result = await context.http.call(sender.id, gateway.pullInbound(asked, settings, session), {}, { secrets });
    if (result.reach !== 'answered') return undefined;
    const answer = gateway.readPulled(result.response, asked, settings);
    return answer.kind === 'read' ? { ...answer, response: result.response } : answer;
  });
  return read ?? { kind: 'error', class: 'temporary', code: 'no answer' };
}

async function take(
  context: ActivityContext & HookTools,
  { sender }: KnownSender,
  asked: PullAsk,
  answer: Extract<Answer, { kind: 'read' }>,
): Promise<void> {
  const cursor = answer.cursor ?? null;
  const receivedAt = new Date(asked.at);
  const ids = answer.inbound.map((text) => inboundIdOf(text, receivedAt));
  // Windows of time overlap, so that most answers hold what the last one held.
  if (!(await hasNewTexts(context.db, sender.gatewayAccountId, ids))) {
    await notePull(context.db, sender.gatewayAccountId, { cursor, failure: null });
    return;
  }
  const { headers, body } = answer.response;
  const stored = {
    senderId: sender.id,
    gatewayAccountId: sender.gatewayAccountId,
    path: '',
    query: asked.cursor ?? '',
    headers,
    body,
  };
  const hook = await storePulled(context.db, stored, cursor);
  await workThroughHook(context, { ...stored, ...hook, method: PULLED });
}
