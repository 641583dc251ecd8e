/**
 * What a delivery's workflow and its activities say to each other. Ids, numbers and statuses only: no phone number and
 * no text ever enters Temporal.
 */
import type { FinalStatus } from '../sms/status.ts';

export interface DeliverSmsInput {
  messageId: string;
  senderId: string;
  gatewayAccountId: string;
  /** For what an operator reads in the Temporal UI. */
  sender: string;
  gateway: string;
  priority: number;
}

/** How a delivery ended, as Temporal shows it. */
export interface DeliveryResult {
  status: FinalStatus;
  source: string | null;
}

/** Where a message stands in the books, and how long it may stay so. */
export interface Standing {
  status: string;
  source: string | null;
  uncertain: boolean;
  validityMs: number;
  reportMs: number;
  awaitMs: number;
}

/** What an attempt to submit came to, as far as the workflow must know. */
export type Submitted =
  | { kind: 'ended'; status: FinalStatus; source: string | null }
  | { kind: 'sent'; wait: WaitPlan }
  /** A submit may have been taken; submitting again is not safe. `ask`: the gateway can be asked by our reference. */
  | { kind: 'uncertain'; wait: WaitPlan; ask: boolean };

export interface WaitPlan {
  /** Until the status is polled. */
  awaitMs: number;
  /** Until waiting ends as `unknown`. */
  reportMs: number;
  /** First pause between two polls; null: this gateway cannot be asked. */
  pollEveryMs: number | null;
}

export type Polled = { kind: 'ended'; status: FinalStatus; source: string | null } | { kind: 'not-taken' };

/** On the queue of the deliveries. */
export interface DeliveryActivities {
  checkSuppressLists(messageId: string): Promise<Standing>;
  settle(messageId: string): Promise<Standing>;
  /** True: the sender's policy has the message submitted once more. */
  resendByPolicy(messageId: string): Promise<boolean>;
}

/** On a sender's queue. Fails retryably while the message is not sent and may be. */
export interface SendActivities {
  sendSms(messageId: string): Promise<Submitted>;
}

/** On a gateway account's poll queue. Fails retryably until there is an end. */
export interface PollActivities {
  pollStatus(messageId: string): Promise<Polled>;
}

export interface HousekeepingActivities {
  /** @returns what was repaired, by kind; empty when all was in order */
  keepHouse(): Promise<Record<string, number>>;
}

/** Signals. Each only speeds up what the books say already. */
export const SIGNALS = { deliveryReport: 'deliveryReport', stopWord: 'stopWord', cancel: 'cancel' } as const;

/** What a signal carries: the message's end as the books have it. */
export interface EndSignal {
  status: FinalStatus;
  source: string | null;
}
