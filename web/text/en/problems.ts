import type { ProblemCode } from '../../../api/schemas/problem.ts';

export const problems = {
  away: 'The API cannot be reached. It may be starting again.',
  page: 'This page has a fault. The others go on.',
  other: 'The API answered with status {{status}}.',
  codes: {
    'malformed-json': 'The request was broken on its way.',
    unauthorised: 'The session is over.',
    forbidden: 'This key may not do this.',
    'account-required': 'Choose an account: this key is for all of them.',
    'not-found': 'There is nothing here.',
    conflict: 'This does not go together with what is there.',
    'too-late': 'The message can no longer be cancelled.',
    'message-gone': 'The message has been removed.',
    'body-too-large': 'This is too large.',
    'unsupported-media-type': 'This kind of content is not read here.',
    'invalid-request': 'Something in it is not valid.',
    'idempotency-key-reused': 'This was sent before with other content.',
    'too-many-requests': 'Too many requests. Wait a moment.',
    'hook-refused': 'The call was not understood.',
    internal: 'Something is broken in the API.',
    unavailable: 'Not possible just now.',
  } satisfies Record<ProblemCode, string>,
} as const;
