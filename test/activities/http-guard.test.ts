import { type ChildProcess, spawn } from 'node:child_process';
import diagnostics from 'node:diagnostics_channel';
import { once } from 'node:events';
import net from 'node:net';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { certificate } from './http-certificate.ts';
import { block, type Host, listen, ok, pause, startHost, startHttp } from './http-servers.ts';

const LEASE_OVER = 'the lease was over before the request could be written';

const post = (host: Host) => ({ method: 'POST' as const, url: `${host.origin}/send`, headers: {}, body: 'one SMS' });
const in_ = (ms: number) => performance.now() + ms;

describe('the slot', () => {
  const late = { reach: 'unwritten', late: true, failure: expect.stringContaining('too late for its slot') };

  it('that has gone by lets nothing begin', async () => {
    const host = await startHost((socket) => socket.write(ok('id=1')));
    const result = await startHttp().call('s', post(host), { latest: in_(-1), deadline: in_(2_000) });
    expect(result).toMatchObject(late);
    await pause(50);
    expect(host.connections).toBe(0);
  });

  it('that goes by while the connection is made keeps the request in, and leaves the connection for the next', async () => {
    const host = await startHost((socket) => socket.write(ok('id=1')), certificate);
    const request = { ...post(host), url: `https://127.0.0.1:${await startSlowProxy(host.port, 200)}/send` };
    const http = startHttp({ ca: certificate.cert });
    expect(await http.call('s', request, { latest: in_(100), deadline: in_(2_000) })).toMatchObject(late);
    expect(host.received()).toBe('');
    await pause(20);
    const next = await http.call('s', request, { latest: in_(100), deadline: in_(2_000) });
    expect(next.reach).toBe('answered');
    expect(next.evidence.connectMs).toBeLessThan(100);
    expect(host.connections).toBe(1);
    expect(host.requests()).toBe(1);
  });

  it('that goes by while the event loop is blocked keeps the request in', async () => {
    const host = await startHost((socket) => socket.write(ok('id=1')));
    const http = startHttp();
    expect((await http.call('s', post(host))).reach).toBe('answered');
    const call = http.call('s', post(host), { notBefore: in_(50), latest: in_(100), deadline: in_(2_000) });
    block(200);
    expect(await call).toMatchObject(late);
    await pause(50);
    expect(host.requests()).toBe(1);
  });

  it('no connection within the lease is not our lateness', async () => {
    const host = await startHost(() => undefined);
    const request = { ...post(host), url: `https://127.0.0.1:${host.port}/send` };
    const result = await startHttp().call('s', request, { latest: in_(50), deadline: in_(100) });
    expect(result).toMatchObject({ reach: 'unwritten', failure: LEASE_OVER });
    expect(result).not.toHaveProperty('late');
  });
});

