import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inboundPageSchema, unmatchedPageSchema, webhookCallPageSchema } from '../../api/schemas/inbound.ts';
import { applyReports } from '../../db/reports.ts';
import type { Sender } from '../../db/senders.ts';
import {
  call,
  eventually,
  type House,
  newKey,
  newPhone,
  newSender,
  newTenant,
  openHouse,
  type Tenant,
  unique,
} from './house.ts';

let house: House;
let tenant: Tenant;
let sender: Sender;
let operator: string;
beforeAll(async () => {
  house = await openHouse();
  tenant = await newTenant(house);
  sender = await newSender(house, [tenant.accountId], { stopWords: ['хватит'] });
  operator = await newKey(house.db, null, ['messages:read', 'phones:read']);
});
afterAll(async () => {
  await house?.close();
});

const get = (key: string, path: string) => call(house, 'GET', path, { key });
const idsOf = (rows: { id: string }[]) => rows.map(({ id }) => id);

async function text(by: Sender, from: string, words: string): Promise<void> {
  const results = [{ from: from.slice(1), to: '3700', text: words, receivedAt: new Date().toISOString() }];
  const { status } = await call(house, 'POST', `/hooks/${by.hookToken}/inbound`, { body: { results } });
  expect(status).toBe(200);
}

describe('GET /v1/inbound', () => {
  it('shows the texts, what they did, and for whom', async () => {
    const [phone, other] = [newPhone(), await newTenant(house)];
    const shared = await newSender(house, [other.accountId], { settings: sender.settings });
    for (const words of ['Привет', 'Хватит!', 'start']) await text(sender, phone, words);
    const { status, body } = await get(operator, `/v1/inbound?phone=${encodeURIComponent(phone)}`);
    expect(status).toBe(200);
    expect(inboundPageSchema.strict().parse(body)).toEqual(body);
    const both = [tenant.accountId, other.accountId].sort();
    const found = body.texts.map((one: { accounts: string[] }) => ({ ...one, accounts: [...one.accounts].sort() }));
    const common = { gateway: 'infobip', senders: [sender.name, shared.name].sort(), phone, recipient: '3700' };
    expect(found).toMatchObject([
      { ...common, text: 'start', effect: 'start', accounts: both },
      { ...common, text: 'Хватит!', effect: 'stop', accounts: [tenant.accountId] },
      { ...common, text: 'Привет', effect: 'none', accounts: both },
    ]);
    const theirs = (await get(other.key, '/v1/inbound')).body.texts;
    expect(theirs).toMatchObject([{ text: 'start' }, { text: 'Привет' }]);
    for (const one of theirs) expect(one).toMatchObject({ accounts: [other.accountId], senders: [shared.name] });
  });

  it('masks the phone and leaves out the text for keys that may not read phones', async () => {
    const phone = newPhone();
    await text(sender, phone, 'hello there');
    const blind = await newKey(house.db, tenant.accountId, ['messages:read']);
    const { body } = await get(blind, '/v1/inbound?limit=1');
    expect(body.texts[0]).not.toHaveProperty('text');
    expect(body.texts[0].phone).toBe(`+7******${phone.slice(-2)}`);
    expect(JSON.stringify(body)).not.toContain(phone.slice(-6));
    expect((await get(await newKey(house.db, tenant.accountId, ['messages:send']), '/v1/inbound')).status).toBe(403);
  });

  it('filters by effect, phone, time and account, in pages', async () => {
    const own = await newTenant(house, { defaultCountry: 'RU' });
    const by = await newSender(house, [own.accountId]);
    const [one, two] = [newPhone(), newPhone()];
    const began = new Date().toISOString();
    for (const [phone, words] of [
      [one, 'a'],
      [two, 'stop'],
      [one, 'b'],
      [two, 'start'],
    ] as const)
      await text(by, phone, words);
    const seen = async (query: string, key = own.key) =>
      (await get(key, `/v1/inbound?${query}`)).body.texts.map((found: { text: string }) => found.text);
    expect(await seen('')).toEqual(['start', 'b', 'stop', 'a']);
    expect(await seen('effect=none')).toEqual(['b', 'a']);
    expect(await seen('effect=stop')).toEqual(['stop']);
    expect(await seen(`phone=8${one.slice(2)}`)).toEqual(['b', 'a']);
    expect(await seen(`from=${began}`)).toHaveLength(4);
    expect(await seen(`to=${began}`)).toEqual([]);
    expect(await seen(`account=${own.accountId}`, operator)).toHaveLength(4);
    expect((await get(tenant.key, `/v1/inbound?account=${own.accountId}`)).status).toBe(403);
    const first = (await get(own.key, '/v1/inbound?limit=3')).body;
    expect(first.texts).toHaveLength(3);
    const second = (await get(own.key, `/v1/inbound?limit=3&cursor=${first.nextCursor}`)).body;
    expect(second).toMatchObject({ texts: [{ text: 'a' }], nextCursor: null });
    const wrong = await get(own.key, '/v1/inbound?phone=12&effect=stopped&nope=1');
    expect(wrong).toMatchObject({ status: 422, body: { errors: [{ parameter: 'effect' }, { parameter: 'nope' }] } });
    expect((await get(own.key, '/v1/inbound?phone=12')).body.errors).toMatchObject([{ code: 'invalid-phone' }]);
  });
});

