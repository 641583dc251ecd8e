/** At most so many hits in any window of so many milliseconds; hits that are turned away do not count. */
export class Limit {
  #hits: number[] = [];
  #most: number;
  #windowMs: number;

  constructor(most: number, windowMs: number) {
    this.#most = most;
    this.#windowMs = windowMs;
  }

  /** Milliseconds until the next hit is allowed; 0 = allowed, and counted. */
  hit(now: number): number {
    this.#hits = this.#hits.filter((it) => now - it < this.#windowMs);
    const oldest = this.#hits[0];
    if (oldest !== undefined && this.#hits.length >= this.#most) return oldest + this.#windowMs - now;
    this.#hits.push(now);
    return 0;
  }
}

/** One limit for each of many keys; forgets the keys that nobody asks for any more. */
export class Limits {
  #limits = new Map<string, Limit>();
  #most: number;
  #windowMs: number;

  constructor(most: number, windowMs: number) {
    this.#most = most;
    this.#windowMs = windowMs;
  }

  hit(key: string, now: number): number {
    const limit = this.#limits.get(key) ?? new Limit(this.#most, this.#windowMs);
    this.#limits.delete(key);
    this.#limits.set(key, limit);
    if (this.#limits.size > MOST_KEYS) {
      const [oldest] = this.#limits.keys();
      if (oldest !== undefined) this.#limits.delete(oldest);
    }
    return limit.hit(now);
  }
}

const MOST_KEYS = 20_000;
