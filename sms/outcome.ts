/**
 * The heart of the promise: what one send attempt came to, and what may be done about it.
 *
 * A gateway's answer, or the lack of one, names a trouble (ErrorClass). This file alone turns it into an outcome, and
 * its one rule is that doubt is never resolved in favour of "it was not sent": a 5xx, a cut or an answer that nobody
 * understands after the request was written is `uncertain`, whatever the gateway's documentation hopes.
 */
import type { ErrorClass } from './errors.ts';

/** How far a request got before it ended. `unwritten`: no byte of it reached the gateway's host. */
export type Reach = 'unwritten' | 'written' | 'answered';

/** One SMS of ours at the gateway. A long text may get an id for each of its parts. */
export interface GatewayId {
  id: string;
  /** 1-based number of the part, where each part has an id. */
  part?: number;
}

/** What an adapter read in a gateway's answer to a send. */
export type SendAnswer =
  /** Taken. `ids` is empty where the gateway promises delivery under our own reference, or gave no id. */
  | { kind: 'accepted'; ids: GatewayId[]; parts?: number }
  /**
   * An answer that names a trouble. `notTaken`: the answer itself says that the SMS was not taken and may be tried
   * again (a documented code, 429, 503 with Retry-After); a bare 5xx is not that. `optOut`: the gateway's own stop list.
   */
  | {
      kind: 'error';
      class: ErrorClass;
      code?: string;
      detail?: string;
      notTaken: boolean;
      retryAfterS?: number;
      optOut?: boolean;
      /** Of a `duplicate`: what the gateway calls the SMS that it had taken. */
      ids?: GatewayId[];
    }
  /** The session with the gateway is over; nothing was taken. */
  | { kind: 'session-lost' }
  /** Not understood: never a success, never "not sent". */
  | { kind: 'unreadable'; detail: string };

/** What became of the attempt: an answer, or a request that ended without one. */
export type Attempt =
  | { reach: 'answered'; answer: SendAnswer }
  /** `late`: our own time for it was over; this says nothing of the gateway. */
  | { reach: 'unwritten'; failure: string; late?: boolean }
  | { reach: 'written'; failure: string };

export type Outcome =
  | { kind: 'accepted'; ids: GatewayId[]; parts?: number }
  | { kind: 'refused'; class: ErrorClass; code?: string; detail?: string; optOut: boolean; alarm?: string }
  | {
      kind: 'not-sent';
      class: ErrorClass;
      code?: string;
      detail?: string;
      retryAfterS?: number;
      holdSender: boolean;
      /** Held up on our side: no trouble of the gateway's. */
      late?: true;
    }
  | { kind: 'uncertain'; class: ErrorClass; code?: string; detail: string };

/**
 * The table of the design. `afterUncertain`: an earlier attempt of this same message, under the same reference, ended
 * uncertain, so a `duplicate` now is the proof that it arrived.
 */
export function outcomeOf(attempt: Attempt, afterUncertain: boolean): Outcome {
  if (attempt.reach === 'unwritten') {
    const late = attempt.late ? ({ late: true } as const) : {};
    return { kind: 'not-sent', class: 'temporary', detail: attempt.failure, holdSender: false, ...late };
  }
  if (attempt.reach === 'written') return { kind: 'uncertain', class: 'temporary', detail: attempt.failure };

  const answer = attempt.answer;
  switch (answer.kind) {
    case 'accepted':
      return answer;
    case 'session-lost':
      return { kind: 'not-sent', class: 'temporary', detail: 'the session was over', holdSender: false };
    case 'unreadable':
      return { kind: 'uncertain', class: 'unknown', detail: answer.detail };
    case 'error':
      return outcomeOfError(answer, afterUncertain);
  }
}

function outcomeOfError(answer: Extract<SendAnswer, { kind: 'error' }>, afterUncertain: boolean): Outcome {
  const said = {
    class: answer.class,
    ...(answer.code === undefined ? {} : { code: answer.code }),
    ...(answer.detail === undefined ? {} : { detail: answer.detail }),
  };
  switch (answer.class) {
    case 'auth':
    case 'no-balance':
      return { kind: 'not-sent', ...said, holdSender: true };
    case 'rate-limited':
    case 'temporary':
      if (answer.class === 'temporary' && !answer.notTaken) {
        return { kind: 'uncertain', ...said, detail: answer.detail ?? 'the gateway failed after it had the request' };
      }
      return {
        kind: 'not-sent',
        ...said,
        ...(answer.retryAfterS === undefined ? {} : { retryAfterS: answer.retryAfterS }),
        holdSender: false,
      };
    case 'duplicate':
      return afterUncertain
        ? { kind: 'accepted', ids: answer.ids ?? [] }
        : {
            kind: 'refused',
            ...said,
            optOut: false,
            alarm: 'the gateway already had our reference at the first attempt',
          };
    case 'invalid-request':
    case 'invalid-recipient':
    case 'sender-not-allowed':
    case 'blocked':
      return { kind: 'refused', ...said, optOut: answer.optOut ?? false };
    case 'unknown':
      return answer.notTaken
        ? { kind: 'refused', ...said, optOut: answer.optOut ?? false }
        : { kind: 'uncertain', ...said, detail: answer.detail ?? 'an answer that the gateway does not document' };
  }
}
