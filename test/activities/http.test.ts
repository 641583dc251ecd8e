import net from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { CallResult } from '../../activities/http.ts';
import type { HttpRequest } from '../../gateways/gateway.ts';
import { certificate } from './http-certificate.ts';
import { type Answer, listen, ok, pause, startHost, startHttp } from './http-servers.ts';

describe('answered', () => {
  it('gives status, headers in lower case and body, and writes what was asked', async () => {
    const host = await startHost((socket) =>
      socket.write('HTTP/1.1 201 Created\r\nX-Id: 1\r\nx-id: 2\r\ncontent-length: 4\r\n\r\n{"a"'),
    );
    const result = await startHttp().call('sender', {
      method: 'POST',
      url: `${host.origin}/send?to=1`,
      headers: { 'Content-Type': 'text/plain; charset=utf-8', 'X-Key': 'k' },
      body: 'Привет',
    });

    if (result.reach !== 'answered') throw new Error(result.failure);
    expect(result.response.status).toBe(201);
    expect(result.response.headers['x-id']).toBe('1, 2');
    expect(Buffer.from(result.response.body).toString()).toBe('{"a"');
    const received = Buffer.from(host.received(), 'latin1').toString();
    expect(received).toMatch(/^POST \/send\?to=1 HTTP\/1\.1\r\n/);
    expect(received).toContain('content-length: 12\r\n');
    expect(received).toContain('accept-encoding: identity\r\n');
    expect(received).toMatch(/\r\n\r\nПривет$/);
    expect(result.evidence).toMatchObject({ reach: 'answered', status: 201, answerExcerpt: '{"a"', reused: false });
    expect(Date.parse(result.evidence.wroteAt ?? '')).toBeGreaterThan(Date.now() - 10_000);
    expect(result.evidence.totalMs).toBeGreaterThanOrEqual(result.evidence.firstByteMs ?? Number.NaN);
  });

  it('takes redirects and server errors for answers, and follows nothing', async () => {
    const host = await startHost((socket, request) =>
      socket.write(
        request === 1
          ? `HTTP/1.1 302 Found\r\nlocation: ${host.origin}/other\r\ncontent-length: 0\r\n\r\n`
          : 'HTTP/1.1 503 Busy\r\nretry-after: 7\r\ncontent-length: 0\r\n\r\n',
      ),
    );
    const http = startHttp();
    expect(await http.call('s', get(host.origin))).toMatchObject({ response: { status: 302 } });
    expect(host.requests()).toBe(1);
    expect(await http.call('s', get(host.origin))).toMatchObject({
      response: { status: 503, headers: { 'retry-after': '7' } },
    });
  });

  it('passes over early hints', async () => {
    const host = await startHost((socket) =>
      socket.write(`HTTP/1.1 103 Early Hints\r\nlink: <a>\r\n\r\n${ok('late')}`),
    );
    const result = await startHttp().call('s', get(host.origin));
    expect(bodyOf(result)).toBe('late');
    expect(result.evidence.status).toBe(200);
  });

  it.each([
    ['TCP', undefined],
    ['TLS', certificate],
  ])('reads a body that ends with the connection (%s)', async (_, secure) => {
    const host = await startHost((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nto the end'), secure);
    expect(bodyOf(await startHttp({ ca: certificate.cert }).call('s', get(host.origin)))).toBe('to the end');
  });

  it.each([
    ['gzip', gzipSync('unpacked')],
    ['deflate', deflateSync('unpacked')],
    ['deflate', deflateRawSync('unpacked')],
    ['br', brotliCompressSync('unpacked')],
    ['br, gzip', gzipSync(brotliCompressSync('unpacked'))],
  ])('unpacks %s, although it did not ask for it', async (encoding, packed) => {
    const host = await startHost((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-encoding: ${encoding}\r\ncontent-length: ${packed.length}\r\n\r\n`);
      socket.write(packed);
    });
    const result = await startHttp().call('s', get(host.origin));
    expect(bodyOf(result)).toBe('unpacked');
    expect(result.evidence.answerExcerpt).toBe('unpacked');
  });

  it('speaks TLS with a host whose certificate it trusts', async () => {
    const host = await startHost((socket) => socket.write(ok('secret line')), certificate);
    const http = startHttp({ ca: certificate.cert });
    expect(bodyOf(await http.call('s', get(host.origin)))).toBe('secret line');
    await pause(5);
    expect(bodyOf(await http.call('s', get(host.origin)))).toBe('secret line');
    expect(host.connections).toBe(1);
  });

  it('honours an excerpt of 2 KiB, in the charset of the answer', async () => {
    const cyrillic = Buffer.alloc(5_000, 0xcf); // П in windows-1251
    const host = await startHost((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/plain; charset=windows-1251\r\ncontent-length: 5000\r\n\r\n');
      socket.write(cyrillic);
    });
    const { evidence } = await startHttp().call('s', get(host.origin));
    expect(evidence.answerExcerpt).toBe('П'.repeat(1024));
  });
});

describe('unwritten', () => {
  it.each(['127.0.0.1', 'localhost'])('when the connection is refused by %s', async (name) => {
    const server = net.createServer();
    const port = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    const result = await startHttp().call('s', get(`http://${name}:${port}`));
    expect(result).toMatchObject({ reach: 'unwritten', failure: expect.stringContaining('ECONNREFUSED') });
    expect(result.evidence.wroteAt).toBeUndefined();
  });

  it('when the name does not resolve', async () => {
    const result = await startHttp().call('s', get('http://gateway.invalid'));
    expect(result).toMatchObject({ reach: 'unwritten', failure: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/) });
  });

  it('when the certificate is not trusted', async () => {
    const host = await startHost((socket) => socket.write(ok('')), certificate);
    const result = await startHttp().call('s', get(host.origin));
    expect(result).toMatchObject({ reach: 'unwritten', failure: expect.stringMatching(/self-signed/) });
    expect(host.requests()).toBe(0);
  });

  it('when the host speaks no TLS', async () => {
    const host = await startHost((socket) => socket.write(ok('')));
    const result = await startHttp().call(
      's',
      { ...get(host.origin), url: `https://127.0.0.1:${host.port}/x` },
      {},
      {
        connectTimeoutMs: 300,
      },
    );
    expect(result.reach).toBe('unwritten');
    expect(host.received()).not.toContain('GET');
  });

  it('when no connection comes to stand in time', async () => {
    const host = await startHost(() => undefined); // takes the TLS hello and says nothing
    const started = performance.now();
    const http = startHttp({ connectTimeoutMs: 100 });
    const result = await http.call('s', get(`https://127.0.0.1:${host.port}`));
    expect(result).toMatchObject({ reach: 'unwritten', failure: 'no connection within 100 ms' });
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('when no connection comes free in time, and it is not written later either', async () => {
    const host = await startHost((socket) => setTimeout(() => socket.write(ok('')), 300));
    const http = startHttp({ connections: 1 });
    const first = http.call('s', get(`${host.origin}/first`));
    const second = await http.call('s', get(`${host.origin}/second`), {}, { connectTimeoutMs: 100 });
    expect(second).toMatchObject({ reach: 'unwritten', failure: 'no connection within 100 ms' });
    expect((await first).reach).toBe('answered');
    await pause(200);
    expect(host.received()).not.toContain('/second');
    expect((await http.call('s', get(`${host.origin}/third`))).reach).toBe('answered');
  });

  it('when the URL carries a login, which would be left out', async () => {
    const host = await startHost((socket) => socket.write(ok('')));
    const result = await startHttp().call('s', get(`http://anna:geheim@127.0.0.1:${host.port}`));
    expect(result).toMatchObject({ reach: 'unwritten', failure: expect.stringContaining('carries a login') });
    expect(JSON.stringify(result)).not.toContain('geheim');
    expect(host.requests()).toBe(0);
  });

  it.each<[string, Partial<HttpRequest>]>([
    ['no URL', { url: 'gateway' }],
    ['not HTTP', { url: 'ftp://127.0.0.1/' }],
    ['a header with a line break', { headers: { 'x-key': 'a\r\nb' } }],
    ['a header that is not ours to set', { headers: { 'transfer-encoding': 'chunked' } }],
  ])('when the request cannot be made: %s', async (_, wrong) => {
    const host = await startHost((socket) => socket.write(ok('')));
    const result = await startHttp().call('s', { ...get(host.origin), ...wrong });
    expect(result).toMatchObject({
      reach: 'unwritten',
      failure: expect.stringMatching(/^the request was not written: /),
    });
    expect(host.requests()).toBe(0);
  });
});

describe('written', () => {
  const head = (length: number, more = '') => `HTTP/1.1 200 OK\r\ncontent-length: ${length}\r\n${more}\r\n`;
  const zeros = Buffer.alloc(8 * 1024 * 1024);

  it.each<[string, RegExp, number | undefined, Answer]>([
    ['closed before the answer', /cut before an answer came/, undefined, (s) => s.end()],
    ['reset before the answer', /cut before an answer came/, undefined, (s) => s.resetAndDestroy()],
    ['closed in the status line', /cut before an answer came/, undefined, (s) => s.end('HTTP/1.1 200')],
    ['closed in the headers', /cut before an answer came/, undefined, (s) => s.end('HTTP/1.1 200 OK\r\nx-id: 1\r\n')],
    ['closed in the body', /cut in the middle of the answer/, 200, (s) => s.end(`${head(10)}id=77`)],
    ['said goodbye, closed in the body', /cut in the middle/, 200, (s) => s.end(`${head(10, CLOSE)}id=77`)],
    ['closed between chunks', /cut in the middle/, 200, (s) => s.end(`${CHUNKED}5\r\nid=77\r\n`)],
    ['said goodbye, closed between chunks', /cut in the middle/, 200, (s) => s.end(`${CHUNKED_CLOSE}5\r\nid=77\r\n`)],
    [
      'reset in a body without length',
      /cut in the middle/,
      200,
      (s) => writeThenReset(s, 'HTTP/1.1 200 OK\r\n\r\nid=77'),
    ],
    ['silent', /^no answer within 500 ms$/, undefined, () => undefined],
    ['silent after half the headers', /^no answer within 500 ms$/, undefined, (s) => s.write('HTTP/1.1 200 OK\r\nx-')],
    ['silent after early hints', /^no answer within 500 ms$/, undefined, (s) => s.write('HTTP/1.1 103 Hints\r\n\r\n')],
    ['silent in the body', /^the answer stopped for 600 ms$/, 200, (s) => s.write(`${head(10)}id=77`)],
    ['silent after the headers', /^the answer stopped for 600 ms$/, 200, (s) => s.write(head(10))],
    ['dripping', /^no whole answer within 1500 ms$/, 200, (s) => drip(s, `${head(1000)}id=77`, 50)],
    ['dripping headers', /^no answer within 500 ms$/, undefined, (s) => drip(s, 'HTTP/1.1 200 OK\r\nx-drip: ', 50)],
    [
      'too long',
      /^the answer is larger than 1048576 bytes$/,
      200,
      (s) => s.write(`${head(zeros.length)}id=77`) && s.write(zeros),
    ],
    ['not HTTP', /^the answer is malformed: /, undefined, (s) => s.write('id=77\r\n\r\n')],
    ['with wrong chunks', /^the answer is malformed: /, 200, (s) => s.write(`${CHUNKED}5\r\nid=77\r\nzz\r\n`)],
    ['with two lengths', /^the answer is malformed: /, undefined, (s) => s.write(head(5, 'content-length: 6\r\n'))],
    [
      'with endless headers',
      /^the answer is malformed: /,
      undefined,
      (s) => s.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(40_000)}`),
    ],
    ['asking to go on', /bad response/, undefined, (s) => s.write('HTTP/1.1 100 Continue\r\n\r\n')],
    [
      'switching protocols',
      /bad upgrade/,
      undefined,
      (s) => s.write('HTTP/1.1 101 Switch\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
    ],
  ])('when the host is %s', async (_, failure, status, answer) => {
    const host = await startHost(answer);
    const http = startHttp({ headersTimeoutMs: 500, bodyTimeoutMs: 600, totalTimeoutMs: 1_500 });
    const result = await http.call('s', get(host.origin));

    expect(result).toMatchObject({ reach: 'written', failure: expect.stringMatching(failure) });
    expect(result.evidence.status).toBe(status);
    expect(result.evidence.failure).toMatch(failure);
    expect(result.evidence.wroteAt).toBeDefined();
    if (status === undefined) expect(result.evidence.answerExcerpt).toBeUndefined();
    else expect(result.evidence.answerExcerpt).toMatch(/^(id=77|$)/);
    expect(Buffer.byteLength(result.evidence.answerExcerpt ?? '')).toBeLessThanOrEqual(2048);
    await pause(50);
    expect(host.requests()).toBe(1);
  });

  it.each([
    ['gzip', gzipSync(zeros), /^the answer is larger than 1048576 bytes once unpacked \(gzip\)$/],
    ['deflate', deflateSync(zeros), /^the answer is larger than 1048576 bytes once unpacked \(deflate\)$/],
    ['br', brotliCompressSync(zeros), /^the answer is larger than 1048576 bytes once unpacked \(br\)$/],
    ['gzip, gzip', gzipSync(gzipSync(zeros)), /^the answer is larger than 1048576 bytes once unpacked \(gzip\)$/],
    ['gzip, gzip, gzip', gzipSync('x'), /^the answer is packed too many times$/],
    ['gzip', gzipSync('id=77').subarray(0, 15), /^the answer could not be unpacked \(gzip\)/],
    ['gzip', Buffer.from('id=77'), /^the answer could not be unpacked \(gzip\)/],
    ['zstd', Buffer.from('id=77'), /^the answer is packed in a way that is not known \(zstd\)$/],
  ])('when the packed body is a bomb or broken: %s', async (encoding, packed, failure) => {
    const host = await startHost((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-encoding: ${encoding}\r\ncontent-length: ${packed.length}\r\n\r\n`);
      socket.write(packed);
    });
    const result = await startHttp().call('s', get(host.origin));
    expect(result).toMatchObject({ reach: 'written', failure: expect.stringMatching(failure) });
    expect(result.evidence).toMatchObject({ status: 200, answerExcerpt: `(${packed.length} bytes, ${encoding})` });
  });
});

const CLOSE = 'connection: close\r\n';
const CHUNKED = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';
const CHUNKED_CLOSE = `HTTP/1.1 200 OK\r\n${CLOSE}transfer-encoding: chunked\r\n\r\n`;

type Socket = Parameters<Answer>[0];

function drip(socket: Socket, start: string, everyMs: number): void {
  socket.write(start);
  const timer = setInterval(() => socket.write('.'), everyMs);
  socket.once('close', () => clearInterval(timer));
}

function writeThenReset(socket: Socket, text: string): void {
  socket.write(text);
  setTimeout(() => socket.resetAndDestroy(), 50);
}

function get(origin: string): HttpRequest {
  return { method: 'GET', url: origin, headers: {} };
}

function bodyOf(result: CallResult): string {
  if (result.reach !== 'answered') throw new Error(result.failure);
  return Buffer.from(result.response.body).toString();
}
