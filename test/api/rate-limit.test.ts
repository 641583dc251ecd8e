/** How much one key and one client address may ask for. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBuckets } from '../../api/buckets.ts';
import { newKey as formOfKey } from '../../db/key-form.ts';
import { call, type House, newKey, newSender, newTenant, openHouse, type Tenant } from './house.ts';

const REQUESTS = 6;
const FAILURES = 4;

let house: House;
let tenant: Tenant;
beforeAll(async () => {
  house = await openHouse(undefined, undefined, {
    limits: { requestsPerMinute: REQUESTS, failuresPerMinute: FAILURES },
    trustedProxies: ['127.0.0.0/8'],
  });
  tenant = await newTenant(house);
});
afterAll(async () => {
  await house?.close();
});

const list = (key: string, client = '203.0.113.1') =>
  call(house, 'GET', '/v1/messages', { key, headers: { 'x-forwarded-for': client } });
const key = () => newKey(house.db, tenant.accountId, ['messages:read']);
/** Of the right form, so that it is looked up. */
const wrongKey = () => formOfKey('live');

/** What was made before is known as right by then. */
const known = () => new Promise((resolve) => setTimeout(resolve, 1_050));

async function statuses(times: number, one: () => Promise<{ status: number }>): Promise<number[]> {
  const seen: number[] = [];
  for (let i = 0; i < times; i++) seen.push((await one()).status);
  return seen;
}

