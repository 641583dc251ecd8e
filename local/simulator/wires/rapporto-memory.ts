import type { Account, Sms, Submission } from '../model.ts';
import { Limit } from './limits.ts';

/** What Rapporto remembers of an account: for ever, since nobody has documented for how long. */
export class Memory {
  /** Gateway ids by `partnerMsgId`. */
  #ids = new Map<string, string>();
  /** When a text went to a number last. */
  #texts = new Map<string, number>();
  #speed = { most: 0, limit: new Limit(0, SECOND_MS) };

  idOf(partnerMsgId: string | undefined): string | undefined {
    return partnerMsgId === undefined ? undefined : this.#ids.get(partnerMsgId);
  }

  /** The same text went to the same number within a day. */
  isBlocked(submission: Submission): boolean {
    const at = this.#texts.get(textKey(submission));
    return at !== undefined && Date.now() - at < DAY_MS;
  }

  remember(submission: Submission, withText: boolean): void {
    if (submission.ownId !== undefined) this.#ids.set(submission.ownId, submission.id);
    if (withText) this.#texts.set(textKey(submission), Date.now());
  }

  /** One request more than `most` in a second; 0 = any number. */
  isTooFast(most: number): boolean {
    if (most === 0) return false;
    if (this.#speed.most !== most) this.#speed = { most, limit: new Limit(most, SECOND_MS) };
    return this.#speed.limit.hit(Date.now()) > 0;
  }
}

const memories = new WeakMap<Account, Memory>();

export function memoryOf(account: Account): Memory {
  const memory = memories.get(account) ?? new Memory();
  memories.set(account, memory);
  return memory;
}

/** Its answer is still to come: the account's latency, or the slow answer of a fault. */
export function isBeingWorkedOn(sms: Sms | undefined, account: Account): boolean {
  if (!sms) return false;
  const slow = sms.fault === 'slow-answer' ? SLOW_MS : 0;
  return Date.now() < sms.acceptedAt + account.answerDelayMs + slow;
}

const textKey = ({ phone, text }: Submission) => `${phone}\n${text}`;

const SECOND_MS = 1000;
const DAY_MS = 86_400_000;
const SLOW_MS = 3000;
