import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimSend } from '../../db/claims.ts';
import { findMessage } from '../../db/messages.ts';
import { addSuppression, type SuppressionSource, suppressionsOf, suppressPhone } from '../../db/suppressions.ts';
import { maskPhone } from '../../sms/phone.ts';
import { call, type House, newKey, newPhone, newSender, newTenant, openHouse, post, type Tenant } from './house.ts';

let house: House;
let tenant: Tenant;
let other: Tenant;
let operator: string;
const SCOPES = ['messages:send', 'messages:read', 'phones:read', 'suppressions:read', 'suppressions:write'] as const;
beforeAll(async () => {
  house = await openHouse();
  tenant = await newTenant(house, { scopes: [...SCOPES], defaultCountry: 'RU' });
  other = await newTenant(house, { scopes: [...SCOPES] });
  operator = await newKey(house.db, null, ['suppressions:read', 'suppressions:write', 'phones:read']);
});
afterAll(async () => {
  await house?.close();
});

const get = (key: string, path: string) => call(house, 'GET', `/v1/suppressions${path}`, { key });
const add = (key: string, body: object) => call(house, 'POST', '/v1/suppressions', { key, body });
const remove = (key: string, id: string) => call(house, 'DELETE', `/v1/suppressions/${id}`, { key });
const put = async (phone: string, accountId: string | null, source: SuppressionSource = 'import', more = {}) =>
  (await addSuppression(house.db, { keyId: null, name: 'test' }, { phone, accountId, source, ...more })).suppression;

describe('POST /v1/suppressions', () => {
  it('puts a phone on the list of the account, as it is dialled there', async () => {
    const phone = newPhone();
    const body = { phone: `8${phone.slice(2)}`, reason: 'asked us', note: 'by e-mail' };
    const answer = await add(tenant.key, body);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      id: expect.any(String),
      list: 'account',
      account: tenant.accountId,
      phone,
      source: 'api',
      reason: 'asked us',
      note: 'by e-mail',
      createdAt: expect.stringMatching(/Z$/),
      endedMessages: 0,
    });
    expect(await add(tenant.key, body)).toMatchObject({ status: 200, body: answer.body });
    const log = await house.db.sql`
      SELECT k.name, a.actor, a.action, a.account_id, a.detail FROM audit_log a JOIN api_keys k ON k.id = a.key_id
      WHERE a.object_id = ${answer.body.id}`;
    expect(log).toEqual([
      {
        name: 'test',
        actor: 'test',
        action: 'suppression.add',
        accountId: tenant.accountId,
        detail: { phone: maskPhone(phone), source: 'api' },
      },
    ]);
  });

  it('ends what waits for the phone, in this account only, and says how many', async () => {
    const [mine, others] = [await newSender(house, [tenant.accountId]), await newSender(house, [other.accountId])];
    const phone = newPhone();
    const send = async (key: string, sender: string) =>
      (await post(house, key, { to: phone, text: 'Hi', sender })).body.id;
    const ids = [await send(tenant.key, mine.name), await send(tenant.key, mine.name)];
    const kept = await send(other.key, others.name);
    const { body } = await add(tenant.key, { phone, reason: 'asked us' });
    expect(body.endedMessages).toBe(2);
    for (const id of ids) {
      expect(await findMessage(house.db, id, null)).toMatchObject({
        status: 'suppressed',
        source: 'suppress-list',
        cause: 'asked us',
      });
    }
    expect(await findMessage(house.db, kept, null)).toMatchObject({ status: 'accepted' });
    const all = await add(operator, { phone, list: 'global' });
    expect(all).toMatchObject({ status: 201, body: { account: null, source: 'operator', endedMessages: 1 } });
  });

  it('is not answered while a claim for the phone is open', async () => {
    const sender = await newSender(house, [tenant.accountId]);
    const phone = newPhone();
    const { body } = await post(house, tenant.key, { to: phone, text: 'Hi', sender: sender.name });
    const claim = await claimSend(house.db, body.id, { repeatWithinS: null, probe: false });
    expect(claim.verdict).toBe('claimed');
    expect(await add(tenant.key, { phone })).toMatchObject({ status: 201, body: { endedMessages: 0 } });
    const [row] = await house.db
      .sql`SELECT lease_until <= clock_timestamp() AS over FROM messages WHERE id = ${body.id}`;
    expect(row?.over).toBe(true);
  });

  it('takes over the entry of a stop word, which START then leaves', async () => {
    const phone = newPhone();
    await suppressPhone(house.db, { phone, accountIds: [tenant.accountId], global: false, source: 'stop-word' });
    expect(await add(tenant.key, { phone, note: 'and by phone' })).toMatchObject({
      status: 200,
      body: { source: 'api', note: 'and by phone' },
    });
  });

  it('needs the name of a list from a key for all accounts', async () => {
    const phone = newPhone();
    expect(await add(operator, { phone })).toMatchObject({
      status: 403,
      body: { code: 'account-required', detail: expect.stringContaining('global into list') },
    });
    expect(await add(operator, { phone, account: tenant.accountId })).toMatchObject({
      status: 201,
      body: { account: tenant.accountId, source: 'operator' },
    });
    expect(await add(operator, { phone, account: tenant.accountId, list: 'global' })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '#/account', mend: 'Leave out one of the two.' }] },
    });
    expect(await add(operator, { phone, account: crypto.randomUUID() })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '#/account', code: 'unknown-account' }] },
    });
  });

  it("lets no account's key at the global list or at another account's", async () => {
    const phone = newPhone();
    expect(await add(tenant.key, { phone, list: 'global' })).toMatchObject({
      status: 403,
      body: { code: 'forbidden' },
    });
    expect(await add(tenant.key, { phone, account: other.accountId })).toMatchObject({ status: 403 });
    const admin = await newKey(house.db, tenant.accountId, ['admin']);
    expect((await add(admin, { phone, list: 'global' })).status).toBe(403);
    expect(await suppressionsOf(house.db, phone)).toEqual([]);
  });

  it.each([
    [{ phone: '12' }, '#/phone', 'invalid-phone'],
    [{}, '#/phone', 'missing'],
    [{ phone: '+79995550000', list: 'all' }, '#/list', 'invalid'],
    [{ phone: '+79995550000', reason: 'x'.repeat(201) }, '#/reason', 'invalid'],
    [{ phone: '+79995550000', note: 'a\0b' }, '#/note', 'invalid'],
    [{ phone: '+79995550000', Reason: 'x' }, '#/Reason', 'unknown-field'],
  ])('refuses %j', async (body, pointer, code) => {
    expect(await add(tenant.key, body)).toMatchObject({ status: 422, body: { errors: [{ pointer, code }] } });
  });

  it('needs its scope', async () => {
    const key = await newKey(house.db, tenant.accountId, ['suppressions:read', 'messages:send']);
    expect((await add(key, { phone: newPhone() })).status).toBe(403);
  });
});

