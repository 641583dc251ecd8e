/**
 * One SMS, from the check of the suppress lists to its one honest end.
 *
 * The books (Postgres) hold what is true; each step here asks an activity to move the message on and gets back where it
 * now stands. So a delivery that is started again, by a crash or by housekeeping, goes on from where it was.
 */
import {
  ActivityFailure,
  condition,
  defineSignal,
  proxyActivities,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
  sleep,
  TimeoutFailure,
} from '@temporalio/workflow';
import { pollQueue, sendQueue } from '../sms/names.ts';
import { isFinal } from '../sms/status.ts';
import {
  type DeliverSmsInput,
  type DeliveryActivities,
  type Ended,
  type MessageRef,
  type Open,
  type PollActivities,
  type SendActivities,
  SIGNALS,
  type Standing,
} from './contract.ts';

/** An attempt: slot, claim, the call to the gateway (at most 12 s), the record of its outcome. */
const ATTEMPT_MS = 20_000;
/** The books decide what is over; Temporal's own limits come a little later. */
const SLACK_MS = 5_000;

export async function deliverSms(input: DeliverSmsInput): Promise<Ended> {
  const told = listen();
  let standing: Standing = await lists.checkSuppressLists(ref(input));
  while (!isEnded(standing)) {
    standing = await Promise.race([nextStep(input, standing, told), told.ended]);
  }
  return { status: standing.status, source: standing.source };
}

function nextStep(input: DeliverSmsInput, standing: Open, told: Told): Promise<Standing> {
  if (standing.status === 'sent') return awaitDelivery(input, standing, told);
  if (standing.uncertain) return resolveDoubt(input, standing, told);
  return send(input, standing);
}

/** Submits through the sender's queue, which holds its rate limit and its pause, as often as it is certainly not sent. */
async function send(input: DeliverSmsInput, standing: Open): Promise<Standing> {
  show(input, 'waits for its turn to be sent, or is being sent');
  const { sendSms } = proxyActivities<SendActivities>({
    taskQueue: sendQueue(input.senderId),
    allowEagerDispatch: false,
    summary: `submit to ${input.gateway}`,
    startToCloseTimeout: ATTEMPT_MS,
    scheduleToCloseTimeout: standing.validityMs + SLACK_MS,
    retry: {
      initialInterval: '1s',
      maximumInterval: '15m',
      // A worker that died in the middle of a submit: the books are asked what may be done, nothing is retried blindly.
      nonRetryableErrorTypes: ['TemporalTimeout:StartToClose'],
    },
  });
  return await unlessTimedOut(sendSms(ref(input)), input);
}

/** The gateway has it: its report, or the answer to a poll, ends the delivery. */
async function awaitDelivery(input: DeliverSmsInput, standing: Open, told: Told): Promise<Standing> {
  if (standing.pollEveryMs === null) {
    show(input, 'sent; waits for the delivery report (this gateway cannot be polled)');
    return (await told.within(standing.reportMs)) ?? (await books.settle(ref(input)));
  }
  show(input, 'sent; waits for the delivery report');
  const report = await told.within(Math.min(standing.awaitMs, standing.reportMs));
  if (report) return report;
  show(input, 'sent; no report in time, so its status is polled');
  return await poll(input, standing);
}

/**
 * A submit may have been taken, and repeating it is not safe here. Ask by our reference where that can be asked, wait for
 * a sign, and after the await-delivery period do what the sender's policy says.
 */
async function resolveDoubt(input: DeliverSmsInput, standing: Open, told: Told): Promise<Standing> {
  show(input, 'uncertain: the gateway may have taken it');
  const sign = standing.askByReference ? poll(input, standing) : new Promise<never>(() => {});
  const first = await Promise.race([sign, told.within(Math.min(standing.awaitMs, standing.reportMs))]);
  if (first) return first;

  const decided = await books.followUncertainPolicy(ref(input));
  if (isEnded(decided) || !decided.uncertain) return decided;
  return await Promise.race([sign, told.within(decided.reportMs).then((end) => end ?? books.settle(ref(input)))]);
}

async function poll(input: DeliverSmsInput, standing: Open): Promise<Standing> {
  const { pollStatus } = proxyActivities<PollActivities>({
    taskQueue: pollQueue(standing.gatewayAccountId ?? input.gatewayAccountId),
    allowEagerDispatch: false,
    summary: `ask ${input.gateway} for the status`,
    startToCloseTimeout: '30s',
    scheduleToCloseTimeout: standing.reportMs + SLACK_MS,
    retry: { initialInterval: standing.pollEveryMs ?? '30s', backoffCoefficient: 1.5, maximumInterval: '10m' },
  });
  return await unlessTimedOut(pollStatus(ref(input)), input);
}

const lists = proxyLocalActivities<Pick<DeliveryActivities, 'checkSuppressLists'>>({
  startToCloseTimeout: '5s',
  summary: 'check the suppress lists',
});

const books = proxyActivities<Omit<DeliveryActivities, 'checkSuppressLists'>>({ startToCloseTimeout: '10s' });

function ref(input: DeliverSmsInput): MessageRef {
  return { messageId: input.messageId, senderId: input.senderId };
}

/**
 * A time-out says nothing of the message: the books do. `TIMEOUT` without one: Temporal saw that the next try would come
 * too late, and ended the activity with the failure of the last.
 */
async function unlessTimedOut(activity: Promise<Standing>, input: DeliverSmsInput): Promise<Standing> {
  try {
    return await activity;
  } catch (err) {
    if (!(err instanceof ActivityFailure)) throw err;
    if (err.cause instanceof TimeoutFailure) return await books.settle(ref(input));
    if (err.retryState !== 'TIMEOUT') throw err;
    await sleep(SLACK_MS);
    return await books.settle(ref(input));
  }
}

function show(input: DeliverSmsInput, step: string): void {
  setCurrentDetails(`SMS through **${input.sender}** (${input.gateway}): ${step}.`);
}

interface Told {
  /** Resolves when a signal brings the end of the message. */
  ended: Promise<Ended>;
  /** The end, if a signal brings it within this time. */
  within(ms: number): Promise<Ended | undefined>;
}

/** Listens to webhook handlers: delivery reports, stop words, and people who cancel. */
function listen(): Told {
  let end: Ended | undefined;
  for (const name of Object.values(SIGNALS)) {
    setHandler(defineSignal<[Ended]>(name), (told) => {
      end ??= told;
    });
  }
  const ended = condition(() => end !== undefined).then(() => end as Ended);
  return {
    ended,
    within: async (ms) => {
      await condition(() => end !== undefined, Math.max(1, ms));
      return end;
    },
  };
}

function isEnded(standing: Standing): standing is Ended {
  return isFinal(standing.status);
}
