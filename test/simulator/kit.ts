/** What the simulator's tests share: a started simulator, a receiver of webhooks, requests of each wire, raw sockets. */
import http, { type IncomingHttpHeaders } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { afterEach } from 'vitest';
import type { CallEntry, Handset, RequestEntry } from '../../local/simulator/book.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../local/simulator/server.ts';

const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()));
});

export interface Started extends Simulator {
  control<T = Record<string, unknown>>(path: string, body?: unknown): Promise<T>;
  handset(phone: string): Promise<Handset>;
  requests(): Promise<RequestEntry[]>;
  /** Resolves when no status, webhook call or repeat is to come. */
  quiet(): Promise<void>;
  calls(): Promise<CallEntry[]>;
}

/** Closed after the test. */
export async function start(options: SimulatorOptions = {}): Promise<Started> {
  const simulator = await startSimulator({ reportDelayMs: 40, minuteMs: 20, ...options });
  open.push(() => simulator.close());
  const control = async <T>(path: string, body?: unknown): Promise<T> => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const answer = await fetch(`${simulator.url}/_control/${path}`, body === undefined ? {} : init);
    if (answer.status !== 200) throw new Error(`control ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  return {
    ...simulator,
    control,
    handset: async (phone) => {
      const { handsets } = await control<{ handsets: Handset[] }>(`handsets?phone=${phone}`);
      return handsets[0] ?? { phone, sms: [], inbound: [] };
    },
    quiet: () => eventually(async () => (await control<{ waiting: number }>('waiting')).waiting === 0),
    requests: async () => (await control<{ requests: RequestEntry[] }>('book')).requests,
    calls: async () => (await control<{ calls: CallEntry[] }>('book')).calls,
  };
}

export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  at: number;
}

export interface Receiver {
  url: string;
  received: Received[];
  /** Resolves when so many have come; rejects after 10 s. */
  until(count: number): Promise<Received[]>;
}

/** A webhook server; `answer` gives the HTTP status for the n-th call (from 1), or none to never answer. */
export async function startReceiver(answer: (n: number) => number | undefined = () => 200): Promise<Receiver> {
  const received: Received[] = [];
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString('utf8');
    received.push({ path: request.url ?? '', headers: request.headers, body, at: performance.now() });
    const status = answer(received.length);
    if (status !== undefined) response.writeHead(status).end('OK');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    until: async (count) => {
      await eventually(() => received.length >= count);
      return received.slice(0, count);
    },
  };
}

/** Waits until it is true; throws after 10 s. */
export async function eventually(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 10_000;
  while (!(await isTrue())) {
    if (performance.now() > end) throw new Error('It did not come true in 10 s');
    await pause(5);
  }
}

export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export interface Ask {
  phone: string;
  text?: string;
  id?: string;
  login?: string;
}

interface PlainRequest {
  path: string;
  headers: Record<string, string>;
  body: string;
}

export interface WireUnderTest {
  name: 'infobip' | 'smsc' | 'playmobile';
  /** Phones start so; the test adds the last digits. */
  prefix: string;
  request(ask: Ask): PlainRequest;
  /** The answer says that the SMS was taken. */
  accepts(status: number, body: string): boolean;
  /** What the answer says instead, in the wire's words. */
  code(status: number, body: string): unknown;
}

const infobip: WireUnderTest = {
  name: 'infobip',
  prefix: '79995550',
  request: ({ phone, text = 'Hello', id, login = 'key-1' }) => ({
    path: '/infobip/sms/3/messages',
    headers: { authorization: `App ${login}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      messages: [{ sender: 'ACME', destinations: [{ to: phone, messageId: id }], content: { text } }],
    }),
  }),
  accepts: (status, body) => status === 200 && JSON.parse(body).messages[0].status.groupId === 1,
  code: (status, body) => (status === 200 ? JSON.parse(body).messages[0].status.id : status),
};

