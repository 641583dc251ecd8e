/** Brings the books to this version and ends: a step before the API and the workers of a new version start. */
import { settingsSchema } from '../runtime/settings.ts';
import { migrate } from './migrate.ts';

async function main(): Promise<string> {
  const url = process.env.DATABASE_URL;
  if (!url) throw new Error('Settings: DATABASE_URL is not set.');
  const read = settingsSchema.shape.DATABASE_URL.safeParse(url);
  if (!read.success) throw new Error(`Settings: DATABASE_URL: ${read.error.issues[0]?.message}.`);
  await migrate(read.data);
  return 'The books are up to date.';
}

main().then(
  (words) => {
    process.stdout.write(`${words}\n`);
  },
  (err: unknown) => {
    process.stderr.write(`${err instanceof Error ? err.message : String(err)}\n`);
    process.exitCode = 1;
  },
);
