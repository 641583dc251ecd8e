import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { accepts, freePort, isFree } from '../../local/ports.ts';

const servers: Server[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

function listenOn(host: string): Promise<number> {
  const server = createServer();
  servers.push(server);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
}

describe('a free port', () => {
  it('is the preferred one if nobody has it', async () => {
    const { port } = await freePort();
    expect(await freePort(port)).toEqual({ port });
  });

  it.each(['127.0.0.1', '0.0.0.0'])('is another one if somebody listens on it at %s', async (host) => {
    const preferred = await listenOn(host);
    const { port, taken } = await freePort(preferred);
    expect(taken).toBe(preferred);
    expect(port).not.toBe(preferred);
    expect(await isFree(port)).toBe(true);
  });

  it('can be told from one that takes connections', async () => {
    const { port } = await freePort();
    expect(await accepts(port)).toBe(false);
    expect(await accepts(await listenOn('127.0.0.1'))).toBe(true);
  });
});
