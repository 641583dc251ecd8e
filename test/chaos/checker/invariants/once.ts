/**
 * The gateway takes a message once, and once more only where the timeline says that the sender's policy had it submitted
 * again. What counts is what the gateway took, not what came: repeats that it drops are how doubts are resolved. But
 * nothing can be taken that the proxy did not see come, or the other invariants would be blind.
 */
import type { Facts } from '../facts.ts';
import type { Finding } from '../finding.ts';

export function once(facts: Facts): Finding {
  const breaches: Finding['breaches'] = [];
  let resends = 0;
  let submitted = 0;
  for (const message of facts.evidence.books.messages) {
    const events = facts.events.get(message.id) ?? [];
    const recorded = events.filter(({ kind }) => kind === 'resend').length;
    resends += message.resends;
    const taken = facts.taken.get(message.mark)?.length ?? 0;
    if (taken > 0) submitted++;
    const say = (what: string) => breaches.push({ what, messageId: message.id });
    const came = facts.arrivals.get(message.mark)?.length ?? 0;
    if (taken > came) say(`the gateway took it ${taken} times, and the proxy saw ${came} submits of it`);
    if (recorded !== message.resends) say(`${message.resends} resends are counted and ${recorded} in its timeline`);
    if (message.resends > 1) say(`the policy had it sent again ${message.resends} times; it may do so once`);
    if (taken > 1 + message.resends)
      say(`the gateway took it ${taken} times, and it was resent ${message.resends} times`);
  }
  const checked = `${submitted} messages that a gateway took, ${resends} resends by policy`;
  return { looked: submitted, checked, breaches };
}
