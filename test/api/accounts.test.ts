import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  call,
  eventually,
  type House,
  newKey,
  newPhone,
  newSender,
  newTenant,
  openHouse,
  post,
  unique,
} from './house.ts';

let house: House;
let admin: string;
beforeAll(async () => {
  house = await openHouse();
  admin = await newKey(house.db, null, ['admin']);
});
afterAll(() => house?.close());

const NOBODY = '01900000-0000-7000-8000-000000000000';
/** How long an API process may go by what it read before, and a little more. */
const CACHED_MS = 7_500;

async function create(body: Record<string, unknown> = {}) {
  return await call(house, 'POST', '/v1/accounts', { key: admin, body: { name: `shop ${unique()}`, ...body } });
}

async function auditOf(objectId: string) {
  return await house.db.sql`
    SELECT actor, action, account_id, detail FROM audit_log WHERE object_id = ${objectId} ORDER BY id`;
}

describe('an account', () => {
  it('is made, read, renamed and given another country, and the audit log has it', async () => {
    const name = `shop ${unique()}`;
    const made = await create({ name, defaultCountry: 'RU' });
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      id: expect.any(String),
      name,
      defaultCountry: 'RU',
      createdAt: expect.stringMatching(/Z$/),
      archivedAt: null,
    });
    const path = `/v1/accounts/${made.body.id}`;
    expect(made.headers.get('location')).toBe(path);
    expect((await call(house, 'GET', path, { key: admin })).body).toEqual(made.body);

    const renamed = await call(house, 'PATCH', path, { key: admin, body: { name: `${name} 2`, defaultCountry: null } });
    expect(renamed.body).toEqual({ ...made.body, name: `${name} 2`, defaultCountry: null });
    const same = await call(house, 'PATCH', path, { key: admin, body: { name: `${name} 2` } });
    expect(same.body).toEqual(renamed.body);

    expect(await auditOf(made.body.id)).toEqual([
      {
        actor: 'test',
        action: 'account.create',
        accountId: made.body.id,
        detail: { name, defaultCountry: 'RU' },
      },
      {
        actor: 'test',
        action: 'account.update',
        accountId: made.body.id,
        detail: { name: { from: name, to: `${name} 2` }, defaultCountry: { from: 'RU', to: null } },
      },
    ]);
  });

  it('has a name of its own, also against archived ones', async () => {
    const [one, other] = [await create(), await create()];
    await call(house, 'POST', `/v1/accounts/${one.body.id}/archive`, { key: admin });
    const answers = [
      await create({ name: one.body.name }),
      await call(house, 'PATCH', `/v1/accounts/${other.body.id}`, { key: admin, body: { name: one.body.name } }),
    ];
    for (const { status, body } of answers) {
      expect(status).toBe(409);
      expect(body).toMatchObject({ code: 'conflict', errors: [{ pointer: '#/name', code: 'taken' }] });
      expect(body.detail).toContain(`'${one.body.name}'`);
    }
    expect((await call(house, 'GET', `/v1/accounts/${other.body.id}`, { key: admin })).body).toEqual(other.body);
  });

  it.each<[Record<string, unknown>, string, string]>([
    [{ name: undefined }, '#/name', 'missing'],
    [{ name: '' }, '#/name', 'invalid'],
    [{ name: ' shop' }, '#/name', 'invalid'],
    [{ name: 'a\u0000b' }, '#/name', 'invalid'],
    [{ name: 'x'.repeat(201) }, '#/name', 'invalid'],
    [{ defaultCountry: 'ru' }, '#/defaultCountry', 'invalid'],
    [{ defaultCountry: 'ZZ' }, '#/defaultCountry', 'invalid'],
    [{ country: 'RU' }, '#/country', 'unknown-field'],
  ])('is refused with %.40j', async (input, pointer, code) => {
    const { status, body } = await create(input);
    expect(status).toBe(422);
    expect(body.errors).toEqual([expect.objectContaining({ pointer, code, mend: expect.any(String) })]);
  });

  it('lets its phones be written as they are dialled in its country', async () => {
    const { body: account } = await create({ defaultCountry: 'RU' });
    const key = await newKey(house.db, account.id, ['messages:send', 'phones:read']);
    const sender = await newSender(house, [account.id]);
    const sms = { to: '8 999 555-01-01', text: 'Hello', sender: sender.name };
    expect((await post(house, key, sms)).body.to).toBe('+79995550101');
    await call(house, 'PATCH', `/v1/accounts/${account.id}`, { key: admin, body: { defaultCountry: null } });
    const refused = await eventually(async () => {
      const answer = await post(house, key, sms);
      return answer.status === 422 && answer.body;
    }, CACHED_MS);
    expect(refused.errors[0]).toMatchObject({ pointer: '#/to', code: 'invalid-phone' });
  });
});

