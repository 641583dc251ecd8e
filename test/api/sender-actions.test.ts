/** What operators do with senders: archive, pause, change addresses, look after and try them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { senderHealthPageSchema, senderHealthSchema } from '../../api/schemas/sender-health.ts';
import { listAudit } from '../../db/audit.ts';
import { noteTrouble } from '../../db/sender-health.ts';
import { holdSender } from '../../db/senders.ts';
import { isIn } from '../../runtime/addresses.ts';
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
  submitted,
  type Tenant,
  unique,
} from './house.ts';
import { makeSender, openSenderHouse, senderInBooks } from './sender-kit.ts';

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

describe('archiving', () => {
  it('ends accepting and frees the name, until it is restored', async () => {
    const sender = await made({ accounts: [tenant.accountId] });
    const sms = { to: newPhone(), text: 'Hello', sender: sender.name };
    const { body } = await api('DELETE', `/v1/senders/${sender.id}`);
    expect(body).toMatchObject({ ...sender, state: 'archived', archivedAt: expect.any(String) });
    expect((await api('DELETE', `/v1/senders/${sender.id}`)).body).toEqual(body);
    expect((await post(house, tenant.key, sms)).body.errors).toMatchObject([{ code: 'unknown-sender' }]);

    const next = await made({ name: sender.name });
    const taken = await api('POST', `/v1/senders/${sender.id}/restore`);
    expect(taken.status).toBe(409);
    expect(taken.body).toMatchObject({ code: 'conflict', errors: [{ pointer: '#/name', code: 'taken' }] });
    await api('PATCH', `/v1/senders/${next.id}`, { name: `${sender.name} 2` });
    expect((await api('POST', `/v1/senders/${sender.id}/restore`)).body).toEqual(sender);
    expect((await post(house, tenant.key, sms)).status).toBe(202);
    const actions = (await auditOf(sender.id)).map(({ action }) => action);
    expect(actions).toEqual(['sender.restore', 'sender.archive', 'sender.create']);
  });

  it('leaves webhooks in force', async () => {
    const sender = await newSender(house, [tenant.accountId]);
    const { id, gatewayId } = await submitted(house, tenant, sender);
    await api('DELETE', `/v1/senders/${sender.id}`);
    const status = { groupId: 3, groupName: 'DELIVERED', id: 5, name: 'DELIVERED_TO_HANDSET' };
    const body = { results: [{ messageId: gatewayId, status }] };
    expect((await call(house, 'POST', `/hooks/${sender.hookToken}/reports`, { body })).status).toBe(200);
    await eventually(async () => {
      const [row] = await house.db.sql`SELECT status FROM messages WHERE id = ${id}`;
      return row?.status === 'delivered';
    });
  });
});

describe('pause and resume', () => {
  it('name who paused it and why', async () => {
    const { id } = await made();
    const { body } = await api('POST', `/v1/senders/${id}/pause`, { reason: 'maintenance' });
    expect(body.state).toBe('paused');
    const health = await api('GET', `/v1/senders/${id}/health`);
    expect(health.body).toMatchObject({
      state: 'paused',
      paused: { by: 'test: maintenance', since: expect.any(String) },
    });
    expect((await api('POST', `/v1/senders/${id}/resume`)).body.state).toBe('active');
    const [resumed, paused] = await auditOf(id);
    expect([resumed?.action, paused?.action]).toEqual(['sender.resume', 'sender.pause']);
    expect(paused?.detail).toEqual({ by: 'test: maintenance' });
    expect((await api('POST', `/v1/senders/${id}/pause`, { reason: 'x'.repeat(201) })).status).toBe(422);
  });
});

describe('webhook addresses', () => {
  const callHook = (url: string) =>
    call(house, 'POST', new URL(url).pathname, {
      body: { results: [] },
      headers: { 'content-type': 'application/json' },
    });

  it('are changed, and the old ones are taken for a day', async () => {
    const { id, hooks } = await made();
    const { body } = await api('POST', `/v1/senders/${id}/rotate-hook-token`);
    expect(body.hooks.reports).not.toBe(hooks.reports);
    expect(new Date(body.hooks.oldUntil).getTime()).toBeGreaterThan(Date.now() + 23 * 3_600_000);
    for (const url of [hooks.reports, body.hooks.reports]) expect((await callHook(url)).status).toBe(200);
    await house.db.sql`UPDATE senders SET old_hook_token_until = now() WHERE id = ${id}`;
    house.context.senders.forget();
    expect((await callHook(hooks.reports)).status).toBe(404);
    expect((await callHook(body.hooks.inbound)).status).toBe(200);
    expect((await api('GET', `/v1/senders/${id}`)).body.hooks.oldUntil).toBeNull();
  });

  it('have the form that is usual with the gateway besides', async () => {
    const settings = { url: `https://${unique()}.example.com/shop`, login: 'shop', password: 'secret' };
    const { id, hooks } = await made({ gateway: 'rapporto', settings });
    const { hookToken } = await inBooks(id);
    expect(hooks.listener).toBe(`https://sms.example.org/smslistener/listen_type/sms_rapporto/${hookToken}`);
    expect((await callHook(hooks.listener)).status).not.toBe(404);
  });

  it('are none where the gateway calls none', async () => {
    expect((await made({ gateway: 'smsimple', settings: { login: unique(), password: 'p' } })).hooks).toBeNull();
  });

  it('take calls from named addresses only, and keep the others', async () => {
    const sender = await newSender(house, [tenant.accountId]);
    const { id, gatewayId } = await submitted(house, tenant, sender);
    const status = { groupId: 3, groupName: 'DELIVERED', id: 5, name: 'DELIVERED_TO_HANDSET' };
    const report = () =>
      call(house, 'POST', `/hooks/${sender.hookToken}/reports`, {
        body: { results: [{ messageId: gatewayId, status }] },
      });
    await api('PATCH', `/v1/senders/${sender.id}`, { hookIps: ['203.0.113.7', '2001:db8::/32'] });
    const refused = await report();
    expect(refused.status).toBe(403);
    expect(refused.body.code).toBe('hook-refused');
    const [kept] = await house.db.sql`SELECT state, detail, body FROM hooks WHERE sender_id = ${sender.id}`;
    expect(kept).toMatchObject({ state: 'refused', detail: expect.stringContaining('127.0.0.1') });
    expect(Buffer.from(kept?.body).toString()).toContain(gatewayId);
    const [row] = await house.db.sql`SELECT status FROM messages WHERE id = ${id}`;
    expect(row?.status).toBe('sent');

    await api('PATCH', `/v1/senders/${sender.id}`, { hookIps: ['203.0.113.7', '127.0.0.0/8'] });
    expect((await report()).status).toBe(200);
  });

  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.0/24', '203.0.113.7'],
    ['2001:db8::1', '2001:db8:0:0::1'],
    ['2001:db8::/32', '2001:db8:1::1'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
  ])('are understood in every form that is taken: %s', async (network, address) => {
    const { hookIps } = await made({ hookIps: [network] });
    expect(isIn(address, hookIps)).toBe(true);
    expect(isIn('198.51.100.1', hookIps)).toBe(false);
  });

  it('take the word of a trusted proxy for where a call comes from', async () => {
    const behind = await openHouse(undefined, undefined, { trustedProxies: ['127.0.0.1'] });
    try {
      const { accountId } = await newTenant(behind);
      const sender = await newSender(behind, [accountId], { hookIps: ['203.0.113.7'] });
      const from = async (ip: string) =>
        (
          await call(behind, 'POST', `/hooks/${sender.hookToken}`, {
            body: { results: [] },
            headers: { 'x-forwarded-for': ip, 'content-type': 'application/json' },
          })
        ).status;
      expect([await from('203.0.113.7'), await from('203.0.113.8'), await from('nonsense')]).toEqual([200, 403, 403]);
      const key = await newKey(behind.db, null, ['admin']);
      const { body } = await call(behind, 'GET', `/v1/senders/${sender.id}`, { key });
      expect(body.hooks.reports).toBe(`/hooks/${sender.hookToken}/reports`);
      expect(body.hooks.note).toContain('PUBLIC_URL');
    } finally {
      await behind.close();
    }
  });
});

describe('the health of a sender', () => {
  it('tells queue, rate, trouble and what holds it up', async () => {
    const sender = await newSender(house, [tenant.accountId], { rateLimit: 2 });
    await submitted(house, tenant, sender);
    await post(house, tenant.key, { to: newPhone(), text: 'Hello', sender: sender.name });
    await noteTrouble(house.db, sender.id, { kind: 'not-sent', class: 'auth', code: '401' });
    await holdSender(house.db, sender.id, 'auth');
    const { status, body } = await api('GET', `/v1/senders/${sender.id}/health`);
    expect(status).toBe(200);
    expect(senderHealthSchema.strict().parse(body)).toEqual(body);
    expect(body).toMatchObject({
      state: 'held',
      paused: null,
      held: { why: 'auth' },
      queue: { waiting: 1, due: 1, oldestDueAt: expect.any(String) },
      inFlight: { sending: 0, sent: 1, uncertain: 0 },
      rate: { submittedInLastMinute: 1, perMinute: 120 },
      texts: null,
      errors: [{ errorClass: 'auth', outcome: 'not-sent', errorCode: '401', count: 1 }],
    });
    expect(new Date(body.held.nextProbeAt).getTime()).toBeGreaterThan(Date.now());
  });

  it('is told of a page of senders at once, in the order of the page', async () => {
    const other = await newTenant(house);
    const older = await newSender(house, [other.accountId]);
    const newer = await newSender(house, [other.accountId]);
    await submitted(house, other, older);
    const query = `account=${other.accountId}`;
    const page = (more = '') => api('GET', `/v1/senders/health?${query}${more}`);
    const { body } = await page();
    expect(senderHealthPageSchema.strict().parse(body)).toEqual(body);
    expect(body.senders.map(({ id }: { id: string }) => id)).toEqual([newer.id, older.id]);
    for (const health of body.senders)
      expect((await api('GET', `/v1/senders/${health.id}/health`)).body).toEqual(health);
    expect(body.senders[1].inFlight.sent).toBe(1);
    const first = await page('&limit=1');
    expect(first.body.senders).toEqual([body.senders[0]]);
    expect((await page(`&limit=1&cursor=${first.body.nextCursor}`)).body.senders).toEqual([body.senders[1]]);
    expect((await page('&archived=true')).body).toEqual({ senders: [], nextCursor: null });
    expect((await api('GET', `/v1/senders/health?${query}`, undefined, other.key)).body.code).toBe('forbidden');
  });

  it('tells whether texts from phones can be fetched, where they are', async () => {
    const sender = await newSender(house, [tenant.accountId], { gateway: 'smsc' });
    await house.db.sql`
      UPDATE gateway_accounts SET pull_failure = 'auth 2', pulled_at = now() WHERE id = ${sender.gatewayAccountId}`;
    const { body } = await api('GET', `/v1/senders/${sender.id}/health`);
    expect(body.texts).toEqual({ fetchedAt: expect.any(String), failure: 'auth 2' });
  });
});

describe('POST /v1/senders/:id/test', () => {
  const test = (id: string, body: object, query = '') => api('POST', `/v1/senders/${id}/test${query}`, body);
  const count = async () => (await house.db.sql`SELECT count(*)::int AS n FROM messages`)[0]?.n;

  it('is not possible while Temporal is away, and leaves nothing behind', async () => {
    const sender = await newSender(house, [tenant.accountId], { defaultCallerId: 'ACME' });
    const before = await count();
    expect((await test(sender.id, {})).body.code).toBe('unavailable');
    expect((await test(sender.id, { to: newPhone() })).body.code).toBe('unavailable');
    expect(await count()).toBe(before);
  });

  it('says so where the gateway has no such request', async () => {
    const { id } = await newSender(house, [], { gateway: 'playmobile' });
    const { status, body } = await test(id, {});
    expect(status).toBe(200);
    expect(body).toEqual({ ok: null, detail: expect.stringContaining('Send a test SMS') });
  });

  it('is refused for a sender that is archived, has no account in use, or not that one', async () => {
    const archived = await newSender(house, [tenant.accountId]);
    await api('DELETE', `/v1/senders/${archived.id}`);
    expect((await test(archived.id, {})).body.code).toBe('conflict');
    const { id } = await newSender(house, []);
    const error = { parameter: 'account', code: 'unknown-account' };
    expect((await test(id, { to: newPhone() })).body.errors).toMatchObject([error]);
    const mine = await newSender(house, [tenant.accountId]);
    const other = await newTenant(house);
    const gone = await newTenant(house);
    await house.db.sql`UPDATE accounts SET archived_at = now() WHERE id = ${gone.accountId}`;
    const theirs = await newSender(house, [gone.accountId]);
    for (const query of ['', `?account=${gone.accountId}`]) {
      expect((await test(theirs.id, { to: newPhone() }, query)).body.errors).toMatchObject([error]);
    }
    expect((await test(mine.id, { to: newPhone() }, `?account=${other.accountId}`)).body.errors).toMatchObject([error]);
  });
});
