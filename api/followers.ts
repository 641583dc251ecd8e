/**
 * Those who wait for events. However many wait, the books are asked by one look now and then; whoever may have something
 * new then reads for himself.
 */
import type { Db } from '../db/connection.ts';
import { lastPosition, type Position } from '../db/events.ts';

export interface Followers {
  /**
   * `woken`: there may be events after the position. `over`: the time is over. `ended`: nobody listens any more, or the
   * process ends. `too-many`: at once, where one more of this owner, or of all, would be too many.
   */
  wait(owner: string, after: Position, ms: number, signal: AbortSignal): Promise<End | 'too-many'>;
  /** Whether this owner may wait now. */
  hasPlace(owner: string): boolean;
  /** Nobody waits any more: the process ends. */
  stop(): void;
}

export interface FollowersOptions {
  lookEveryMs?: number;
  most?: number;
  mostOfOne?: number;
}

type End = 'woken' | 'over' | 'ended';

interface Waiter {
  owner: string;
  after: Position;
  end(why: End): void;
}

export function createFollowers(
  db: Db,
  { lookEveryMs = 500, most = 200, mostOfOne = 10 }: FollowersOptions = {},
): Followers {
  const waiters = new Set<Waiter>();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  function lookSoon(): void {
    timer ??= setTimeout(look, lookEveryMs);
  }

  async function look(): Promise<void> {
    // Where the books cannot be read, all are woken: they find out by themselves, and answer it.
    const last = await lastPosition(db).catch(() => undefined);
    timer = undefined;
    for (const waiter of waiters) if (!last || isAfter(last, waiter.after)) waiter.end('woken');
    if (waiters.size > 0) lookSoon();
  }

  function hasPlace(owner: string): boolean {
    const own = [...waiters].filter((waiter) => waiter.owner === owner).length;
    return waiters.size < most && own < mostOfOne;
  }

  return {
    hasPlace,
    async wait(owner, after, ms, signal) {
      if (stopped || signal.aborted) return 'ended';
      if (!hasPlace(owner)) return 'too-many';
      return await new Promise((resolve) => {
        const end = (why: End) => {
          clearTimeout(late);
          signal.removeEventListener('abort', giveUp);
          waiters.delete(waiter);
          resolve(why);
        };
        const giveUp = () => end('ended');
        const waiter: Waiter = { owner, after, end };
        const late = setTimeout(() => end('over'), ms);
        signal.addEventListener('abort', giveUp);
        waiters.add(waiter);
        lookSoon();
      });
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
      for (const waiter of waiters) waiter.end('ended');
    },
  };
}

function isAfter(a: Position, b: Position): boolean {
  return a.tx > b.tx || (a.tx === b.tx && a.n > b.n);
}
