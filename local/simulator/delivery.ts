/** Brings an answer onto the socket, whole or in the way that a fault wants it. */
import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { Fault } from './faults.ts';
import type { Answer } from './model.ts';
import type { Timers } from './timers.ts';

export function deliver(response: ServerResponse, answer: Answer, fault: Fault | undefined, timers: Timers): void {
  switch (fault) {
    case 'reset-before-body':
    case 'reset-after-accept':
      response.socket?.resetAndDestroy();
      return;
    case 'silent':
      return;
    case 'garbage':
      whole(response, { ...answer, status: 200, body: randomBytes(512) });
      return;
    case 'half-answer':
      half(response, answer);
      return;
    case 'slow-answer':
      timers.after(SLOW_MS, () => whole(response, answer));
      return;
    case 'drip':
      head(response, answer);
      drip(response, answer.body, timers);
      return;
    case 'giant':
      giant(response, answer);
      return;
    case 'gzip-bomb':
      gzipBomb(response, answer);
      return;
    default:
      whole(response, answer);
  }
}

function head(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { ...headers, 'content-length': body.length });
  response.flushHeaders();
}

function whole(response: ServerResponse, { status, headers, body }: Answer): void {
  if (response.destroyed) return;
  response.writeHead(status, { ...headers, 'content-length': body.length }).end(body);
}

function half(response: ServerResponse, answer: Answer): void {
  head(response, answer);
  response.write(answer.body.subarray(0, Math.floor(answer.body.length / 2)), () => response.socket?.destroySoon());
}

function drip(response: ServerResponse, left: Buffer, timers: Timers): void {
  if (response.destroyed || response.socket?.destroyed) return;
  response.write(left.subarray(0, 1));
  if (left.length <= 1) response.end();
  else timers.after(DRIP_MS, () => drip(response, left.subarray(1), timers));
}

/** Blanks without an end in sight, then the answer: a reader without a limit would even understand it. */
function giant(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, headers);
  pour(response, Buffer.alloc(MEGABYTE, ' '), 100, body);
}

/** Gzip members may follow each other, so that one small block makes the whole bomb. */
function gzipBomb(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { ...headers, 'content-encoding': 'gzip' });
  bombBlock ??= gzipSync(Buffer.alloc(10 * MEGABYTE, ' '));
  pour(response, bombBlock, 100, gzipSync(body));
}

let bombBlock: Buffer | undefined;

function pour(response: ServerResponse, block: Buffer, times: number, end: Buffer): void {
  for (let left = times; left > 0; left -= 1) {
    if (response.destroyed) return;
    if (!response.write(block)) {
      response.once('drain', () => pour(response, block, left - 1, end));
      return;
    }
  }
  response.end(end);
}

const SLOW_MS = 3000;
const DRIP_MS = 1000;
const MEGABYTE = 2 ** 20;
