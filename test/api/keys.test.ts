import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBackground } from '../../api/background.ts';
import { createKeyUse } from '../../api/key-use.ts';
import { noteKeyUse, SCOPES } from '../../db/api-keys.ts';
import {
  type Answer,
  call,
  eventually,
  type House,
  newKey,
  newPhone,
  newSender,
  newTenant,
  openHouse,
  post,
} from './house.ts';

let house: House;
let admin: string;
beforeAll(async () => {
  house = await openHouse();
  admin = await newKey(house.db, null, ['admin']);
});
afterAll(() => house?.close());

const NOBODY = '01900000-0000-7000-8000-000000000000';

async function create(body: Record<string, unknown> = {}, key = admin): Promise<Answer> {
  return await call(house, 'POST', '/v1/keys', {
    key,
    body: { name: 'shop', scopes: ['messages:read'], account: null, ...body },
  });
}

describe('an API key', () => {
  it('is shown once, and then by its last four characters', async () => {
    const { accountId } = await newTenant(house);
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const made = await create({ account: accountId, scopes: ['messages:send', 'messages:read'], expiresAt });
    expect(made.status).toBe(201);
    const { key, ...rest } = made.body;
    expect(key).toMatch(/^dsk_live_[0-9A-Za-z]{38}$/);
    expect(rest).toEqual({
      id: expect.any(String),
      account: accountId,
      name: 'shop',
      kind: 'live',
      scopes: ['messages:send', 'messages:read'],
      hint: key.slice(-4),
      state: 'active',
      createdAt: expect.stringMatching(/Z$/),
      expiresAt,
      revokedAt: null,
      lastUsedAt: null,
    });
    expect((await call(house, 'GET', '/v1/messages', { key })).status).toBe(200);
    const path = made.headers.get('location') ?? '';
    const read = await eventually(async () => {
      const { body } = await call(house, 'GET', path, { key: admin });
      return body.lastUsedAt !== null && body;
    });
    expect(read).toEqual({ ...rest, lastUsedAt: expect.stringMatching(/Z$/) });
    const list = await call(house, 'GET', `/v1/keys?account=${accountId}`, { key: admin });
    expect(list.body.keys[0]).toEqual(read);
    expect(house.logged()).not.toContain(key);

    const [entry] = await house.db.sql`SELECT * FROM audit_log WHERE object_id = ${rest.id}`;
    expect(entry).toMatchObject({ actor: 'test', action: 'key.create', accountId, detail: { name: 'shop' } });
    expect(JSON.stringify(entry)).not.toContain(key);
  });

  it('stands beside others of its account, and is refused once it is revoked, while they go on', async () => {
    const { accountId, key: old } = await newTenant(house, { scopes: ['messages:read'] });
    const { body: made } = await create({ account: accountId });
    const [row] = (await call(house, 'GET', `/v1/keys?account=${accountId}`, { key: admin })).body.keys.slice(1);
    const revoked = await call(house, 'POST', `/v1/keys/${row.id}/revoke`, { key: admin });
    expect(revoked.body).toMatchObject({ id: row.id, state: 'revoked', revokedAt: expect.stringMatching(/Z$/) });
    expect((await call(house, 'POST', `/v1/keys/${row.id}/revoke`, { key: admin })).body).toEqual(revoked.body);
    await eventually(async () => (await call(house, 'GET', '/v1/messages', { key: old })).status === 401);
    expect((await call(house, 'GET', '/v1/messages', { key: made.key })).status).toBe(200);
    const entries = await house.db.sql`SELECT action FROM audit_log WHERE object_id = ${row.id} ORDER BY id`;
    expect(entries.map(({ action }) => action)).toEqual(['key.create', 'key.revoke']);
  });

  it('is over at its time, and is listed so', async () => {
    const { accountId } = await newTenant(house);
    const { body: made } = await create({ account: accountId, expiresAt: new Date(Date.now() + 700).toISOString() });
    expect((await call(house, 'GET', '/v1/messages', { key: made.key })).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect((await call(house, 'GET', '/v1/messages', { key: made.key })).status).toBe(401);
    const states = async (query: string) =>
      (await call(house, 'GET', `/v1/keys?account=${accountId}${query}`, { key: admin })).body.keys.map(
        ({ state }: { state: string }) => state,
      );
    expect(await states('')).toEqual(['expired', 'active']);
    expect(await states('&state=expired')).toEqual(['expired']);
    expect(await states('&state=active')).toEqual(['active']);
    expect(await states('&state=revoked')).toEqual([]);
  });

  it('is listed in pages, newest first', async () => {
    const { accountId } = await newTenant(house);
    const made = [await create({ account: accountId }), await create({ account: accountId })];
    const page = async (query: string) =>
      (await call(house, 'GET', `/v1/keys?account=${accountId}&limit=1${query}`, { key: admin })).body;
    const first = await page('');
    expect(first.keys.map(({ id }: { id: string }) => id)).toEqual([made[1]?.body.id]);
    const second = await page(`&cursor=${first.nextCursor}`);
    expect(second.keys.map(({ id }: { id: string }) => id)).toEqual([made[0]?.body.id]);
    expect((await page(`&cursor=${second.nextCursor}`)).nextCursor).toBeNull();
  });

  it.each<[Record<string, unknown>, string, string]>([
    [{ name: undefined }, '#/name', 'missing'],
    [{ scopes: [] }, '#/scopes', 'invalid'],
    [{ scopes: ['messages:read', 'messages:read'] }, '#/scopes', 'invalid'],
    [{ scopes: ['everything'] }, '#/scopes/0', 'invalid'],
    [{ kind: 'both' }, '#/kind', 'invalid'],
    [{ expiresAt: '2020-01-01T00:00:00Z' }, '#/expiresAt', 'invalid'],
    [{ expiresAt: 'tomorrow' }, '#/expiresAt', 'invalid'],
    [{ account: undefined }, '#/account', 'missing'],
    [{ account: NOBODY }, '#/account', 'unknown-account'],
    [{ account: 'shop' }, '#/account', 'invalid'],
    [{ key: 'mine' }, '#/key', 'unknown-field'],
  ])('is not made with %j', async (input, pointer, code) => {
    const { status, body } = await create(input);
    expect(status).toBe(422);
    expect(body.errors).toEqual([expect.objectContaining({ pointer, code, mend: expect.any(String) })]);
  });

  it('is not made for an archived account', async () => {
    const { accountId } = await newTenant(house);
    await call(house, 'POST', `/v1/accounts/${accountId}/archive`, { key: admin });
    expect((await create({ account: accountId })).body.errors[0]).toMatchObject({ code: 'unknown-account' });
  });

  it('may have each of the scopes', async () => {
    const { body } = await create({ scopes: [...SCOPES] });
    expect(body.scopes).toEqual(SCOPES);
  });
});

describe('an administrator of an account', () => {
  it('makes, sees and revokes keys of that account only', async () => {
    const [own, other] = [await newTenant(house, { scopes: ['admin'] }), await newTenant(house)];
    const named = await create({ account: undefined }, own.key);
    expect(named.body.account).toBe(own.accountId);
    for (const account of [null, other.accountId]) {
      expect((await create({ account }, own.key)).body.code).toBe('forbidden');
    }
    const list = await call(house, 'GET', '/v1/keys', { key: own.key });
    expect(list.body.keys.map(({ account }: { account: string }) => account)).toEqual([own.accountId, own.accountId]);
    const [foreign] = (await call(house, 'GET', `/v1/keys?account=${other.accountId}`, { key: admin })).body.keys;
    expect((await call(house, 'POST', `/v1/keys/${foreign.id}/revoke`, { key: own.key })).status).toBe(404);
    expect((await call(house, 'GET', `/v1/keys/${foreign.id}`, { key: own.key })).status).toBe(404);
    expect((await call(house, 'GET', `/v1/keys?account=${other.accountId}`, { key: own.key })).status).toBe(403);
    const revoked = await call(house, 'POST', `/v1/keys/${named.body.id}/revoke`, { key: own.key });
    expect(revoked.body.state).toBe('revoked');
  });

  it('is an administrator by the scope and nothing less', async () => {
    const key = await newKey(
      house.db,
      null,
      SCOPES.filter((scope) => scope !== 'admin'),
    );
    expect((await create({}, key)).status).toBe(403);
    expect((await call(house, 'GET', '/v1/keys', { key })).status).toBe(403);
  });
});

describe('the last key of an administrator of all accounts', () => {
  it('cannot be revoked, also by two who revoke each other', async () => {
    const own = await openHouse();
    try {
      const [one, two] = [await newKey(own.db, null, ['admin']), await newKey(own.db, null, ['admin'])];
      const { keys } = (await call(own, 'GET', '/v1/keys', { key: one })).body as { keys: { id: string }[] };
      const answers = await Promise.all([
        call(own, 'POST', `/v1/keys/${keys[0]?.id}/revoke`, { key: one }),
        call(own, 'POST', `/v1/keys/${keys[1]?.id}/revoke`, { key: two }),
      ]);
      // The other one came too late: its key was revoked, or is the last one now.
      expect(answers.map(({ status }) => status).sort()).toEqual([200, expect.toBeOneOf([401, 409])]);
      const left = await own.db.sql`SELECT id FROM api_keys WHERE revoked_at IS NULL`;
      expect(left).toHaveLength(1);
    } finally {
      await own.close();
    }
  });
});

describe('a test key', () => {
  it('sends only through senders with verified phones', async () => {
    const { accountId } = await newTenant(house);
    const phone = newPhone();
    const open = await newSender(house, [accountId]);
    const closed = await newSender(house, [accountId], { verifiedPhones: [phone] });
    const { body: made } = await create({ account: accountId, kind: 'test', scopes: ['messages:send'] });
    expect(made).toMatchObject({ kind: 'test', key: expect.stringMatching(/^dsk_test_/) });

    const sms = { to: phone, text: 'Hello', sender: open.name };
    const refused = await post(house, made.key, sms);
    expect(refused.status).toBe(422);
    expect(refused.body.errors).toEqual([
      expect.objectContaining({ pointer: '#/sender', code: 'test-key', mend: expect.any(String) }),
    ]);
    const { body: batch } = await call(house, 'POST', '/v1/messages/batch', {
      key: made.key,
      body: { messages: [sms, { ...sms, sender: closed.name }] },
    });
    expect(batch).toMatchObject({ accepted: 1, refused: 1 });
    expect(batch.results[0].problem.errors[0]).toMatchObject({ pointer: '#/messages/0/sender', code: 'test-key' });
    expect((await post(house, made.key, { ...sms, sender: closed.name })).status).toBe(202);
    const elsewhere = await post(house, made.key, { ...sms, sender: closed.name, to: newPhone() });
    expect(elsewhere.body.errors[0]).toMatchObject({ code: 'phone-not-verified' });
  });

  it('makes no live key', async () => {
    const { body: made } = await create({ kind: 'test', scopes: ['admin'] });
    expect((await create({ kind: 'live' }, made.key)).status).toBe(403);
    expect((await create({}, made.key)).status).toBe(403);
    expect((await create({ kind: 'test' }, made.key)).status).toBe(201);
  });
});

describe('the last use of a key', () => {
  it('is written at most once a minute, whichever process writes it', async () => {
    const { accountId } = await newTenant(house);
    const { body: made } = await create({ account: accountId });
    const used = async () =>
      (await house.db.sql`SELECT last_used_at FROM api_keys WHERE id = ${made.id}`)[0]?.lastUsedAt;
    await noteKeyUse(house.db, [made.id, NOBODY]);
    const first = await used();
    expect(first).toBeInstanceOf(Date);
    await noteKeyUse(house.db, [made.id]);
    expect(await used()).toEqual(first);
    await house.db.sql`UPDATE api_keys SET last_used_at = now() - interval '1 minute' WHERE id = ${made.id}`;
    await noteKeyUse(house.db, [made.id]);
    expect((await used()).getTime()).toBeGreaterThan(first.getTime());
  });

  it('is noted once for many requests, and together with others that come meanwhile', async () => {
    const written: string[][] = [];
    let goOn = () => {};
    const background = createBackground({ concurrency: 20, limit: 100, onError: () => {} });
    const note = createKeyUse(background, async (ids) => {
      written.push(ids);
      await new Promise<void>((resolve) => {
        goOn = resolve;
      });
    });
    for (let i = 0; i < 100; i++) note('one');
    for (const id of ['two', 'three', 'one', 'two']) note(id);
    expect(written).toEqual([['one']]);
    goOn();
    await eventually(async () => written.length === 2);
    goOn();
    expect(await background.drain(1_000)).toBe(0);
    expect(written).toEqual([['one'], ['two', 'three']]);
  });
});
