/**
 * A TCP fault proxy for each link, all in one process of their own: their time stamps do not suffer from the load that this
 * one makes. Not in a thread: one with torn sockets does not always end (Node.js 20 waits for ever for a handle to close).
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Arrival, Link, Proxies } from '../model.ts';
import type { LinkCounts } from './link.ts';
import type { Answer, Order, Question } from './program.ts';

export interface FaultProxies extends Proxies {
  counts(): Promise<Record<Link, LinkCounts>>;
}

export async function startProxies(): Promise<FaultProxies> {
  const program = fork(fileURLToPath(new URL('./program.ts', import.meta.url)), {
    execArgv: ['--import', createRequire(import.meta.url).resolve('tsx')],
    serialization: 'advanced',
    detached: true, // Ctrl-C in a terminal is for us; it ends when it is left alone
  });
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let n = 0;
  let over: Error | undefined;
  const fail = (error: Error) => {
    over ??= error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  program.on('message', (message) => {
    const { n: of, value, error } = message as Answer;
    const asker = waiting.get(of);
    waiting.delete(of);
    if (error === undefined) asker?.resolve(value);
    else asker?.reject(new Error(error));
  });
  program.on('error', fail);
  program.on('exit', () => fail(new Error('the fault proxies have ended')));
  const ask = (order: Order): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (over) return reject(over);
      n += 1;
      waiting.set(n, { resolve, reject });
      program.send({ n, order } satisfies Question);
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
      const ended = once(program, 'exit');
      program.kill('SIGKILL');
      await ended;
    },
  };
}
