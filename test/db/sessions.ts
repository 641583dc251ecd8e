/** Connections whose transactions a test opens, leaves open and ends by hand, so that an interleaving is forced. */
import { type Db, openDb } from '../../db/connection.ts';

export interface Session {
  /** Everything asked of it goes over this one connection, so also into its open transaction. */
  db: Db;
  begin(): Promise<void>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
  /** Resolves when this connection waits for a lock that another holds. */
  blocked(): Promise<void>;
  close(): Promise<void>;
}

const GIVE_UP_MS = 10_000;

export async function openSession(url: string, observer: Db): Promise<Session> {
  const db = openDb(url, { connections: 1, applicationName: 'session' });
  const [row] = await db.sql`SELECT pg_backend_pid() AS pid`;
  const pid = Number(row?.pid);
  return {
    db,
    begin: async () => void (await db.sql`BEGIN`),
    commit: async () => void (await db.sql`COMMIT`),
    rollback: async () => void (await db.sql`ROLLBACK`),
    blocked: async () => {
      await until(async () => {
        const [state] = await observer.sql`
          SELECT wait_event_type, cardinality(pg_blocking_pids(pid)) AS blockers
          FROM pg_stat_activity WHERE pid = ${pid}`;
        return state?.waitEventType === 'Lock' && state.blockers > 0;
      });
    },
    close: () => db.close(),
  };
}

/** Watches a call that a test has begun and not awaited. */
export function watch<T>(call: Promise<T>): { call: Promise<T>; settled(): boolean } {
  let settled = false;
  const done = () => {
    settled = true;
  };
  call.then(done, done);
  return { call, settled: () => settled };
}

/** Asks again and again until it holds. @throws where it does not come to hold */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  const givenUp = performance.now() + GIVE_UP_MS;
  while (!(await holds())) {
    if (performance.now() > givenUp) throw new Error('what was waited for never came');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
