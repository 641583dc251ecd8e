import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accept } from '../../api/accept.ts';
import { createContext, drain } from '../../api/context.ts';
import { senderSchema } from '../../api/schemas/senders.ts';
import { findAccount } from '../../db/accounts.ts';
import { listAudit } from '../../db/audit.ts';
import { GATEWAYS } from '../../gateways/catalogue.ts';
import {
  type Answer,
  call,
  type House,
  newKey,
  newPhone,
  newSender,
  newTenant,
  post,
  SECRET_KEYS,
  submitted,
  type Tenant,
  unique,
} from './house.ts';
import { infobip, makeSender, openSenderHouse, SECRET, senderInBooks } from './sender-kit.ts';

let house: House;
let tenant: Tenant;
let operator: string;
beforeAll(async () => {
  ({ house, tenant, operator } = await openSenderHouse());
});
afterAll(() => house?.close());

const api = (method: string, path: string, body?: unknown, key = operator): Promise<Answer> =>
  call(house, method, path, { key, ...(body === undefined ? {} : { body }) });

const made = (more: object = {}) => makeSender(house, operator, more);
const inBooks = (id: string) => senderInBooks(house, id);
const auditOf = async (id: string) => await listAudit(house.db, { objectId: id }, { limit: 20 });

describe('POST /v1/senders', () => {
  it('makes a sender, and shows it as a later read does, with addresses and without secrets', async () => {
    const everything = infobip({
      accounts: [tenant.accountId],
      awaitDelivery: 60,
      maxParts: 3,
      defaultCallerId: 'ACME',
      verifiedCallerIds: ['ACME', 'Bank', 'ACME'],
      verifiedPhones: ['+7 999 555-01-01', '+998 90 111 22 33'],
      rateLimit: 12.5,
      validity: 600,
      reportGrace: 0,
      onUncertain: 'resend',
      stopWords: ['  стоп ', 'stop', 'Hayır', 'СТОП!', 'stop!'],
      addToGlobalSuppressList: true,
      hookIps: ['203.0.113.7', '2001:db8::/32'],
    });
    const { status, headers, body } = await api('POST', '/v1/senders', everything);
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`/v1/senders/${body.id}`);
    expect(senderSchema.strict().parse(body)).toEqual(body);
    const token = (await inBooks(body.id)).hookToken;
    expect(body).toEqual({
      ...everything,
      id: body.id,
      settings: { url: everything.settings.url, apiKey: { set: true }, apiVersion: 3 },
      verifiedCallerIds: ['ACME', 'Bank'],
      verifiedPhones: ['+79995550101', '+998901112233'],
      stopWords: ['STOP', 'СТОП', 'HAYIR'],
      hooks: {
        reports: `https://sms.example.org/hooks/${token}/reports`,
        inbound: `https://sms.example.org/hooks/${token}/inbound`,
        oldUntil: null,
      },
      state: 'active',
      createdAt: expect.any(String),
      archivedAt: null,
    });
    expect((await api('GET', `/v1/senders/${body.id}`)).body).toEqual(body);
    expect((await inBooks(body.id)).settings).toMatchObject({ apiKey: SECRET });
    const [row] = await house.db.sql`SELECT settings::text FROM senders WHERE id = ${body.id}`;
    expect(row?.settings).not.toContain(SECRET);
  });

  it('takes what is usual for what is left out', async () => {
    expect(await made()).toMatchObject({
      accounts: [],
      awaitDelivery: 300,
      maxParts: 10,
      defaultCallerId: null,
      verifiedCallerIds: null,
      verifiedPhones: null,
      rateLimit: null,
      validity: 86_400,
      reportGrace: 86_400,
      onUncertain: 'hold',
      stopWords: ['STOP'],
      addToGlobalSuppressList: false,
      hookIps: null,
    });
  });

  it.each([
    ['playmobile', { login: 'shop', password: 'secret' }, undefined, 7],
    ['playmobile', { login: 'shop2', password: 'secret' }, null, null],
    ['playmobile', { login: 'shop3', password: 'secret' }, 3, 3],
    ['rapporto', { url: 'https://gateway.example.com/shop', login: 'shop', password: 'secret' }, undefined, 10],
  ])('of %s %j with the limit %j has that of %j', async (gateway, settings, rateLimit, limit) => {
    const { body } = await api('POST', '/v1/senders', infobip({ gateway, settings, rateLimit }));
    expect(body.rateLimit).toBe(limit);
  });

  it.each(
    GATEWAYS.flatMap(({ name, examples }) => Object.values(examples).map((settings) => [name, settings] as const)),
  )('makes one of every gateway: %s %j', async (gateway, settings) => {
    const sender = await made({ gateway, settings });
    const changed = await api('PATCH', `/v1/senders/${sender.id}`, { settings: sender.settings, maxParts: 2 });
    expect(changed.body).toEqual({ ...sender, maxParts: 2 });
  });

  it.each<[object, string, string]>([
    [{ name: '' }, '#/name', 'invalid'],
    [{ name: undefined }, '#/name', 'missing'],
    [{ gateway: 'nobody' }, '#/gateway', 'unknown-gateway'],
    [{ settings: undefined }, '#/settings', 'missing'],
    [{ settings: { url: 'https://xyz.api.infobip.com' } }, '#/settings/apiKey', 'missing'],
    [{ settings: { apiKey: { set: true } } }, '#/settings/apiKey', 'missing'],
    [{ settings: { apiKey: 'with space' } }, '#/settings/apiKey', 'invalid'],
    [{ settings: { apiKey: 'key', hookLogin: 'x' } }, '#/settings/hookPassword', 'missing'],
    [{ settings: { apiKey: 'key', api_version: 2 } }, '#/settings/api_version', 'unknown-field'],
    [{ settings: { apiKey: 'key', url: 'ftp://x' } }, '#/settings/url', 'invalid'],
    [{ settings: { apiKey: 'key', url: 'http://169.254.169.254' } }, '#/settings/url', 'address-not-allowed'],
    [{ accounts: ['01900000-0000-7000-8000-000000000000'] }, '#/accounts/0', 'unknown-account'],
    [{ accounts: ['acme'] }, '#/accounts/0', 'invalid'],
    [{ awaitDelivery: 0 }, '#/awaitDelivery', 'invalid'],
    [{ maxParts: 0 }, '#/maxParts', 'invalid'],
    [{ maxParts: 1.5 }, '#/maxParts', 'invalid'],
    [{ defaultCallerId: '' }, '#/defaultCallerId', 'invalid'],
    [{ verifiedCallerIds: [] }, '#/verifiedCallerIds', 'invalid'],
    [{ verifiedCallerIds: ['Bank'], defaultCallerId: 'ACME' }, '#/defaultCallerId', 'caller-id-not-verified'],
    [{ verifiedPhones: ['8 999 555 01 01'] }, '#/verifiedPhones/0', 'invalid'],
    [{ verifiedPhones: [] }, '#/verifiedPhones', 'invalid'],
    [{ rateLimit: 0 }, '#/rateLimit', 'invalid'],
    [{ rateLimit: -1 }, '#/rateLimit', 'invalid'],
    [{ rateLimit: 1e-9 }, '#/rateLimit', 'invalid'],
    [{ rateLimit: 10_001 }, '#/rateLimit', 'invalid'],
    [{ validity: 59 }, '#/validity', 'invalid'],
    [{ reportGrace: -1 }, '#/reportGrace', 'invalid'],
    [{ onUncertain: 'send' }, '#/onUncertain', 'invalid'],
    [{ stopWords: ['!!!'] }, '#/stopWords/0', 'invalid'],
    [{ stopWords: 'STOP' }, '#/stopWords', 'invalid'],
    [{ hookIps: ['10.0.0.0/33'] }, '#/hookIps/0', 'invalid'],
    [{ hookIps: ['localhost'] }, '#/hookIps/0', 'invalid'],
    [{ hookIps: [] }, '#/hookIps', 'invalid'],
    [{ hookToken: 'mine' }, '#/hookToken', 'unknown-field'],
  ])('says what is wrong with %j', async (more, pointer, code) => {
    const { status, body } = await api('POST', '/v1/senders', infobip(more));
    expect(status).toBe(422);
    expect(body.errors.map((error: { pointer: string; code: string }) => [error.pointer, error.code])).toEqual([
      [pointer, code],
    ]);
    expect(body.errors[0].detail).toMatch(/[\w)]\.?$/);
    expect(JSON.stringify(body)).not.toContain(SECRET);
  });

  it('refuses a name that is in use', async () => {
    const { name } = await made();
    const { status, body } = await api('POST', '/v1/senders', infobip({ name }));
    expect(status).toBe(409);
    expect(body).toMatchObject({ code: 'conflict', errors: [{ pointer: '#/name', code: 'taken' }] });
  });
});

