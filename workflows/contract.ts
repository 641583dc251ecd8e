/**
 * What a delivery's workflow and its activities say to each other. Ids, numbers and statuses only: no phone number and
 * no text ever enters Temporal.
 */
import type { ErrorClass } from '../sms/errors.ts';
import type { FinalStatus, OpenStatus } from '../sms/status.ts';

export interface DeliverSmsInput {
  messageId: string;
  senderId: string;
  gatewayAccountId: string;
  /** For what an operator reads in the Temporal UI. */
  sender: string;
  gateway: string;
  /** Temporal's priority key: 1 otp, 3 notice, 5 campaign. */
  priority: number;
}

/** The end of a message, as the books have it: the result of its workflow, and what a signal carries. */
export interface Ended {
  status: FinalStatus;
  source: string | null;
}

/** Where a message stands that has not come to its end, and what may be waited for. */
export interface Open {
  status: OpenStatus;
  /** A submit may have been taken, and submitting again is not safe. */
  uncertain: boolean;
  /** Milliseconds until nothing may be submitted any more. */
  validityMs: number;
  /** Milliseconds until waiting for a report ends as `unknown`. */
  reportMs: number;
  /** Milliseconds to wait for a report before the status is polled. */
  awaitMs: number;
  /** First pause between two polls; null: this gateway cannot be asked for what it has taken. */
  pollEveryMs: number | null;
  /** The gateway can be asked by our own reference, so that a doubt may be resolved by a poll. */
  askByReference: boolean;
  /** Where it is asked: the sender may have moved since the delivery began. */
  gatewayAccountId?: string;
}

export type Standing = Ended | Open;

export interface MessageRef {
  messageId: string;
  senderId: string;
}

/** On the queue of the deliveries. */
export interface DeliveryActivities {
  checkSuppressLists(message: MessageRef): Promise<Standing>;
  settle(message: MessageRef): Promise<Standing>;
  /** Where the sender's policy has an uncertain message submitted once more, it is waiting again afterwards. */
  followUncertainPolicy(message: MessageRef): Promise<Standing>;
}

/** On a sender's queue. Fails retryably while the message is not sent and may be. */
export interface SendActivities {
  sendSms(message: MessageRef): Promise<Standing>;
}

/** On a sender's probe queue: the same for one message of a sender that is held or paused. */
export interface ProbeActivities {
  probeSender(message: MessageRef): Promise<void>;
}

export interface SenderTestInput {
  senderId: string;
  /** Of the sender's settings, so that a worker does not use older ones. */
  version: number;
  /** To be submitted; null: only the login is tried. */
  messageId: string | null;
  /** For what an operator reads in the Temporal UI. */
  sender: string;
  gateway: string;
}

/** What a gateway said to a sender's login; `errorClass` as in sms/errors.ts, or `no-answer`. */
export type AccessResult =
  | { ok: true; balance?: string; currency?: string }
  | { ok: false; errorClass: ErrorClass | 'no-answer' };

/** On a sender's probe queue: whether the gateway lets the sender in. */
export interface SenderTestActivities {
  tryAccess(sender: { senderId: string; version: number }): Promise<AccessResult>;
}

/** On a gateway account's poll queue. Fails retryably until the message stands elsewhere. */
export interface PollActivities {
  pollStatus(message: MessageRef): Promise<Standing>;
}

export interface InboundInput {
  gatewayAccountId: string;
  /** For what an operator reads in the Temporal UI. */
  gateway: string;
}

/** On a gateway account's poll queue. Fails retryably as long as a sender's texts are to be fetched. */
export interface PullActivities {
  pullTexts(account: { gatewayAccountId: string }): Promise<void>;
}

export interface HousekeepingActivities {
  keepHouse(): Promise<HouseReport>;
}

export interface HouseReport {
  /** What was mended, by kind; empty when all was in order. */
  repairs: Record<string, number>;
  /** Held senders whose next probe is due, each with a message that waits for it. */
  probes: MessageRef[];
  /** Until the next round: a setting of the workers, so that a change of it takes effect. */
  pauseMs: number;
}

/** Signals, each with an Ended. They only speed up what the books say already. */
export const SIGNALS = { deliveryReport: 'deliveryReport', stopWord: 'stopWord', cancel: 'cancel' } as const;
