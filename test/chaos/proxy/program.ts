/** The process of the fault proxies: does what it is told by messages, each answered under its number. */
import { LINKS, type Link, type LinkTrouble } from '../model.ts';
import { type LinkProxy, openLink } from './link.ts';
import { createRequests } from './requests.ts';

export type Order =
  | { do: 'ports' | 'arrivals' | 'counts' }
  | { do: 'lead'; link: Link; port: number }
  | { do: 'trouble'; link: Link; trouble: LinkTrouble }
  | { do: 'heal'; link: Link };

export interface Question {
  n: number;
  order: Order;
}

export interface Answer {
  n: number;
  value?: unknown;
  error?: string;
}

/** How exactly the times of requests are known, as long as the process gets its share of the processors. */
const TICK_MS = 2;

const requests = createRequests();
const opened = LINKS.map(async (link) => [link, await openLink(link === 'worker-gateway' ? requests : undefined)]);
const links = Object.fromEntries(await Promise.all(opened)) as Record<Link, LinkProxy>;
setInterval(requests.tick, TICK_MS);

process.on('message', ({ n, order }: Question) => {
  try {
    process.send?.({ n, value: obey(order) } satisfies Answer);
  } catch (error) {
    process.send?.({ n, error: String(error) } satisfies Answer);
  }
});
process.on('disconnect', () => process.exit());

function obey(order: Order): unknown {
  switch (order.do) {
    case 'ports':
      return ofEach(({ port }) => port);
    case 'arrivals':
      return requests.take();
    case 'counts':
      return ofEach(({ counts }) => counts);
    case 'lead':
      return links[order.link].lead(order.port);
    case 'trouble':
      return links[order.link].trouble(order.trouble);
    case 'heal':
      return links[order.link].trouble(undefined);
  }
}

function ofEach<T>(what: (link: LinkProxy) => T): Record<Link, T> {
  return Object.fromEntries(LINKS.map((link) => [link, what(links[link])])) as Record<Link, T>;
}
