import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import * as schema from './schema.ts';

export type Sql = postgres.Sql<{ bigint: bigint }>;

export interface Db {
  /** For the statements of the hot path: tagged templates, prepared once per connection. Columns come in camelCase. */
  sql: Sql;
  /** For administration and lists. A pool of its own, since Drizzle changes how its client reads dates and JSON. */
  orm: PostgresJsDatabase<typeof schema>;
  close(): Promise<void>;
}

export interface DbOptions {
  /** Most connections for `sql`. */
  connections?: number;
  applicationName?: string;
}

/** Opens lazily: the first statement connects. Both pools reconnect by themselves after Postgres was away. */
export function openDb(url: string, options: DbOptions = {}): Db {
  const common = {
    connect_timeout: 5,
    // A statement that waits for a lock must not have others queued behind it on its connection.
    max_pipeline: 1,
    onnotice: () => {},
    connection: {
      application_name: options.applicationName ?? 'durable-sms',
      statement_timeout: 30_000,
      // The claim of a worker that was killed while it waited for a lock must not be taken after its death.
      client_connection_check_interval: 500,
    },
  };
  const sql = postgres(url, {
    ...common,
    max: options.connections ?? 10,
    types: { bigint: postgres.BigInt },
    transform: { column: { from: postgres.toCamel } },
  });
  const admin = postgres(url, { ...common, max: 4, idle_timeout: 30 });
  return {
    sql,
    orm: drizzle(admin, { schema, casing: 'snake_case' }),
    close: async () => {
      await Promise.all([sql.end({ timeout: 5 }), admin.end({ timeout: 5 })]);
    },
  };
}