describe('GET /v1/senders', () => {
  it('shows all to an operator, newest first and in pages, and those that are archived when asked', async () => {
    const [one, two, gone] = [await made(), await made(), await made()];
    await api('DELETE', `/v1/senders/${gone.id}`);
    const ids = (answer: Answer) => answer.body.senders.map(({ id }: { id: string }) => id);
    const first = await api('GET', '/v1/senders?limit=1');
    expect(ids(first)).toEqual([two.id]);
    expect(ids(await api('GET', `/v1/senders?limit=1&cursor=${first.body.nextCursor}`))).toEqual([one.id]);
    expect(ids(await api('GET', '/v1/senders?limit=500'))).not.toContain(gone.id);
    expect(ids(await api('GET', '/v1/senders?archived=true'))).toEqual([gone.id]);
  });

  it('shows an account what it may send through, without settings, addresses and the accounts of others', async () => {
    const other = await newTenant(house);
    const shared = await made({
      accounts: [tenant.accountId, other.accountId],
      verifiedPhones: ['+79995550101'],
      hookIps: ['203.0.113.7'],
    });
    const theirs = await made({ accounts: [other.accountId] });
    const { body } = await api('GET', '/v1/senders?limit=500', undefined, tenant.key);
    const seen = body.senders.find(({ id }: { id: string }) => id === shared.id);
    expect(seen).toMatchObject({ accounts: [tenant.accountId], verifiedPhones: ['+7******01'] });
    for (const field of ['settings', 'hooks', 'hookIps']) expect(seen).not.toHaveProperty(field);
    expect(body.senders.map(({ id }: { id: string }) => id)).not.toContain(theirs.id);
    expect((await api('GET', `/v1/senders/${shared.id}`, undefined, tenant.key)).body).toEqual(seen);
    expect((await api('GET', `/v1/senders/${theirs.id}`, undefined, tenant.key)).status).toBe(404);

    const byAccount = await api('GET', `/v1/senders?account=${other.accountId}`);
    expect(byAccount.body.senders.map(({ id }: { id: string }) => id)).toEqual([theirs.id, shared.id]);
  });

  it('keeps the addresses from a key that may only read', async () => {
    const reader = await newKey(house.db, null, ['senders:read']);
    const { id } = await made();
    const { body } = await api('GET', `/v1/senders/${id}`, undefined, reader);
    expect(body).toHaveProperty('settings');
    expect(body).not.toHaveProperty('hooks');
  });

  it("lets no account's key make or change one", async () => {
    const { id } = await made({ accounts: [tenant.accountId] });
    const answers = [
      await api('POST', '/v1/senders', infobip(), tenant.key),
      await api('PATCH', `/v1/senders/${id}`, { maxParts: 1 }, tenant.key),
      await api('DELETE', `/v1/senders/${id}`, undefined, tenant.key),
      await api('POST', `/v1/senders/${id}/restore`, undefined, tenant.key),
      await api('POST', `/v1/senders/${id}/pause`, {}, tenant.key),
      await api('POST', `/v1/senders/${id}/resume`, undefined, tenant.key),
      await api('POST', `/v1/senders/${id}/rotate-hook-token`, undefined, tenant.key),
      await api('POST', `/v1/senders/${id}/test`, {}, tenant.key),
      await api('GET', `/v1/senders/${id}/health`, undefined, tenant.key),
    ];
    expect(answers.map(({ body }) => body.code)).toEqual(answers.map(() => 'forbidden'));
    expect(await inBooks(id)).toMatchObject({ maxParts: 10, pausedAt: null, archivedAt: null });
  });
});