describe('DELETE /v1/suppressions/:id', () => {
  it('takes an entry off the list, whatever made it', async () => {
    const phone = newPhone();
    const { id } = await put(phone, tenant.accountId, 'gateway');
    expect((await remove(tenant.key, id)).status).toBe(204);
    expect(await suppressionsOf(house.db, phone)).toEqual([]);
    expect((await remove(tenant.key, id)).status).toBe(404);
    const log = await house.db.sql`
      SELECT actor, detail FROM audit_log WHERE object_id = ${id} AND action = 'suppression.remove'`;
    expect(log).toEqual([{ actor: 'test', detail: { phone: maskPhone(phone), source: 'gateway' } }]);
  });

  it("does not find another account's or a global entry, unless for an operator", async () => {
    const phone = newPhone();
    const ids = [(await put(phone, other.accountId)).id, (await put(phone, null)).id];
    for (const id of ids) expect((await remove(tenant.key, id)).status).toBe(404);
    expect(await suppressionsOf(house.db, phone)).toHaveLength(2);
    for (const id of ids) expect((await remove(operator, id)).status).toBe(204);
    expect(await suppressionsOf(house.db, phone)).toEqual([]);
    expect((await remove(operator, 'no-uuid')).status).toBe(404);
  });
});

describe('GET /v1/suppressions/lookup', () => {
  const lookup = async (key: string, phone: string, more = '') =>
    (await get(key, `/lookup?phone=${encodeURIComponent(phone)}${more}`)).body;

  it('shows all lists that the key may see', async () => {
    const phone = newPhone();
    const [own, others, all] = [
      await put(phone, tenant.accountId, 'stop-word'),
      await put(phone, other.accountId, 'import', { reason: 'old list' }),
      await put(phone, null, 'operator', { note: 'a complaint' }),
    ];
    const ids = async (key: string, more = '') =>
      (await lookup(key, phone, more)).suppressions.map((it: { id: string }) => it.id).sort();
    expect(await ids(tenant.key)).toEqual([own.id]);
    expect(await ids(operator)).toEqual([own.id, others.id, all.id].sort());
    expect(await ids(operator, `&account=${other.accountId}`)).toEqual([others.id, all.id].sort());
    expect((await lookup(other.key, phone)).suppressions).toEqual([
      {
        id: others.id,
        list: 'account',
        account: other.accountId,
        phone,
        source: 'import',
        reason: 'old list',
        note: null,
        createdAt: others.createdAt.toISOString(),
      },
    ]);
  });

  it("reads national numbers as in the account's country, and refuses what is no number", async () => {
    const phone = newPhone();
    await put(phone, tenant.accountId);
    expect((await lookup(tenant.key, `8 ${phone.slice(2)}`)).suppressions).toHaveLength(1);
    expect((await lookup(operator, `8${phone.slice(2)}`, `&account=${tenant.accountId}`)).suppressions).toHaveLength(1);
    expect(await lookup(tenant.key, 'abc')).toMatchObject({
      status: 422,
      errors: [{ parameter: 'phone', code: 'invalid-phone' }],
    });
    expect(await lookup(tenant.key, phone, `&account=${other.accountId}`)).toMatchObject({ status: 403 });
  });

  it('masks the phone for keys that may not read phones', async () => {
    const phone = newPhone();
    await put(phone, tenant.accountId);
    const key = await newKey(house.db, tenant.accountId, ['suppressions:read']);
    const answer = await get(key, `/lookup?phone=${encodeURIComponent(phone)}`);
    expect(answer.body.suppressions).toMatchObject([{ phone: maskPhone(phone) }]);
    expect(JSON.stringify(answer.body)).not.toContain(phone.slice(-7));
  });
});

