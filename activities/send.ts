/**
 * The only place that submits an SMS: claim, call, record. The claim is the licence for this one request, and its lease
 * ends before anybody may believe that it was never used; the record says what came of it, with the evidence.
 */
import { ApplicationFailure } from '@temporalio/common';
import { type Claimed, lateAttempts, type Recorded, recordSend } from '../db/claims.ts';
import { holdSender, releaseSender } from '../db/senders.ts';
import { suppressOptedOut } from '../db/suppressions.ts';
import type { HttpRequest, Reference, Sms } from '../gateways/gateway.ts';
import { ownId } from '../gateways/reference.ts';
import { kindOf } from '../runtime/log.ts';
import { type Attempt, type Outcome, outcomeOf, type SendAnswer } from '../sms/outcome.ts';
import { priorityOf } from '../sms/priority.ts';
import { isFinal } from '../sms/status.ts';
import type { MessageRef, ProbeActivities, SendActivities, Standing } from '../workflows/contract.ts';
import { askForClaim } from './claim.ts';
import type { ActivityContext } from './context.ts';
import { whatComesNext, whyRepeated } from './doubt.ts';
import { notYet } from './failures.ts';
import type { Evidence } from './http.ts';
import type { KnownSender } from './sender-book.ts';
import type { Session } from './sessions.ts';
import { callInSlot, type Slot, slotOf } from './slot.ts';
import { repeatWithinS, settledStanding, toStanding } from './standing.ts';
import { countLoginFailure, countTrouble } from './trouble.ts';

/** Pauses before the outcome is written again, where Postgres is away; together less than the claim's ANSWER_MS. */
const RECORD_PAUSES_MS = [50, 200, 500, 1_000];
/** Between a submit of which nothing is known and its repeat, where the gateway drops repeats. */
const REPEAT_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 15 * 60_000;
const LOGIN_PAUSE_MS = 5_000;
/** After an attempt that came too late to be written. */
const LATE_PAUSE_MS = 1_000;

export function createSendActivities(context: ActivityContext): SendActivities & ProbeActivities {
  return {
    sendSms: (message) => submit(context, message, false),
    probeSender: async (message) => {
      await submit(context, message, true);
    },
  };
}

async function submit(context: ActivityContext, message: MessageRef, probe: boolean): Promise<Standing> {
  const known = await context.senders.get(message.senderId);
  const session = await sessionFor(context, known);
  const asked = performance.now();
  const claim = await askForClaim(context.db, message.messageId, { repeatWithinS: repeatWithinS(known), probe });
  const answered = performance.now();
  switch (claim.verdict) {
    case 'claimed':
      break;
    case 'gone':
      throw ApplicationFailure.nonRetryable('the books have no such message', 'NoSuchMessage');
    case 'final':
    case 'sent':
      return await settledStanding(context, message);
    case 'uncertain':
      return inDoubt(await settledStanding(context, message));
    case 'busy':
    case 'paused':
    case 'held':
    case 'later':
      throw notYet(claim.verdict, WORDS[claim.verdict], claim.waitMs, claim.validityMs);
  }

  const slot = slotOf(context, { asked, answered, slotMs: claim.slotMs, nowMs: claim.nowMs });
  const ready = await makeReady(context, known, claim, session, message).catch((err: unknown): Unsent => {
    context.log.warn({ messageId: message.messageId, kind: kindOf(err) }, 'a submit was claimed and could not begin');
    const outcome = outcomeOf({ reach: 'unwritten', failure: 'it could not begin' }, claim.afterUncertain);
    return { known, outcome, evidence: { refused: 'a fault of ours; nothing was sent' } };
  });
  const { outcome, evidence } = 'outcome' in ready ? ready : await call(context, ready, claim, slot);
  const recorded = await record(context, ready.known, message, claim, outcome, evidence);
  await followUp(context, ready.known, message, claim, outcome);
  return await standingAfter(context, ready.known, message, claim, outcome, recorded);
}

/** A gateway that does not let us in holds the sender, as if it had refused the SMS itself. */
async function sessionFor(context: ActivityContext, known: KnownSender): Promise<Session | undefined> {
  const session = await context.sessions.get(known, 'send');
  if (session?.kind !== 'failed') return session;
  context.log.warn({ sender: known.sender.name, class: session.class }, 'the gateway did not let us in');
  await countLoginFailure(context, known, session);
  if (session.class === 'auth' || session.class === 'no-balance') {
    await holdSender(context.db, known.sender.id, session.class);
  }
  throw notYet('NoSession', `no session: ${session.class}`, LOGIN_PAUSE_MS, LOGIN_PAUSE_MS);
}

