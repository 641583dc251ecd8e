/** Our client of the HTTP API: like a careful shop's, it asks again with the same key until it is answered. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';

export interface Answer {
  status: number;
  /** What the JSON says; an empty object where it is none. */
  body: Record<string, unknown>;
  /** 1 where the first request was answered. */
  tries: number;
}

export interface Client {
  /** @returns undefined where none came before the client was told to give up */
  post(apiKey: string, path: string, body?: object, headers?: Record<string, string>): Promise<Answer | undefined>;
  /** Requests that are not answered yet. */
  open(): number;
  /** No request is made again after so many milliseconds from now. */
  giveUpIn(ms: number): void;
  close(): Promise<void>;
}

const PATIENCE_MS = 12_000;
const CONNECTIONS = 48;

export function createClient(apiUrl: string): Client {
  const dispatcher = new Agent({ connections: CONNECTIONS, headersTimeout: PATIENCE_MS, bodyTimeout: PATIENCE_MS });
  let open = 0;
  let until = Number.POSITIVE_INFINITY;

  async function once(apiKey: string, path: string, body: object, headers: Record<string, string>) {
    const answer = await request(`${apiUrl}${path}`, {
      dispatcher,
      method: 'POST',
      headers: { ...headers, authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await answer.body.text();
    return { status: answer.statusCode, body: text.startsWith('{') ? (JSON.parse(text) as Answer['body']) : {} };
  }

  return {
    async post(apiKey, path, body = {}, headers = {}) {
      open++;
      try {
        for (let tries = 1; ; tries++) {
          const answer = await once(apiKey, path, body, headers).catch((error: unknown) => unanswered(error));
          if (answer && answer.status < 500 && answer.status !== 429) return { ...answer, tries };
          if (Date.now() > until) return undefined;
          await sleep(Math.min(100 * 2 ** tries, 2_000));
        }
      } finally {
        open--;
      }
    },
    open: () => open,
    giveUpIn(ms) {
      until = Date.now() + ms;
    },
    close: () => dispatcher.close(),
  };
}

/** Whatever became of the connection: the request may have been done or not. Half an answer is none. */
function unanswered(error: unknown): undefined {
  const isOfTheWay = error instanceof SyntaxError || (error instanceof Error && 'code' in error);
  if (!isOfTheWay) throw error;
  return undefined;
}
