import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { moment } from '../../local/simulator/book.ts';
import { type Arrival, markOf } from './model.ts';
import { type FaultProxies, startProxies } from './proxy/proxies.ts';

let proxies: FaultProxies;
let servers: Server[] = [];
let sockets: Socket[] = [];

beforeAll(async () => {
  proxies = await startProxies();
});

afterAll(() => proxies.close());

afterEach(async () => {
  await Promise.all([proxies.heal('client-api'), proxies.heal('worker-gateway')]);
  for (const socket of sockets) socket.destroy();
  for (const server of servers) server.close();
  servers = [];
  sockets = [];
});

/** Told to the proxy as the target of the link. */
async function serve(server: Server, link: 'client-api' | 'worker-gateway' = 'client-api'): Promise<void> {
  servers.push(server);
  server.on('connection', (socket) => {
    sockets.push(socket);
    socket.on('error', () => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  await proxies.lead(link, (server.address() as AddressInfo).port);
}

const echo = () => createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket));

interface Caller {
  socket: Socket;
  /** What has come, as text. */
  came(): string;
  /** How it ended: `end`, or the code of an error. */
  ended: Promise<string>;
}

function call(link: 'client-api' | 'worker-gateway' = 'client-api'): Caller {
  const port = Number(proxies.address(link).split(':')[1]);
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  sockets.push(socket);
  let text = '';
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1');
  });
  const ended = new Promise<string>((resolve) => {
    socket.once('end', () => resolve('end')).once('error', (error) => resolve(String('code' in error && error.code)));
  });
  return { socket, came: () => text, ended };
}

const until = (wanted: () => unknown) => expect.poll(wanted, { timeout: 5_000, interval: 5 });

describe('a link', () => {
  it('passes everything on, both ways, and half-closes', async () => {
    await serve(echo());
    const { socket, came, ended } = call();
    socket.write('one ');
    await until(came).toBe('one ');
    socket.end('two');
    expect(await ended).toBe('end');
    expect(came()).toBe('one two');
  });

  it('resets the client where nobody listens', async () => {
    const server = echo();
    await serve(server);
    server.close();
    await once(server, 'close');
    const { socket, ended } = call();
    socket.write('x');
    expect(await ended).toBe('ECONNRESET');
  });

  it('leads new connections elsewhere, and leaves the old ones', async () => {
    await serve(echo());
    const old = call();
    old.socket.write('a');
    await until(old.came).toBe('a');
    await serve(createServer((socket) => socket.write('elsewhere')));
    const young = call();
    await until(young.came).toBe('elsewhere');
    old.socket.write('b');
    await until(old.came).toBe('ab');
  });

  it('passes a reset on, either way', async () => {
    const taken: Socket[] = [];
    await serve(createServer((socket) => void taken.push(socket)));
    const first = call();
    await until(() => taken.length).toBe(1);
    taken[0]?.resetAndDestroy();
    expect(await first.ended).toBe('ECONNRESET');

    const second = call();
    await until(() => taken.length).toBe(2);
    const error = new Promise((resolve) => taken[1]?.once('error', resolve));
    second.socket.resetAndDestroy();
    expect(await error).toMatchObject({ code: 'ECONNRESET' });
  });
});

