/** Watches the bytes of HTTP connections for requests: when each began, and the marks in it. */
import { type Moment, moment } from '../../../local/simulator/book.ts';
import { type Arrival, MARK } from '../model.ts';

/** Of one connection. */
export interface RequestWatch {
  /** Bytes came from the client. */
  came(bytes: Buffer): void;
  /** So many of them were passed on. */
  passed(count: number): void;
  /** Bytes came from the server. */
  answered(): void;
  closed(): void;
}

export interface Requests {
  /** To be called at short pauses: they show how late a look at the sockets may be. */
  tick(): void;
  watch(): RequestWatch;
  /** Those since the last call of which nothing more can change: wholly passed on, or their connection is over. */
  take(): Arrival[];
}

interface Sighting {
  begun: Moment;
  lateMs: number;
  marks: Set<string>;
  /** The end of what came, which may hold the begin of a mark. */
  tail: string;
  /** Until the blank line has come. */
  head: string | undefined;
  /** Bytes of the body that have not come; infinite where only the answer shows the end. */
  left: number;
  came: number;
  passed: number;
  over: boolean;
}

const MARK_LENGTH = 9;
const BLANK_LINE = '\r\n\r\n';

export function createRequests(): Requests {
  let sightings: Sighting[] = [];
  // Between two ticks the event loop looks at all sockets; a new connection is taken first, and read at the next look.
  const ticks = Array.from({ length: 3 }, () => moment().mono);
  return {
    tick() {
      ticks.push(moment().mono);
      ticks.shift();
    },
    watch() {
      const watched: Sighting[] = [];
      return watch(watched, (sighting) => {
        sighting.lateMs = sighting.begun.mono - (ticks[0] ?? 0);
        watched.push(sighting);
        sightings.push(sighting);
      });
    },
    take() {
      const settled = sightings.filter(isSettled);
      sightings = sightings.filter((sighting) => !isSettled(sighting));
      return settled.map(({ begun, lateMs, marks, came, passed }) => {
        return { ...begun, lateMs, marks: [...marks], passedOn: came === passed };
      });
    },
  };
}

const isSettled = ({ over, left, head, came, passed }: Sighting) =>
  over || (head === undefined && left === 0 && came === passed);

function watch(unpassed: Sighting[], see: (sighting: Sighting) => void): RequestWatch {
  let current: Sighting | undefined;
  return {
    came(bytes) {
      const begun = moment();
      let text = bytes.toString('latin1');
      while (text !== '') {
        if (!current) {
          current = newSighting(begun);
          see(current);
        }
        const taken = take(current, text);
        text = text.slice(taken);
        if (current.head === undefined && current.left === 0) current = undefined;
      }
    },
    passed(count) {
      let rest = count;
      for (let first = unpassed[0]; first && rest > 0; first = unpassed[0]) {
        const its = Math.min(rest, first.came - first.passed);
        first.passed += its;
        rest -= its;
        if (first === current || first.passed < first.came) break;
        unpassed.shift();
      }
    },
    answered() {
      if (current?.left !== Number.POSITIVE_INFINITY) return;
      current.left = 0;
      current = undefined;
    },
    closed() {
      for (const sighting of unpassed) sighting.over = true;
    },
  };
}

/** @returns how much of the text belongs to this request */
function take(sighting: Sighting, text: string): number {
  let taken = 0;
  if (sighting.head !== undefined) {
    const before = sighting.head.length;
    const head = sighting.head + text;
    const end = head.indexOf(BLANK_LINE, Math.max(0, before - BLANK_LINE.length));
    if (end < 0) {
      sighting.head = head;
      taken = text.length;
    } else {
      sighting.head = undefined;
      sighting.left = bodyLength(head.slice(0, end));
      taken = end + BLANK_LINE.length - before;
    }
  }
  if (sighting.head === undefined) {
    const ofBody = Math.min(sighting.left, text.length - taken);
    sighting.left -= ofBody;
    taken += ofBody;
  }
  const seen = sighting.tail + text.slice(0, taken);
  for (const mark of seen.match(MARK) ?? []) sighting.marks.add(mark);
  sighting.tail = seen.slice(1 - MARK_LENGTH);
  sighting.came += taken;
  return taken;
}

function bodyLength(head: string): number {
  if (/^transfer-encoding:/im.test(head)) return Number.POSITIVE_INFINITY;
  return Number(/^content-length:\s*(\d+)/im.exec(head)?.[1] ?? 0);
}

function newSighting(begun: Moment): Sighting {
  return { begun, lateMs: 0, marks: new Set(), tail: '', head: '', left: 0, came: 0, passed: 0, over: false };
}
