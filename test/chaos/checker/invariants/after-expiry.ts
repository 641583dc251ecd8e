/**
 * No byte of a submit reaches the gateway after the end of the message's validity. That end is a time of Postgres' clock,
 * and the arrival one of the proxy's, both the wall clock of one machine in whole milliseconds: an error of 1 ms.
 */
import type { Facts } from '../facts.ts';
import type { Finding } from '../finding.ts';

const CLOCK_ERROR_MS = 1;

export function afterExpiry(facts: Facts): Finding {
  const breaches: Finding['breaches'] = [];
  // What nobody could submit any more ends while the run waits for its last messages.
  const end = facts.evidence.books.messages.reduce(
    (latest, { finalAt }) => Math.max(latest, finalAt?.getTime() ?? 0),
    0,
  );
  let ended = 0;
  let arrivals = 0;
  for (const { id, mark, expiresAt } of facts.evidence.books.messages) {
    if (expiresAt.getTime() <= end) ended++;
    for (const { at } of facts.arrivals.get(mark) ?? []) {
      arrivals++;
      const late = at - expiresAt.getTime();
      if (late <= CLOCK_ERROR_MS) continue;
      breaches.push({ what: `a submit came ${late} ms after the end of its validity`, messageId: id });
    }
  }
  return { checked: `${ended} messages whose validity ended in the run, ${arrivals} arrivals of all`, breaches };
}
