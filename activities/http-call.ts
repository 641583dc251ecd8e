/**
 * One call on the wire, and how far it got.
 *
 * undici calls onRequestStart in the very tick in which it writes the headers, and writes nothing if that throws. So
 * this is the place of the guard, and the line between `unwritten` and `written`: before it nothing can have left,
 * after it everything may have.
 */
import type { Dispatcher } from 'undici';
import type { HttpRequest, HttpResponse } from '../gateways/gateway.ts';
import type { Reach } from '../sms/outcome.ts';
import { Deadline, Timer } from './http-clock.ts';
import { type Evidence, excerptOf, failureText, requestLine } from './http-evidence.ts';
import { cutText, reasonOf } from './http-failures.ts';
import type { Connection } from './http-lines.ts';
import { type Mask, maskOf } from './http-mask.ts';
import { unpack } from './http-unpack.ts';

export type CallResult =
  | { reach: 'answered'; response: HttpResponse; evidence: Evidence }
  /** `late`: it was our own time that was over; the gateway has no part in it. */
  | { reach: 'unwritten' | 'written'; failure: string; evidence: Evidence; late?: true };

/** All on the clock of performance.now(), in milliseconds. */
export interface Guard {
  /** End of the claim's lease: from then on the request is not written. */
  deadline?: number;
  /** The pacing slot: the call is not begun before it. */
  notBefore?: number;
  /** The end of the pacing slot: from then on the request is not written, and its connection is kept for the next. */
  latest?: number;
}

export interface CallLimits {
  /** Until the request can be written, also the wait for one of the connections to come free. */
  connectTimeoutMs: number;
  /** From the write to the end of the answer's headers. */
  headersTimeoutMs: number;
  /** Between two pieces of the body. */
  bodyTimeoutMs: number;
  /** From the write to the end of the answer. */
  totalTimeoutMs: number;
  /** Of the body, packed and unpacked. */
  maxBodyBytes: number;
  /** What must not be seen in the evidence: secret settings, phone (E.164), text. */
  secrets: readonly string[];
}

const LEASE_OVER = 'the lease was over before the request could be written';
const TOO_LATE = 'too late for its slot in the rate limit; the request was not written';

export class Call implements Dispatcher.DispatchHandler {
  readonly result: Promise<CallResult>;
  readonly #resolve: (result: CallResult) => void;
  readonly #request: HttpRequest;
  readonly #limits: CallLimits;
  readonly #mask: Mask;
  readonly #notBefore: number;
  readonly #deadline: Deadline;
  readonly #latest: Deadline;

  #state: 'waiting' | 'written' | 'done' = 'waiting';
  readonly #startedAt = Date.now();
  readonly #started = performance.now();
  #begun = this.#started;
  #wroteAt: number | undefined;
  #wrote = 0;
  #firstByte: number | undefined;
  #reused = false;

  #connection: Connection | undefined;
  #lineConnection: () => Connection | undefined = () => undefined;
  #controller: Dispatcher.DispatchController | undefined;
  readonly #phase = new Timer();
  readonly #total = new Timer();

  #status: number | undefined;
  #headers: Record<string, string> = {};
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(request: HttpRequest, guard: Guard, limits: CallLimits) {
    const { promise, resolve } = promised<CallResult>();
    this.result = promise;
    this.#resolve = resolve;
    this.#request = request;
    this.#limits = limits;
    this.#mask = maskOf(limits.secrets);
    this.#notBefore = guard.notBefore ?? 0;
    this.#deadline = new Deadline(guard.deadline);
    this.#latest = new Deadline(guard.latest);
  }