describe('an archived account', () => {
  it('has no keys that do, takes no messages, and is as before when it is restored', async () => {
    const { accountId, key } = await newTenant(house);
    const sender = await newSender(house, [accountId]);
    const sms = () => ({ to: newPhone(), text: 'Hello', sender: sender.name });
    expect((await post(house, key, sms())).status).toBe(202);
    expect((await post(house, admin, { ...sms(), account: accountId })).status).toBe(202);

    const archive = () => call(house, 'POST', `/v1/accounts/${accountId}/archive`, { key: admin });
    const archived = await archive();
    expect(archived.status).toBe(200);
    expect(archived.body.archivedAt).toMatch(/Z$/);
    expect((await archive()).body).toEqual(archived.body);

    const wrong = await call(house, 'GET', '/v1/messages', { key: 'none' });
    const refused = await eventually(async () => {
      const answer = await call(house, 'GET', '/v1/messages', { key });
      return answer.status === 401 && answer;
    }, CACHED_MS);
    const plain = ({ request_id: _, ...rest }: Record<string, unknown>) => rest;
    expect(plain(refused.body)).toEqual(plain(wrong.body));
    expect((await post(house, key, sms())).status).toBe(401);
    const named = await post(house, admin, { ...sms(), account: accountId });
    expect(named.status).toBe(422);
    expect(named.body.errors).toEqual([expect.objectContaining({ pointer: '#/account', code: 'unknown-account' })]);

    const restored = await call(house, 'POST', `/v1/accounts/${accountId}/restore`, { key: admin });
    expect(restored.body).toMatchObject({ id: accountId, archivedAt: null });
    await eventually(async () => (await post(house, key, sms())).status === 202, CACHED_MS);
    expect((await auditOf(accountId)).map(({ action }) => action)).toEqual([
      'account.create',
      'account.archive',
      'account.restore',
    ]);
  });

  it('refuses its key for a message as soon as the account is known to be archived', async () => {
    const { accountId, key } = await newTenant(house);
    const sender = await newSender(house, [accountId]);
    // The key is held as valid for longer than the account is.
    await call(house, 'GET', '/v1/messages', { key });
    await call(house, 'POST', `/v1/accounts/${accountId}/archive`, { key: admin });
    const answer = await post(house, key, { to: newPhone(), text: 'Hello', sender: sender.name });
    expect([answer.status, answer.body.code]).toEqual([401, 'unauthorised']);
  });
});

describe('the list of accounts', () => {
  it('is newest first, in pages, and by state and name', async () => {
    const made = [await create(), await create(), await create()].map(({ body }) => body);
    await call(house, 'POST', `/v1/accounts/${made[1].id}/archive`, { key: admin });
    const list = async (query: string) => (await call(house, 'GET', `/v1/accounts${query}`, { key: admin })).body;
    const ids = (page: { accounts: { id: string }[] }) => page.accounts.map(({ id }) => id);

    const first = await list('?limit=2');
    expect(ids(first)).toEqual([made[2].id, made[0].id]);
    const second = await list(`?limit=2&cursor=${first.nextCursor}`);
    expect(ids(second)).not.toEqual(expect.arrayContaining([made[0].id]));
    expect(ids(await list('?limit=3&state=all'))).toEqual([made[2].id, made[1].id, made[0].id]);
    expect(ids(await list('?limit=1&state=archived'))).toEqual([made[1].id]);
    expect(await list(`?name=${encodeURIComponent(made[0].name)}`)).toEqual({ accounts: [made[0]], nextCursor: null });
    expect(ids(await list(`?name=${encodeURIComponent(made[1].name)}`))).toEqual([]);
  });

  it.each(['cursor=x', 'state=gone', 'limit=0', 'name=%00', 'nam=x'])('is refused by %s', async (query) => {
    const { status, body } = await call(house, 'GET', `/v1/accounts?${query}`, { key: admin });
    expect(status).toBe(422);
    expect(body.errors[0]).toMatchObject({ parameter: query.split('=')[0], mend: expect.any(String) });
  });
});

describe('who may', () => {
  it('read an account: operators any, its own keys itself, whatever their scope', async () => {
    const [own, other] = [await newTenant(house, { scopes: ['messages:send'] }), await newTenant(house)];
    const operator = await newKey(house.db, null, ['messages:read']);
    const read = async (id: string, key: string) => (await call(house, 'GET', `/v1/accounts/${id}`, { key })).status;
    expect(await read(own.accountId, own.key)).toBe(200);
    expect(await read(own.accountId, operator)).toBe(200);
    expect(await read(other.accountId, own.key)).toBe(404);
    expect(await read(NOBODY, operator)).toBe(404);
    const { body } = await call(house, 'GET', '/v1/accounts', { key: own.key });
    expect(body.accounts.map(({ id }: { id: string }) => id)).toEqual([own.accountId]);
  });

  it('change accounts: administrators of all accounts only', async () => {
    const { accountId, key } = await newTenant(house, { scopes: ['admin'] });
    const operator = await newKey(house.db, null, ['senders:write', 'messages:read']);
    const before = await call(house, 'GET', `/v1/accounts/${accountId}`, { key: admin });
    for (const refused of [key, operator]) {
      const answers = [
        await call(house, 'POST', '/v1/accounts', { key: refused, body: { name: `shop ${unique()}` } }),
        await call(house, 'PATCH', `/v1/accounts/${accountId}`, { key: refused, body: { name: 'mine' } }),
        await call(house, 'POST', `/v1/accounts/${accountId}/archive`, { key: refused }),
        await call(house, 'POST', `/v1/accounts/${accountId}/restore`, { key: refused }),
      ];
      expect(answers.map(({ status, body }) => [status, body.code])).toEqual(answers.map(() => [403, 'forbidden']));
    }
    expect((await call(house, 'GET', `/v1/accounts/${accountId}`, { key: admin })).body).toEqual(before.body);
  });

  it.each(['PATCH /v1/accounts/:id', 'POST /v1/accounts/:id/archive', 'POST /v1/accounts/:id/restore'])(
    'nobody what is not there: %s',
    async (line) => {
      const [method = '', path = ''] = line.replace(':id', NOBODY).split(' ');
      const body = method === 'PATCH' ? { body: { name: `shop ${unique()}` } } : {};
      expect((await call(house, method, path, { key: admin, ...body })).status).toBe(404);
    },
  );
});