interface Ready {
  known: KnownSender;
  session: Session | undefined;
  sms: Sms;
  request: HttpRequest;
}

/** Nothing leaves: it is known already what the attempt came to. */
interface Unsent {
  known: KnownSender;
  outcome: Outcome;
  evidence: { refused: string };
}

/** All that is to be done under the claim before the first byte is written. */
async function makeReady(
  context: ActivityContext,
  before: KnownSender,
  claim: Claimed,
  sessionBefore: Session | undefined,
  { senderId }: MessageRef,
): Promise<Ready | Unsent> {
  const isSame = claim.senderVersion === before.sender.version;
  const known = isSame ? before : await context.senders.get(senderId, claim.senderVersion);
  // One that was made with the old settings may be of another account.
  const session = isSame ? sessionBefore : await context.sessions.get(known, 'send');
  if (session?.kind === 'failed') {
    const failure = `no session: ${session.class}`;
    const outcome = outcomeOf({ reach: 'unwritten', failure }, claim.afterUncertain);
    return { known, outcome, evidence: { refused: 'there was no session; nothing was sent' } };
  }
  const sms = await smsOf(context, known, claim);
  const request = known.gateway.send(sms, known.settings, session?.value);
  if ('refuse' in request) {
    const answer = { kind: 'error', class: request.refuse, detail: request.detail, notTaken: true } as const;
    const outcome = outcomeOf({ reach: 'answered', answer }, claim.afterUncertain);
    return { known, outcome, evidence: { refused: 'by the adapter; nothing was sent' } };
  }
  return { known, session, sms, request };
}

async function call(
  context: ActivityContext,
  { known, session, sms, request }: Ready,
  claim: Claimed,
  slot: Slot,
): Promise<{ outcome: Outcome; evidence: Evidence & { proof?: string } }> {
  const { gateway, settings, traits } = known;
  const result = await callInSlot(context, known, request, slot, claim.validityMs, {
    secrets: [...known.secrets, sms.phone, sms.text],
    ...(traits.repeat === 'unsafe' ? {} : { idleMs: 30_000 }),
  });
  if (result.reach !== 'answered') {
    const attempt: Attempt = { reach: result.reach, failure: result.failure, late: result.late ?? false };
    return { outcome: outcomeOf(attempt, claim.afterUncertain), evidence: result.evidence };
  }
  let answer = gateway.readSend(result.response, sms, settings);
  if (answer.kind === 'session-lost' && session) {
    context.sessions.drop(known, session);
    if (session.fresh) answer = { kind: 'error', class: 'auth', detail: USELESS_SESSION, notTaken: true };
  }
  // Whatever it means for this SMS, it may be how the gateway says that the session is over: the next one logs in anew.
  if (session?.fresh === false && saysNothing(answer)) context.sessions.drop(known, session);
  const outcome = outcomeOf({ reach: 'answered', answer }, claim.afterUncertain);
  const proof = outcome.kind === 'accepted' && answer.kind === 'error' ? { proof: TAKEN_BEFORE } : {};
  return { outcome, evidence: { ...result.evidence, ...proof } };
}

const saysNothing = (answer: SendAnswer) =>
  answer.kind === 'unreadable' || (answer.kind === 'error' && answer.class === 'unknown');

const TAKEN_BEFORE = 'a duplicate: the gateway had taken an earlier submit';

const USELESS_SESSION = 'a session that was just made is not known to the gateway';

async function smsOf(context: ActivityContext, { sender }: KnownSender, claim: Claimed): Promise<Sms> {
  const callerId = claim.callerId ?? sender.defaultCallerId;
  return {
    phone: claim.phone,
    text: claim.body,
    ...(callerId === null ? {} : { callerId }),
    ref: { number: claim.ref, installation: await context.references.installation() },
    validityS: Math.max(1, Math.floor(claim.validityMs / 1000)),
    priority: priorityOf(claim.priority),
    attempt: claim.attempt,
    ...(context.settings.PUBLIC_URL
      ? { reportUrl: `${context.settings.PUBLIC_URL}/hooks/${sender.hookToken}/reports` }
      : {}),
  };
}

/** What the gateway said must not be forgotten. */
async function record(
  context: ActivityContext,
  known: KnownSender,
  { messageId }: MessageRef,
  claim: Claimed,
  outcome: Outcome,
  evidence: object,
): Promise<Recorded> {
  const details = {
    evidence,
    idPhone: known.traits.idScope === 'account' ? '' : claim.phone,
    words: {
      ...(claim.afterUncertain ? { repeated: whyRepeated(known) } : {}),
      ...(outcome.kind === 'uncertain' ? { next: whatComesNext(known) } : {}),
    },
  };
  const write = async () => {
    const fresh = refusedReference(known, outcome, evidence) ? { fresh: await freshReference(context, known) } : {};
    return await recordSend(context.db, messageId, claim.attempt, outcome, { ...details, ...fresh });
  };
  return await insist(context, messageId, write);
}

