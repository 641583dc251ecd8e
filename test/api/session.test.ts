/** Signing in to the admin pages, and what may be done with the cookie. */
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sessionSchema } from '../../api/schemas/session.ts';
import { SESSION_HEADER } from '../../api/schemas/session-header.ts';
import { newSession, SESSION_COOKIE, sealSession } from '../../api/session.ts';
import { call, eventually, type House, newKey, newTenant, openHouse, SECRET_KEYS, type Tenant } from './house.ts';

let house: House;
let tenant: Tenant;
let operator: string;
beforeAll(async () => {
  house = await openHouse();
  tenant = await newTenant(house, { scopes: ['admin'] });
  operator = await newKey(house.db, null, ['admin']);
});
afterAll(() => house?.close());

const OURS = { [SESSION_HEADER.name]: SESSION_HEADER.value };

/** `name=value` of the cookie that a key gets, and what is said of it. */
async function signIn(key: string, at: House = house): Promise<{ cookie: string; attributes: string[] }> {
  const { status, headers } = await call(at, 'POST', '/v1/session', { key });
  expect(status).toBe(200);
  const [cookie = '', ...attributes] = (headers.get('set-cookie') ?? '').split('; ');
  return { cookie, attributes };
}

async function keyIdOf(key: string): Promise<string> {
  return (await call(house, 'GET', '/v1/session', { key })).body.key.id;
}

const statusWith = async (cookie: string) => (await call(house, 'GET', '/v1/session', { headers: { cookie } })).status;

describe('POST /v1/session', () => {
  it('gives a cookie that no script reads and no other site sends, for twelve hours', async () => {
    const before = Date.now();
    const { cookie, attributes } = await signIn(tenant.key);
    expect(cookie).toMatch(new RegExp(`^${SESSION_COOKIE}=`));
    expect(cookie).not.toContain(tenant.key);
    expect(attributes).toEqual(expect.arrayContaining(['Path=/', 'HttpOnly', 'SameSite=Strict']));
    expect(attributes).not.toContain('Secure');
    const ends = new Date(attributes.find((one) => one.startsWith('Expires='))?.slice(8) ?? '').getTime() - before;
    expect(Math.abs(ends - 12 * 3_600_000)).toBeLessThan(60_000);
  });

  it('gives one for TLS only where that is how the API is reached', async () => {
    const behindTls = await openHouse(undefined, undefined, { publicUrl: 'https://sms.example' });
    const { attributes } = await signIn(await newKey(behindTls.db, null, ['admin']), behindTls);
    expect(attributes).toContain('Secure');
    await behindTls.close();
  });

  it('ends no later than the key', async () => {
    const { body: made } = await call(house, 'POST', '/v1/keys', {
      key: tenant.key,
      body: { name: 'short', scopes: ['messages:read'], expiresAt: new Date(Date.now() + 60_000).toISOString() },
    });
    const { body } = await call(house, 'POST', '/v1/session', { key: made.key });
    expect(body.expiresAt).toBe(made.expiresAt);
  });

  it('takes a key and no session, which would never end', async () => {
    const { cookie } = await signIn(tenant.key);
    const answer = await call(house, 'POST', '/v1/session', { headers: { cookie, ...OURS } });
    expect(answer).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect(answer.headers.get('set-cookie')).toBeNull();
  });

  it('counts wrong keys as all routes do', async () => {
    const strict = await openHouse(undefined, undefined, {
      limits: { requestsPerMinute: 1_000, failuresPerMinute: 3 },
    });
    const key = await newKey(strict.db, null, ['admin']);
    const tries = [];
    for (let i = 0; i < 5; i++) tries.push((await call(strict, 'POST', '/v1/session', { key: 'wrong' })).status);
    expect(tries).toEqual([401, 401, 401, 429, 429]);
    expect((await call(strict, 'POST', '/v1/session', { key })).status).toBe(200);
    await strict.close();
  });
});

