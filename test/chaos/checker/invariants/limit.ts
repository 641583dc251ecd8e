/**
 * In no second more submits come to the gateway than the sender's limit and a tenth: 11 where the limit is 10, and 5 where
 * it is 5. A second is any span of 1000 ms, without its end, by the first bytes.
 */
import type { ChaosSender } from '../../model.ts';
import type { Facts } from '../facts.ts';
import type { Finding } from '../finding.ts';

const SPAN_MS = 1000;
const TENTH = 1.1;

interface Submit {
  mono: number;
  messageId: string;
}

export function limit(facts: Facts): Finding {
  const limited = facts.evidence.senders.filter(({ rateLimit }) => rateLimit !== undefined);
  const submits = new Map(limited.map(({ name }): [string, Submit[]] => [name, []]));
  for (const { id, sender, mark } of facts.evidence.books.messages) {
    const list = submits.get(sender);
    if (list) for (const { mono } of facts.arrivals.get(mark) ?? []) list.push({ mono, messageId: id });
  }
  const count = [...submits.values()].reduce((sum, list) => sum + list.length, 0);
  const found = limited.map((sender) => ({ sender, ...fullest(submits.get(sender.name) ?? []) }));
  return {
    looked: count,
    checked: `${count} submits of ${limited.length} senders with a limit; most in 1 s: ${found.map(mostOf).join(', ')}`,
    breaches: found
      .filter(({ sender, most }) => most > (sender.rateLimit ?? 0) * TENTH + ROUNDING)
      .map(({ sender, most, messageId }) => ({
        what: `${most} submits of ${sender.name} in one second; its limit is ${sender.rateLimit}`,
        ...(messageId === undefined ? {} : { messageId }),
      })),
  };
}

/** 10 × 1.1 is a little more than 11, and 30 × 1.1 could be a little less than 33. */
const ROUNDING = 1e-9;

const mostOf = ({ sender, most }: { sender: ChaosSender; most: number }) =>
  `${sender.name} ${most} of ${sender.rateLimit}`;

/** The second with the most submits, and the last message in it. */
function fullest(submits: Submit[]): { most: number; messageId?: string } {
  submits.sort((a, b) => a.mono - b.mono);
  let best: { most: number; messageId?: string } = { most: 0 };
  let first = 0;
  for (const [last, { mono, messageId }] of submits.entries()) {
    while (mono - (submits[first]?.mono ?? mono) >= SPAN_MS) first++;
    if (last - first + 1 > best.most) best = { most: last - first + 1, messageId };
  }
  return best;
}
