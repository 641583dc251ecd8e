import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { EnvHttpProxyAgent, fetch } from 'undici';

/** Downloads to the file, through the proxy that HTTPS_PROXY names. The error is one line that names the cause. */
export async function download(url: string, file: string, { withinMs }: { withinMs: number }): Promise<void> {
  const dispatcher = new EnvHttpProxyAgent({ connect: { timeout: 5_000 } });
  try {
    const response = await fetch(url, { dispatcher, signal: AbortSignal.timeout(withinMs) });
    if (!response.ok || !response.body) throw new Error(`${new URL(url).host} answered ${response.status}`);
    await pipeline(Readable.fromWeb(response.body), createWriteStream(file));
  } catch (error) {
    throw new Error(reason(error, withinMs));
  } finally {
    await dispatcher.destroy();
  }
}

function reason(error: unknown, withinMs: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `not complete within ${withinMs / 1000} s`;
  return error.cause instanceof Error ? error.cause.message : error.message;
}
