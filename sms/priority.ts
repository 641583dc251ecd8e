/** How urgent an SMS is, with Temporal's priority keys: within a sender's queue, 1 goes before 3 before 5. */
export const PRIORITIES = { otp: 1, notice: 3, campaign: 5 } as const;
export type Priority = keyof typeof PRIORITIES;

export function priorityOf(key: number): Priority {
  if (key === PRIORITIES.otp) return 'otp';
  return key === PRIORITIES.campaign ? 'campaign' : 'notice';
}
