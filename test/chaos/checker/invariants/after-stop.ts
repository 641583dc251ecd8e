/**
 * Once the gateway has our answer to a STOP, no byte of a submit to that phone reaches it, for any account that the STOP
 * counts for. Both times are of the machine's monotonic clock; nothing is tolerated.
 */
import { type Facts, groups } from '../facts.ts';
import type { Finding } from '../finding.ts';
import { stopsOf } from '../stops.ts';

export function afterStop(facts: Facts): Finding {
  const stops = groups(stopsOf(facts), ({ phone, account }) => [`${phone} ${account}`]);
  const breaches: Finding['breaches'] = [];
  const phones = new Set<string>();
  let messages = 0;
  let arrivals = 0;
  for (const { id, phone, account, mark } of facts.evidence.books.messages) {
    const found = stops.get(`${phone} ${account}`);
    if (!found) continue;
    phones.add(phone);
    messages++;
    for (const { mono } of facts.arrivals.get(mark) ?? []) {
      arrivals++;
      const broken = found.find(({ from, until }) => mono > from && mono < until);
      if (!broken) continue;
      const late = (mono - broken.from).toFixed(1);
      breaches.push({ what: `a submit came ${late} ms after the STOP of ${phone} was acknowledged`, messageId: id });
    }
  }
  return { checked: `${messages} messages to ${phones.size} stopped phones, ${arrivals} arrivals`, breaches };
}
