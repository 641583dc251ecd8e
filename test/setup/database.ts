import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { inject } from 'vitest';

export interface FreshDatabase {
  url: string;
  drop(): Promise<void>;
}

/** A database of this test's own with all migrations, on the Postgres that all test files share. */
export async function freshDatabase(): Promise<FreshDatabase> {
  const template = new URL(inject('postgresTemplateUrl'));
  const name = `test_${randomBytes(8).toString('hex')}`;
  await asAdmin(template, (sql) => sql`CREATE DATABASE ${sql(name)} TEMPLATE ${sql(template.pathname.slice(1))}`);
  return {
    url: Object.assign(new URL(template), { pathname: name }).href,
    drop: () => asAdmin(template, (sql) => sql`DROP DATABASE ${sql(name)} WITH (FORCE)`),
  };
}

/** In the database `postgres`: a template must have no connection while it is copied. */
async function asAdmin(server: URL, query: (sql: postgres.Sql) => Promise<unknown>): Promise<void> {
  const url = Object.assign(new URL(server), { pathname: 'postgres' }).href;
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    await query(sql);
  } finally {
    await sql.end();
  }
}
