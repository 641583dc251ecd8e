/** The trouble that a gateway names, in the product's words. What is then done follows sms/outcome.ts. */
export const ERROR_CLASSES = [
  'auth',
  'invalid-request',
  'invalid-recipient',
  'sender-not-allowed',
  'no-balance',
  'rate-limited',
  'temporary',
  'duplicate',
  'blocked',
  'unknown',
] as const;

export type ErrorClass = (typeof ERROR_CLASSES)[number];
