/** So much in a minute for each of many, in bounded memory: what stands still the longest is forgotten first. */
export interface Buckets {
  /** Takes one, where there is one. @returns 0, or in how many milliseconds there is one again */
  take(id: string): number;
  /** What `take` would return, without taking. */
  wait(id: string): number;
  /** Takes one that has been used already: what is used beyond the minute's worth is waited for later. */
  charge(id: string): void;
}

const MINUTE_MS = 60_000;
/** Longest wait for what was used beyond. */
const MOST_DEBT_MS = 10 * MINUTE_MS;

/** A minute's worth may be taken at once; it comes back bit by bit. @param most ids that are remembered */
export function createBuckets(perMinute: number, most = 50_000): Buckets {
  const each = MINUTE_MS / perMinute;
  /** When a bucket is full again. */
  const fullAt = new Map<string, number>();

  function wait(id: string): number {
    return Math.max(0, (fullAt.get(id) ?? 0) + each - MINUTE_MS - performance.now());
  }

  function charge(id: string): void {
    const now = performance.now();
    const next = Math.min(Math.max(fullAt.get(id) ?? 0, now) + each, now + MINUTE_MS + MOST_DEBT_MS);
    fullAt.delete(id);
    fullAt.set(id, next);
    if (fullAt.size <= most) return;
    for (const oldest of fullAt.keys()) {
      fullAt.delete(oldest);
      return;
    }
  }

  return {
    wait,
    charge,
    take(id) {
      const ms = wait(id);
      if (ms === 0) charge(id);
      return ms;
    },
  };
}
