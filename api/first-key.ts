/** The key that an installation begins with. */
import { setTimeout as sleep } from 'node:timers/promises';
import { makeFirstKey } from '../db/api-keys.ts';
import type { Db } from '../db/connection.ts';
import type { Logger } from '../runtime/log.ts';
import { describeError } from './errors.ts';

const AGAIN_MS = 5_000;

/**
 * Makes the first admin key where there has been none, and shows it. Asks again while the books cannot be reached, since
 * the API starts without them too; ends with `signal`.
 */
export async function offerFirstKey(
  db: Db,
  log: Logger,
  show: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  for (let told = false; !signal.aborted; told = true) {
    try {
      await makeFirstKey(db, (key) => show(`The first admin key, for all accounts, shown this once: ${key}`));
      return;
    } catch (err) {
      if (!told) log.warn({ err: describeError(err) }, 'it is not known yet whether there is an admin key');
    }
    await sleep(AGAIN_MS, undefined, { signal }).catch(() => {});
  }
}