const smsc: WireUnderTest = {
  name: 'smsc',
  prefix: '79215550',
  request: ({ phone, text = 'Hello', id, login = 'acme' }) => ({
    path: '/smsc/sys/send.php',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      login,
      psw: 's3cret',
      charset: 'utf-8',
      fmt: '3',
      phones: `+${phone}`,
      mes: text,
      ...(id === undefined ? {} : { id }),
    }).toString(),
  }),
  accepts: (status, body) => status === 200 && JSON.parse(body).cnt === 1,
  code: (status, body) => (status === 200 ? JSON.parse(body).error_code : status),
};

const playmobile: WireUnderTest = {
  name: 'playmobile',
  prefix: '998901110',
  request: ({ phone, text = 'Hello', id = 'id-1', login = 'acme' }) => ({
    path: '/playmobile/broker-api/send',
    headers: {
      authorization: `Basic ${Buffer.from(`${login}:s3cret`).toString('base64')}`,
      'content-type': 'application/json; charset=UTF-8',
    },
    body: JSON.stringify({
      messages: [{ recipient: phone, 'message-id': id, sms: { originator: '3700', content: { text } } }],
    }),
  }),
  accepts: (status, body) => status === 200 && body === 'Request is received',
  code: (status, body) => (status === 400 ? JSON.parse(body)['error-code'] : status),
};

export const WIRES = { infobip, smsc, playmobile };

export async function submit(simulator: Simulator, wire: WireUnderTest, ask: Ask) {
  const { path, headers, body } = wire.request(ask);
  const answer = await fetch(simulator.url + path, { method: 'POST', headers, body, redirect: 'manual' });
  return { status: answer.status, headers: answer.headers, body: await answer.text() };
}

export interface RawAnswer {
  /** Everything that came. */
  bytes: Buffer;
  head: string;
  body: Buffer;
  /** `open`: still connected when the time was over. */
  ended: 'closed' | 'reset' | 'open';
  /** Until the first byte or the end, in milliseconds. */
  ms: number;
}

/** One request over a bare socket; looks at it until it ends, `enough` is said or the time is over. */
export function raw(
  simulator: Simulator,
  { path, headers, body }: PlainRequest,
  {
    forMs = 1500,
    enough = () => false,
    length = Buffer.byteLength(body),
  }: { forMs?: number; enough?: (bytes: Buffer) => boolean; length?: number } = {},
): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const socket = net.connect(simulator.port, '127.0.0.1');
    const chunks: Buffer[] = [];
    const begun = performance.now();
    let firstMs: number | undefined;
    let ended: RawAnswer['ended'] = 'open';
    const timer = setTimeout(() => socket.destroy(), forMs);
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`POST ${path} HTTP/1.1\r\nhost: test\r\n${lines.join('')}content-length: ${length}\r\n\r\n`);
    socket.write(body);
    socket.on('data', (chunk) => {
      firstMs ??= performance.now() - begun;
      chunks.push(chunk);
      if (enough(Buffer.concat(chunks))) socket.destroy();
    });
    socket.on('end', () => {
      ended = 'closed';
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      ended = error.code === 'ECONNRESET' ? 'reset' : 'closed';
    });
    socket.on('close', () => {
      clearTimeout(timer);
      const bytes = Buffer.concat(chunks);
      const split = bytes.indexOf('\r\n\r\n');
      const head = bytes.subarray(0, split < 0 ? bytes.length : split).toString('latin1');
      const rest = split < 0 ? Buffer.alloc(0) : bytes.subarray(split + 4);
      resolve({ bytes, head, body: rest, ended, ms: firstMs ?? performance.now() - begun });
    });
  });
}

/** The whole answer has come, as its content-length says. */
export function isWhole(bytes: Buffer): boolean {
  const split = bytes.indexOf('\r\n\r\n');
  const length = /content-length: (\d+)/i.exec(bytes.subarray(0, Math.max(split, 0)).toString('latin1'))?.[1];
  return split >= 0 && length !== undefined && bytes.length >= split + 4 + Number(length);
}
