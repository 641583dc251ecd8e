/** Timers that one call ends all together. */
export class Timers {
  #closed = false;
  #running = new Set<NodeJS.Timeout>();

  /** Runs `work` after so many milliseconds, also where that is more than Node's own limit of 2^31-1. */
  after(ms: number, work: () => void): void {
    if (this.#closed) return;
    const step = Math.min(Math.max(ms, 0), LONGEST);
    const timer = setTimeout(() => {
      this.#running.delete(timer);
      if (ms > step) this.after(ms - step, work);
      else work();
    }, step);
    this.#running.add(timer);
  }

  get size(): number {
    return this.#running.size;
  }

  /** No timer runs any more, now or later. */
  close(): void {
    this.#closed = true;
    this.clear();
  }

  clear(): void {
    for (const timer of this.#running) clearTimeout(timer);
    this.#running.clear();
  }
}

const LONGEST = 2 ** 31 - 1;
