/** For the compose profile `demo`: an account, and one sender for each simulated gateway. Prints the account's API key. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seed } from '../dist/local/seed.js';
import { readSettings, SettingsError } from '../dist/runtime/settings.js';

const simulatorUrl = process.env.SIMULATOR_URL;
// The key is shown here and kept nowhere: each run makes one.
const dataDir = mkdtempSync(join(tmpdir(), 'durable-sms-demo-'));

try {
  if (!simulatorUrl) throw new SettingsError('Settings: SIMULATOR_URL is not set.');
  const settings = readSettings(process.env);
  if (!settings.PUBLIC_URL) throw new SettingsError('Settings: PUBLIC_URL is not set.');
  const { apiKey, senders } = await seed(settings.DATABASE_URL, {
    simulatorUrl,
    publicUrl: settings.PUBLIC_URL,
    dataDir,
    secretKeys: settings.SECRET_KEYS,
    playMobileLimit: settings.PLAY_MOBILE_LIMIT_REQUESTS_PER_SEC,
  });
  process.stdout.write(`API key: ${apiKey}\nSenders: ${senders.join(', ')}\n`);
} catch (err) {
  process.stderr.write(`${err instanceof Error ? err.message : String(err)}\n`);
  process.exitCode = 1;
} finally {
  rmSync(dataDir, { recursive: true });
}