describe('with the cookie', () => {
  it('one may do what the key may, and see who one is', async () => {
    const { cookie } = await signIn(tenant.key);
    const { status, body } = await call(house, 'GET', '/v1/session', { headers: { cookie } });
    expect(status).toBe(200);
    expect(sessionSchema.strict().parse(body)).toEqual(body);
    expect(body).toMatchObject({ key: { scopes: ['admin'] }, account: { id: tenant.accountId } });
    expect(JSON.stringify(body)).not.toContain(tenant.key);
    expect((await call(house, 'GET', '/v1/audit', { headers: { cookie } })).status).toBe(200);
    const reader = await signIn(await newKey(house.db, tenant.accountId, ['messages:read']));
    expect((await call(house, 'GET', '/v1/audit', { headers: { cookie: reader.cookie } })).status).toBe(403);
  });

  it('an operator is told where the deliveries run, and an account is not', async () => {
    const temporalUi = { uiUrl: 'https://temporal.example', namespace: 'sms', retentionDays: 3 };
    const withUi = await openHouse(undefined, undefined, { temporalUi });
    const own = await newTenant(withUi, { scopes: ['admin'] });
    const reader = await newKey(withUi.db, null, ['messages:read']);
    const toldTo = async (key: string) => (await call(withUi, 'GET', '/v1/session', { key })).body.temporal;
    expect(await toldTo(reader)).toEqual(temporalUi);
    expect(await toldTo(own.key)).toBeNull();
    expect((await call(house, 'GET', '/v1/session', { key: operator })).body.temporal).toBeNull();
    await withUi.close();
  });

  it('what changes something is done for our own pages only', async () => {
    const { cookie } = await signIn(operator);
    const make = (headers: Record<string, string>) =>
      call(house, 'POST', '/v1/accounts', { headers: { cookie, ...headers }, body: { name: `made ${Math.random()}` } });
    expect(await make({})).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect(await make({ [SESSION_HEADER.name]: 'XMLHttpRequest' })).toMatchObject({ status: 403 });
    expect((await make(OURS)).status).toBe(201);
  });

  it('a key that is sent counts and not the cookie, also a wrong one', async () => {
    const { cookie } = await signIn(operator);
    expect((await call(house, 'GET', '/v1/session', { key: tenant.key, headers: { cookie } })).body.account.id).toBe(
      tenant.accountId,
    );
    expect((await call(house, 'GET', '/v1/session', { key: 'wrong', headers: { cookie } })).status).toBe(401);
  });

  it('any API process lets in, by any of the secret keys', async () => {
    const id = await keyIdOf(operator);
    const old = { id: 'old', key: new Uint8Array(32).fill(9) };
    const rotated = await openHouse(undefined, undefined, { secretKeys: [old, ...SECRET_KEYS] });
    const key = await newKey(rotated.db, null, ['admin']);
    const rotatedId = (await call(rotated, 'GET', '/v1/session', { key })).body.key.id;
    const by = (secret: typeof old, keyId: string) =>
      `${SESSION_COOKIE}=${sealSession(newSession(keyId, null), [secret])}`;
    for (const secret of [old, ...SECRET_KEYS]) {
      const headers = { cookie: by(secret, rotatedId) };
      expect((await call(rotated, 'GET', '/v1/session', { headers })).status).toBe(200);
    }
    expect(await statusWith(by(old, id))).toBe(401);
    await rotated.close();
  });

  it('nobody is let in by one that was changed, is over, or is signed for something else', async () => {
    const { cookie } = await signIn(tenant.key);
    const [keyId = '', ends = '', signature = ''] = cookie.slice(SESSION_COOKIE.length + 1).split('.');
    const other = await keyIdOf(operator);
    const [secret] = SECRET_KEYS;
    const plain = createHmac('sha256', secret?.key ?? '')
      .update(`${keyId}.${ends}`)
      .digest('base64url');
    const past = { keyId, expiresAt: new Date(Date.now() - 1) };
    const wrong = [
      `${other}.${ends}.${signature}`,
      `${keyId}.${Number(ends) + 1}.${signature}`,
      `${keyId}.${ends}.${signature.slice(0, -2)}`,
      `${keyId}.${ends}.`,
      `${keyId}.${ends}.${plain}`,
      sealSession(past, SECRET_KEYS),
      '',
    ];
    for (const value of wrong) expect(await statusWith(`${SESSION_COOKIE}=${value}`), value).toBe(401);
    expect(await statusWith(`other=1; ${cookie}; more=2`)).toBe(200);
  });

  it('nobody is let in any more once the key is revoked', async () => {
    const key = await newKey(house.db, tenant.accountId, ['messages:read']);
    const { cookie } = await signIn(key);
    expect(await statusWith(cookie)).toBe(200);
    await call(house, 'POST', `/v1/keys/${await keyIdOf(key)}/revoke`, { key: tenant.key });
    await eventually(async () => (await statusWith(cookie)) === 401);
  });

  it('signing out takes it back', async () => {
    const { cookie } = await signIn(tenant.key);
    const { status, headers } = await call(house, 'DELETE', '/v1/session', { headers: { cookie, ...OURS } });
    expect(status).toBe(204);
    expect(headers.get('set-cookie')).toMatch(new RegExp(`^${SESSION_COOKIE}=; Path=/; Expires=Thu, 01 Jan 1970`));
  });
});
