import diagnostics from 'node:diagnostics_channel';
import { once } from 'node:events';
import net from 'node:net';
import { Worker } from 'node:worker_threads';
import { describe, expect, it, onTestFinished } from 'vitest';
import { certificate } from './http-certificate.ts';
import { block, type Host, listen, ok, pause, startHost, startHttp } from './http-servers.ts';

const get = (host: Host) => ({ method: 'GET' as const, url: `${host.origin}/send`, headers: {} });

describe('connections', () => {
  it('serve 200 calls one after the other', async () => {
    const host = await startHost((socket, request) => socket.write(ok(`id=${request}`)));
    const http = startHttp();
    for (let i = 1; i <= 200; i++) {
      const result = await http.call('s', get(host));
      expect(result).toMatchObject({ reach: 'answered', evidence: { answerExcerpt: `id=${i}`, reused: i > 1 } });
      await pause(1);
    }
    expect(host.connections).toBe(1);
  });

  it('are not more than two for calls that follow in the same tick', async () => {
    const host = await startHost((socket) => socket.write(ok('')));
    const http = startHttp();
    for (let i = 0; i < 100; i++) expect((await http.call('s', get(host))).reach).toBe('answered');
    expect(host.connections).toBeLessThanOrEqual(2);
  });

  it('carry one request at a time, and are bounded', async () => {
    let inWork = 0;
    let most = 0;
    const host = await startHost((socket) => {
      most = Math.max(most, ++inWork);
      setTimeout(() => {
        inWork--;
        socket.write(ok(''));
      }, 20);
    });
    const http = startHttp({ connections: 4 });
    const results = await Promise.all(Array.from({ length: 20 }, () => http.call('s', get(host))));
    expect(results.every(({ reach }) => reach === 'answered')).toBe(true);
    expect(host.connections).toBe(4);
    expect(most).toBe(4);
  });

  it('are not shared by senders', async () => {
    const host = await startHost((socket) => socket.write(ok('')));
    const http = startHttp();
    await http.call('one', get(host));
    await pause(5);
    await http.call('two', get(host));
    expect(host.connections).toBe(2);
  });

  it.each([
    ['whatever longer time the host offers', 'keep-alive: timeout=600\r\n'],
    ['where the host offers none', ''],
  ])('live idle no longer than asked, %s', async (_, header) => {
    const host = await startHost((socket) => socket.write(ok('', header)));
    const http = startHttp({ idleMs: 60_000 });
    await http.call('s', get(host), {}, { idleMs: 100 });
    await http.call('s', get(host));
    expect(host.open.size).toBe(2);
    await pause(500);
    expect(host.open.size).toBe(1);
  });

  it('of a pool that nobody uses are closed', async () => {
    const host = await startHost((socket) => socket.write(ok('')));
    const http = startHttp({ idleMs: 60_000, poolIdleMs: 400 });
    await http.call('s', get(host));
    await pause(250);
    await http.call('s', get(host)); // puts it off
    await pause(250);
    expect(host.open.size).toBe(1);
    await pause(500);
    expect(host.open.size).toBe(0);
    expect((await http.call('s', get(host))).reach).toBe('answered');
  });
});

