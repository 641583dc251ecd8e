/**
 * The connections to one gateway host. undici's pool does the work; this adds what it does not give: which connection
 * carries which call, and a way to cut it so that nothing of the request is sent any more.
 */
import { Socket } from 'node:net';
import { buildConnector, Client, type Dispatcher, Pool } from 'undici';
import { type AddressOptions, guardedLookup, refusalOf } from './http-addresses.ts';

/** A TCP connection, with TLS or without. */
export class Connection {
  /** How many requests were written on it. */
  uses = 0;
  readonly #tcp: Socket;
  #stream: Socket;

  constructor(tcp: Socket) {
    this.#tcp = tcp;
    this.#stream = tcp;
  }

  wrap(stream: Socket): void {
    this.#stream = stream;
  }

  /** True if it ended in an error, such as a reset by the other side. */
  get broken(): boolean {
    return this.#stream.errored !== null || this.#tcp.errored !== null;
  }

  /**
   * Cuts it with a reset. After a plain close the kernel goes on resending what the other side has not taken, for
   * minutes: the request could arrive long after we had given it up.
   */
  cut(): void {
    if (!this.#tcp.destroyed) this.#tcp.resetAndDestroy();
  }
}

export interface LinesOptions extends AddressOptions {
  connections: number;
  connectTimeoutMs: number;
  /** How long an idle connection is kept, whatever longer time the server offers. */
  idleMs: number;
  /** Certificates (PEM) to trust instead of the public ones. */
  ca?: string | undefined;
}

/** A request, and who wants to know the connection that it is written on. */
export interface LineRequest extends Dispatcher.DispatchOptions {
  onLine(connection: () => Connection | undefined): void;
}

export interface Lines {
  /** Errors come to the handler; nothing is thrown. */
  dispatch(request: LineRequest, handler: Dispatcher.DispatchHandler): void;
  /** Ends all connections at once, also those that are being made. */
  destroy(): Promise<void>;
}

/** Throws if the origin is no http or https address. */
export function createLines(origin: string, options: LinesOptions): Lines {
  const sockets = new Set<Socket>();
  const connect = connector(options, sockets);
  const pool = new Pool(origin, {
    connections: options.connections,
    pipelining: 1,
    keepAliveTimeout: options.idleMs,
    keepAliveMaxTimeout: options.idleMs,
    // The calls have their own clocks, exact to the millisecond; undici's are exact to half a second.
    headersTimeout: 0,
    bodyTimeout: 0,
    factory: (url, clientOptions) => new Line(url, clientOptions, connect),
  });
  return {
    dispatch(request, handler) {
      pool.dispatch(request, handler);
    },
    async destroy() {
      await pool.destroy();
      const closed = [...sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve).destroy()));
      await Promise.all(closed);
    },
  };
}

/** One connection at a time, made anew when it is lost. */
class Line extends Client {
  readonly #held: { connection?: Connection };

  constructor(origin: URL, options: Client.Options, connect: Connect) {
    const held: { connection?: Connection } = {};
    super(origin, {
      ...options,
      connect: (target, callback) => {
        connect(target, callback, (connection) => {
          held.connection = connection;
        });
      },
    });
    this.#held = held;
  }

  override dispatch(request: LineRequest, handler: Dispatcher.DispatchHandler): boolean {
    request.onLine(() => this.#held.connection);
    return super.dispatch(request, handler);
  }
}

type Connect = (
  target: buildConnector.Options,
  callback: buildConnector.Callback,
  opened: (connection: Connection) => void,
) => void;

/** TCP first and TLS upon it, so that we hold the TCP socket: only that can be reset. */
function connector({ connectTimeoutMs, ca, ...addresses }: LinesOptions, sockets: Set<Socket>): Connect {
  const tcp = buildConnector({ timeout: connectTimeoutMs, lookup: guardedLookup(addresses) });
  const tls = buildConnector({ timeout: connectTimeoutMs, ...(ca === undefined ? {} : { ca }) });

  return (target, callback, opened) => {
    const refusal = refusalOf(target.hostname, addresses);
    if (refusal) return process.nextTick(callback, refusal, null);
    const secure = target.protocol === 'https:';
    const port = target.port || (secure ? '443' : '80');
    const started: unknown = tcp({ ...target, protocol: 'http:', port }, (error, socket) => {
      if (error) return callback(error, null);
      const connection = new Connection(socket);
      if (!secure) {
        opened(connection);
        return callback(null, socket);
      }
      tls({ ...target, httpSocket: socket }, (tlsError, stream) => {
        if (tlsError) {
          socket.destroy();
          return callback(tlsError, null);
        }
        connection.wrap(stream);
        opened(connection);
        callback(null, stream);
      });
    });
    if (started instanceof Socket) {
      sockets.add(started);
      started.once('close', () => sockets.delete(started));
    }
  };
}