describe('a trouble', () => {
  it('cut: resets what is open, once', async () => {
    await serve(echo());
    const open = call();
    open.socket.write('a');
    await until(open.came).toBe('a');
    await proxies.trouble('client-api', { kind: 'cut' });
    expect(await open.ended).toBe('ECONNRESET');
    const after = call();
    after.socket.write('b');
    await until(after.came).toBe('b');
  });

  it('cut: at once, also where the other side takes nothing', async () => {
    const taken: Socket[] = [];
    const size = 20 * 1024 * 1024;
    let reached = 0;
    let closed = false;
    await serve(
      createServer({ pauseOnConnect: true }, (socket) => {
        taken.push(socket);
        socket.on('data', (bytes) => {
          reached += bytes.length;
        });
        socket.on('close', () => {
          closed = true;
        });
      }),
    );
    const { socket, ended } = call();
    socket.write(Buffer.alloc(size, 'x'));
    await until(() => taken.length).toBe(1);
    await proxies.trouble('client-api', { kind: 'cut' });
    expect(await ended).toMatch(/ECONNRESET|EPIPE/);
    taken[0]?.resume();
    await until(() => closed).toBe(true);
    expect(reached).toBeLessThan(size);
  });

  it('refuse: resets what is open and what comes, until it is healed', async () => {
    await serve(echo());
    const open = call();
    open.socket.write('a');
    await until(open.came).toBe('a');
    await proxies.trouble('client-api', { kind: 'refuse' });
    expect(await open.ended).toBe('ECONNRESET');
    expect(await call().ended).toBe('ECONNRESET');
    await proxies.heal('client-api');
    const after = call();
    after.socket.write('b');
    await until(after.came).toBe('b');
  });

  it('hang: takes bytes, and passes them on when it is healed', async () => {
    let reached = '';
    await serve(
      createServer((socket) => {
        socket.on('data', (bytes) => {
          reached += bytes.toString();
          socket.write('answer');
        });
      }),
    );
    const { socket, came } = call();
    await proxies.trouble('client-api', { kind: 'hang' });
    socket.write('question');
    await sleep(150);
    expect([reached, came()]).toEqual(['', '']);
    await proxies.heal('client-api');
    await until(came).toBe('answer');
    expect(reached).toBe('question');
  });

  it('hang: an end or a reset is passed on only when it is healed', async () => {
    const taken: Socket[] = [];
    await serve(createServer((socket) => void taken.push(socket)));
    const callers = [call(), call()] as const;
    await until(() => taken.length).toBe(2);
    await proxies.trouble('client-api', { kind: 'hang' });
    taken[0]?.end();
    taken[1]?.resetAndDestroy();
    const ends = callers.map(({ ended }) => ended);
    expect(await Promise.race([...ends, sleep(150, 'nothing')])).toBe('nothing');
    await proxies.heal('client-api');
    expect((await Promise.all(ends)).sort()).toEqual(['ECONNRESET', 'end']);
  });

  it('delay: everything so much later, in order', async () => {
    await serve(echo());
    const { socket, came, ended } = call();
    await once(socket, 'connect');
    await proxies.trouble('client-api', { kind: 'delay', ms: 100 });
    const begun = performance.now();
    for (let n = 0; n < 50; n += 1) {
      socket.write(`${n} `);
      if (n % 10 === 0) await sleep(5);
    }
    socket.end('end');
    expect(await ended).toBe('end');
    expect(performance.now() - begun).toBeGreaterThanOrEqual(200);
    expect(came()).toBe(`${Array.from({ length: 50 }, (_, n) => n).join(' ')} end`);
  });

  it('cut-after-bytes: so many reach the target, then both are reset', async () => {
    let reached = '';
    let closed = false;
    await serve(
      createServer((socket) => {
        socket.on('data', (bytes) => {
          reached += bytes.toString();
        });
        // With an error or, where bytes and reset are found together, without one.
        socket.on('close', () => {
          closed = true;
        });
      }),
    );
    await proxies.trouble('client-api', { kind: 'cut-after-bytes', bytes: 10 });
    const { socket, ended } = call();
    socket.write('12345');
    await until(() => reached).toBe('12345');
    socket.write('67890abc');
    expect(await ended).toBe('ECONNRESET');
    await until(() => closed).toBe(true);
    expect(reached).toBe('1234567890');
  });
});

it('a big answer to a slow reader does not fill memory', async () => {
  const size = 50 * 1024 * 1024;
  const block = Buffer.alloc(1024 * 1024, 'x');
  let written = 0;
  await serve(
    createServer((socket) => {
      const fill = () => {
        while (written < size) {
          written += block.length;
          if (!socket.write(block)) return;
        }
        socket.end();
      };
      socket.on('drain', fill);
      fill();
    }),
  );
  const { socket, ended } = call();
  let read = 0;
  socket.removeAllListeners('data');
  await once(socket, 'connect');
  socket.pause();
  await sleep(300);
  const stuck = written;
  // What the sockets' buffers and the proxy hold together.
  expect(stuck).toBeLessThan(25 * 1024 * 1024);
  await sleep(200);
  expect(written).toBe(stuck);
  socket.on('data', (bytes) => {
    read += bytes.length;
  });
  socket.resume();
  expect(await ended).toBe('end');
  expect(read).toBe(size);
});

