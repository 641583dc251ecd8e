/**
 * Every id and queue name that two rooms must agree on. Nothing else spells one.
 * None of them holds a phone number or a text: they are shown in the clear in Temporal.
 */

/** The queue of the workflows and of the activities that call no gateway. */
export const DELIVERIES_QUEUE = 'deliveries';

/** The workflow that repairs what a crash left half done; there is one in each namespace. */
export const HOUSEKEEPING_WORKFLOW_ID = 'housekeeping';

/** The workflow of a message has the message's own id (a UUIDv7), so that either finds the other. */
export function deliveryWorkflowId(messageId: string): string {
  return messageId;
}

/** The workflow that fetches the texts from phones of one gateway account, where they are not pushed. */
export function inboundWorkflowId(gatewayAccountId: string): string {
  return `inbound/${gatewayAccountId}`;
}

/** The workflow that tests a sender: with a message that it shall send, or its login at the gateway. */
export function senderTestWorkflowId(id: string): string {
  return `test/${id}`;
}

/** Submits of one sender: carries the sender's rate limit; limit 0 is a pause. */
export function sendQueue(senderId: string): string {
  return `send/${senderId}`;
}

/** Probes of a sender that is paused or held, past the limit of its send queue. */
export function probeQueue(senderId: string): string {
  return `probe/${senderId}`;
}

/** Status polls and fetched texts of one gateway account, which several senders may share. */
export function pollQueue(gatewayAccountId: string): string {
  return `poll/${gatewayAccountId}`;
}

/** The Postgres sequence that hands out our own references of one gateway account. */
export function referenceSequence(gatewayAccountId: string): string {
  return `ref_${gatewayAccountId.replaceAll('-', '')}`;
}

/** Search attributes that an operator filters deliveries by in the Temporal UI; set at the start, never changed. */
export const SEARCH_ATTRIBUTES = { sender: 'SmsSender', account: 'SmsAccount', gateway: 'SmsGateway' } as const;
