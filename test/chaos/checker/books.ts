/** The books as Postgres has them, read in pages. */
import postgres from 'postgres';
import type { Books } from '../model.ts';
import { marksIn } from './facts.ts';
import { createSharing } from './shared-strings.ts';

const AT_ONCE = 5_000;

export async function readBooks(databaseUrl: string): Promise<Books> {
  const types = { bigint: postgres.BigInt };
  const sql = postgres(databaseUrl, { max: 2, types, transform: { column: { from: postgres.toCamel } } });
  try {
    return await readAll(sql);
  } finally {
    await sql.end();
  }
}

type Message = Books['messages'][number];
type Hook = Books['hooks'][number];
type Sql = postgres.Sql<{ bigint: bigint }>;

async function readAll(sql: Sql): Promise<Books> {
  const share = createSharing();
  /** Reads a list in pages, row by row. */
  async function list<Name extends keyof Books, Row = Books[Name][number]>(
    name: Name,
    query: ReturnType<Sql>,
    read: (row: Row) => Books[Name][number] = (row) => row as Books[Name][number],
  ): Promise<Books[Name][number][]> {
    const all: Books[Name][number][] = [];
    for await (const rows of query.cursor(AT_ONCE)) {
      for (const row of rows) {
        const kept = read(row as Row);
        share(name, kept);
        all.push(kept);
      }
    }
    return all;
  }

  return {
    senders: await list(
      'senders',
      sql`
        SELECT s.name, coalesce(array_agg(a.name) FILTER (WHERE a.name IS NOT NULL), '{}') AS accounts, s.stop_words,
          array_remove(s.verified_caller_ids || s.default_caller_id, NULL) AS caller_ids, g.pulled_at AS fetched_at
        FROM senders s JOIN gateway_accounts g ON g.id = s.gateway_account_id
        LEFT JOIN sender_accounts x ON x.sender_id = s.id LEFT JOIN accounts a ON a.id = x.account_id
        WHERE s.archived_at IS NULL GROUP BY s.id, g.id`,
    ),
    messages: await list(
      'messages',
      sql`
        SELECT m.id, a.name AS account, s.name AS sender, m.phone, m.text, m.status, m.source, m.cause, m.error_class,
          m.accepted_at, m.send_at, m.expires_at, m.report_by, m.final_at, m.attempt, m.attempt_state, m.resends
        FROM messages m JOIN accounts a ON a.id = m.account_id JOIN senders s ON s.id = m.sender_id ORDER BY m.id`,
      ({ text, ...message }: Omit<Message, 'mark'> & { text: string }): Message => {
        return { ...message, mark: marksIn(text)[0] ?? '' };
      },
    ),
    // What the gateway was sent and answered is of interest where something was wrong; all of it is too much to hold.
    events: await list(
      'events',
      sql`
        SELECT message_id, n, at, kind, source,
          CASE WHEN kind = 'outcome' AND detail->>'kind' = 'accepted' THEN detail - 'evidence' ELSE detail END AS detail
        FROM message_events ORDER BY message_id, n`,
    ),
    hooks: await list(
      'hooks',
      sql`
        SELECT id, received_at, state, detail, body, CASE WHEN query = '' THEN path ELSE path || '?' || query END AS path
        FROM hooks ORDER BY id`,
      ({ body, ...hook }: Omit<Hook, 'body'> & { body: Uint8Array }): Hook => {
        return { ...hook, body: Buffer.from(body).toString('utf8') };
      },
    ),
    inbound: await list('inbound', sql`SELECT phone, text, received_at, effect, hook_id FROM inbound ORDER BY id`),
    suppressions: await list(
      'suppressions',
      sql`
        SELECT a.name AS account, x.phone, x.source, x.created_at FROM suppressions x
        LEFT JOIN accounts a ON a.id = x.account_id ORDER BY x.id`,
    ),
    gatewayMessages: await list(
      'gatewayMessages',
      sql`SELECT gateway_account_id, gateway_id, phone, message_id, status, reported_at FROM gateway_messages`,
    ),
    idempotencyKeys: await list('idempotencyKeys', sql`SELECT account_id, key, message_id FROM idempotency_keys`),
  };
}
