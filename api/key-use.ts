import type { Background } from './background.ts';

/** The books keep the last use of a key to the minute. */
const EVERY_MS = 60_000;
/** Keys that are remembered to have been noted. */
const MOST = 10_000;

/**
 * Notes which keys are used, apart from the requests that use them: each at most once a minute, all that come meanwhile
 * in one statement.
 */
export function createKeyUse(background: Background, write: (ids: string[]) => Promise<void>): (id: string) => void {
  const quietUntil = new Map<string, number>();
  const pending = new Set<string>();
  let writing = false;

  async function writeAll(): Promise<void> {
    try {
      while (pending.size > 0) {
        const ids = [...pending];
        pending.clear();
        await write(ids);
      }
    } finally {
      writing = false;
    }
  }

  return (id) => {
    if (performance.now() < (quietUntil.get(id) ?? 0)) return;
    if (quietUntil.size >= MOST) quietUntil.clear();
    quietUntil.set(id, performance.now() + EVERY_MS);
    pending.add(id);
    if (writing) return;
    writing = true;
    if (!background.run(writeAll)) writing = false;
  };
}
