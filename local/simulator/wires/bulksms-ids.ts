/** Ids as BulkSMS gives them: 19 digits, larger than 2^53, and never again the same, also after a restart. */

export function newMessageId(): string {
  const now = BigInt(Date.now()) * MILLION + FIRST;
  lastMessage = now > lastMessage ? now : lastMessage + 1n;
  return String(lastMessage);
}

/** Of the same kind, yet apart from those of sent messages. */
export const receivedId = (serial: number) => `${serial}900777`;

export function newSubmissionId(): string {
  lastSubmission = Math.max(Date.now(), lastSubmission + 1);
  return `1-${String(lastSubmission).padStart(20, '0')}`;
}

const MILLION = 1_000_000n;
const FIRST = 100_001n;
let lastMessage = 0n;
let lastSubmission = 0;