describe('the lease', () => {
  it('lets a call through that is in time', async () => {
    const host = await startHost((socket) => socket.write(ok('id=1')));
    const result = await startHttp().call('s', post(host), { deadline: in_(2_000) });
    expect(result.reach).toBe('answered');
    expect(host.requests()).toBe(1);
  });

  it('that is over already lets nothing begin', async () => {
    const host = await startHost((socket) => socket.write(ok('id=1')));
    const result = await startHttp().call('s', post(host), { deadline: in_(-1) });
    expect(result).toMatchObject({ reach: 'unwritten', failure: LEASE_OVER });
    await pause(50);
    expect(host.connections).toBe(0);
  });

  it('that ends while the event loop is blocked and the connection is made keeps the request in', async () => {
    const host = await startHost((socket) => socket.write(ok('id=1')));
    const call = startHttp().call('s', post(host), { deadline: in_(50) });
    block(100);
    expect(await call).toMatchObject({ reach: 'unwritten', failure: LEASE_OVER });
    await pause(100);
    expect(host.received()).toBe('');
  });

  it('is looked at in the tick of the write, when the connection already stands', async () => {
    const host = await startHost((socket) => socket.write(ok('id=1')));
    // Published between the connection and the write, in the same tick: no timer of ours can help here.
    const hold = () => block(100);
    diagnostics.subscribe('undici:client:connected', hold);
    onTestFinished(() => void diagnostics.unsubscribe('undici:client:connected', hold));

    const result = await startHttp().call('s', post(host), { deadline: in_(80) });
    expect(result).toMatchObject({ reach: 'unwritten', failure: LEASE_OVER });
    expect(result.evidence.wroteAt).toBeUndefined();
    await pause(100);
    expect(host.connections).toBe(1);
    expect(host.received()).toBe('');
  });

  it('is looked at on a connection that is used again', async () => {
    const host = await startHost((socket) => socket.write(ok('id=1')));
    const http = startHttp();
    expect((await http.call('s', post(host))).reach).toBe('answered');
    await pause(20);
    const call = http.call('s', post(host), { deadline: in_(50) });
    block(100);
    expect(await call).toMatchObject({ reach: 'unwritten', failure: LEASE_OVER });
    await pause(100);
    expect(host.requests()).toBe(1);
  });

  it('ends the wait for a slow TLS handshake, and the late connection carries nothing', async () => {
    const host = await startHost((socket) => socket.write(ok('id=1')), certificate);
    const proxy = await startSlowProxy(host.port, 200);
    const connected = count('undici:client:connected');
    const written = count('undici:client:sendHeaders');
    const started = performance.now();
    const http = startHttp({ ca: certificate.cert });
    const result = await http.call(
      's',
      { ...post(host), url: `https://127.0.0.1:${proxy}/send` },
      { deadline: in_(150) },
    );
    expect(result).toMatchObject({ reach: 'unwritten', failure: LEASE_OVER });
    expect(performance.now() - started).toBeLessThan(2_000);
    await pause(700);
    expect(connected()).toBe(1); // the handshake came to its end all the same
    expect(written()).toBe(0);
    expect(host.received()).toBe('');
  });

  it('ends the wait for a connection that does not come', async () => {
    const host = await startHost(() => undefined); // takes the TLS hello and says nothing
    const started = performance.now();
    const request = { ...post(host), url: `https://127.0.0.1:${host.port}/send` };
    const result = await startHttp({ connectTimeoutMs: 5_000 }).call('s', request, { deadline: in_(100) });
    expect(result).toMatchObject({ reach: 'unwritten', failure: LEASE_OVER });
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('is over by the wall clock too, as after a suspended machine', async () => {
    const host = await startHost((socket) => socket.write(ok('id=1')));
    const call = startHttp().call('s', post(host), { deadline: in_(2_000) });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 5_000 });
    onTestFinished(() => void vi.useRealTimers());
    expect(await call).toMatchObject({ reach: 'unwritten', failure: LEASE_OVER });
    expect(host.received()).toBe('');
  });

  it('holds for a process that was stopped between claim and write', async () => {
    const host = await startHost((socket) => socket.end(ok('id=1', 'connection: close\r\n')));
    const { child, lines } = await startChild(host, 1_000, 300);
    child.kill('SIGSTOP');
    await pause(1_500);
    child.kill('SIGCONT');
    expect(JSON.parse(await nextLine(lines))).toMatchObject({ reach: 'unwritten', failure: LEASE_OVER });
    await once(child, 'close');
    expect(host.received()).toBe('');
  });

  it('does not hinder a process that was stopped for less', async () => {
    const host = await startHost((socket) => socket.end(ok('id=1', 'connection: close\r\n')));
    const { child, lines } = await startChild(host, 30_000, 300);
    child.kill('SIGSTOP');
    await pause(600);
    child.kill('SIGCONT');
    expect(JSON.parse(await nextLine(lines))).toMatchObject({ reach: 'answered' });
    const [code] = await once(child, 'close');
    expect(code).toBe(0);
    expect(host.requests()).toBe(1);
  });
});