describe('PATCH /v1/senders/:id', () => {
  const patch = (id: string, body: object) => api('PATCH', `/v1/senders/${id}`, body);

  it('changes what is named, and keeps the rest and the secrets', async () => {
    const sender = await made({
      maxParts: 3,
      settings: { ...infobip().settings, hookLogin: 'x', hookPassword: 'old' },
    });
    const { body } = await patch(sender.id, { awaitDelivery: 5, settings: { hookPassword: 'new', apiVersion: 2 } });
    expect(body).toEqual({ ...sender, awaitDelivery: 5, settings: { ...sender.settings, apiVersion: 2 } });
    expect((await inBooks(sender.id)).settings).toMatchObject({ apiKey: SECRET, hookPassword: 'new' });

    const without = await patch(sender.id, { settings: { hookLogin: null, hookPassword: null } });
    expect(without.body.settings).toEqual({
      ...sender.settings,
      apiVersion: 2,
      hookLogin: undefined,
      hookPassword: undefined,
    });
    expect((await inBooks(sender.id)).settings).not.toHaveProperty('hookPassword');
    expect((await patch(sender.id, { settings: { apiKey: null } })).body.errors).toMatchObject([
      { pointer: '#/settings/apiKey', code: 'missing' },
    ]);
  });

  it('writes down who changed what', async () => {
    const sender = await made();
    await patch(sender.id, { maxParts: 4, settings: { apiVersion: 2 } });
    const [last] = await auditOf(sender.id);
    expect(last).toMatchObject({ actor: 'test', action: 'sender.update' });
    expect(last?.keyId).not.toBeNull();
    expect(last?.detail).toEqual({ maxParts: { from: 10, to: 4 }, settings: ['apiVersion'] });
  });

  it.each<[object, string, string]>([
    [{ gateway: 'smsc' }, '#/gateway', 'fixed'],
    [{ settings: { url: 'ftp://xyz.example.com' } }, '#/settings/url', 'invalid'],
    [{ settings: { url: 'http://10.0.0.1' } }, '#/settings/url', 'address-not-allowed'],
    [{ verifiedCallerIds: ['Bank'] }, '#/verifiedCallerIds', 'caller-id-not-verified'],
    [{ accounts: ['01900000-0000-7000-8000-000000000000'] }, '#/accounts/0', 'unknown-account'],
    [{ rateLimit: 0 }, '#/rateLimit', 'invalid'],
  ])('says what is wrong with %j', async (change, pointer, code) => {
    const sender = await made({ defaultCallerId: 'ACME' });
    const { status, body } = await patch(sender.id, change);
    expect(status).toBe(422);
    expect(body.errors).toMatchObject([{ pointer, code }]);
    expect((await api('GET', `/v1/senders/${sender.id}`)).body).toEqual(sender);
  });

  it('refuses a name that is in use, and takes its own', async () => {
    const [one, two] = [await made(), await made()];
    expect((await patch(one.id, { name: two.name })).body).toMatchObject({ code: 'conflict' });
    expect((await patch(one.id, { name: one.name, gateway: 'infobip' })).status).toBe(200);
  });

  it('is known at once to the process that was asked', async () => {
    const sender = await made({ accounts: [tenant.accountId] });
    const sms = { to: newPhone(), text: 'Hello', sender: sender.name };
    expect((await post(house, tenant.key, sms)).status).toBe(202);
    const many = Array.from({ length: 10_000 }, (_, i) => `+7999${String(i).padStart(7, '0')}`);
    expect(await patch(sender.id, { verifiedPhones: many })).toMatchObject({ status: 200 });
    await patch(sender.id, { verifiedPhones: ['+79995559999'] });
    expect((await post(house, tenant.key, sms)).body.errors).toMatchObject([{ code: 'phone-not-verified' }]);
    await patch(sender.id, { accounts: [] });
    expect((await post(house, tenant.key, sms)).body.errors).toMatchObject([{ code: 'unknown-sender' }]);
  });

  it('keeps the gateway account where another setting changes, and moves what waits with another login', async () => {
    const sender = await made({
      gateway: 'smsc',
      settings: { login: 'one', password: 'p' },
      accounts: [tenant.accountId],
    });
    const { body } = await post(house, tenant.key, { to: newPhone(), text: 'Hello', sender: sender.name });
    const refOf = async () => (await house.db.sql`SELECT ref FROM messages WHERE id = ${body.id}`)[0]?.ref;
    const before = await inBooks(sender.id);
    const ref = await refOf();
    await patch(sender.id, { settings: { password: 'new' } });
    expect((await inBooks(sender.id)).gatewayAccountId).toBe(before.gatewayAccountId);
    expect(await refOf()).toBe(ref);
    expect((await patch(sender.id, { settings: { login: 'two' } })).status).toBe(200);
    const after = await inBooks(sender.id);
    expect(after.gatewayAccountId).not.toBe(before.gatewayAccountId);
    expect(after.settings).toMatchObject({ login: 'two', password: 'new' });
    expect(await refOf()).not.toBe(ref);
    const [row] = await house.db.sql`SELECT gateway_account_id FROM messages WHERE id = ${body.id}`;
    expect(row?.gatewayAccountId).toBe(after.gatewayAccountId);
  });

  it('refuses another login while something is submitted, unless it is the same account', async () => {
    const { id, name } = await newSender(house, [tenant.accountId], { settings: { url: 'https://api.infobip.com' } });
    await submitted(house, tenant, await inBooks(id));
    const { status, body } = await patch(id, { settings: { apiKey: 'renewed' } });
    expect(status).toBe(409);
    expect(body).toMatchObject({ code: 'conflict', errors: [{ pointer: '#/settings', code: 'in-use' }] });
    expect(body.errors[0].mend).toContain('sameGatewayAccount');
    const before = await inBooks(id);
    expect(before.settings).not.toMatchObject({ apiKey: 'renewed' });

    const same = await patch(id, { settings: { apiKey: 'renewed' }, sameGatewayAccount: true });
    expect(same.status).toBe(200);
    expect(await inBooks(id)).toMatchObject({
      gatewayAccountId: before.gatewayAccountId,
      settings: { apiKey: 'renewed' },
    });
    expect((await post(house, tenant.key, { to: newPhone(), text: 'Hello', sender: name, from: 'ACME' })).status).toBe(
      202,
    );
  });

  it('reaches other processes within an accept, where it matters', async () => {
    const account = await findAccount(house.db, { id: tenant.accountId });
    if (!account) throw new Error('no account');
    const log = pino({ level: 'silent' });
    const other = createContext({ db: house.db, secretKeys: SECRET_KEYS, client: house.client, log });
    const settings = () => ({ login: unique(), password: 'p' });
    const sender = await made({ gateway: 'smsc', settings: settings(), accounts: [tenant.accountId] });
    const request = () => ({ to: newPhone(), text: 'Hello', sender: sender.name, priority: 'otp' as const });
    const acceptThere = async () => {
      const items = [{ request: request(), idempotencyKey: unique(), pointer: '#' }];
      return (await accept(other, account, items, true))[0];
    };
    expect(await acceptThere()).toMatchObject({ status: 'accepted' });
    await patch(sender.id, { settings: settings() });
    const moved = await acceptThere();
    if (moved?.status !== 'accepted') throw new Error('it was not accepted');
    const [row] = await house.db.sql`SELECT gateway_account_id FROM messages WHERE id = ${moved.message.id}`;
    expect(row?.gatewayAccountId).toBe((await inBooks(sender.id)).gatewayAccountId);

    await api('DELETE', `/v1/senders/${sender.id}`);
    const refused = await acceptThere();
    expect(refused).toMatchObject({ problem: { options: { errors: [{ code: 'unknown-sender' }] } } });
    await drain(other, 1_000);
  });
});
