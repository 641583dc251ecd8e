import { connect, createServer } from 'node:net';

export interface FreePort {
  port: number;
  /** The preferred port, where it was taken and `port` is another one. */
  taken?: number;
}

/** A port that is free on 127.0.0.1: the preferred one if possible. */
export async function freePort(preferred?: number): Promise<FreePort> {
  if (preferred !== undefined && (await isFree(preferred))) return { port: preferred };
  return { port: await anyPort(), ...(preferred !== undefined && { taken: preferred }) };
}

/** Whether somebody takes connections there. */
export function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

export function isFree(port: number): Promise<boolean> {
  return listen(port).then(
    () => true,
    () => false,
  );
}

function anyPort(): Promise<number> {
  return listen(0);
}

function listen(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      const listening = typeof address === 'object' && address !== null ? address.port : port;
      server.close(() => resolve(listening));
    });
  });
}