describe('GET /v1/suppressions', () => {
  it('shows a list page by page, newest first, and one source of it', async () => {
    const own = await newTenant(house, { scopes: [...SCOPES] });
    const phones = Array.from({ length: 5 }, newPhone);
    for (const [n, phone] of phones.entries()) await put(phone, own.accountId, n % 2 ? 'stop-word' : 'import');
    await put(newPhone(), other.accountId);
    const first = (await get(own.key, '?limit=2')).body;
    const second = (await get(own.key, `?limit=2&cursor=${first.nextCursor}`)).body;
    const third = (await get(operator, `?limit=2&cursor=${second.nextCursor}&account=${own.accountId}`)).body;
    const seen = [first, second, third].flatMap(({ suppressions }) =>
      suppressions.map((it: { phone: string }) => it.phone),
    );
    expect(seen).toEqual([...phones].reverse());
    expect(third.nextCursor).toBeNull();
    const stops = (await get(own.key, '?source=stop-word')).body.suppressions;
    expect(stops.map((it: { phone: string }) => it.phone)).toEqual([phones[3], phones[1]]);
    expect((await get(own.key, '?source=sms')).status).toBe(422);
    expect(await get(own.key, '?cursor=x')).toMatchObject({ status: 422, body: { errors: [{ parameter: 'cursor' }] } });
  });

  it('shows what was put there within a time, and one phone', async () => {
    const own = await newTenant(house, { scopes: [...SCOPES], defaultCountry: 'RU' });
    const [early, late] = [newPhone(), newPhone()];
    await put(early, own.accountId);
    await sleep(20);
    const between = new Date(Date.now() - 5).toISOString();
    await put(late, own.accountId);
    await put(late, other.accountId);
    const seen = async (query: string) =>
      (await get(own.key, query)).body.suppressions.map((it: { phone: string }) => it.phone);
    expect(await seen(`?from=${between}`)).toEqual([late]);
    expect(await seen(`?to=${between}`)).toEqual([early]);
    expect(await seen(`?from=${between}&to=${between}`)).toEqual([]);
    expect(await seen(`?phone=${encodeURIComponent(late)}`)).toEqual([late]);
    expect(await seen(`?phone=8${early.slice(2)}`)).toEqual([early]);
    expect(await seen(`?phone=${encodeURIComponent(newPhone())}`)).toEqual([]);
    for (const [query, parameter] of [
      ['phone=12', 'phone'],
      ['from=yesterday', 'from'],
      ['to=2030-01-31', 'to'],
    ] as const) {
      expect(await get(own.key, `?${query}`)).toMatchObject({ status: 422, body: { errors: [{ parameter }] } });
    }
  });

  it('shows the global list to operators only', async () => {
    const entry = await put(newPhone(), null, 'operator');
    const { body } = await get(operator, '?list=global&limit=1');
    expect(body.suppressions).toMatchObject([{ id: entry.id, list: 'global', account: null }]);
    expect((await get(tenant.key, '?list=global')).status).toBe(403);
    expect(await get(operator, '')).toMatchObject({ status: 403, body: { code: 'account-required' } });
    expect(await get(operator, `?account=${crypto.randomUUID()}`)).toMatchObject({
      status: 422,
      body: { errors: [{ parameter: 'account', code: 'unknown-account' }] },
    });
  });
});

