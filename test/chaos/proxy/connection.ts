/** One connection through a fault proxy: two sockets, and the trouble that they are in. */
import type { Socket } from 'node:net';
import type { LinkTrouble } from '../model.ts';
import { createPassage } from './passage.ts';
import type { RequestWatch } from './requests.ts';

export interface ConnectionOptions {
  client: Socket;
  target: Socket;
  trouble(): LinkTrouble | undefined;
  watch: RequestWatch | undefined;
  onPassed(direction: 'out' | 'in', count: number): void;
  onReset(): void;
  onClosed(): void;
}

export interface Connection {
  /** There is another trouble, or none. */
  troubleChanged(): void;
  cut(): void;
}

export function createConnection(options: ConnectionOptions): Connection {
  const { client, target, trouble, watch, onPassed } = options;
  /** Bytes from the client before the connection is reset. */
  let left = Number.POSITIVE_INFINITY;
  let admitted = 0;
  let passed = 0;
  let broken = false;
  let timer: NodeJS.Timeout | undefined;

  const out = createPassage({
    from: client,
    to: target,
    holdMs,
    admit(bytes) {
      watch?.came(bytes);
      const allowed = bytes.subarray(0, left);
      left -= allowed.length;
      admitted += allowed.length;
      cutIfDue();
      return allowed;
    },
    onPassed(bytes) {
      passed += bytes.length;
      watch?.passed(bytes.length);
      onPassed('out', bytes.length);
      cutIfDue();
    },
  });
  const back = createPassage({
    from: target,
    to: client,
    holdMs,
    admit(bytes) {
      watch?.answered();
      return bytes;
    },
    onPassed: (bytes) => onPassed('in', bytes.length),
  });

  function holdMs(): number {
    const now = trouble();
    if (now?.kind === 'hang') return Number.POSITIVE_INFINITY;
    return now?.kind === 'delay' ? now.ms : 0;
  }

  function cutIfDue(): void {
    if (left === 0 && admitted === passed) setImmediate(cut);
  }

  function cut(): void {
    if (client.destroyed && target.destroyed) return;
    options.onReset();
    tearDown();
  }

  function tearDown(): void {
    for (const socket of [client, target]) if (!socket.destroyed) socket.resetAndDestroy();
  }

  /** What one side's end without order does to the other, which hears of it as late as of anything else. */
  function passBreakOn(): void {
    clearTimeout(timer);
    const waitMs = holdMs();
    if (broken && waitMs !== Number.POSITIVE_INFINITY) timer = setTimeout(tearDown, waitMs);
  }

  for (const socket of [client, target]) {
    socket.setNoDelay(true);
    socket.on('error', () => {
      broken = true; // and the other side is told by a reset
    });
    socket.on('close', () => {
      if (broken) passBreakOn();
      if (!client.destroyed || !target.destroyed) return;
      clearTimeout(timer);
      watch?.closed();
      options.onClosed();
    });
  }
  troubleChanged();

  function troubleChanged(): void {
    const now = trouble();
    left = now?.kind === 'cut-after-bytes' ? now.bytes : Number.POSITIVE_INFINITY;
    out.look();
    back.look();
    if (broken) passBreakOn();
  }

  return { troubleChanged, cut };
}
