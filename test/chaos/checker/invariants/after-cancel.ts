/**
 * Once a cancel was answered with 200, no byte of a submit of that message reaches the gateway, and its end is
 * `cancelled`. Both times are of the machine's monotonic clock; nothing is tolerated but the stated error of the arrival's.
 */
import { createClockError } from '../clock-error.ts';
import type { Facts } from '../facts.ts';
import type { Finding } from '../finding.ts';

export function afterCancel(facts: Facts): Finding {
  const cancelled = new Map<string, number>();
  for (const entry of facts.evidence.journal) {
    if (entry.kind !== 'cancelled' || entry.status !== 200) continue;
    cancelled.set(entry.messageId, Math.min(entry.mono, cancelled.get(entry.messageId) ?? Number.POSITIVE_INFINITY));
  }
  const breaches: Finding['breaches'] = [];
  const clockError = createClockError();
  for (const [messageId, answered] of cancelled) {
    const message = facts.messages.get(messageId);
    if (message?.status !== 'cancelled') {
      breaches.push({ what: `it was cancelled, and is ${message?.status ?? 'not in the books'}`, messageId });
    }
    for (const arrival of facts.arrivals.get(message?.mark ?? '') ?? []) {
      const late = clockError.monoAfter(arrival, answered);
      if (late <= 0) continue;
      breaches.push({ what: `a submit came ${late.toFixed(1)} ms after its cancel was answered with 200`, messageId });
    }
  }
  return { looked: cancelled.size, checked: `${cancelled.size} cancelled messages; ${clockError}`, breaches };
}
