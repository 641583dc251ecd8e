import { outcomeOf as rightOutcome } from '../../../sms/outcome.ts';

export * from '../../../sms/outcome.ts';

/** The gateway has failed, so it has not sent it. */
export const outcomeOf: typeof rightOutcome = (attempt, afterUncertain) => {
  const outcome = rightOutcome(attempt, afterUncertain);
  if (outcome.kind !== 'uncertain' || attempt.reach !== 'answered' || attempt.answer.kind !== 'error') return outcome;
  return { kind: 'not-sent', class: outcome.class, detail: outcome.detail, holdSender: false };
};
