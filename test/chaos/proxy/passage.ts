/** One direction of a connection: what comes is passed on in order, now, later or not yet. */
import type { Socket } from 'node:net';

export interface PassageOptions {
  from: Socket;
  to: Socket;
  /** How long what came is kept back, in milliseconds; infinite: until `look`. */
  holdMs(): number;
  /** Told what came. @returns what of it may be passed on */
  admit(bytes: Buffer): Buffer;
  onPassed(bytes: Buffer): void;
}

export interface Passage {
  /** Looks again at what is kept back: the answer of `holdMs` may be another one. */
  look(): void;
}

interface Kept {
  /** Nothing: the sender has ended its half. */
  bytes?: Buffer;
  /** By performance.now(). */
  since: number;
}

/** As much as a TCP window: who sends more has to wait. */
const KEEPS_BYTES = 1024 * 1024;

export function createPassage({ from, to, holdMs, admit, onPassed }: PassageOptions): Passage {
  const kept: Kept[] = [];
  let keptBytes = 0;
  let full = false;
  let timer: NodeJS.Timeout | undefined;

  function pump(): void {
    clearTimeout(timer);
    for (let first = kept[0]; first && !full && !to.connecting && !to.destroyed; first = kept[0]) {
      const waitMs = first.since + holdMs() - performance.now();
      if (waitMs > 0) {
        if (waitMs !== Number.POSITIVE_INFINITY) timer = setTimeout(pump, Math.ceil(waitMs));
        break;
      }
      kept.shift();
      pass(first);
    }
    if (keptBytes < KEEPS_BYTES) from.resume();
  }

  function pass({ bytes }: Kept): void {
    if (!bytes) {
      to.end();
      return;
    }
    keptBytes -= bytes.length;
    full = !to.write(bytes);
    onPassed(bytes);
  }

  from.on('data', (came) => {
    const bytes = admit(came);
    if (bytes.length > 0) kept.push({ bytes, since: performance.now() });
    keptBytes += bytes.length;
    if (keptBytes >= KEEPS_BYTES) from.pause();
    pump();
  });
  from.on('end', () => {
    kept.push({ since: performance.now() });
    pump();
  });
  to.on('connect', pump);
  to.on('drain', () => {
    full = false;
    pump();
  });
  to.on('close', () => clearTimeout(timer));
  return { look: pump };
}
