/** What is kept of a call to a gateway, so that a person can see later how far it got and what came back. */
import { TextDecoder } from 'node:util';
import type { HttpRequest } from '../gateways/gateway.ts';
import type { Reach } from '../sms/outcome.ts';
import type { Mask } from './http-mask.ts';

/** Plain JSON that Postgres takes; secrets are masked. Times without a date are milliseconds. */
export interface Evidence {
  /** ISO 8601. */
  startedAt: string;
  /** From asking for a connection until the request could be written. */
  connectMs?: number;
  /** Whether the connection had served a call before; a stale one explains a cut right after the write. */
  reused?: boolean;
  /** ISO 8601. */
  wroteAt?: string;
  /** From the write to the first byte of the answer. */
  firstByteMs?: number;
  totalMs: number;
  /** Slots in the sender's rate limit that had gone by before the request could be written in one. */
  missedSlots?: number;
  reach: Reach;
  status?: number;
  failure?: string;
  /** Method and URL. */
  requestLine: string;
  /** Beginning of the answer, at most 2 KiB. */
  answerExcerpt?: string;
}

const EXCERPT_BYTES = 2048;

export function requestLine(request: HttpRequest, mask: Mask): string {
  return clip(mask(`${request.method} ${withoutLogin(request.url)}`));
}

export function excerptOf(body: Uint8Array, headers: Record<string, string>, mask: Mask): string {
  // Twice the excerpt is enough: the mask also takes a secret whose end is outside the window.
  const text = decoderOf(headers['content-type']).decode(body.subarray(0, 2 * EXCERPT_BYTES));
  return clip(mask(text));
}

export function failureText(failure: string, mask: Mask): string {
  return clip(mask(failure));
}

function withoutLogin(address: string): string {
  if (!URL.canParse(address)) return address;
  const url = new URL(address);
  url.username = '';
  url.password = '';
  return url.href;
}

function decoderOf(contentType = ''): TextDecoder {
  const charset = /charset\s*=\s*"?([\w-]+)/i.exec(contentType)?.[1];
  try {
    return new TextDecoder(charset ?? 'utf-8');
  } catch {
    return new TextDecoder('utf-8');
  }
}

/** Bounded, and without what Postgres does not take in JSON: NUL and half surrogates. */
function clip(text: string): string {
  const bytes = Buffer.from(text.replace(/[^\P{Cc}\t\n\r]/gu, '\ufffd'), 'utf8').subarray(0, EXCERPT_BYTES);
  return new TextDecoder('utf-8').decode(bytes, { stream: true });
}
