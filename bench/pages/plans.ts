/** How Postgres has carried out what a request asked of it: its own auto_explain, switched on for that request. */
import { statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from '../../db/connection.ts';
import { ask, type Site } from './measure.ts';

/** Loaded with the connection, and silent until it is switched on. To be called before anybody else connects. */
export async function offerPlans(db: Db, databases: readonly string[]): Promise<void> {
  for (const name of databases) {
    await db.sql.unsafe(`ALTER DATABASE ${name} SET session_preload_libraries = 'auto_explain'`);
  }
}

/** @param log of the Postgres server. @returns the statement that took longest, with its plan */
export async function worstPlan(db: Db, log: string, site: Site, path: string): Promise<string> {
  await explain(db, true);
  const from = statSync(log).size;
  await ask(site, path);
  await sleep(200);
  await explain(db, false);
  const file = await open(log);
  const { size } = await file.stat();
  const { buffer } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
  await file.close();
  const plans = buffer.toString('utf8').split(/^(?=\d{4}-\d\d-\d\d .* LOG: {2}duration: [\d.]+ ms {2}plan:)/m);
  const tookMs = (plan: string) => Number(/duration: ([\d.]+) ms {2}plan:/.exec(plan)?.[1] ?? 0);
  return plans.toSorted((a, b) => tookMs(b) - tookMs(a))[0] ?? '';
}

async function explain(db: Db, isOn: boolean): Promise<void> {
  const { sql } = db;
  // A server knows the settings only where the library is loaded.
  await sql.unsafe("LOAD 'auto_explain'");
  for (const [name, value] of Object.entries({
    log_min_duration: isOn ? '0' : '-1',
    log_analyze: 'on',
    log_buffers: 'on',
    log_timing: 'on',
  })) {
    await sql.unsafe(`ALTER SYSTEM SET auto_explain.${name} = '${value}'`);
  }
  await sql`SELECT pg_reload_conf()`;
  await sleep(300);
}
