/** What a sender's health tells of attempts that were not taken. For its health alone: nothing may depend on it. */
import { noteTrouble, type TroubleOutcome } from '../db/sender-health.ts';
import { kindOf } from '../runtime/log.ts';
import type { ErrorClass } from '../sms/errors.ts';
import type { ActivityContext } from './context.ts';
import type { KnownSender } from './sender-book.ts';
import type { LoginFailure } from './sessions.ts';

export async function countTrouble(
  { db, log }: ActivityContext,
  { sender }: KnownSender,
  trouble: { kind: TroubleOutcome; class: ErrorClass; code?: string },
): Promise<void> {
  await noteTrouble(db, sender.id, trouble).catch((err: unknown) =>
    log.warn({ sender: sender.name, kind: kindOf(err) }, 'a trouble was not counted'),
  );
}

/** Once, however many messages are told of it. */
export async function countLoginFailure(context: ActivityContext, known: KnownSender, failure: LoginFailure) {
  if (counted.has(failure)) return;
  counted.add(failure);
  await countTrouble(context, known, { kind: 'not-sent', class: failure.class });
}

const counted = new WeakSet<LoginFailure>();
