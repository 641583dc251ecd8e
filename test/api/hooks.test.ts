import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimSend, recordSend } from '../../db/claims.ts';
import { findMessage } from '../../db/messages.ts';
import type { Sender } from '../../db/senders.ts';
import { suppressionsOf } from '../../db/suppressions.ts';
import { type Answer, call, eventually, type House, newPhone, newSender, newTenant, openHouse, post } from './house.ts';

let house: House;
let tenant: { accountId: string; key: string };
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

/** A message that the gateway has taken, and its id there. */
async function submitted(by: Sender = sender, to = newPhone()): Promise<{ id: string; gatewayId: string }> {
  const { body } = await post(house, tenant.key, { to, text: 'Hello', sender: by.name, from: 'ACME' });
  const claim = await claimSend(house.db, body.id, { repeatWithinS: null, probe: false });
  if (claim.verdict !== 'claimed') throw new Error(claim.verdict);
  const gatewayId = claim.ownId ?? '';
  const outcome = { kind: 'accepted' as const, ids: [{ id: gatewayId }] };
  const idPhone = by.gateway === 'smsc' ? to : '';
  await recordSend(house.db, body.id, claim.attempt, outcome, { evidence: {}, idPhone });
  return { id: body.id, gatewayId };
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
    const { id, gatewayId } = await submitted(twin);
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
    const { id, gatewayId } = await submitted(own);
    expect((await hook(address(own.hookToken), infobipReport(gatewayId))).status).toBe(200);
    await becomes(id, 'delivered');
    const [kept] = await hooksOf(own);
    expect(JSON.stringify([kept?.path, kept?.query])).not.toContain(own.hookToken);
    if (address('').includes('?')) expect(kept?.query).toBe('a=1&b=2');
  });

  it('is read from a query that is not decoded, by GET', async () => {
    const own = await newSender(house, [tenant.accountId], { gateway: 'smsc' });
    const phone = newPhone();
    const { id, gatewayId } = await submitted(own, phone);
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
    const all = await Promise.all(Array.from({ length: 20 }, () => submitted()));
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
    const phone = newPhone();
    const { id, gatewayId } = await submitted(sender, phone);
    const waiting = await post(house, tenant.key, { to: phone, text: 'Next', sender: sender.name });
    const status = { groupId: 5, groupName: 'REJECTED', id: 51, name: 'REJECTED_DESTINATION' };
    const error = { groupId: 2, id: 4, name: 'EC_BLACKLISTED_DESTINATIONADDRESS', permanent: true };
    const blocked = {
      results: [{ messageId: gatewayId, status: { ...status, id: 8, name: 'REJECTED_PREFIX_MISSING' }, error }],
    };
    await hook(`/hooks/${sender.hookToken}/reports`, blocked);
    await becomes(id, 'rejected');
    // Infobip has no opt-out among its reports that the adapter knows; the waiting message is still to be sent.
    expect(await statusOf(waiting.body.id)).toBe('accepted');
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
    const { id, gatewayId } = await submitted(own);
    const status = { ...DELIVERED, description: 'a\0b \ud83d' };
    const results = [
      { messageId: `\0${'x'.repeat(5_000)}`, status },
      { messageId: gatewayId, status },
    ];
    expect((await hook(`/hooks/${own.hookToken}/reports`, { results })).status).toBe(200);
    await becomes(id, 'delivered');
  });

  it('without a wrong or missing login is refused, where the sender demands one', async () => {
    const own = await newSender(house, [tenant.accountId], { settings: { hookLogin: 'gw', hookPassword: 'pw' } });
    const { id, gatewayId } = await submitted(own);
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

describe('a text from a phone', () => {
  const text = (from: string, words: string, more: object = {}) => ({
    results: [{ from: from.slice(1), to: '3700', text: words, receivedAt: new Date().toISOString(), ...more }],
  });
  const send = (by: Sender, body: unknown) => hook(`/hooks/${by.hookToken}/inbound`, body);
  const texts = async (phone: string) => await house.db.sql`SELECT * FROM inbound WHERE phone = ${phone}`;

  it('is kept once, however often it comes', async () => {
    const phone = newPhone();
    const body = text(phone, 'Привет', { messageId: 'mo-1' });
    for (const _ of [1, 2, 3]) expect((await send(sender, body)).status).toBe(200);
    const kept = await texts(phone);
    expect(kept).toHaveLength(1);
    expect(kept[0]).toMatchObject({ text: 'Привет', recipient: '3700', effect: 'none' });
    const again = text(newPhone(), 'без номера');
    for (const _ of [1, 2]) await send(sender, again);
    expect(await texts(`+${again.results[0]?.from}`)).toHaveLength(1);
    expect(await suppressionsOf(house.db, phone)).toEqual([]);
  });

  it('with a stop word has taken effect when it is answered', async () => {
    const phone = newPhone();
    const waiting = await post(house, tenant.key, { to: phone, text: 'Hello', sender: sender.name });
    const sent = await submitted(sender, phone);
    expect((await send(sender, text(phone, ' Stop! '))).status).toBe(200);
    expect(await statusOf(waiting.body.id)).toBe('suppressed');
    expect(await statusOf(sent.id)).toBe('sent');
    expect(await suppressionsOf(house.db, phone)).toMatchObject([{ accountId: tenant.accountId, source: 'stop-word' }]);
    const { body } = await call(house, 'GET', `/v1/messages/${waiting.body.id}`, { key: tenant.key });
    expect(body).toMatchObject({ status: 'suppressed', source: 'stop-word' });
  });

  it('with a stop word is not answered while a claim for the phone is open', async () => {
    const phone = newPhone();
    const { body } = await post(house, tenant.key, { to: phone, text: 'Hello', sender: sender.name });
    const claim = await claimSend(house.db, body.id, { repeatWithinS: null, probe: false });
    if (claim.verdict !== 'claimed') throw new Error(claim.verdict);
    let answered = false;
    const stopping = send(sender, text(phone, 'STOP')).then(() => {
      answered = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(answered).toBe(false);
    const outcome = {
      kind: 'not-sent' as const,
      class: 'temporary' as const,
      detail: 'no connection',
      holdSender: false,
    };
    await recordSend(house.db, body.id, claim.attempt, outcome, { evidence: {}, idPhone: '' });
    await stopping;
    const next = await claimSend(house.db, body.id, { repeatWithinS: null, probe: false });
    expect(next).toMatchObject({ verdict: 'final', status: 'suppressed' });
  });

  it('counts for the accounts of every sender of the gateway account, own stop words for theirs', async () => {
    const [other, third] = [await newTenant(house), await newTenant(house)];
    const one = await newSender(house, [tenant.accountId], { stopWords: ['Стоп'] });
    const two = { settings: one.settings, stopWords: ['Хватит'], addToGlobalSuppressList: true };
    await newSender(house, [other.accountId, third.accountId], two);

    const listed = async (words: string) => {
      const phone = newPhone();
      await send(one, text(phone, words));
      return (await suppressionsOf(house.db, phone)).map(({ accountId }) => accountId).sort();
    };
    const ids = (...accounts: (string | null)[]) => accounts.sort();
    expect(await listed('стоп')).toEqual(ids(tenant.accountId));
    expect(await listed('ХВАТИТ')).toEqual(ids(other.accountId, third.accountId, null));
    expect(await listed('stop')).toEqual(ids(tenant.accountId, other.accountId, third.accountId, null));
    expect(await listed('не стоп')).toEqual([]);
  });

  it('with a start word lifts what a stop word did, but an old repeat of it does not', async () => {
    const phone = newPhone();
    const lists = async () => (await suppressionsOf(house.db, phone)).length;
    await send(sender, text(phone, 'STOP', { messageId: 'stop-1' }));
    const start = text(phone, 'START', { messageId: 'start-1' });
    await send(sender, start);
    expect(await lists()).toBe(0);
    await send(sender, text(phone, 'STOP', { messageId: 'stop-2' }));
    await send(sender, start);
    expect(await lists()).toBe(1);
    await send(sender, text(phone, 'START', { messageId: 'start-2' }));
    expect(await lists()).toBe(0);
  });

  it('does its work again with a repeat, since the first may have broken off half-way', async () => {
    const phone = newPhone();
    const body = text(phone, 'STOP', { messageId: 'stop-3' });
    await send(sender, body);
    await house.db.sql`DELETE FROM suppressions WHERE phone = ${phone}`;
    await send(sender, body);
    expect(await suppressionsOf(house.db, phone)).toHaveLength(1);
    expect(await texts(phone)).toHaveLength(1);
  });

  it('comes in XML too', async () => {
    const own = await newSender(house, [tenant.accountId], { gateway: 'playmobile', defaultCallerId: '3700' });
    const phone = newPhone();
    const xml = `<?xml version="1.0"?><sms-request><message id="77" msisdn="${phone.slice(1)}"><content>STOP</content></message></sms-request>`;
    expect((await hook(`/hooks/${own.hookToken}`, xml, { 'content-type': 'text/xml' })).status).toBe(200);
    expect(await suppressionsOf(house.db, phone)).toHaveLength(1);
  });
});
