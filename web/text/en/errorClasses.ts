import type { SenderTestAnswer } from '../../../api/schemas/sender-test.ts';

export const errorClasses = {
  auth: 'login refused',
  'invalid-request': 'request refused',
  'invalid-recipient': 'wrong phone number',
  'sender-not-allowed': 'caller id not allowed',
  'no-balance': 'out of money',
  'rate-limited': 'too many requests',
  temporary: 'trouble at the gateway',
  duplicate: 'taken for a duplicate',
  blocked: 'blocked',
  unknown: 'unknown error',
  'no-answer': 'no answer',
} as const satisfies Record<NonNullable<SenderTestAnswer['errorClass']>, string>;
