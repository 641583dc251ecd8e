/** Calls webhooks as the gateways do: repeats until a 2xx answer, a few times, without holding up anybody. */
import http from 'node:http';
import https from 'node:https';
import { type Book, moment } from './book.ts';
import type { HookCall } from './model.ts';
import { Timers } from './timers.ts';
import type { Wire } from './wires/wire.ts';

export interface CourierOptions {
  /** How long a minute of the gateways' retry pauses lasts, in milliseconds. */
  minuteMs: number;
  timeoutMs: number;
}

export class Courier {
  #agents = newAgents();
  #timers = new Timers();
  #open = new Set<http.ClientRequest>();
  #book: Book;
  #options: CourierOptions;

  constructor(book: Book, options: CourierOptions) {
    this.#book = book;
    this.#options = options;
  }

  /** Resolves when the first attempt has an answer or failed; repeats go on by themselves. Never rejects. */
  async carry(call: HookCall, wire: Wire, login: string, attempt = 1): Promise<void> {
    const begun = moment();
    const outcome = await this.#make(call);
    if (outcome === 'closed') return;
    const { body = '', ...got } = outcome;
    const sentBack = got.answer === undefined ? [] : (call.sendsBack?.(got.answer, body) ?? []);
    this.#book.call({
      ...begun,
      wire: wire.name,
      login,
      url: call.url,
      attempt,
      method: call.method ?? 'POST',
      body: call.body,
      reports: call.reports.map(({ sms, status }) => ({ id: sms.id, phone: sms.phone, status })),
      inbound: call.inbound.map((it) => it.id),
      ...got,
      ...(sentBack.length > 0 ? { sentBack } : {}),
      ms: moment().mono - begun.mono,
    });
    const isTaken = got.answer !== undefined && got.answer >= 200 && got.answer < 300;
    if (isTaken && (call.isHeard?.(body) ?? true)) {
      for (const { sms, status } of call.reports) sms.reported = status;
      for (const inbound of call.inbound) inbound.pushed = true;
      return;
    }
    const pause = wire.hookRetryMinutes[attempt - 1];
    if (pause === undefined) return;
    this.#timers.after(pause * this.#options.minuteMs, () => void this.carry(call, wire, login, attempt + 1));
  }

  get waiting(): number {
    return this.#timers.size + this.#open.size;
  }

  /** Drops what is open or waits for a repeat; new calls may follow. */
  clear(): void {
    this.#timers.clear();
    for (const request of this.#open) request.destroy();
    this.#open.clear();
    for (const agent of Object.values(this.#agents)) agent.destroy();
    this.#agents = newAgents();
  }

  #make(call: HookCall): Promise<{ answer?: number; body?: string; error?: string } | 'closed'> {
    return new Promise((resolve) => {
      const url = URL.canParse(call.url) ? new URL(call.url) : undefined;
      if (url?.protocol !== 'http:' && url?.protocol !== 'https:') return resolve({ error: 'not an http(s) URL' });
      const secure = url.protocol === 'https:';
      const request = (secure ? https : http).request(url, {
        method: call.method ?? 'POST',
        agent: secure ? this.#agents.https : this.#agents.http,
        headers: {
          ...call.headers,
          ...(call.method === 'GET' ? {} : { 'content-length': Buffer.byteLength(call.body) }),
        },
      });
      this.#open.add(request);
      const timer = setTimeout(() => request.destroy(new Error('timeout')), this.#options.timeoutMs);
      const end = (outcome: { answer?: number; body?: string; error?: string }) => {
        clearTimeout(timer);
        resolve(this.#open.delete(request) ? outcome : 'closed');
      };
      request.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          end({ answer: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
        );
        response.on('error', (error) => end({ error: error.message }));
      });
      request.on('error', (error) => end({ error: error.message }));
      // Without an error a destroyed request only tells that it is closed.
      request.on('close', () => end({ error: 'closed' }));
      request.end(call.method === 'GET' ? undefined : call.body);
    });
  }
}

function newAgents() {
  const options = { keepAlive: true, maxSockets: 32, maxFreeSockets: 32 };
  return { http: new http.Agent(options), https: new https.Agent(options) };
}
