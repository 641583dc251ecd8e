/** Looks into Postgres past all proxies while the run goes on; while Postgres is away it sees what it saw last. */
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { OPEN_STATUSES } from '../../sms/status.ts';

export interface Watch {
  /** Messages by status, as of a second ago. */
  counts(): Readonly<Record<string, number>>;
  inFlight(): number;
  /** Waits until a worker has claimed the message for a submit. @returns false where that was not seen in time */
  claimed(messageId: string, withinMs: number): Promise<boolean>;
  /** The same, for any message. */
  submitting(withinMs: number): Promise<boolean>;
  /** @throws where Postgres does not answer */
  countNow(): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}

interface Waiter {
  fits(messageId: string): boolean;
  until: number;
  tell(seen: boolean): void;
}

const COUNT_EVERY_MS = 1_000;
const CLAIMS_EVERY_MS = 25;
const AWAY_MS = 500;

export function createWatch(databaseUrl: string): Watch {
  const sql = postgres(databaseUrl, { max: 2, onnotice: () => undefined, connect_timeout: 5 });
  let counts: Record<string, number> = {};
  let waiters: Waiter[] = [];
  let closed = false;

  async function countNow(): Promise<Record<string, number>> {
    const rows = await sql`SELECT status, count(*)::int AS n FROM messages GROUP BY status ORDER BY status`;
    return Object.fromEntries(rows.map((row) => [String(row.status), Number(row.n)]));
  }

  async function lookAtClaims(): Promise<void> {
    const claims = (await sql`SELECT id FROM messages WHERE status = 'sending'`).map(({ id }) => String(id));
    for (const waiter of waiters) if (claims.some((id) => waiter.fits(id))) waiter.tell(true);
  }

  async function loop(everyMs: number, look: () => Promise<void>): Promise<void> {
    while (!closed) {
      const seen = await look().then(
        () => true,
        () => false,
      );
      await sleep(seen ? everyMs : AWAY_MS);
    }
  }

  function waitFor(fits: Waiter['fits'], withinMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const tell = (seen: boolean) => {
        waiters = waiters.filter((it) => it !== waiter);
        resolve(seen);
      };
      const waiter: Waiter = { fits, until: Date.now() + withinMs, tell };
      waiters.push(waiter);
    });
  }

  const loops = [
    loop(COUNT_EVERY_MS, async () => {
      counts = await countNow();
    }),
    loop(CLAIMS_EVERY_MS, async () => {
      for (const waiter of waiters) if (waiter.until < Date.now()) waiter.tell(false);
      if (waiters.length > 0) await lookAtClaims();
    }),
  ];
  return {
    counts: () => counts,
    inFlight: () => openOf(counts),
    claimed: (messageId, withinMs) => waitFor((id) => id === messageId, withinMs),
    submitting: (withinMs) => waitFor(() => true, withinMs),
    countNow,
    async close() {
      closed = true;
      await Promise.all(loops);
      for (const waiter of waiters) waiter.tell(false);
      await sql.end({ timeout: 2 });
    },
  };
}

export function openOf(counts: Readonly<Record<string, number>>): number {
  return OPEN_STATUSES.reduce((sum, status) => sum + (counts[status] ?? 0), 0);
}