  /** Waits for the pacing slot, then dispatches, if there still is a point. */
  start(dispatch: () => void): void {
    this.#endIfLate();
    if (this.#state !== 'waiting') return;
    const now = performance.now();
    if (this.#notBefore > now) {
      if (this.#deadline.isBefore(this.#notBefore)) this.#fail('the pacing slot lies beyond the lease', true);
      else this.#phase.start(this.#notBefore - now, () => this.start(dispatch));
      return;
    }
    this.#begun = now;
    const { connectTimeoutMs } = this.#limits;
    if (this.#deadline.left <= connectTimeoutMs) this.#phase.start(this.#deadline.left, () => this.giveUp(LEASE_OVER));
    else this.#phase.start(connectTimeoutMs, () => this.giveUp(`no connection within ${connectTimeoutMs} ms`));
    try {
      dispatch();
    } catch (error) {
      this.#fail(`the request was not written: ${reasonOf(error)}`);
    }
  }

  /** Ends the call if nothing was written; undici may come to write it later, and is refused then. */
  giveUp(failure: string): void {
    if (this.#state === 'waiting') this.#fail(failure);
  }

  /** Called at dispatch with a look at the connection that will carry the call. */
  onLine(connection: () => Connection | undefined): void {
    this.#lineConnection = connection;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#state === 'written') {
      this.#fail('the connection was cut before an answer came; the request was not written a second time');
    }
    this.#endIfLate();
    // undici writes nothing then, and keeps the connection, which an abort would cut: it serves the next call in time.
    if (this.#state === 'done') throw new Error('given up');
    this.#state = 'written';
    this.#wroteAt = Date.now();
    this.#wrote = performance.now();
    this.#controller = controller;
    this.#connection = this.#lineConnection();
    if (this.#connection) this.#reused = this.#connection.uses++ > 0;

    const { headersTimeoutMs, totalTimeoutMs } = this.#limits;
    this.#phase.start(headersTimeoutMs, () => this.#fail(`no answer within ${headersTimeoutMs} ms`));
    this.#total.start(totalTimeoutMs, () => this.#fail(`no whole answer within ${totalTimeoutMs} ms`));
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: RawHeaders): void {
    this.#firstByte ??= performance.now();
    if (this.#state !== 'written' || status < 200) return;
    this.#status = status;
    this.#headers = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), [value ?? ''].flat().join(', ')]),
    );
    this.#awaitBody();
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#state !== 'written') return;
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    const { maxBodyBytes } = this.#limits;
    if (this.#bytes > maxBodyBytes) this.#fail(`the answer is larger than ${maxBodyBytes} bytes`);
    else this.#awaitBody();
  }

  onResponseEnd(): void {
    if (this.#state !== 'written') return;
    // Where only the end of the connection tells the end of the body, undici takes a reset for one as well.
    if (this.#connection?.broken) {
      this.#fail('the connection was cut in the middle of the answer');
      return;
    }
    try {
      const body = unpack(Buffer.concat(this.#chunks), this.#headers['content-encoding'], this.#limits.maxBodyBytes);
      const response = { status: this.#status ?? 0, headers: this.#headers, body };
      this.#settle({ reach: 'answered', response, evidence: this.#evidence('answered', undefined, body) });
    } catch (error) {
      this.#fail(reasonOf(error));
    }
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#state === 'waiting') this.#fail(`the request was not written: ${reasonOf(error)}`);
    else this.#fail(cutText(error, this.#status !== undefined));
  }

  #endIfLate(): void {
    if (this.#state !== 'waiting') return;
    if (this.#deadline.over) this.#fail(LEASE_OVER, true);
    else if (this.#latest.over) this.#fail(TOO_LATE, true);
  }

  #awaitBody(): void {
    const { bodyTimeoutMs } = this.#limits;
    this.#phase.start(bodyTimeoutMs, () => this.#fail(`the answer stopped for ${bodyTimeoutMs} ms`));
  }

  #fail(failure: string, late = false): void {
    if (this.#state === 'done') return;
    const reach = this.#state === 'written' ? 'written' : 'unwritten';
    const shown = failureText(failure, this.#mask);
    const evidence = this.#evidence(reach, shown, undefined);
    this.#settle({ reach, failure: shown, evidence, ...(late ? { late } : {}) });
    this.#connection?.cut();
    this.#controller?.abort(new Error('given up'));
  }

  #settle(result: CallResult): void {
    this.#state = 'done';
    this.#phase.stop();
    this.#total.stop();
    this.#resolve(result);
  }

  #evidence(reach: Reach, failure: string | undefined, body: Uint8Array | undefined): Evidence {
    const written = this.#wroteAt === undefined ? undefined : new Date(this.#wroteAt).toISOString();
    return withoutUndefined({
      startedAt: new Date(this.#startedAt).toISOString(),
      connectMs: written === undefined ? undefined : tenths(this.#wrote - this.#begun),
      reused: written === undefined ? undefined : this.#reused,
      wroteAt: written,
      firstByteMs: this.#firstByte === undefined ? undefined : tenths(this.#firstByte - this.#wrote),
      totalMs: tenths(performance.now() - this.#started),
      reach,
      status: this.#status,
      failure,
      requestLine: requestLine(this.#request, this.#mask),
      answerExcerpt: this.#status === undefined ? undefined : this.#excerpt(body),
    });
  }

  #excerpt(body: Uint8Array | undefined): string {
    const packing = this.#headers['content-encoding'];
    if (body === undefined && packing !== undefined && packing !== 'identity') {
      return failureText(`(${this.#bytes} bytes, ${packing})`, this.#mask);
    }
    return excerptOf(body ?? Buffer.concat(this.#chunks), this.#headers, this.#mask);
  }
}

/** What undici hands over as headers. */
type RawHeaders = Record<string, string | string[] | undefined>;

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}

function withoutUndefined(evidence: Evidence): Evidence {
  return Object.fromEntries(Object.entries(evidence).filter(([, value]) => value !== undefined)) as unknown as Evidence;
}

function promised<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
