import type { Account, Inbound } from '../model.ts';
import type { Result } from './wire.ts';

/** What the gateway remembers of an account for its rules. */
export class Memory {
  #account: Account;
  /** Submissions by their deduplication id, oldest first. */
  #submissions = new Map<string, { at: number; results: readonly Result[] }>();
  /** The last message to each phone that can be answered. */
  #answerable = new Map<string, string>();
  /** The message that an inbound SMS answers, by its own id. */
  #related = new Map<string, string>();
  /** Ids that only grow, by phone. */
  #blocked = new Map<string, number>();
  #lastRequestAt = Number.NEGATIVE_INFINITY;

  constructor(account: Account) {
    this.#account = account;
  }

  submission(deduplicationId: string): readonly Result[] | undefined {
    const found = this.#submissions.get(deduplicationId);
    return found && Date.now() - found.at < this.#window ? found.results : undefined;
  }

  remember(deduplicationId: string, results: readonly Result[]): void {
    const now = Date.now();
    for (const [old, { at }] of this.#submissions) {
      if (now - at < this.#window) break;
      this.#submissions.delete(old);
    }
    this.#submissions.delete(deduplicationId);
    this.#submissions.set(deduplicationId, { at: now, results });
  }

  /** True = this request follows the one before without the gap that the account must keep. */
  isTooSoon(): boolean {
    const now = performance.now();
    const gap = Number(this.#account.options.minGapMs ?? 0);
    const isTooSoon = now - this.#lastRequestAt < gap;
    this.#lastRequestAt = now;
    return isTooSoon;
  }

  canBeAnswered(phone: string, id: string): void {
    this.#answerable.set(phone, id);
  }

  receive({ id, from, text }: Inbound): void {
    const related = this.#answerable.get(from);
    if (related !== undefined) this.#related.set(id, related);
    if (this.#account.options.blocksOnStop !== false && text.trim().toUpperCase() === 'STOP') this.block(from);
  }

  relatedTo(inbound: Inbound): string | undefined {
    return this.#related.get(inbound.id);
  }

  block(phone: string): void {
    if (!this.#blocked.has(phone)) this.#blocked.set(phone, this.#blocked.size + 1);
  }

  get blocked(): ReadonlyMap<string, number> {
    return this.#blocked;
  }

  get #window(): number {
    return Number(this.#account.options.deduplicationMs ?? TWELVE_HOURS_MS);
  }
}

const memories = new WeakMap<Account, Memory>();

export function memoryOf(account: Account): Memory {
  const memory = memories.get(account) ?? new Memory(account);
  memories.set(account, memory);
  return memory;
}

const TWELVE_HOURS_MS = 12 * 3600_000;
