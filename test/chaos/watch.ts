/** Looks into Postgres past all proxies while the run goes on; while Postgres is away it sees what it saw last. */
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { OPEN_STATUSES } from '../../sms/status.ts';
import { type Look, WINDOW_S } from './load-pace.ts';

export interface Watch {
  /** Messages without an end, as of a second ago. */
  inFlight(): number;
  /** Messages with one. While Postgres is away, as it said last. */
  finals(): Promise<number>;
  /** Waits until a worker has claimed the message for a submit. @returns false where that was not seen in time */
  claimed(messageId: string, withinMs: number): Promise<boolean>;
  /** The same, for any message. */
  submitting(withinMs: number): Promise<boolean>;
  /** All messages by status: reads them all. @throws where Postgres does not answer */
  countNow(): Promise<Readonly<Record<string, number>>>;
  /** Messages without an end. @throws where Postgres does not answer */
  openNow(): Promise<number>;
  /** Webhook calls that are stored and not closed. */
  callsLeft(): Promise<number>;
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

/** @param onLook each second, unless Postgres is away */
export function createWatch(databaseUrl: string, onLook: (look: Look) => void): Watch {
  const sql = postgres(databaseUrl, { max: 2, onnotice: () => undefined, connect_timeout: 5 });
  let inFlight = 0;
  let finals = 0;
  let waiters: Waiter[] = [];
  let closed = false;

  async function countNow(): Promise<Record<string, number>> {
    const rows = await sql`SELECT status, count(*)::int AS n FROM messages GROUP BY status ORDER BY status`;
    return Object.fromEntries(rows.map((row) => [String(row.status), Number(row.n)]));
  }

  /** By indexes, since it is asked again and again: without parameters, since a plan for any value would use none. */
  async function lookNow(): Promise<Look> {
    const open = sql.unsafe(OPEN_STATUSES.map((status) => `'${status}'`).join(', '));
    const window = sql.unsafe(`interval '${WINDOW_S} s'`);
    const [row] = await sql`
      SELECT (SELECT count(*) FROM messages WHERE status IN (${open})) AS open,
        (SELECT count(*) FROM messages WHERE status = 'accepted' AND send_at <= now()) AS waiting,
        (SELECT count(*) FROM messages WHERE submitted_at > now() - ${window}) AS submitted`;
    return { open: Number(row?.open), waiting: Number(row?.waiting), submitted: Number(row?.submitted) };
  }

  async function countFinals(): Promise<void> {
    const open = new Set<string>(OPEN_STATUSES);
    const counts = Object.entries(await countNow());
    finals = counts.reduce((sum, [status, n]) => (open.has(status) ? sum : sum + n), 0);
  }

  async function lookAtClaims(): Promise<void> {
    const claims = (await sql`SELECT id FROM messages WHERE status = 'sending'`).map(({ id }) => String(id));
    for (const waiter of waiters) if (claims.some((id) => waiter.fits(id))) waiter.tell(true);
  }

  async function loop(everyMs: number, look: () => Promise<void>): Promise<void> {
    while (!closed) {
      await sleep((await sees(look)) ? everyMs : AWAY_MS);
    }
  }

  /** @returns false where Postgres did not answer */
  const sees = (look: () => Promise<void>) =>
    look().then(
      () => true,
      () => false,
    );

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
      const look = await lookNow();
      inFlight = look.open;
      onLook(look);
    }),
    loop(CLAIMS_EVERY_MS, async () => {
      for (const waiter of waiters) if (waiter.until < Date.now()) waiter.tell(false);
      if (waiters.length > 0) await lookAtClaims();
    }),
  ];
  return {
    inFlight: () => inFlight,
    async finals() {
      await sees(countFinals);
      return finals;
    },
    claimed: (messageId, withinMs) => waitFor((id) => id === messageId, withinMs),
    submitting: (withinMs) => waitFor(() => true, withinMs),
    countNow,
    openNow: async () => (await lookNow()).open,
    async callsLeft() {
      const [row] = await sql`SELECT count(*) FROM hooks WHERE state = 'received'`;
      return Number(row?.count);
    },
    async close() {
      closed = true;
      await Promise.all(loops);
      for (const waiter of waiters) waiter.tell(false);
      await sql.end({ timeout: 2 });
    },
  };
}