describe('GET /v1/suppressions/export', () => {
  it('writes the list as CSV that a spreadsheet can open and we can import', async () => {
    const own = await newTenant(house, { scopes: [...SCOPES] });
    const [one, two] = [newPhone(), newPhone()];
    await put(one, own.accountId, 'operator', { reason: '=HYPERLINK("x")', note: 'a, "b"\nc' });
    const last = await put(two, own.accountId, 'stop-word');
    const answer = await get(own.key, '/export');
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toContain('.csv');
    const lines = answer.body.split('\r\n');
    expect(lines[0]).toBe('phone,reason,source,note,createdAt');
    expect(lines[1]).toBe(`${two},,stop-word,,${last.createdAt.toISOString()}`);
    expect(lines[2]).toMatch(/^\+\d+,"'=HYPERLINK\(""x""\)",operator,"a, ""b""\nc",20/);
    expect(lines.slice(3)).toEqual(['']);

    const headers = { 'content-type': 'text/csv' };
    const options = { key: other.key, headers, body: answer.body };
    const imported = await call(house, 'POST', '/v1/suppressions/import', options);
    expect(imported.body).toMatchObject({ total: 2, imported: 2, invalid: 0 });
    const copy = (await suppressionsOf(house.db, one)).find(({ accountId }) => accountId === other.accountId);
    expect(copy).toMatchObject({ reason: '=HYPERLINK("x")', note: 'a, "b"\nc', source: 'import' });
  });

  it('holds every entry of a list of many pages once', async () => {
    const own = await newTenant(house, { scopes: [...SCOPES] });
    await house.db.sql`
      INSERT INTO suppressions (id, account_id, phone, source)
      SELECT gen_random_uuid(), ${own.accountId}, '+7999' || (1000000 + n), 'import' FROM generate_series(1, 4001) n`;
    const phones = (await get(own.key, '/export')).body.split('\r\n').slice(1, -1);
    expect(phones).toHaveLength(4001);
    expect(new Set(phones).size).toBe(4001);
  });

  it('is for keys that may read phones, and the global list for operators', async () => {
    const key = await newKey(house.db, tenant.accountId, ['suppressions:read']);
    expect(await get(key, '/export')).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining('phones:read') },
    });
    expect((await get(tenant.key, '/export?list=global')).status).toBe(403);
    const { id, phone } = await put(newPhone(), null);
    expect((await get(operator, '/export?list=global')).body).toContain(`\r\n${phone},`);
    await remove(operator, id);
  });
});

describe('START', () => {
  it('takes back the global entry of a stop word to the same sender, and no other', async () => {
    const loud = await newSender(house, [tenant.accountId], { addToGlobalSuppressList: true });
    const quiet = await newSender(house, [tenant.accountId]);
    const say = (to: typeof loud, phone: string, text: string) =>
      call(house, 'POST', `/hooks/${to.hookToken}/inbound`, {
        body: { results: [{ from: phone.slice(1), to: '3700', text, messageId: crypto.randomUUID() }] },
      });
    const lists = async (phone: string) => (await suppressionsOf(house.db, phone)).map(({ accountId }) => accountId);

    const phone = newPhone();
    await say(loud, phone, 'STOP');
    expect(await lists(phone)).toEqual(expect.arrayContaining([tenant.accountId, null]));
    await say(quiet, phone, 'START');
    expect(await lists(phone)).toEqual([null]);
    await say(loud, phone, 'UNSTOP');
    expect(await lists(phone)).toEqual([]);

    await put(phone, null, 'operator');
    await say(loud, phone, 'STOP');
    await say(loud, phone, 'START');
    expect(await lists(phone)).toEqual([null]);
  });
});

it('no route answers a problem that it does not declare, and no phone is in the log', () => {
  expect(house.logged()).not.toContain('undeclaredProblem');
  expect(house.logged()).not.toMatch(/7999555/);
});
