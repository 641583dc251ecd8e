/** The HTTP server of the gateway simulator. docs/simulator.md is its manual. */
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type Moment, moment } from './book.ts';
import { control } from './control.ts';
import { deliver } from './delivery.ts';
import type { Answer, Call } from './model.ts';
import { phonePage } from './phone-page.ts';
import { LOOP_PATH, Simulation, wireOf } from './simulation.ts';
import { Timers } from './timers.ts';
import { text } from './wires/answers.ts';
import type { Wire } from './wires/wire.ts';

export interface SimulatorOptions {
  /** 127.0.0.1 unless given. */
  host?: string;
  /** A free one unless given. */
  port?: number;
  /** From acceptance to the final report: 1000 ms unless given. */
  reportDelayMs?: number;
  /** How long a minute lasts in the pauses before a webhook call is repeated: 1000 ms unless given. */
  minuteMs?: number;
  /** How long a webhook call may take: 10,000 ms unless given. */
  hookTimeoutMs?: number;
  /** How many requests, webhook calls, SMS and inbound SMS the book keeps, each: 100,000 unless given. */
  keep?: number;
}

export interface Simulator {
  /** Without a slash at the end; a wire's base URL is `${url}/<wire>`. */
  url: string;
  port: number;
  /** Ends all sockets, timers and webhook calls. */
  close(): Promise<void>;
}

/** Rejects if the address cannot be listened on. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { host = '127.0.0.1', reportDelayMs = 1000, minuteMs = 1000, hookTimeoutMs = 10_000, keep = 100_000 } = options;
  const simulation = new Simulation({ reportDelayMs, minuteMs, hookTimeoutMs, keep });
  const timers = new Timers();
  const sockets = new Set<Socket>();
  const firstBytes = new WeakMap<Socket, FirstByte>();
  const server = http.createServer((request, response) => {
    const begun = beginRequest(firstBytes, request);
    serve(simulation, timers, request, response, begun).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else send(response, text(500, `The simulator failed: ${error instanceof Error ? error.stack : String(error)}`));
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    watchFirstByte(firstBytes, socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    close: () =>
      new Promise((resolve) => {
        simulation.stop();
        timers.close();
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

async function serve(
  simulation: Simulation,
  timers: Timers,
  request: IncomingMessage,
  response: ServerResponse,
  begun: Moment,
): Promise<void> {
  const { method = 'GET', headers, url = '/' } = request;
  const [whole = '/', ...rest] = url.split('?');
  const query = rest.join('?');
  const [, first = ''] = whole.split('/');
  const wire = wireOf(first);
  if (wire) {
    const call = { method, path: whole.slice(first.length + 1) || '/', query, headers };
    return serveWire(simulation, timers, request, response, begun, { wire, call });
  }
  if (whole === LOOP_PATH)
    return send(response, { status: 302, headers: { location: LOOP_PATH }, body: Buffer.alloc(0) });
  const body = await readBody(request);
  if (!body) return send(response, text(413, 'Too large'));
  const call = { method, path: whole, query, headers, body };
  send(response, control(simulation, call) ?? phonePage(simulation, call) ?? text(404, 'Not Found'));
}

async function serveWire(
  simulation: Simulation,
  timers: Timers,
  request: IncomingMessage,
  response: ServerResponse,
  begun: Moment,
  { wire, call }: { wire: Wire; call: Omit<Call, 'body'> },
): Promise<void> {
  if (simulation.resetsEarly(wire, call, begun)) {
    request.socket.resetAndDestroy();
    return;
  }
  const body = await readBody(request);
  if (!body) return send(response, text(413, 'Request Entity Too Large'));
  const { answer, fault, delayMs, done } = await simulation.handle(wire, { ...call, body }, begun);
  response.on('close', done);
  if (response.destroyed) done();
  const go = () => deliver(response, fault === 'odd-charset' ? wire.oddCharset(answer) : answer, fault, timers);
  if (delayMs > 0) timers.after(delayMs, go);
  else go();
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { ...headers, 'content-length': body.length }).end(body);
}

/** undefined = larger than any request should be. Rejects if the client breaks off. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MOST_BYTES) chunks.push(chunk);
  }
  return size > MOST_BYTES ? undefined : Buffer.concat(chunks);
}

const MOST_BYTES = 10 * 2 ** 20;

interface FirstByte {
  seen?: Moment;
  /** The bytes that come belong to a request that is known. */
  reading: boolean;
}

function watchFirstByte(firstBytes: WeakMap<Socket, FirstByte>, socket: Socket): void {
  const state: FirstByte = { reading: false };
  firstBytes.set(socket, state);
  // Before the parser's own listener, which announces the request within the same chunk.
  socket.prependListener('data', () => {
    if (!state.reading) state.seen ??= moment();
  });
}

/** When the first byte of this request came. */
function beginRequest(firstBytes: WeakMap<Socket, FirstByte>, request: IncomingMessage): Moment {
  const state = firstBytes.get(request.socket);
  const seen = state?.seen ?? moment();
  if (state) {
    state.seen = undefined;
    state.reading = true;
    request.once('end', () => {
      state.reading = false;
    });
  }
  return seen;
}