describe('GET /v1/unmatched-reports', () => {
  it('shows operators what was told of ids that no message has, in pages, though it came at one instant', async () => {
    const [phone, mark] = [newPhone(), unique()];
    const by = await newSender(house, [tenant.accountId], { gateway: 'smsc' });
    const reports = Array.from({ length: 7 }, (_, i) => ({
      gatewayId: `${mark}-${i}`,
      phone,
      status: 'undelivered' as const,
      raw: `${phone.slice(1)} unknown`,
      errorClass: 'invalid-recipient' as const,
      errorCode: '5',
    }));
    await applyReports(house.db, by.gatewayAccountId, 'report', reports, { idScope: 'account-and-phone' });
    const pages = async (key: string) => {
      const found: { gatewayId: string }[] = [];
      let query = 'gateway=smsc&limit=3';
      for (;;) {
        const { body } = await get(key, `/v1/unmatched-reports?${query}`);
        expect(unmatchedPageSchema.strict().parse(body)).toEqual(body);
        found.push(...body.reports);
        if (body.nextCursor === null) return found;
        expect(Buffer.from(body.nextCursor, 'base64url').toString()).not.toContain(phone.slice(-6));
        query = `gateway=smsc&limit=3&cursor=${body.nextCursor}`;
      }
    };
    const found = await pages(operator);
    expect(found.map(({ gatewayId }) => gatewayId).sort()).toEqual(reports.map(({ gatewayId }) => gatewayId));
    const said = { gateway: 'smsc', status: 'undelivered', errorClass: 'invalid-recipient', errorCode: '5' };
    for (const one of found) expect(one).toMatchObject({ ...said, phone, raw: `${phone.slice(1)} unknown` });
    const blind = await pages(await newKey(house.db, null, ['messages:read']));
    expect(blind).toHaveLength(7);
    expect(JSON.stringify(blind)).not.toContain(phone.slice(-6));
    expect((await get(operator, '/v1/unmatched-reports?cursor=no')).body.errors).toMatchObject([
      { parameter: 'cursor' },
    ]);
    expect((await get(tenant.key, '/v1/unmatched-reports')).status).toBe(403);
  });

  it('does not show those that a message has', async () => {
    const report = { gatewayId: unique(), status: 'delivered' as const, raw: 'ok' };
    await applyReports(house.db, sender.gatewayAccountId, 'report', [report], { idScope: 'account' });
    const shown = async () => JSON.stringify((await get(operator, '/v1/unmatched-reports?limit=500')).body);
    expect(await shown()).toContain(report.gatewayId);
    await house.db.sql`
      UPDATE gateway_messages SET message_id = gen_random_uuid() WHERE gateway_id = ${report.gatewayId}`;
    expect(await shown()).not.toContain(report.gatewayId);
  });
});

describe('GET /v1/webhook-calls', () => {
  it('shows operators what was refused, and what was left', async () => {
    const phone = newPhone();
    const by = await newSender(house, [tenant.accountId]);
    const refused = await call(house, 'POST', `/hooks/${by.hookToken}/reports`, {
      body: `{"nonsense": ${phone.slice(1)}`,
    });
    expect(refused.status).toBe(400);
    const calls = async (state: string) => (await get(operator, `/v1/webhook-calls?state=${state}`)).body;
    const found = await eventually(async () => {
      const body = await calls('refused');
      expect(webhookCallPageSchema.strict().parse(body)).toEqual(body);
      return body.calls.find((one: { sender: string }) => one.sender === by.name);
    });
    expect(found).toMatchObject({ gateway: 'infobip', method: 'POST', path: '/hooks/TOKEN/reports', bytes: 24 });
    expect(found.detail).toEqual(expect.any(String));
    const [row] = await house.db.sql`UPDATE hooks SET state = 'received' WHERE id = ${found.id} RETURNING id`;
    expect(idsOf((await calls('refused')).calls)).not.toContain(row?.id);
    expect(idsOf((await calls('left')).calls)).not.toContain(row?.id);
    await house.db.sql`UPDATE hooks SET received_at = now() - interval '2 minutes' WHERE id = ${found.id}`;
    const left = await calls('left');
    expect(idsOf(left.calls)).toEqual([row?.id]);
    expect(JSON.stringify(left)).not.toContain(by.hookToken);
    expect((await get(tenant.key, '/v1/webhook-calls')).status).toBe(403);
  });
});
