/** How fast submits came: the largest number in any window of one second, by the time of their first byte. */
export class Rates {
  #counters = new Map<string, Counter>();

  /** `at` in milliseconds of a monotonic clock. */
  add(wire: string, login: string, at: number, count: number): void {
    const key = `${wire}\n${login}`;
    let counter = this.#counters.get(key);
    if (!counter) {
      counter = { wire, login, count: 0, largest: 0, recent: [] };
      this.#counters.set(key, counter);
    }
    addTo(counter, at, count);
  }

  list(wire: string | undefined, login: string | undefined): Rate[] {
    return [...this.#counters.values()]
      .filter((it) => (wire ?? it.wire) === it.wire && (login ?? it.login) === it.login)
      .map(({ recent: _, ...rate }) => rate);
  }

  clear(): void {
    this.#counters.clear();
  }
}

export interface Rate {
  wire: string;
  login: string;
  /** All submits, refused ones too. */
  count: number;
  /** Most submits in any half-open window of one second. */
  largest: number;
}

interface Counter extends Rate {
  /** Times of late, ascending. Bodies can end in another order than they began. */
  recent: number[];
}

function addTo(counter: Counter, at: number, count: number): void {
  const { recent } = counter;
  counter.count += count;
  let place = recent.length;
  while (place > 0 && (recent[place - 1] ?? 0) > at) place -= 1;
  recent.splice(place, 0, ...Array<number>(count).fill(at));
  counter.largest = Math.max(counter.largest, largestAround(recent, place));
  if (recent.length > FORGET_FROM) forget(recent);
}

/** Only windows that end at or after the new time can have grown. */
function largestAround(times: readonly number[], place: number): number {
  let largest = 0;
  let start = place;
  while (start > 0 && (times[place] ?? 0) - (times[start - 1] ?? 0) < WINDOW) start -= 1;
  for (let end = place; end < times.length; end += 1) {
    while ((times[end] ?? 0) - (times[start] ?? 0) >= WINDOW) start += 1;
    largest = Math.max(largest, end - start + 1);
  }
  return largest;
}

function forget(times: number[]): void {
  const oldest = (times.at(-1) ?? 0) - KEEP;
  const first = times.findIndex((it) => it >= oldest);
  if (first > 0) times.splice(0, first);
}

const WINDOW = 1000;
const KEEP = 60_000;
const FORGET_FROM = 10_000;