describe('a stale connection', () => {
  it('that is closed while the request is on its way ends in `written`, and nothing is repeated', async () => {
    const host = await startHost((socket, request) => (request === 1 ? socket.write(ok('')) : socket.destroy()));
    const http = startHttp();
    await http.call('s', get(host));
    await pause(20);
    const result = await http.call('s', get(host));
    expect(result).toMatchObject({ reach: 'written', evidence: { reused: true } });
    await pause(50);
    expect(host.requests()).toBe(2);
    expect(host.connections).toBe(1);
  });

  it('whose end lies unread in the socket is not written on', async () => {
    // The host must go on while this event loop is blocked.
    const worker = new Worker(
      `const { parentPort } = require('node:worker_threads');
       const server = require('node:http').createServer((request, response) => {
         parentPort.postMessage('request');
         response.end('id=1');
         setTimeout(() => request.socket.destroy(), 50);
       });
       server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));`,
      { eval: true },
    );
    onTestFinished(async () => void (await worker.terminate()));
    const [port] = await once(worker, 'message');
    let requests = 0;
    worker.on('message', () => requests++);
    const http = startHttp();
    const request = { method: 'POST' as const, url: `http://127.0.0.1:${port}/`, headers: {}, body: 'one SMS' };
    expect((await http.call('s', request)).reach).toBe('answered');
    await pause(10);
    block(200);
    expect(await http.call('s', request)).toMatchObject({ reach: 'answered', evidence: { reused: false } });
    await pause(50);
    expect(requests).toBe(2);
  });

  it('is not left for a second write by the library', async () => {
    const host = await startHost(() => undefined);
    // undici writes a request again when its connection ends in what it takes for an event of its own.
    const onWrite = (message: unknown) => {
      const { socket } = message as { socket: net.Socket };
      setTimeout(() => socket.destroy(Object.assign(new Error('reset'), { code: 'UND_ERR_INFO' })), 50);
    };
    diagnostics.subscribe('undici:client:sendHeaders', onWrite);
    onTestFinished(() => void diagnostics.unsubscribe('undici:client:sendHeaders', onWrite));
    const result = await startHttp().call('s', get(host));
    expect(result).toMatchObject({ reach: 'written', failure: expect.stringContaining('not written a second time') });
    await pause(100);
    expect(host.connections).toBe(2); // it had come so far
    expect(host.requests()).toBe(1);
  });
});

describe('giving up after the write', () => {
  it.each([
    ['TCP', undefined],
    ['TLS', certificate],
  ])('resets the connection, so that the kernel sends nothing any more (%s)', async (_, secure) => {
    const host = await startHost(() => undefined, secure);
    // In front of it stands a socket that tells a reset from a plain end.
    let end = '';
    const sockets: net.Socket[] = [];
    const server = net.createServer((near) => {
      const far = net.connect(host.port, '127.0.0.1');
      near.pipe(far).pipe(near);
      far.on('error', () => undefined);
      near.on('error', (error) => {
        end = 'code' in error ? String(error.code) : error.message;
      });
      near.on('end', () => {
        end ||= 'plain end';
      });
      sockets.push(near, far);
    });
    const port = await listen(server);
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    const http = startHttp({ totalTimeoutMs: 200, ca: certificate.cert });
    const url = host.origin.replace(String(host.port), String(port));
    const result = await http.call('s', { method: 'POST', url, headers: {}, body: 'one SMS' });
    expect(result).toMatchObject({ reach: 'written', failure: 'no whole answer within 200 ms' });
    await pause(100);
    expect(host.requests()).toBe(1);
    expect(end).toBe('ECONNRESET');
  });
});

describe('close', () => {
  it('waits for what was written, and leaves no connection and no timer', async () => {
    const host = await startHost((socket) => setTimeout(() => socket.write(ok('id=1')), 100));
    const silent = await startHost(() => undefined);
    await pause(100); // for what other tests leave to be closed
    const before = handles();
    const http = startHttp();
    const written = http.call('s', get(host));
    await pause(30);
    const connecting = http.call('s', { ...get(host), url: `https://127.0.0.1:${silent.port}/` });
    await pause(30);
    await http.close();
    expect((await written).reach).toBe('answered');
    expect(await connecting).toMatchObject({ reach: 'unwritten', failure: expect.stringContaining('closing') });
    await pause(20);
    expect(host.open.size + silent.open.size).toBe(0);
    // Other tests of this process may end theirs meanwhile.
    for (const [name, count] of Object.entries(handles())) expect(count, name).toBeLessThanOrEqual(before[name] ?? 0);
    expect(await http.call('s', get(host))).toMatchObject({ reach: 'unwritten' });
    await http.close();
  });
});

function handles(): Record<string, number> {
  const counted: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo()) {
    if (/TCP|TLS|Timeout|Immediate/.test(name)) counted[name] = (counted[name] ?? 0) + 1;
  }
  return counted;
}
