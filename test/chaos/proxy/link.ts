/** The fault proxy of one link. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { LinkTrouble } from '../model.ts';
import { type Connection, createConnection } from './connection.ts';
import type { Requests } from './requests.ts';

export interface LinkCounts {
  connections: number;
  /** Connections that the proxy reset because it was told to. */
  resets: number;
  /** Passed on, from the client. */
  bytesOut: number;
  /** Passed on, to the client. */
  bytesIn: number;
}

export interface LinkProxy {
  port: number;
  counts: LinkCounts;
  /** New connections go there from now on. */
  lead(port: number): void;
  trouble(trouble: LinkTrouble | undefined): void;
}

/** Leads nowhere at first: whoever connects is reset. */
export async function openLink(requests?: Requests): Promise<LinkProxy> {
  const counts: LinkCounts = { connections: 0, resets: 0, bytesOut: 0, bytesIn: 0 };
  const connections = new Set<Connection>();
  let targetPort: number | undefined;
  let trouble: LinkTrouble | undefined;

  function take(client: Socket): void {
    counts.connections += 1;
    if (targetPort === undefined || trouble?.kind === 'refuse') {
      client.on('error', () => client.destroy());
      client.resetAndDestroy();
      counts.resets += 1;
      return;
    }
    const connection = createConnection({
      client,
      target: connect({ port: targetPort, host: '127.0.0.1', allowHalfOpen: true }),
      trouble: () => trouble,
      watch: requests?.watch(),
      onPassed(direction, count) {
        if (direction === 'out') counts.bytesOut += count;
        else counts.bytesIn += count;
      },
      onReset: () => {
        counts.resets += 1;
      },
      onClosed: () => connections.delete(connection),
    });
    connections.add(connection);
  }

  const server = createServer({ allowHalfOpen: true }, take);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    counts,
    lead(port) {
      targetPort = port;
    },
    trouble(told) {
      trouble = told?.kind === 'cut' ? undefined : told;
      for (const connection of connections) {
        if (told?.kind === 'cut' || told?.kind === 'refuse') connection.cut();
        else connection.troubleChanged();
      }
    },
  };
}
