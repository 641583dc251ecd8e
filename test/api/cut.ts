import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface Cut {
  /** Of the same server, through us. */
  url: string;
  /** Breaks every connection and takes no new ones. */
  cut(): Promise<void>;
  /** Lets connections through again, on the same port. */
  mend(): Promise<void>;
  /** Resets every connection, once. */
  reset(): void;
  /** Takes bytes and brings none, on new connections too, until it is called with false. */
  hang(yes: boolean): void;
}

/** A way to a server that can be cut, as if it had gone away. */
export async function cuttable(target: string): Promise<Cut> {
  const { hostname, port } = new URL(target);
  const open = new Set<Socket>();
  let hanging = false;
  const server = createServer((inner) => {
    const outer = connect(Number(port), hostname);
    for (const [one, other] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      open.add(one);
      one
        .on('error', () => {})
        .on('close', () => {
          open.delete(one);
          other.destroy();
        });
      one.pipe(other);
      if (hanging) one.pause();
    }
  });
  const listen = async (on: number) => {
    server.listen(on, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return address.port;
  };
  const own = await listen(0);
  return {
    url: Object.assign(new URL(target), { port: String(own) }).href,
    async cut() {
      server.close();
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => setTimeout(resolve, 20));
    },
    async mend() {
      await listen(own);
    },
    reset() {
      for (const socket of open) socket.resetAndDestroy();
    },
    hang(yes) {
      hanging = yes;
      for (const socket of open) yes ? socket.pause() : socket.resume();
    },
  };
}
