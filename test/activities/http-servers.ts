/** Real sockets that play the gateway's host. Each test says byte by byte what comes back. */
import net from 'node:net';
import tls from 'node:tls';
import { onTestFinished } from 'vitest';
import { createHttp, type Http, type HttpOptions } from '../../activities/http.ts';

export interface Host {
  port: number;
  /** `http://127.0.0.1:port` or https. */
  origin: string;
  /** How many connections were made. */
  connections: number;
  open: Set<net.Socket>;
  /** All bytes that came in, over all connections. */
  received(): string;
  /** How many whole request heads came in. */
  requests(): number;
}

export type Answer = (socket: net.Socket, request: number) => void;

/** Calls `answer` whenever the end of a request's head came in. */
export async function startHost(answer: Answer, secure?: { key: string; cert: string }): Promise<Host> {
  const chunks: Buffer[] = [];
  const open = new Set<net.Socket>();
  let requests = 0;
  const host: Host = {
    port: 0,
    origin: '',
    connections: 0,
    open,
    received: () => Buffer.concat(chunks).toString('latin1'),
    requests: () => requests,
  };
  const onConnection = (socket: net.Socket) => {
    host.connections++;
    open.add(socket);
    let head = '';
    socket.on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      head += chunk.toString('latin1');
      while (head.includes('\r\n\r\n')) {
        head = head.slice(head.indexOf('\r\n\r\n') + 4);
        requests++;
        answer(socket, requests);
      }
    });
  };
  const server = secure ? tls.createServer(secure, onConnection) : net.createServer(onConnection);
  server.on('tlsClientError', () => undefined);
  host.port = await listen(server);
  host.origin = `${secure ? 'https' : 'http'}://127.0.0.1:${host.port}`;
  onTestFinished(async () => {
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return host;
}

export function listen(server: net.Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(address !== null && typeof address === 'object' ? address.port : 0);
    });
  });
}

/** Closed when the test is over. */
export function startHttp(options: Partial<HttpOptions> = {}): Http {
  const http = createHttp({ networks: ['127.0.0.1'], ...options });
  onTestFinished(() => http.close());
  return http;
}

export function ok(body: string, headers = ''): string {
  return `HTTP/1.1 200 OK\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`;
}

export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Blocks the event loop. */
export function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
