/**
 * What Temporal is told of an activity that failed. Failures are kept in histories and shown in the UI in the clear, so
 * they hold words of ours, classes and codes only: never what a gateway or a driver said, which may quote a phone or text.
 */

import { ApplicationFailure, ApplicationFailureCategory, CancelledFailure } from '@temporalio/common';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';
import { isPostgresAway } from '../db/away.ts';
import type { Logger } from '../runtime/log.ts';
import { framesOf } from '../runtime/stack.ts';

/**
 * The message is not where it should be yet: tried again after `afterMs`. Neither an error nor an alarm.
 *
 * The pause is always named: a retry that would not fit into the activity's time ends it at once, with a failure that
 * says nothing of the message. `leftMs` is what is left of that time; the last try comes right at its end.
 */
export function notYet(type: string, words: string, afterMs: number, leftMs: number): ApplicationFailure {
  return ApplicationFailure.create({
    type,
    message: words,
    nonRetryable: false,
    category: ApplicationFailureCategory.BENIGN,
    nextRetryDelay: Math.ceil(Math.max(1, Math.min(afterMs, leftMs + LAST_TRY_MS))),
  });
}

/** The books' clock may be a little behind the worker's. */
const LAST_TRY_MS = 500;
const POSTGRES_AWAY_PAUSE_MS = 3_000;

/** Turns what nobody foresaw into a failure without the words of others; the log has its name and stack. */
export function maskFailures(log: Logger): ActivityInboundCallsInterceptor {
  return {
    async execute(input: ActivityExecuteInput, next: Next<ActivityInboundCallsInterceptor, 'execute'>) {
      try {
        return await next(input);
      } catch (err) {
        if (err instanceof ApplicationFailure || err instanceof CancelledFailure) throw err;
        const kind = kindOf(err);
        log.warn(
          { ...messageOf(input.args), kind, stack: err instanceof Error ? framesOf(err) : [] },
          'an activity failed and will be tried again',
        );
        throw ApplicationFailure.create({
          type: kind,
          message: `failed (${kind}); see the worker's log`,
          // It says nothing of the message: what waits for Postgres goes on when it is back, however long it was away.
          ...(isPostgresAway(err) ? { nextRetryDelay: POSTGRES_AWAY_PAUSE_MS } : {}),
        });
      }
    },
  };
}

/** Of the message that the activity was about, if it was about one: see workflows/contract.ts. */
function messageOf([input]: readonly unknown[]): { messageId?: string } {
  if (typeof input !== 'object' || input === null || !('messageId' in input)) return {};
  return typeof input.messageId === 'string' ? { messageId: input.messageId } : {};
}

function kindOf(err: unknown): string {
  if (!(err instanceof Error)) return 'Unknown';
  const code = 'code' in err && typeof err.code === 'string' && /^[\w.-]{1,40}$/.test(err.code) ? err.code : undefined;
  return code ? `${err.name} ${code}` : err.name;
}
