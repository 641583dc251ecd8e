import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimSend, recordSend } from '../../db/claims.ts';
import { findMessage } from '../../db/messages.ts';
import type { Sender } from '../../db/senders.ts';
import { suppressionsOf } from '../../db/suppressions.ts';
import {
  type Answer,
  call,
  eventually,
  type House,
  newPhone,
  newSender,
  newTenant,
  openHouse,
  post,
  submitted,
  type Tenant,
} from './house.ts';

let house: House;
let tenant: Tenant;
let sender: Sender;
beforeAll(async () => {
  house = await openHouse();
  tenant = await newTenant(house);
  sender = await newSender(house, [tenant.accountId]);
});
afterAll(async () => {
  await house?.close();
});

const json = { 'content-type': 'application/json' };

async function hook(path: string, body: unknown = undefined, headers: Record<string, string> = json): Promise<Answer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return await call(house, body === undefined ? 'GET' : 'POST', path, {
    ...(body === undefined ? {} : { body: text }),
    headers,
  });
}

const DELIVERED = { groupId: 3, groupName: 'DELIVERED', id: 5, name: 'DELIVERED_TO_HANDSET' };
const infobipReport = (messageId: string, status: object = DELIVERED) => ({ results: [{ messageId, status }] });
const hooksOf = async (token: Sender) =>
  await house.db.sql`SELECT * FROM hooks WHERE sender_id = ${token.id} ORDER BY received_at, id`;
const statusOf = async (id: string) => (await findMessage(house.db, id, null))?.status;
const becomes = async (id: string, status: string) => await eventually(async () => (await statusOf(id)) === status);

describe('a call with a token that nobody has', () => {
  const TOKEN = 'A'.repeat(32);
  it.each([
    `/hooks/${TOKEN}`,
    `/hooks/${TOKEN}/reports`,
    '/hooks/short/reports',
    `/hooks/${TOKEN}/other`,
    `/smslistener/listen_type/sms_infobip/${TOKEN}`,
    `/smslistener/listen_type/sms_infobip?token=${TOKEN}`,
    '/smslistener/listen_type/sms_infobip',
    '/hooks/%E0%A4%A/reports',
  ])('is 404 without a hint and is not kept: %s', async (path) => {
    const [before] = await house.db.sql`SELECT count(*)::int AS n FROM hooks`;
    const { status, body } = await hook(path, infobipReport('x'));
    expect(status).toBe(404);
    expect(body).toEqual({
      type: 'urn:problem-type:durable-sms:not-found',
      title: 'There is nothing here',
      status: 404,
      code: 'not-found',
      request_id: expect.any(String),
    });
    const [after] = await house.db.sql`SELECT count(*)::int AS n FROM hooks`;
    expect(after?.n).toBe(before?.n);
  });
});

