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
