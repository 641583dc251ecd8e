import { createHash } from 'node:crypto';
import type { Account } from '../model.ts';
import { Limit, Limits } from './limits.ts';
import type { Ids } from './smsc-send.ts';

/** What the gateway remembers of an account for its rules. */
export class Memory {
  readonly prices = new Limits(5, 60_000);
  readonly single = new Limits(5, 60_000);
  readonly mass = new Limit(1, 60_000);
  readonly balances = new Limit(10, 60_000);
  readonly ids: Ids = { last: 100 };
  #account: Account;
  /** Accepted requests of the last minute, oldest first. */
  #accepted = new Map<string, number>();

  constructor(account: Account) {
    this.#account = account;
  }

  isRepeat(request: string): boolean {
    const at = this.#accepted.get(hashOf(request));
    return at !== undefined && Date.now() - at < this.#account.duplicateWindowMs;
  }

  remember(request: string): void {
    const now = Date.now();
    for (const [old, at] of this.#accepted) {
      if (now - at < this.#account.duplicateWindowMs) break;
      this.#accepted.delete(old);
    }
    const key = hashOf(request);
    this.#accepted.delete(key);
    this.#accepted.set(key, now);
  }
}

const hashOf = (request: string) => createHash('sha1').update(request).digest('base64');

const memories = new WeakMap<Account, Memory>();

export function memoryOf(account: Account): Memory {
  const memory = memories.get(account) ?? new Memory(account);
  memories.set(account, memory);
  return memory;
}
