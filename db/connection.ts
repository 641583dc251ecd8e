import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { createClient, type Sql } from './client.ts';
import * as schema from './schema.ts';

export type { Sql } from './client.ts';

export interface Db {
  /** For the statements of the hot path: tagged templates, prepared once per connection. Columns come in camelCase. */
  sql: Sql;
  /** For administration and lists. A pool of its own, since Drizzle changes how its client reads dates and JSON. */
  orm: PostgresJsDatabase<typeof schema>;
  close(): Promise<void>;
}

const STATEMENT_MS = 30_000;
/** A server's process grows a little with what it was asked, and load balancers want to move connections. */
const POOLED = { lifetimeMs: 45 * 60_000, forgottenMs: STATEMENT_MS + 5_000 };

export interface DbOptions {
  /** Most connections for `sql`. */
  connections?: number;
  applicationName?: string;
}

/**
 * Opens lazily: the first statement connects. Both pools connect anew by themselves after Postgres was away; a statement
 * or a transaction whose connection was lost rejects, and so does, within five seconds, one that a hanging Postgres does
 * not answer.
 */
export function openDb(url: string, options: DbOptions = {}): Db {
  const common = {
    connect_timeout: 5,
    onnotice: () => {},
    connection: {
      application_name: options.applicationName ?? 'durable-sms',
      statement_timeout: STATEMENT_MS,
      // The claim of a worker that was killed while it waited for a lock must not be taken after its death.
      client_connection_check_interval: 500,
    },
  };
  const sql = createClient(
    url,
    { ...common, types: { bigint: postgres.BigInt }, transform: { column: { from: postgres.toCamel } } },
    { ...POOLED, most: options.connections ?? 10 },
  );
  const admin = createClient(url, common, { ...POOLED, most: 4, idleMs: 30_000 });
  return {
    sql,
    orm: drizzle(admin, { schema, casing: 'snake_case' }),
    close: async () => {
      await Promise.all([sql.end({ timeout: 5 }), admin.end({ timeout: 5 })]);
    },
  };
}