describe('a call of a gateway', () => {
  it('is kept as it came, without the token and with its login sealed', async () => {
    const own = await newSender(house, [tenant.accountId], {
      gateway: 'smsc',
      settings: { hookCharset: 'windows-1251' },
    });
    const body = Buffer.from('id=1&phone=79995550100&status=1&mes=%EF%F0%E8%E2%E5%F2', 'latin1').toString('latin1');
    const answer = await hook(`/hooks/${own.hookToken}/reports?x=%D0%9F+1&y`, body, {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: 'Basic c2VjcmV0OnNlY3JldA==',
    });
    expect(answer).toMatchObject({ status: 200, body: 'OK' });
    const [kept] = await hooksOf(own);
    expect(kept).toMatchObject({ method: 'POST', path: '/hooks/TOKEN/reports', query: 'x=%D0%9F+1&y' });
    expect(Buffer.from(kept?.body).toString('latin1')).toBe(body);
    expect(kept?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(kept?.headers.authorization).toMatch(/^sealed:test:/);
    expect(house.logged()).not.toContain(own.hookToken);
  });

  it('has its reports take effect, also when they come to the address of another sender of the account', async () => {
    const twin = await newSender(house, [tenant.accountId], { settings: sender.settings });
    expect(twin.gatewayAccountId).toBe(sender.gatewayAccountId);
    const { id, gatewayId } = await submitted(house, tenant, twin);
    const answer = await hook(`/hooks/${sender.hookToken}/reports`, infobipReport(gatewayId));
    expect(answer).toMatchObject({ status: 200, body: '' });
    await becomes(id, 'delivered');
  });

  it.each([
    (token: string) => `/hooks/${token}`,
    (token: string) => `/hooks/${token}/inbound`,
    (token: string) => `/smslistener/listen_type/sms_infobip/${token}`,
    (token: string) => `/smslistener/listen_type/sms_infobip?a=1&token=${token}&b=2`,
  ])('is read whatever the form of the address: %o', async (address) => {
    const own = await newSender(house, [tenant.accountId]);
    const { id, gatewayId } = await submitted(house, tenant, own);
    expect((await hook(address(own.hookToken), infobipReport(gatewayId))).status).toBe(200);
    await becomes(id, 'delivered');
    const [kept] = await hooksOf(own);
    expect(JSON.stringify([kept?.path, kept?.query])).not.toContain(own.hookToken);
    if (address('').includes('?')) expect(kept?.query).toBe('a=1&b=2');
  });

  it('is read from a query that is not decoded, by GET', async () => {
    const own = await newSender(house, [tenant.accountId], { gateway: 'smsc' });
    const phone = newPhone();
    const { id, gatewayId } = await submitted(house, tenant, own, phone);
    const query = `id=${gatewayId}&phone=${phone.slice(1)}&status=1&ts=1790000000`;
    expect(await hook(`/hooks/${own.hookToken}?${query}`)).toMatchObject({ status: 200, body: 'OK' });
    await becomes(id, 'delivered');
  });

  it('with an id that no message has is kept, and takes effect when a message gets the id', async () => {
    const { body } = await post(house, tenant.key, { to: newPhone(), text: 'Hello', sender: sender.name });
    const claim = await claimSend(house.db, body.id, { repeatWithinS: null, probe: false });
    if (claim.verdict !== 'claimed') throw new Error(claim.verdict);
    const early = `early-${body.id}`;
    await hook(`/hooks/${sender.hookToken}/reports`, infobipReport(early));
    await eventually(async () => {
      const [row] = await house.db.sql`SELECT status FROM gateway_messages WHERE gateway_id = ${early}`;
      return row?.status === 'delivered';
    });
    const outcome = { kind: 'accepted' as const, ids: [{ id: early }] };
    const recorded = await recordSend(house.db, body.id, claim.attempt, outcome, { evidence: {}, idPhone: '' });
    expect(recorded.status).toBe('delivered');
  });

  it('may come twice, in any order and many at once', async () => {
    const pending = { groupId: 1, groupName: 'PENDING', id: 26, name: 'PENDING_ACCEPTED' };
    const all = await Promise.all(Array.from({ length: 20 }, () => submitted(house, tenant, sender)));
    const calls = all.flatMap(({ gatewayId }) => [
      infobipReport(gatewayId, pending),
      infobipReport(gatewayId),
      infobipReport(gatewayId),
    ]);
    const order = calls.map((body, i) => ({ body, by: (i * 7) % calls.length })).sort((a, b) => a.by - b.by);
    const answers = await Promise.all(order.map(({ body }) => hook(`/hooks/${sender.hookToken}/reports`, body)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    for (const { id } of all) await becomes(id, 'delivered');
    const ids = all.map(({ id }) => id);
    const [finals] = await house.db.sql`
      SELECT count(*)::int AS n FROM message_events
      WHERE kind = 'final' AND message_id = ANY (${house.db.sql.array(ids)}::uuid[])`;
    expect(finals?.n).toBe(20);
  });

  it('may say that a phone has opted out', async () => {
    const [phone, stranger] = [newPhone(), newPhone()];
    const { id, gatewayId } = await submitted(house, tenant, sender, phone);
    const waiting = await post(house, tenant.key, { to: phone, text: 'Next', sender: sender.name });
    const status = { groupId: 5, groupName: 'REJECTED', id: 10, name: 'REJECTED_DESTINATION' };
    const results = [
      { messageId: gatewayId, status },
      { messageId: 'not ours', to: stranger.slice(1), status },
    ];
    await hook(`/hooks/${sender.hookToken}/reports`, { results });
    await becomes(id, 'rejected');
    await becomes(waiting.body.id, 'suppressed');
    for (const listed of [phone, stranger]) {
      const [entry] = await eventually(async () => {
        const lists = await suppressionsOf(house.db, listed);
        return lists.length > 0 && lists;
      });
      expect(entry).toMatchObject({ accountId: tenant.accountId, source: 'gateway' });
    }
  });

  it.each([
    ['nothing at all', ''],
    ['no JSON', 'garbage'],
    ['half of it', '{"results":[{"messageId":'],
    ['bytes', '\u0000\u0001\u00ff'],
  ])('with %s is refused, kept, and does no harm', async (_, body) => {
    const own = await newSender(house, [tenant.accountId]);
    const answer = await hook(`/hooks/${own.hookToken}/reports`, body);
    expect(answer.status).toBe(400);
    expect(answer.body.code).toBe('hook-refused');
    expect(answer.body).not.toHaveProperty('instance');
    const kept = await eventually(async () => (await hooksOf(own)).find(({ state }) => state === 'refused'));
    expect(kept.detail).toBe(answer.body.detail);
  });

  it('with NUL and half characters in its fields does no harm', async () => {
    const own = await newSender(house, [tenant.accountId]);
    const { id, gatewayId } = await submitted(house, tenant, own);
    const status = { ...DELIVERED, description: 'a\0b \ud83d' };
    const results = [
      { messageId: `\0${'x'.repeat(5_000)}`, status },
      { messageId: gatewayId, status },
    ];
    expect((await hook(`/hooks/${own.hookToken}/reports`, { results })).status).toBe(200);
    await becomes(id, 'delivered');
  });

  it('that says nothing we understand is answered as the gateway wants it, and closed with what was in it', async () => {
    const own = await newSender(house, [tenant.accountId], { gateway: 'smsc' });
    expect(await hook(`/hooks/${own.hookToken}?odd=1`)).toMatchObject({ status: 200, body: 'OK' });
    const kept = await eventually(async () => (await hooksOf(own)).find(({ state }) => state === 'nothing'));
    expect(kept.detail).toContain('odd');
  });

  it('with a wrong login or none is refused, where the sender demands one', async () => {
    const own = await newSender(house, [tenant.accountId], { settings: { hookLogin: 'gw', hookPassword: 'pw' } });
    const { id, gatewayId } = await submitted(house, tenant, own);
    const path = `/hooks/${own.hookToken}/reports`;
    const none = await hook(path, infobipReport(gatewayId));
    expect(none.status).toBe(401);
    expect(none.headers.get('www-authenticate')).toMatch(/^Basic/);
    const basic = (pair: string) => ({ ...json, authorization: `Basic ${Buffer.from(pair).toString('base64')}` });
    expect((await hook(path, infobipReport(gatewayId), basic('gw:px'))).status).toBe(401);
    expect(await statusOf(id)).toBe('sent');
    expect((await hook(path, infobipReport(gatewayId), basic('gw:pw'))).status).toBe(200);
    await becomes(id, 'delivered');
  });

  it('larger than a mebibyte is refused and not kept', async () => {
    const own = await newSender(house, [tenant.accountId]);
    const padded = (size: number) => JSON.stringify(infobipReport('x')).padEnd(size, ' ');
    expect((await hook(`/hooks/${own.hookToken}/reports`, padded(1_048_577))).status).toBe(413);
    expect(await hooksOf(own)).toEqual([]);
    expect((await hook(`/hooks/${own.hookToken}/reports`, padded(1_048_576))).status).toBe(200);
  });

  it('that breaks off leaves the API as it was', async () => {
    const { port } = new URL(house.url);
    await new Promise<void>((resolve) => {
      const broken = request({
        port,
        method: 'POST',
        path: `/hooks/${sender.hookToken}/reports`,
        headers: { 'content-length': '100' },
      });
      broken.on('error', () => resolve());
      broken.write('{"results"', () => setTimeout(() => broken.destroy(), 50));
    });
    expect((await call(house, 'GET', '/health/live')).status).toBe(200);
  });
});
