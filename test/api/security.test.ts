/** What every answer tells browsers, and how much and how slowly a caller may send. */
import { once } from 'node:events';
import net from 'node:net';
import { gzipSync } from 'node:zlib';
import express from 'express';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { allowLongBody, bodyTimeout, createApiServer } from '../../api/security.ts';
import { call, type House, newSender, newTenant, openHouse, type Tenant } from './house.ts';

let house: House;
let tenant: Tenant;
let hook: string;
beforeAll(async () => {
  house = await openHouse();
  tenant = await newTenant(house);
  hook = `/hooks/${(await newSender(house, [tenant.accountId])).hookToken}`;
});
afterAll(async () => {
  await house?.close();
});

describe('every answer', () => {
  it.each([
    ['a list', 200, () => call(house, 'GET', '/v1/messages', { key: tenant.key })],
    ['no key', 401, () => call(house, 'GET', '/v1/messages')],
    ['nothing there', 404, () => call(house, 'GET', '/nothing')],
    ['an address that cannot be decoded', 404, () => call(house, 'GET', '/%E0%A4%A')],
    ['a body that is not JSON', 400, () => call(house, 'POST', '/v1/messages', { key: tenant.key, ...broken })],
    ['health', 200, () => call(house, 'GET', '/health/live')],
    ['the documentation', 200, () => call(house, 'GET', '/docs')],
    ['a webhook call', 200, () => call(house, 'POST', hook, { body: '{"results":[]}' })],
    ['a wrong webhook address', 404, () => call(house, 'POST', '/hooks/none', { body: '{}' })],
  ])('lets browsers run and load nothing of others: %s', async (_, status, make) => {
    const answer = await make();
    expect(answer.status).toBe(status);
    const directives = policyOf(answer.headers);
    expect(directives.get('default-src')).toBe("'none'");
    expect(directives.get('script-src')).toBe("'self'");
    expect(directives.get('frame-ancestors')).toBe("'none'");
    expect(directives.get('base-uri')).toBe("'none'");
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    expect(answer.headers.get('x-frame-options')).toBe('DENY');
    expect(answer.headers.get('cross-origin-resource-policy')).toBe('same-origin');
    for (const name of ['x-powered-by', 'server', 'access-control-allow-origin', 'strict-transport-security']) {
      expect(answer.headers.get(name), name).toBeNull();
    }
  });

  it('goes with a page that has no script of its own in it', async () => {
    const { body } = await call(house, 'GET', '/docs');
    expect(body).toContain('<script');
    expect(body).not.toMatch(/<script(?![^>]*\ssrc=)|\son\w+=|javascript:|https?:\/\//i);
  });
});

const broken = { body: '{', headers: { 'content-type': 'application/json' } };

function policyOf(headers: Headers): Map<string, string> {
  const policy = headers.get('content-security-policy') ?? '';
  return new Map(
    policy.split(';').map((directive) => {
      const [name = '', ...values] = directive.trim().split(' ');
      return [name, values.join(' ')];
    }),
  );
}

describe('a body', () => {
  const MESSAGE = { to: '+79995550001', sender: 'none', text: '' };

  it('is refused where it is too large', async () => {
    const body = { ...MESSAGE, text: 'x'.repeat(200_000) };
    const answer = await call(house, 'POST', '/v1/messages', { key: tenant.key, body });
    expect(answer).toMatchObject({
      status: 413,
      body: { code: 'body-too-large', detail: expect.stringMatching(/^More than \d+ bytes/) },
    });
  });

  it('is refused where it is too large once unpacked', async () => {
    const packed = gzipSync(JSON.stringify({ ...MESSAGE, text: 'x'.repeat(50_000_000) }));
    expect(packed.length).toBeLessThan(60_000);
    const response = await fetch(`${house.url}/v1/messages`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${tenant.key}`,
        'content-type': 'application/json',
        'content-encoding': 'gzip',
      },
      body: packed,
    });
    expect(response.status).toBe(413);
  });

  it('of a webhook call is refused where it is larger than a megabyte', async () => {
    const answer = await call(house, 'POST', hook, { body: 'x'.repeat(1_100_000) });
    expect(answer).toMatchObject({ status: 413, body: { code: 'body-too-large' } });
  });

  it.each([
    ['a wrong key', 'POST /v1/messages', 'authorization: Bearer wrong\r\n', 401],
    ['a wrong webhook address', 'POST /hooks/wrong', '', 404],
  ])('is not waited for after %s', async (_, request, header, status) => {
    const { port } = new URL(house.url);
    const client = connect(Number(port));
    client.socket.write(
      `${request} HTTP/1.1\r\nhost: x\r\n${header}content-type: application/json\r\ncontent-length: 90000000\r\n\r\n{`,
    );
    await expect.poll(() => client.received()).toContain(`HTTP/1.1 ${status}`);
  });
});

describe('a slow caller', () => {
  const TIMES = { headersMs: 300, bodyMs: 300, longBodyMs: 60_000, keepAliveMs: 5_000 };

  async function startServer(): Promise<number> {
    const app = express();
    app.use(bodyTimeout(TIMES.bodyMs));
    app.post('/early', (_req, res) => void res.status(401).end('no'));
    app.post('/long', allowLongBody, express.raw({ type: () => true }), (req, res) => void res.end(`${req.body}`));
    app.post('/', express.raw({ type: () => true }), (req, res) => void res.end(`${req.body}`));
    const server = createApiServer(app, TIMES).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      server.close();
      server.closeAllConnections();
    });
    return (server.address() as net.AddressInfo).port;
  }

  it('is cut in the headers', async () => {
    const client = connect(await startServer());
    client.drip('POST / HTTP/1.1\r\nhost: x\r\nx-long: ', 'x');
    expect(await client.cutAfterMs()).toBeLessThan(1_500);
    expect(client.received()).toMatch(/^HTTP\/1\.1 408|^$/);
  });

  it('is cut in the body', async () => {
    const client = connect(await startServer());
    client.drip('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n', 'x');
    expect(await client.cutAfterMs()).toBeLessThan(1_500);
    expect(client.received()).toBe('');
  });

  it('is cut in a body without a length', async () => {
    const client = connect(await startServer());
    client.drip('POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n', '1\r\nx\r\n');
    expect(await client.cutAfterMs()).toBeLessThan(1_500);
  });

  it('is cut where the answer has come already', async () => {
    const client = connect(await startServer());
    client.drip('POST /early HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n', 'x');
    expect(await client.cutAfterMs()).toBeLessThan(1_500);
    expect(client.received()).toContain('401');
  });

  it('is borne where the route works through long bodies', async () => {
    const client = connect(await startServer());
    client.drip('POST /long HTTP/1.1\r\nhost: x\r\ncontent-length: 12\r\n\r\n', 'x');
    await expect.poll(() => client.received(), { timeout: 3_000 }).toContain('x'.repeat(12));
  });

  it('is not taken for one that is quick and comes again', async () => {
    const client = connect(await startServer());
    const request = 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\nok';
    client.socket.write(request);
    await new Promise((resolve) => setTimeout(resolve, 800));
    client.socket.write(request);
    await expect.poll(() => client.received().match(/200 OK/g)?.length).toBe(2);
  });
});

/** A raw connection, closed when the test is over. */
function connect(port: number) {
  const socket = net.connect(port, '127.0.0.1');
  const began = performance.now();
  let received = '';
  let timer: NodeJS.Timeout | undefined;
  socket.on('data', (chunk) => {
    received += chunk;
  });
  socket.on('error', () => undefined);
  const closed = new Promise<number>((resolve) => {
    socket.on('close', () => {
      clearInterval(timer);
      resolve(performance.now() - began);
    });
  });
  onTestFinished(() => {
    clearInterval(timer);
    socket.destroy();
  });
  return {
    socket,
    received: () => received,
    /** Resolves when the server has cut it. */
    cutAfterMs: () => closed,
    drip(first: string, then: string) {
      socket.write(first);
      timer = setInterval(() => socket.writable && socket.write(then), 50);
    },
  };
}
