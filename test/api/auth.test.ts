import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCOPES } from '../../db/api-keys.ts';
import { call, type House, newKey, newPhone, newSender, newTenant, openHouse, post } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(async () => {
  await house?.close();
});

describe('a request without a right to it', () => {
  it('is refused without a key, with a wrong one and with one that is over, and never told which', async () => {
    const { accountId } = await newTenant(house);
    const good = await newKey(house.db, accountId, ['messages:read']);
    const over = await newKey(house.db, accountId, ['messages:read'], new Date(Date.now() - 1000));
    const revoked = await newKey(house.db, accountId, ['messages:read']);
    await house.db.sql`UPDATE api_keys SET revoked_at = now() WHERE hint = ${revoked.slice(-4)}`;
    const tries = [undefined, 'x', `${good.slice(0, -1)}#`, over, revoked, good.replace('live', 'test')];
    const answers = await Promise.all(tries.map((key) => call(house, 'GET', '/v1/messages', key ? { key } : {})));
    for (const { status, headers, body } of answers) {
      expect(status).toBe(401);
      expect(headers.get('www-authenticate')).toBe('Bearer');
      expect(headers.get('content-type')).toBe('application/problem+json');
      const { request_id, ...rest } = body;
      expect(request_id).toBe(headers.get('x-request-id'));
      const { request_id: _, ...first } = answers[0]?.body ?? {};
      expect(rest).toEqual(first);
    }
    expect((await call(house, 'GET', '/v1/messages', { key: good })).status).toBe(200);
  });

  it.each([
    ['POST', '/v1/messages'],
    ['POST', '/v1/messages/batch'],
    ['GET', '/v1/messages'],
    ['GET', '/v1/messages/01900000-0000-7000-8000-000000000000'],
    ['POST', '/v1/messages/01900000-0000-7000-8000-000000000000/cancel'],
  ])('is refused by its scope: %s %s', async (method, path) => {
    const needed = method === 'GET' ? 'messages:read' : 'messages:send';
    const others = SCOPES.filter((scope) => scope !== needed && scope !== 'admin');
    const { accountId, key } = await newTenant(house, { scopes: others });
    const refused = await call(house, method, path, { key, ...(method === 'POST' ? { body: {} } : {}) });
    expect(refused.status).toBe(403);
    expect(refused.body.code).toBe('forbidden');
    for (const scope of [needed, 'admin'] as const) {
      const right = await newKey(house.db, accountId, [scope]);
      const let_in = await call(house, method, path, { key: right, ...(method === 'POST' ? { body: {} } : {}) });
      expect([200, 404, 422]).toContain(let_in.status);
    }
  });

  it('refuses a key within five seconds after it was revoked', async () => {
    const { key } = await newTenant(house);
    expect((await call(house, 'GET', '/v1/messages', { key })).status).toBe(200);
    await house.db.sql`UPDATE api_keys SET revoked_at = now() WHERE hint = ${key.slice(-4)}`;
    await new Promise((resolve) => setTimeout(resolve, 5_100));
    expect((await call(house, 'GET', '/v1/messages', { key })).status).toBe(401);
  });
});

describe('a key for all accounts', () => {
  it('sends only for the account that it names', async () => {
    const { accountId } = await newTenant(house);
    const sender = await newSender(house, [accountId]);
    const key = await newKey(house.db, null, ['admin']);
    const sms = { to: newPhone(), text: 'Hello', sender: sender.name };

    const unnamed = await post(house, key, sms);
    expect(unnamed.status).toBe(403);
    expect(unnamed.body.code).toBe('account-required');
    expect(unnamed.body.detail).toContain('account');

    const unknown = await post(house, key, { ...sms, account: '01900000-0000-7000-8000-000000000000' });
    expect(unknown.status).toBe(422);
    expect(unknown.body.errors[0]).toMatchObject({ pointer: '#/account', code: 'unknown-account' });

    const named = await post(house, key, { ...sms, account: accountId });
    expect(named.status).toBe(202);
    expect(named.body.account).toBe(accountId);
  });

  it('reads messages of every account, while a key of an account reads its own', async () => {
    const [one, other] = [await newTenant(house), await newTenant(house)];
    const sender = await newSender(house, [one.accountId, other.accountId]);
    const { body: message } = await post(house, one.key, { to: newPhone(), text: 'Hello', sender: sender.name });
    const path = `/v1/messages/${message.id}`;
    const operator = await newKey(house.db, null, ['messages:read', 'messages:send']);

    expect((await call(house, 'GET', path, { key: operator })).status).toBe(200);
    expect((await call(house, 'GET', path, { key: one.key })).status).toBe(200);
    expect((await call(house, 'GET', path, { key: other.key })).status).toBe(404);
    expect((await call(house, 'POST', `${path}/cancel`, { key: other.key })).status).toBe(404);
    expect((await call(house, 'GET', '/v1/messages', { key: other.key })).body.messages).toEqual([]);
    const ofOne = await call(house, 'GET', `/v1/messages?account=${one.accountId}`, { key: operator });
    expect(ofOne.body.messages.map(({ id }: { id: string }) => id)).toEqual([message.id]);
  });

  it('does not let a key of an account act for another one', async () => {
    const [one, other] = [await newTenant(house), await newTenant(house)];
    const sender = await newSender(house, [one.accountId, other.accountId]);
    const sms = { to: newPhone(), text: 'Hello', sender: sender.name, account: other.accountId };
    expect((await post(house, one.key, sms)).status).toBe(403);
    const list = await call(house, 'GET', `/v1/messages?account=${other.accountId}`, { key: one.key });
    expect(list.status).toBe(403);
  });
});
