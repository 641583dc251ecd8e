/**
 * The one module that calls gateways. A call never throws: it ends in what the gateway answered, or in how far the
 * request got (`unwritten` only if it is certain that no byte of it left), with the evidence for it.
 *
 * No redirects (a 3xx is an answer), no repeats, one request on a connection at a time. Only the public internet is called,
 * and what `networks` allows besides.
 */
import type { HttpRequest } from '../gateways/gateway.ts';
import type { AddressOptions } from './http-addresses.ts';
import { Call, type CallLimits, type CallResult, type Guard } from './http-call.ts';
import { createLines, type LineRequest, type Lines } from './http-lines.ts';

export type { CallResult, Guard } from './http-call.ts';
export type { Evidence } from './http-evidence.ts';

export interface CallOptions extends CallLimits {
  /** How long an idle connection is kept. At most 2 s where repeats are unsafe: a stale one ends in an `uncertain`. */
  idleMs: number;
}

export interface HttpOptions extends CallOptions, AddressOptions {
  /** For each pool and origin. Keep the calls that run at once for one sender at or below it. */
  connections: number;
  /** A pool without calls is closed after this. */
  poolIdleMs: number;
  /** Certificates (PEM) to trust instead of the public ones. */
  ca?: string;
}

export interface Http {
  /** `pool`: the sender's id; senders share no connections. */
  call(pool: string, request: HttpRequest, guard?: Guard, options?: Partial<CallOptions>): Promise<CallResult>;
  /** Ends calls that are not written yet, waits for the others, closes all connections. */
  close(): Promise<void>;
}

const DEFAULTS: HttpOptions = {
  connectTimeoutMs: 5_000,
  headersTimeoutMs: 10_000,
  bodyTimeoutMs: 5_000,
  totalTimeoutMs: 10_000,
  maxBodyBytes: 1024 * 1024,
  secrets: [],
  idleMs: 2_000,
  connections: 128,
  poolIdleMs: 60_000,
  networks: [],
};

export function createHttp(options: Partial<HttpOptions> = {}): Http {
  const defaults = { ...DEFAULTS, ...given(options) };
  const pools = new Pools(defaults);
  const running = new Set<Call>();
  let closing = false;

  return {
    async call(pool, request, guard = {}, callOptions = {}) {
      const limits = { ...defaults, ...given(callOptions) };
      const call = new Call(request, guard, limits);
      running.add(call);
      if (closing) call.giveUp(CLOSING);
      else
        call.start(() =>
          dispatch(request, call, (origin) =>
            pools.take(pool, origin, { idleMs: limits.idleMs, ca: request.ca ?? defaults.ca }, call.result),
          ),
        );
      return call.result.finally(() => running.delete(call));
    },

    async close() {
      closing = true;
      for (const call of running) call.giveUp(CLOSING);
      await Promise.all([...running].map((call) => call.result));
      await pools.close();
    },
  };
}

const CLOSING = 'not written any more: the service is closing';

/** Throws if the address is not one that can be called. */
function dispatch(request: HttpRequest, call: Call, linesTo: (origin: string) => Lines): void {
  const url = new URL(request.url);
  if (url.username !== '' || url.password !== '') throw new Error('the address carries a login; use a header');
  const lineRequest: LineRequest = {
    method: request.method,
    path: url.pathname + url.search,
    headers: withDefaults(request.headers),
    body: request.body ?? null,
    idempotent: false,
    onLine: (connection) => call.onLine(connection),
  };
  linesTo(url.origin).dispatch(lineRequest, call);
}

function withDefaults(headers: Record<string, string>): Record<string, string> {
  const named = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  const missing = Object.entries(DEFAULT_HEADERS).filter(([name]) => !named.has(name));
  return { ...Object.fromEntries(missing), ...headers };
}

const DEFAULT_HEADERS = { 'accept-encoding': 'identity', 'user-agent': 'durable-sms' };

/** An option that is set to undefined is not given; as a time-out it would be over at once. */
function given<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** Connections for each pool, origin, idle time and authority; those that nobody uses any more are closed. */
class Pools {
  readonly #options: HttpOptions;
  readonly #entries = new Map<string, { lines: Lines; users: number; idle?: NodeJS.Timeout }>();

  constructor(options: HttpOptions) {
    this.#options = options;
  }

  take(
    pool: string,
    origin: string,
    kind: { idleMs: number; ca?: string | undefined },
    until: Promise<unknown>,
  ): Lines {
    const key = JSON.stringify([pool, origin, kind]);
    const entry = this.#entries.get(key) ?? { lines: createLines(origin, { ...this.#options, ...kind }), users: 0 };
    this.#entries.set(key, entry);
    clearTimeout(entry.idle);
    entry.users++;
    void until.then(() => {
      entry.users--;
      if (entry.users === 0) entry.idle = setTimeout(() => this.#evict(key), this.#options.poolIdleMs).unref();
    });
    return entry.lines;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#entries.keys()].map((key) => this.#evict(key)));
  }

  async #evict(key: string): Promise<void> {
    const entry = this.#entries.get(key);
    this.#entries.delete(key);
    clearTimeout(entry?.idle);
    await entry?.lines.destroy();
  }
}