describe('arrivals', () => {
  let agent: Agent;
  let url: string;

  beforeEach(async () => {
    agent = new Agent({ connections: 1, pipelining: 1 });
    url = `http://${proxies.address('worker-gateway')}`;
    await proxies.arrivals();
  });

  afterEach(() => agent.destroy());

  /** A gateway that answers each request when its body is there. */
  const gateway = () =>
    createHttpServer((req, res) => {
      req.resume().on('end', () => res.end('ok'));
    });

  const post = async (body: string) => {
    const answer = await request(url, { method: 'POST', body, dispatcher: agent });
    return await answer.body.text();
  };

  async function arrivals(count: number): Promise<Arrival[]> {
    const seen: Arrival[] = [];
    await until(async () => {
      seen.push(...(await proxies.arrivals()));
      return seen.length;
    }).toBe(count);
    return seen;
  }

  it('one for each request of a connection that is kept, with its time and its marks', async () => {
    await serve(gateway(), 'worker-gateway');
    const before = moment();
    await post(`{"a":"${markOf(1)}","b":"Hello ${markOf(2)}!"}`);
    const between = moment();
    await post(`text=${markOf(3)}&again=${markOf(3)}`);
    await (await request(`${url}/?text=${markOf(4)}`, { dispatcher: agent })).body.text();
    await post('status?');
    const seen = await arrivals(4);
    expect(seen.map(({ marks }) => marks)).toEqual([[markOf(1), markOf(2)], [markOf(3)], [markOf(4)], []]);
    expect(seen.every(({ passedOn }) => passedOn)).toBe(true);
    expect(seen[0]?.mono).toBeGreaterThanOrEqual(before.mono);
    expect(seen[0]?.mono).toBeLessThanOrEqual(between.mono);
    expect(seen[1]?.mono).toBeGreaterThanOrEqual(between.mono);
    for (const { lateMs } of seen) expect(lateMs).toBeGreaterThan(0);
    expect((await proxies.counts())['worker-gateway'].connections).toBeGreaterThan(0);
  });

  it('a mark that comes in pieces', async () => {
    await serve(gateway(), 'worker-gateway');
    const { socket, came } = call('worker-gateway');
    const body = `${markOf(11)} and ${markOf(12)}`;
    for (const byte of `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`) {
      socket.write(byte);
      await sleep(1);
    }
    await until(came).toContain('ok');
    expect(await arrivals(1)).toMatchObject([{ marks: [markOf(11), markOf(12)], passedOn: true }]);
  });

  it('a body of unknown length, and an answer before its end', async () => {
    await serve(
      createServer((socket) => {
        socket.on('data', (bytes) => bytes.includes('\r\n\r\n') && socket.write('HTTP/1.1 200 OK\r\n\r\n'));
      }),
      'worker-gateway',
    );
    const { socket, came } = call('worker-gateway');
    const head = 'POST / HTTP/1.1\r\nHost: x\r\n';
    socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n9\r\n${markOf(21)}\r\n0\r\n\r\n`);
    await until(came).toContain('200');
    socket.write(`${head}Content-Length: 18\r\n\r\n${markOf(22)}`);
    await until(() => came().split('200').length).toBe(3);
    socket.end(markOf(23));
    expect((await arrivals(2)).map(({ marks }) => marks)).toEqual([[markOf(21)], [markOf(22), markOf(23)]]);
  });

  it('the first byte counts, before any delay; what was not passed on says so', async () => {
    await serve(gateway(), 'worker-gateway');
    await proxies.trouble('worker-gateway', { kind: 'delay', ms: 200 });
    await post(markOf(31));
    const answered = moment();
    const [delayed] = await arrivals(1);
    expect(delayed?.mono).toBeLessThan(answered.mono - 350);
    await proxies.heal('worker-gateway');
    await agent.destroy();

    await proxies.trouble('worker-gateway', { kind: 'hang' });
    const { socket } = call('worker-gateway');
    socket.write(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n${markOf(32)}`);
    await sleep(100);
    expect(await proxies.arrivals()).toEqual([]);
    await proxies.trouble('worker-gateway', { kind: 'cut' });
    expect(await arrivals(1)).toMatchObject([{ marks: [markOf(32)], passedOn: false }]);

    await proxies.trouble('worker-gateway', { kind: 'refuse' });
    const refused = call('worker-gateway');
    refused.socket.write(markOf(33));
    await refused.ended;
    expect(await proxies.arrivals()).toEqual([]);
  });

  it('cut after bytes: the marks that came, though they were not passed on', async () => {
    await serve(gateway(), 'worker-gateway');
    await proxies.trouble('worker-gateway', { kind: 'cut-after-bytes', bytes: 20 });
    await expect(post(markOf(41))).rejects.toThrow();
    expect(await arrivals(1)).toMatchObject([{ marks: [markOf(41)], passedOn: false }]);
  });
});
