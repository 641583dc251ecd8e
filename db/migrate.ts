import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as runMigrations } from 'drizzle-orm/postgres-js/migrator';
import { createClient } from './client.ts';
import { mendRestored } from './events.ts';
import { ensurePartitions } from './partitions.ts';

const ONE_AT_A_TIME = 7_265_001;

/**
 * Brings the books to this version: migrations that are missing, and the partitions of the coming months; and mends the
 * order of events where the books were restored from a dump. Safe with several processes at once (the others wait) and
 * when there is nothing to do.
 */
export async function migrate(databaseUrl: string): Promise<void> {
  const client = createClient(databaseUrl, { onnotice: () => {}, connect_timeout: 10 }, { most: 1 });
  try {
    await client`SELECT pg_advisory_lock(${ONE_AT_A_TIME})`;
    await runMigrations(drizzle(client), { migrationsFolder: fileURLToPath(new URL('./migrations', import.meta.url)) });
    await ensurePartitions(client, new Date());
    await mendRestored(client);
  } finally {
    await client.end({ timeout: 5 });
  }
}
