/** STOP step by step, for tests of its order against claims. */
import { openDb } from '../../db/connection.ts';
import { suppressPhone } from '../../db/suppressions.ts';
import type { Books } from './books.ts';
import { type Session, until, watch } from './sessions.ts';

/** A global STOP without the wait for open claims, so that its transaction can be left open. */
export async function stop(session: Session, phone: string): Promise<string[]> {
  const rows = await session.db.sql`
    SELECT message_id
    FROM suppress_phone(${phone}, '{}', true, 'stop-word', 'STOP', NULL, ${[crypto.randomUUID()]}::uuid[])`;
  return rows.map((row) => row.messageId as string);
}

export const globalStop = (phone: string) => ({ phone, accountIds: [], global: true, source: 'stop-word' as const });

/** STOP as the API calls it, with the moments when it looks for open claims. */
export function acknowledge(books: Books, phone: string) {
  const db = openDb(books.url, { connections: 1, applicationName: `stop ${phone}` });
  const looks = new Set<string>();
  const { call, settled } = watch(suppressPhone(db, globalStop(phone)).finally(() => db.close()));
  return {
    call,
    settled,
    lookedOften: () =>
      until(async () => {
        const [seen] = await books.db.sql`
          SELECT query_start::text FROM pg_stat_activity
          WHERE application_name = ${`stop ${phone}`} AND query LIKE '%open_claims_ms%'`;
        if (seen) looks.add(seen.queryStart);
        return looks.size >= 3;
      }),
  };
}
