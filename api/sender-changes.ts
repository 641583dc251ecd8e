/** What the books say to a change of a sender, as problems. */
import { SenderInUse, TooManyWait } from '../db/sender-moves.ts';
import { isUniqueViolation } from '../db/unique.ts';
import { Problem } from './problem.ts';

/** @param name what the sender is to be called @throws Problem */
export async function orConflict<T>(name: string | undefined, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (err) {
    if (isUniqueViolation(err)) throw taken(name);
    if (err instanceof SenderInUse) throw inUse(err.submitted);
    if (err instanceof TooManyWait) throw tooManyWait();
    if (isLockTimeout(err)) throw busy();
    throw err;
  }
}

function taken(name = ''): Problem {
  const detail = `There is a sender '${name}' in use already.`;
  const mend = 'Take another name, or rename that sender first.';
  return new Problem('conflict', { detail, errors: [{ pointer: '#/name', code: 'taken', detail, mend }] });
}

/** A change of settings that would make the sender's gateway account another one. */
function inUse(submitted: number): Problem {
  const detail =
    `The new settings log in to another gateway account, and ${submitted} messages that were submitted through this ` +
    'sender have not come to their end.';
  const mend =
    'If it is the same account at the gateway, as with a renewed API key, say so: "sameGatewayAccount": true. Else ' +
    'pause the sender and wait for them, or make another sender.';
  return new Problem('conflict', { detail, errors: [{ pointer: '#/settings', code: 'in-use', detail, mend }] });
}

function tooManyWait(): Problem {
  const detail = 'Too many messages wait in this sender to be moved to another gateway account at once.';
  const mend = 'Let them go out first, or make another sender.';
  return new Problem('conflict', { detail, errors: [{ pointer: '#/settings', code: 'in-use', detail, mend }] });
}

function busy(): Problem {
  return new Problem('unavailable', {
    detail: 'The books are too busy to move the sender to another gateway account. Nothing was changed: try again.',
    headers: { 'retry-after': '5' },
  });
}

/** lock_not_available, as the driver or Drizzle throws it. */
function isLockTimeout(err: unknown): boolean {
  if (!(err instanceof Error)) return false;
  return ('code' in err && err.code === '55P03') || isLockTimeout(err.cause);
}
