import type { Postgres } from '../../local/postgres.ts';
import { run } from '../../local/run.ts';

/** What the server needs to reach its tables. */
export interface Store {
  /** Temporal's name for the kind of database. */
  plugin: string;
  port: number;
  user: string;
  password: string;
  database: string;
  visibilityDatabase: string;
}

/** Makes both databases with all tables, by the steps of docker-compose.yml. */
export async function prepareStore(sqlTool: string, { url, port }: Postgres): Promise<Store> {
  const { username: user, password } = new URL(url);
  const store = { plugin: 'postgres12', port, user, password };
  const [database, visibilityDatabase] = ['temporal', 'temporal_visibility'];
  await makeTables(sqlTool, store, database, 'temporal');
  await makeTables(sqlTool, store, visibilityDatabase, 'visibility');
  return { ...store, database, visibilityDatabase };
}

async function makeTables(
  sqlTool: string,
  { plugin, port, user, password }: Pick<Store, 'plugin' | 'port' | 'user' | 'password'>,
  database: string,
  part: 'temporal' | 'visibility',
): Promise<void> {
  const env = {
    SQL_PLUGIN: plugin,
    SQL_HOST: '127.0.0.1',
    SQL_PORT: String(port),
    SQL_USER: user,
    SQL_PASSWORD: password,
    SQL_DATABASE: database,
  };
  const step = (...args: string[]) => run(sqlTool, args, { env, timeoutMs: 120_000 });
  await step('create-database');
  await step('setup-schema', '--version', '0.0');
  await step('update-schema', '--schema-name', `postgresql/v12/${part}`);
}
