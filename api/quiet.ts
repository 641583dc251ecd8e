import type { Logger } from '../runtime/log.ts';

const EVERY_MS = 5_000;

/** A warning that comes in swarms: told at once, then at most every five seconds with the number of those left out. */
export function quietWarning(log: Logger, message: string): (fields: Record<string, unknown>) => void {
  let quietUntil = 0;
  let leftOut = 0;
  return (fields) => {
    if (performance.now() < quietUntil) {
      leftOut++;
      return;
    }
    log.warn({ ...fields, ...(leftOut > 0 ? { leftOut } : {}) }, message);
    quietUntil = performance.now() + EVERY_MS;
    leftOut = 0;
  };
}