describe('the pacing slot', () => {
  it('is waited for', async () => {
    const host = await startHost((socket) => socket.write(ok('id=1')));
    const slot = in_(600);
    let writtenAt = 0;
    const onWrite = () => {
      writtenAt = performance.now();
    };
    diagnostics.subscribe('undici:client:sendHeaders', onWrite);
    onTestFinished(() => void diagnostics.unsubscribe('undici:client:sendHeaders', onWrite));
    const result = await startHttp().call('s', post(host), { notBefore: slot, deadline: in_(2_000) });
    expect(result.reach).toBe('answered');
    expect(writtenAt).toBeGreaterThanOrEqual(slot);
    expect(result.evidence.connectMs).toBeLessThan(500);
  });

  it('beyond the lease is not waited for', async () => {
    const host = await startHost((socket) => socket.write(ok('id=1')));
    const started = performance.now();
    const result = await startHttp().call('s', post(host), { notBefore: in_(3_000), deadline: in_(2_000) });
    expect(result).toMatchObject({ reach: 'unwritten', failure: 'the pacing slot lies beyond the lease' });
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it('is given up at close', async () => {
    const host = await startHost((socket) => socket.write(ok('id=1')));
    const http = startHttp();
    const call = http.call('s', post(host), { notBefore: in_(30_000) });
    await http.close();
    expect(await call).toMatchObject({ reach: 'unwritten', failure: expect.stringContaining('closing') });
    expect(host.connections).toBe(0);
  });
});

describe('a stopped clock after the write', () => {
  it('takes an answer that came in time, although the process looks late', async () => {
    // The host must run while this event loop is blocked.
    const worker = new Worker(
      `const { parentPort } = require('node:worker_threads');
       const server = require('node:http').createServer((_, response) => setTimeout(() => response.end('id=1'), 50));
       server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));`,
      { eval: true },
    );
    onTestFinished(async () => void (await worker.terminate()));
    const [port] = await once(worker, 'message');
    const call = startHttp({ totalTimeoutMs: 300, headersTimeoutMs: 300 }).call('s', {
      method: 'POST',
      url: `http://127.0.0.1:${port}/`,
      headers: {},
      body: 'one SMS',
    });
    await pause(20);
    await new Promise(setImmediate); // so that timers come before sockets when the block is over
    block(500);
    expect(await call).toMatchObject({ reach: 'answered', response: { status: 200 } });
  });
});

/** How often the library told of this. */
function count(channel: string): () => number {
  let times = 0;
  const onMessage = () => {
    times++;
  };
  diagnostics.subscribe(channel, onMessage);
  onTestFinished(() => void diagnostics.unsubscribe(channel, onMessage));
  return () => times;
}

async function startChild(host: Host, leaseMs: number, waitMs: number) {
  const script = fileURLToPath(new URL('./http-child.ts', import.meta.url));
  const args = ['--import', 'tsx', script, `${host.origin}/send`, String(leaseMs), String(waitMs)];
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  if (child.stdout === null) throw new Error('no output');
  const lines = createInterface({ input: child.stdout });
  expect(await nextLine(lines)).toBe('claimed');
  return { child, lines };
}

async function nextLine(lines: Interface): Promise<string> {
  const [line] = await once(lines, 'line');
  return String(line);
}

/** Holds back what the host says for a while. */
async function startSlowProxy(port: number, delayMs: number): Promise<number> {
  const sockets: net.Socket[] = [];
  const server = net.createServer((near) => {
    const far = net.connect(port, '127.0.0.1');
    sockets.push(near, far);
    near.on('error', () => far.destroy()).pipe(far);
    far.on('error', () => near.destroy());
    far.on('data', (chunk) => setTimeout(() => near.writable && near.write(chunk), delayMs));
  });
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return listen(server);
}