/** Where Postgres is away it is tried again for a while. */
async function insist<T>(context: ActivityContext, messageId: string, work: () => Promise<T>): Promise<T> {
  for (const pause of RECORD_PAUSES_MS) {
    try {
      return await work();
    } catch (err) {
      context.log.warn({ messageId, kind: kindOf(err) }, 'an outcome was not recorded yet');
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  return await work();
}

/**
 * A gateway that has answered "not taken" may still count our reference as used: the next attempt takes another. Not
 * where it only asked us to come back, and drops repeats by the reference: should somebody else have written that answer,
 * a proxy between, it is the same reference that keeps the next attempt from being a second SMS.
 */
function refusedReference({ traits }: KnownSender, outcome: Outcome, evidence: object): boolean {
  if (outcome.kind !== 'not-sent' || !('reach' in evidence) || evidence.reach !== 'answered') return false;
  return traits.repeat !== 'same-answer' || outcome.holdSender;
}

async function freshReference(context: ActivityContext, { sender, traits }: KnownSender) {
  const ref: Reference = {
    number: await context.references.next(sender.gatewayAccountId),
    installation: await context.references.installation(),
  };
  return { ref: ref.number, ownId: ownId(ref, traits) };
}

/** What an outcome means beyond this one message. */
async function followUp(
  context: ActivityContext,
  known: KnownSender,
  { messageId }: MessageRef,
  claim: Claimed,
  outcome: Outcome,
): Promise<void> {
  const { db } = context;
  const { sender } = known;
  if (outcome.kind === 'not-sent' && outcome.holdSender) await holdSender(db, sender.id, outcome.class);
  if (outcome.kind === 'accepted' && sender.heldFor !== null) await releaseSender(db, sender.id);
  if (outcome.kind === 'refused' && outcome.optOut) {
    // The message has its end: no later attempt would do it.
    await insist(context, messageId, () => suppressOptedOut(db, sender, claim.phone));
  }
  if (outcome.kind !== 'accepted' && !isLate(outcome)) await countTrouble(context, known, outcome);
}

async function standingAfter(
  context: ActivityContext,
  known: KnownSender,
  { messageId }: MessageRef,
  claim: Claimed,
  outcome: Outcome,
  recorded: Recorded,
): Promise<Standing> {
  const growing = async (firstMs: number) => {
    if (isLate(outcome)) return LATE_PAUSE_MS;
    const before = claim.attempt - 1;
    const others = before === 0 ? 0 : before - (await lateAttempts(context.db, messageId));
    return Math.min(LONGEST_PAUSE_MS, firstMs * 2 ** others);
  };
  if (recorded.status === 'accepted' && outcome.kind === 'not-sent') {
    // The gateway's own pause; where it names none, one that grows with each attempt.
    const namedS = isLate(outcome) ? 0 : Math.max(outcome.retryAfterS ?? 0, known.traits.submitGapS ?? 0);
    const pauseMs = namedS > 0 ? namedS * 1000 : await growing(1_000);
    throw notYet('NotSent', `not sent: ${isLate(outcome) ? 'too late' : outcome.class}`, pauseMs, claim.validityMs);
  }
  if (recorded.uncertain && repeatWithinS(known) !== null && !isFinal(recorded.status)) {
    const pauseMs = await growing(Math.max(REPEAT_PAUSE_MS, (known.traits.repeatGapS ?? 0) * 1000));
    throw notYet('Uncertain', 'uncertain; it is repeated under the same reference', pauseMs, claim.validityMs);
  }
  return toStanding(context, known, {
    ...recorded,
    validityMs: claim.validityMs,
    reportMs: claim.reportMs,
    awaitMs: known.sender.awaitDeliveryS * 1000,
  });
}

function isLate(outcome: Outcome): boolean {
  return outcome.kind === 'not-sent' && outcome.late === true;
}

function inDoubt(standing: Standing): Standing {
  return 'uncertain' in standing ? { ...standing, uncertain: true } : standing;
}

const WORDS = {
  busy: 'another attempt of this message is under way',
  paused: 'the sender is paused',
  held: 'the sender is held until its gateway takes messages again',
  later: "its turn in the sender's rate limit has not come",
} as const;
