/** Seals every secret in the books with the first of SECRET_KEYS and ends: a step in the change of keys. */
import { openDb } from './connection.ts';
import { resealAll } from './reseal-all.ts';
import { readSecretKeys } from './secrets.ts';

async function main(): Promise<string> {
  const { DATABASE_URL: url, SECRET_KEYS: list } = process.env;
  const missing = Object.entries({ DATABASE_URL: url, SECRET_KEYS: list }).filter(([, value]) => !value);
  if (!url || !list) throw new Error(`Settings: ${missing.map(([name]) => `${name} is not set`).join('; ')}.`);
  const keys = readSecretKeys(list);
  const db = openDb(url, { connections: 2, applicationName: 'durable-sms reseal' });
  try {
    const { secrets, headers } = await resealAll(db, keys);
    return (
      `Sealed anew with the key '${keys[0]?.id}': ${secrets} secrets of senders and ${headers} logins of webhook calls. ` +
      'All others were already.'
    );
  } finally {
    await db.close();
  }
}

main().then(
  (words) => {
    process.stdout.write(`${words}\n`);
  },
  (err: unknown) => {
    process.stderr.write(`The secrets could not be sealed anew: ${err instanceof Error ? err.message : err}\n`);
    process.exitCode = 1;
  },
);