describe('an API key', () => {
  it('may make so many requests, is told when to come again, and takes nothing from other keys', async () => {
    const [busy, other] = [await key(), await key()];
    expect(await statuses(REQUESTS, () => list(busy))).toEqual(Array(REQUESTS).fill(200));
    const refused = await list(busy);
    expect(refused).toMatchObject({ status: 429, body: { code: 'too-many-requests' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60 / REQUESTS);
    expect((await list(other)).status).toBe(200);
  });

  it('is counted wherever it comes from', async () => {
    const busy = await key();
    let n = 0;
    const seen = await statuses(REQUESTS + 1, () => list(busy, `203.0.113.${10 + n++}`));
    expect(seen).toEqual([...Array(REQUESTS).fill(200), 429]);
  });
});

describe('a client address', () => {
  it('may try so many wrong keys; right ones still pass', async () => {
    const right = await key();
    const client = '203.0.113.50';
    expect(await statuses(FAILURES, () => list(wrongKey(), client))).toEqual(Array(FAILURES).fill(401));
    const refused = await list(wrongKey(), client);
    await known();
    expect(refused).toMatchObject({ status: 429, body: { code: 'too-many-requests' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60 / FAILURES);
    expect((await list(right, client)).status).toBe(200);
    expect((await call(house, 'GET', '/health/live', { headers: { 'x-forwarded-for': client } })).status).toBe(200);
    expect((await list(wrongKey(), '203.0.113.51')).status).toBe(401);
    expect(house.logged()).toContain(client);
  });

  it('is not believed to have a right key that was revoked or is over', async () => {
    const client = '203.0.113.60';
    const over = await newKey(house.db, tenant.accountId, ['messages:read'], new Date(Date.now() - 1000));
    const revoked = await key();
    await house.db.sql`UPDATE api_keys SET revoked_at = now() WHERE hint = ${revoked.slice(-4)}`;
    await statuses(FAILURES, () => list(wrongKey(), client));
    expect((await list(over, client)).status).toBe(429);
    expect((await list(revoked, client)).status).toBe(429);
  });

  it('gains nothing by trying many at once', async () => {
    const client = '203.0.113.65';
    const AT_ONCE = 6 * FAILURES;
    const books = await house.db.sql.reserve();
    await books`BEGIN`;
    await books`LOCK TABLE api_keys`;
    const before = house.asked();
    const tries = Array.from({ length: AT_ONCE }, () => list(wrongKey(), client));
    await expect.poll(() => house.asked() - before).toBe(AT_ONCE);
    await books`ROLLBACK`;
    books.release();
    expect((await Promise.all(tries)).map(({ status }) => status)).toEqual(Array(AT_ONCE).fill(401));
    const { status, headers } = await list(wrongKey(), client);
    expect(status).toBe(429);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(60);
  });

  it('is told that a key is needed, however often it brings none', async () => {
    const none = () => call(house, 'GET', '/v1/messages', { headers: { 'x-forwarded-for': '203.0.113.70' } });
    expect(await statuses(FAILURES + 2, none)).toEqual(Array(FAILURES + 2).fill(401));
  });

  it.each([
    ['of another form', (n: number) => `/hooks/guess-${n}`],
    ['of the right form', () => `/hooks/${randomBytes(24).toString('base64url')}/reports`],
    ['in the query', (n: number) => `/smslistener/infobip/main?token=${n}`],
  ])('may try so many wrong webhook addresses, %s; right ones still pass', async (form, path) => {
    const client = `203.0.113.${80 + form.length}`;
    const sender = await newSender(house, [tenant.accountId]);
    let n = 0;
    const hook = (to: string) =>
      call(house, 'POST', to, {
        body: JSON.stringify({ results: [] }),
        headers: { 'x-forwarded-for': client, 'content-type': 'application/json' },
      });
    expect(await statuses(FAILURES, () => hook(path(n++)))).toEqual(Array(FAILURES).fill(404));
    expect((await hook(path(n++))).status).toBe(429);
    await known();
    expect((await hook(`/hooks/${sender.hookToken}/reports`)).status).toBe(200);
    expect((await hook(`/smslistener/infobip/${sender.name}?token=${sender.hookToken}`)).status).toBe(200);
  });

  it('of IPv6 is its network', async () => {
    await statuses(FAILURES, () => list(wrongKey(), `2001:db8:1:2::${randomBytes(2).toString('hex')}`));
    expect((await list(wrongKey(), '2001:db8:1:2:ffff::1')).status).toBe(429);
    expect((await list(wrongKey(), '2001:db8:1:3::1')).status).toBe(401);
    await statuses(FAILURES, () => list(wrongKey(), '::ffff:198.51.100.1'));
    expect((await list(wrongKey(), '198.51.100.1')).status).toBe(429);
  });

  it('is what a proxy says only where the proxy is trusted', async () => {
    const open = await openHouse(undefined, undefined, {
      limits: { requestsPerMinute: REQUESTS, failuresPerMinute: FAILURES },
    });
    try {
      let n = 0;
      const seen = await statuses(FAILURES + 1, () =>
        call(open, 'GET', '/v1/messages', { key: wrongKey(), headers: { 'x-forwarded-for': `203.0.113.${n++}` } }),
      );
      expect(seen).toEqual([...Array(FAILURES).fill(401), 429]);
    } finally {
      await open.close();
    }
  });
});

describe('buckets', () => {
  it('come back bit by bit', async () => {
    const buckets = createBuckets(600);
    for (let i = 0; i < 600; i++) expect(buckets.take('a')).toBe(0);
    expect(buckets.wait('a')).toBeGreaterThan(0);
    expect(buckets.take('a')).toBeLessThanOrEqual(100);
    expect(buckets.take('b')).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 210));
    expect([buckets.take('a'), buckets.take('a')]).toEqual([0, 0]);
  });

  it('wait for what was used beyond, but not for ever', () => {
    const buckets = createBuckets(60);
    for (let i = 0; i < 70; i++) buckets.charge('a');
    expect(Math.ceil(buckets.wait('a') / 1000)).toBe(11);
    for (let i = 0; i < 10_000; i++) buckets.charge('a');
    expect(buckets.wait('a')).toBeLessThan(602_000);
  });

  it('forget who came the longest ago', () => {
    const buckets = createBuckets(1, 3);
    for (const id of ['a', 'b', 'c']) buckets.take(id);
    expect(buckets.wait('a')).toBeGreaterThan(0);
    buckets.take('d');
    expect(buckets.wait('a')).toBe(0);
    expect(['b', 'c', 'd'].filter((id) => buckets.wait(id) > 0)).toEqual(['b', 'c', 'd']);
  });

  it('hold nobody back where there is no limit', () => {
    const buckets = createBuckets(Number.POSITIVE_INFINITY);
    for (let i = 0; i < 10_000; i++) expect(buckets.take('a')).toBe(0);
  });
});
