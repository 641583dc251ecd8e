/** The two clocks of a call. */

/** What setTimeout can hold; beyond it, it fires at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** A timer whose end is told after one more look at the sockets. */
export class Timer {
  #timeout: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;

  start(ms: number, ended: () => void): void {
    this.stop();
    this.#timeout = setTimeout(
      () => {
        // Where the process was stopped or busy, the time is over before the answer that lies in the socket was read.
        this.#immediate = setImmediate(ended);
      },
      Math.min(Math.ceil(ms), LONGEST_MS),
    );
  }

  stop(): void {
    clearTimeout(this.#timeout);
    clearImmediate(this.#immediate);
  }
}

/** The end of a lease, on the clock of performance.now(). */
export class Deadline {
  readonly #at: number;
  readonly #wallAt: number;

  constructor(at = Number.POSITIVE_INFINITY) {
    this.#at = at;
    this.#wallAt = Date.now() + (at - performance.now());
  }

  get left(): number {
    return Math.max(0, this.#at - performance.now());
  }

  isBefore(time: number): boolean {
    return this.#at <= time;
  }

  /** The wall clock is asked too: the monotonic one stands still while a machine is suspended. */
  get over(): boolean {
    return performance.now() >= this.#at || Date.now() >= this.#wallAt;
  }
}
