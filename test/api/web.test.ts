/** How the built admin pages are served. What they show is tested in test/web. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, type House, openHouse } from './house.ts';

const SCRIPT = `/* ${'x'.repeat(5_000)} */`;

let folder: string;
let house: House;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'durable-sms-pages-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<link rel="stylesheet" href="x.css" nonce="__STYLE_NONCE__">');
  writeFileSync(join(folder, 'assets/index-abc.js'), SCRIPT);
  writeFileSync(join(folder, 'notes.secret'), 'not for anybody');
  house = await openHouse(undefined, undefined, { webDir: folder });
});
afterAll(async () => {
  await house?.close();
  rmSync(folder, { recursive: true });
});

const get = (path: string, headers = {}) => call(house, 'GET', path, { headers });
const policyOf = (headers: Headers) => headers.get('content-security-policy') ?? '';

describe('/admin', () => {
  it.each(['/admin', '/'])('is where %s leads to', async (path) => {
    const { status, headers } = await fetch(`${house.url}${path}`, { redirect: 'manual' });
    expect([status, headers.get('location')]).toEqual([302, '/admin/']);
  });

  it.each(['/admin/', '/admin/audit?action=key', '/admin/messages/1', '/admin/index.html'])(
    'answers %s with the page, whose styles alone have a nonce, and a new one each time',
    async (path) => {
      const [one, two] = [await get(path), await get(path)];
      expect([one.status, one.headers.get('cache-control')]).toEqual([200, 'no-store']);
      const [, nonce] = /nonce="([^"]+)"/.exec(one.body) ?? [];
      expect(nonce).toMatch(/^[\w+/=]{24}$/);
      expect(policyOf(one.headers)).toContain(`style-src 'self' 'nonce-${nonce}'`);
      expect(policyOf(one.headers)).toMatch(/script-src 'self'(;|$)/);
      expect(policyOf(one.headers)).not.toContain('unsafe');
      expect(two.body).not.toContain(nonce);
      expect(policyOf((await get('/docs')).headers)).not.toContain('nonce');
    },
  );

  it('has assets that browsers keep for ever, packed for those that unpack', async () => {
    const packed = await fetch(`${house.url}/admin/assets/index-abc.js`, { headers: { 'accept-encoding': 'gzip' } });
    expect(Object.fromEntries(packed.headers)).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': 'text/javascript; charset=utf-8',
      'content-encoding': 'gzip',
      vary: 'accept-encoding',
    });
    expect(await packed.text()).toBe(SCRIPT);
    const plain = await get('/admin/assets/index-abc.js', { 'accept-encoding': 'identity' });
    expect([plain.headers.get('content-encoding'), plain.body]).toEqual([null, SCRIPT]);
  });

  it.each(['/admin/assets/none.js', '/admin/assets/..%2f..%2fetc%2fpasswd'])('has no %s', async (path) => {
    expect(await get(path)).toMatchObject({ status: 404, body: { code: 'not-found' } });
  });

  it('gives out no file of another kind', async () => {
    expect((await get('/admin/notes.secret')).body).not.toContain('not for anybody');
  });

  it('takes no other method', async () => {
    expect((await call(house, 'POST', '/admin/')).status).toBe(404);
  });
});

describe('without built pages', () => {
  it.each([
    ['no folder', undefined],
    ['a folder that is not there', '/nowhere/at/all'],
    ['the folder of the sources', join(import.meta.dirname, '../../web')],
  ])('says so: %s', async (_, webDir) => {
    const bare = await openHouse(undefined, undefined, { webDir });
    const { status, body } = await call(bare, 'GET', '/admin/');
    expect([status, body]).toEqual([404, expect.stringContaining('npm run build')]);
    expect((await call(bare, 'GET', '/')).status).toBe(404);
    expect((await call(bare, 'GET', '/health/live')).status).toBe(200);
    await bare.close();
  });
});
