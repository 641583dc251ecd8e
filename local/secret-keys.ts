import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The SECRET_KEYS of this data folder: made once, since the senders' secrets in the same folder need it for ever. */
export function keepSecretKeys(dataDir: string): string {
  const file = join(dataDir, 'secret-keys');
  if (!existsSync(file)) writeFileSync(file, `local:${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}
