import type { Account, Submission } from '../model.ts';
import type { House } from './wire.ts';

/** True = an SMS with this text was taken for this phone within the account's window. Remembers the SMS. */
export function isFlood(submission: Submission, account: Account, house: House): boolean {
  const { floodMs } = account.options;
  const windowMs = typeof floodMs === 'number' ? floodMs : 60_000;
  const asked = lastIds.get(account) ?? new Map<string, string>();
  lastIds.set(account, asked);
  const key = `${submission.phone}\n${submission.text}`;
  const before = asked.get(key);
  // A refused SMS has an id too, but was never taken.
  const taken = before === undefined ? undefined : house.find(account, before);
  if (taken && Date.now() - taken.acceptedAt < windowMs) return true;
  asked.delete(key);
  asked.set(key, submission.id);
  if (asked.size > MOST_KEYS) {
    const [oldest] = asked.keys();
    if (oldest !== undefined) asked.delete(oldest);
  }
  return false;
}

/** Of each phone and text, the id of the SMS that asked for it last. */
const lastIds = new WeakMap<Account, Map<string, string>>();

const MOST_KEYS = 20_000;
