/**
 * A TCP fault proxy for each link, all in one thread of their own: their time stamps do not suffer from the load that
 * the main thread makes.
 */
import { Worker } from 'node:worker_threads';
import type { Arrival, Link, Proxies } from '../model.ts';
import type { LinkCounts } from './link.ts';
import type { Answer, Order, Question } from './thread.ts';

export interface FaultProxies extends Proxies {
  counts(): Promise<Record<Link, LinkCounts>>;
}

export async function startProxies(): Promise<FaultProxies> {
  const thread = new Worker(new URL('./start-thread.js', import.meta.url), { execArgv: [] });
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let n = 0;
  let over: Error | undefined;
  const fail = (error: Error) => {
    over ??= error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  thread.on('message', ({ n: of, value, error }: Answer) => {
    const asker = waiting.get(of);
    waiting.delete(of);
    if (error === undefined) asker?.resolve(value);
    else asker?.reject(new Error(error));
  });
  thread.on('error', fail);
  thread.on('exit', () => fail(new Error('the fault proxies have ended')));
  const ask = (order: Order): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (over) return reject(over);
      n += 1;
      waiting.set(n, { resolve, reject });
      thread.postMessage({ n, order } satisfies Question);
    });

  const ports = (await ask({ do: 'ports' })) as Record<Link, number>;
  return {
    address: (link) => `127.0.0.1:${ports[link]}`,
    lead: async (link, port) => void (await ask({ do: 'lead', link, port })),
    trouble: async (link, trouble) => void (await ask({ do: 'trouble', link, trouble })),
    heal: async (link) => void (await ask({ do: 'heal', link })),
    arrivals: async () => (await ask({ do: 'arrivals' })) as Arrival[],
    counts: async () => (await ask({ do: 'counts' })) as Record<Link, LinkCounts>,
    async close() {
      if (over) return;
      over = new Error('the fault proxies are closed');
      await thread.terminate();
    },
  };
}
