/**
 * No byte of a submit reaches the gateway after the end of the message's validity. That end is a time of Postgres' clock,
 * and the arrival one of the proxy's, both the wall clock of one machine in whole milliseconds: an error of 1 ms, and on top
 * the stated error of the arrival's.
 */
import { createClockError } from '../clock-error.ts';
import type { Facts } from '../facts.ts';
import type { Finding } from '../finding.ts';

export function afterExpiry(facts: Facts): Finding {
  const breaches: Finding['breaches'] = [];
  const clockError = createClockError();
  // What nobody could submit any more ends while the run waits for its last messages.
  const end = facts.evidence.books.messages.reduce(
    (latest, { finalAt }) => Math.max(latest, finalAt?.getTime() ?? 0),
    0,
  );
  let ended = 0;
  let arrivals = 0;
  for (const { id, mark, expiresAt } of facts.evidence.books.messages) {
    if (expiresAt.getTime() <= end) ended++;
    for (const arrival of facts.arrivals.get(mark) ?? []) {
      arrivals++;
      const late = clockError.wallAfter(arrival, expiresAt.getTime());
      if (late <= 0) continue;
      breaches.push({ what: `a submit came ${late.toFixed(1)} ms after the end of its validity`, messageId: id });
    }
  }
  const those = `${ended} messages whose validity ended in the run, ${arrivals} arrivals of all`;
  return { looked: ended, checked: `${those}; ${clockError}`, breaches };
}
