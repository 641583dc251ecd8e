/**
 * `node --import tsx bench/pages.ts [--rows 1000000] [--requests 40] [--only WORDS] [--json FILE]`: how long the lists of the
 * admin pages take with a thousand messages and with a million, under each filter, over HTTP. A Postgres and two API
 * processes of its own, with a database each. Fails where many messages make a list slow. Everything is removed again.
 */
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createApiKey } from '../db/api-keys.ts';
import { type Db, openDb } from '../db/connection.ts';
import { migrate } from '../db/migrate.ts';
import { localPostgres, type Place, startPart } from '../local/parts.ts';
import { keepSecretKeys } from '../local/secret-keys.ts';
import { runInTemporaryFolder } from '../local/temporary-folder.ts';
import { type Case, casesOf } from './pages/cases.ts';
import { FLOOR_MS, type Measured, MOST, measure, type Site } from './pages/measure.ts';
import { offerPlans, worstPlan } from './pages/plans.ts';
import { type SeedSize, seedBooks } from './pages/seed.ts';

const FEW = 1_000;
const PLANS = 3;
const VACUUM_WITHIN_MS = 300_000;

interface Options {
  rows: number;
  requests: number;
  /** Cases with these words in their name. */
  only: string;
}

interface Results {
  /** Before anything was analysed or vacuumed. */
  fresh: Measured[];
  /** After autovacuum had nothing left to do. */
  settled: Measured[];
  plans: Record<string, string>;
}

const say = (text: string) => process.stdout.write(`${text}\n`);

async function run(place: Place, options: Options): Promise<Results> {
  const postgres = await localPostgres(place, {});
  const admin = openDb(postgres.url, { connections: 1 });
  await admin.sql.unsafe('CREATE DATABASE few');
  await admin.sql.unsafe('CREATE DATABASE many');
  await offerPlans(admin, ['few', 'many']);
  await set(admin, { autovacuum: 'off', max_wal_size: '8GB' });
  const few = await openSite(place, postgres.url, 'few', sizeOf(FEW), options);
  const many = await openSite(place, postgres.url, 'many', sizeOf(options.rows), options);
  say('Measuring right after the insert, without ANALYZE and VACUUM …');
  const fresh = await measure(few, many, options.requests);
  print(fresh);
  await set(admin, { autovacuum: 'on', autovacuum_naptime: '1s', autovacuum_vacuum_cost_delay: '0' });
  await Promise.all([settled(few.db), settled(many.db)]);
  say('Measuring after autovacuum …');
  const after = await measure(few, many, options.requests);
  print(after);
  const plans: Results['plans'] = {};
  const log = join(place.dataDir, 'postgres', 'postgres.log');
  for (const { name, path } of after.toSorted((a, b) => b.many.p95 - a.many.p95).slice(0, PLANS)) {
    plans[name] = await worstPlan(admin, log, many, path);
    say(`\n${name}\n${plans[name]}`);
  }
  await Promise.all([admin.close(), few.db.close(), many.db.close()]);
  return { fresh, settled: after, plans };
}

const sizeOf = (messages: number): SeedSize => {
  return { messages, suppressions: messages / 5, inbound: messages / 20, unmatched: messages / 100 };
};

async function openSite(
  place: Place,
  server: string,
  name: string,
  size: SeedSize,
  { only }: Options,
): Promise<Site & { db: Db }> {
  const url = Object.assign(new URL(server), { pathname: name }).href;
  await migrate(url);
  const db = openDb(url, { connections: 1 });
  const key = await createApiKey(db, { accountId: null, name: 'bench', scopes: ['admin'], kind: 'live' });
  const began = performance.now();
  const seeded = await seedBooks({ db, url }, size);
  say(`${size.messages} messages written in ${((performance.now() - began) / 1000).toFixed(1)} s`);
  const api = await startPart(
    `api-${name}`,
    'api/main.ts',
    {
      PATH: process.env.PATH,
      DATABASE_URL: url,
      SECRET_KEYS: keepSecretKeys(place.dataDir),
      HOST: '127.0.0.1',
      PORT: '0',
      TEMPORAL_ADDRESS: '127.0.0.1:1',
      API_RATE_LIMIT_PER_MIN: '1000000',
    },
    place,
  );
  const cases: Case[] = casesOf(seeded).filter((one) => one.name.includes(only));
  return { db, url: String(api.url), key, cases, deep: Math.min(50_000, size.messages / 2) };
}

async function set(db: Db, settings: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(settings)) await db.sql.unsafe(`ALTER SYSTEM SET ${name} = '${value}'`);
  await db.sql`SELECT pg_reload_conf()`;
}

/** By its own thresholds: see "Automatic Vacuuming" in the manual of Postgres. */
async function settled(db: Db): Promise<void> {
  const until = performance.now() + VACUUM_WITHIN_MS;
  while (performance.now() < until) {
    const [row] = await db.sql`
      SELECT count(*)::int AS n FROM pg_stat_user_tables
      WHERE n_mod_since_analyze > 50 + 0.1 * n_live_tup OR n_ins_since_vacuum > 1000 + 0.2 * n_live_tup`;
    if (row?.n === 0) return;
    await sleep(500);
  }
  throw new Error('autovacuum has not come to an end');
}

function print(measured: readonly Measured[]): void {
  const cell = (value: number, digits = 1) => value.toFixed(digits).padStart(9);
  const heads = ['few p50', 'p95', 'many p50', 'p95', 'ratio'].map((head) => head.padStart(9)).join('');
  say(`\n${''.padEnd(52)}${heads}`);
  for (const { name, few, many, ratio, isSlow } of measured) {
    const cells = [few.p50, few.p95, many.p50, many.p95].map((value) => cell(value)).join('');
    say(`${name.padEnd(52)}${cells}${cell(ratio, 2)}${isSlow ? '  slow' : ''}`);
  }
  say('');
}

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    requests: { type: 'string', default: '40' },
    only: { type: 'string', default: '' },
    json: { type: 'string' },
  },
});
const clone = fileURLToPath(new URL('..', import.meta.url));
const options = { rows: Number(values.rows), requests: Number(values.requests), only: values.only };
await runInTemporaryFolder('bench', async (dataDir, fail) => {
  const results = await run({ clone, dataDir, say, onBreak: fail }, options);
  const machine = { cpus: cpus().length, model: cpus()[0]?.model, loadAverage: loadavg()[0], node: process.version };
  if (values.json) writeFileSync(values.json, `${JSON.stringify({ machine, options, ...results }, null, 2)}\n`);
  // Right after a million rows in one go is for information: autovacuum comes within a minute.
  const slow = results.settled.filter(({ isSlow }) => isSlow);
  say(
    `After autovacuum ${slow.length} above ${MOST} times and ${FLOOR_MS} ms more; load average ${machine.loadAverage?.toFixed(1)}`,
  );
  return slow.length === 0 ? 0 : 1;
});
