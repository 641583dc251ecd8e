/**
 * `node --import tsx bench/import.ts [--rows 1000000] [--national]`: what an import of so many phones costs, over HTTP into
 * an API process of its own, on a Postgres of its own. Everything is removed again.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createAccount } from '../db/accounts.ts';
import { createApiKey } from '../db/api-keys.ts';
import { openDb } from '../db/connection.ts';
import { migrate } from '../db/migrate.ts';
import { localPostgres, type Place, startPart } from '../local/parts.ts';
import { keepSecretKeys } from '../local/secret-keys.ts';
import { runInTemporaryFolder } from '../local/temporary-folder.ts';

const say = (text: string) => process.stdout.write(`${text}\n`);

/** Phones that a country's tables take for possible, with a reason and a note beside each. */
function* file(rows: number, national: boolean): Generator<Buffer> {
  let lines = 'phone,reason,note\r\n';
  for (let n = 0; n < rows; n++) {
    const phone = `${9_000_000_000 + n * 7}`;
    lines += `${national ? '8' : '+7'}${phone},asked not to be called,from list ${n % 1000}\r\n`;
    if (lines.length < 65_536 && n < rows - 1) continue;
    yield Buffer.from(lines);
    lines = '';
  }
}

/** In MB. */
function residentOf(pid: number): number {
  const status = `/proc/${pid}/status`;
  if (existsSync(status)) return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(status, 'utf8'))?.[1]) / 1024;
  return Number(spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).stdout) / 1024;
}

async function measure(place: Place, rows: number, national: boolean): Promise<void> {
  const postgres = await localPostgres(place, {});
  await migrate(postgres.url);
  const db = openDb(postgres.url, { connections: 1 });
  const accountId = await createAccount(db, { name: 'bench', defaultCountry: 'RU' });
  const key = await createApiKey(db, { accountId, name: 'bench', scopes: ['suppressions:write'], kind: 'live' });
  await db.close();
  const { url } = await startPart(
    'api',
    'api/main.ts',
    {
      PATH: process.env.PATH,
      // Such as --max-old-space-size=64, which shows how little memory is enough.
      NODE_OPTIONS: process.env.NODE_OPTIONS,
      DATABASE_URL: postgres.url,
      SECRET_KEYS: keepSecretKeys(place.dataDir),
      HOST: '127.0.0.1',
      PORT: '0',
      TEMPORAL_ADDRESS: '127.0.0.1:1',
    },
    place,
  );
  const pid = JSON.parse(readFileSync(join(place.dataDir, 'api.pid'), 'utf8')).pid as number;
  for (const run of ['all new', 'all there already']) {
    const before = residentOf(pid);
    let peak = before;
    const sampling = setInterval(() => {
      peak = Math.max(peak, residentOf(pid));
    }, 250);
    const began = performance.now();
    const response = await fetch(`${url}/v1/suppressions/import`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'text/csv' },
      body: Readable.toWeb(Readable.from(file(rows, national))) as ReadableStream,
      duplex: 'half',
    });
    const answer = (await response.json()) as Record<string, unknown>;
    const seconds = (performance.now() - began) / 1000;
    clearInterval(sampling);
    if (answer.state !== 'done') throw new Error(`the import was answered with ${JSON.stringify(answer)}`);
    say(
      `${run}: ${answer.total} rows, ${answer.imported} imported, ${answer.alreadyThere} there, ${answer.invalid} invalid; ` +
        `${seconds.toFixed(1)} s (${Math.round(rows / seconds)} rows/s); ` +
        `resident ${before.toFixed(0)} MB before, ${peak.toFixed(0)} MB at most`,
    );
  }
}

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '1000000' }, national: { type: 'boolean', default: false } },
});
const clone = fileURLToPath(new URL('..', import.meta.url));
await runInTemporaryFolder('bench', async (dataDir, fail) => {
  await measure({ clone, dataDir, say, onBreak: fail }, Number(values.rows), values.national);
  return 0;
});
