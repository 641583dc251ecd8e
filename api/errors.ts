/** Errors as the log may have them. */
import { framesOf } from '../runtime/stack.ts';

/**
 * Name, code and place of an error and of its causes, without their messages: a database driver's or a JSON parser's
 * quotes the values that it failed on, phones and texts among them.
 */
export function describeError(err: unknown): Record<string, unknown> {
  if (!(err instanceof Error)) return { name: typeof err };
  return {
    name: err.name,
    ...('code' in err ? { code: err.code } : {}),
    at: framesOf(err).slice(0, 8),
    ...(err.cause === undefined ? {} : { cause: describeError(err.cause) }),
  };
}

/** Postgres cannot be reached, is going away or coming up, or has no room for now: the same request may work later. */
export function isPostgresAway(err: unknown): boolean {
  if (!(err instanceof Error)) return false;
  if ('code' in err && typeof err.code === 'string' && AWAY.test(err.code)) return true;
  return isPostgresAway(err.cause);
}

const AWAY =
  /^(ECONN(REFUSED|RESET)|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|CONNECT_TIMEOUT|CONNECTION_(CLOSED|ENDED|DESTROYED)|08...|53...|57...|40001|40P01)$/;
