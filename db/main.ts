/** Brings the books to this version and ends: a step before the API and the workers of a new version start. */
import { migrate } from './migrate.ts';

async function main(): Promise<string> {
  const url = process.env.DATABASE_URL;
  if (!url) throw new Error('Settings: DATABASE_URL is not set.');
  if (!/^postgres(ql)?:\/\//.test(url)) throw new Error('Settings: DATABASE_URL is not the address of a Postgres.');
  await migrate(url);
  return 'The books are up to date.';
}

main().then(
  (words) => {
    process.stdout.write(`${words}\n`);
  },
  (err: unknown) => {
    process.stderr.write(`The books could not be brought up to date: ${err instanceof Error ? err.message : err}\n`);
    process.exitCode = 1;
  },
);
