/**
 * Once the gateway has our answer to a STOP, no byte of a submit to that phone reaches it, for any account that the STOP
 * counts for. Both times are of the machine's monotonic clock; nothing is tolerated but the stated error of the arrival's.
 */
import { createClockError } from '../clock-error.ts';
import { type Facts, groups } from '../facts.ts';
import type { Finding } from '../finding.ts';
import { stopsOf } from '../stops.ts';

export function afterStop(facts: Facts): Finding {
  const stops = groups(stopsOf(facts), ({ phone, account }) => [`${phone} ${account}`]);
  const breaches: Finding['breaches'] = [];
  const clockError = createClockError();
  const phones = new Set<string>();
  let messages = 0;
  let arrivals = 0;
  for (const { id, phone, account, mark } of facts.evidence.books.messages) {
    const found = stops.get(`${phone} ${account}`);
    if (!found) continue;
    phones.add(phone);
    messages++;
    for (const arrival of facts.arrivals.get(mark) ?? []) {
      arrivals++;
      const inForce = found.filter(({ until }) => arrival.mono < until);
      const late = Math.max(...inForce.map(({ from }) => clockError.monoAfter(arrival, from)));
      if (late <= 0) continue;
      const what = `a submit came ${late.toFixed(1)} ms after the STOP of ${phone} was acknowledged`;
      breaches.push({ what, messageId: id });
    }
  }
  const those = `${messages} messages to ${phones.size} stopped phones, ${arrivals} arrivals`;
  return { looked: messages, checked: `${those}; ${clockError}`, breaches };
}
