import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventStreamSchema } from '../../api/schemas/events.ts';
import { cancelMessage } from '../../db/deliveries.ts';
import { applyReports } from '../../db/reports.ts';
import type { Sender } from '../../db/senders.ts';
import { allDecided } from '../db/decided.ts';
import { openSession } from '../db/sessions.ts';
import {
  call,
  type House,
  newKey,
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

const events = (key: string, query = '') => call(house, 'GET', `/v1/events${query}`, { key });
const errorsOf = async (key: string, query: string) => (await events(key, query)).body.errors;

async function now(key = tenant.key): Promise<string> {
  await allDecided(house.db);
  return (await events(key, '?from=now')).body.nextCursor;
}

async function report(gatewayId: string, raw: string): Promise<void> {
  const reports = [{ gatewayId, status: 'undelivered' as const, raw, errorClass: 'blocked' as const, errorCode: '7' }];
  await applyReports(house.db, sender.gatewayAccountId, 'report', reports, { idScope: 'account' });
}

describe('GET /v1/events', () => {
  it('tells what became of messages, oldest first, and goes on from its cursor', async () => {
    const cursor = await now();
    const phone = newPhone();
    const { id, gatewayId } = await submitted(house, tenant, sender, phone);
    await report(gatewayId, `${phone.slice(1)} is blocked`);
    await allDecided(house.db);
    const { status, body } = await events(tenant.key, `?cursor=${cursor}`);
    expect(status).toBe(200);
    expect(eventStreamSchema.strict().parse(body)).toEqual(body);
    const common = { message: id, account: tenant.accountId, sender: sender.name, metadata: null };
    const nothing = { cause: null, errorClass: null, errorCode: null };
    expect(body).toMatchObject({
      more: false,
      events: [
        { ...common, ...nothing, type: 'accepted', was: null, status: 'accepted', source: 'api' },
        { ...common, ...nothing, type: 'sent', was: 'accepted', status: 'sent', source: 'answer' },
        {
          ...common,
          type: 'final',
          was: 'sent',
          status: 'undelivered',
          source: 'report',
          cause: `${phone.slice(1)} is blocked`,
          errorClass: 'blocked',
          errorCode: '7',
        },
      ],
    });
    expect(new Set(body.events.map((event: { id: string }) => event.id)).size).toBe(3);
    expect((await events(tenant.key, `?cursor=${body.nextCursor}`)).body).toMatchObject({ events: [], more: false });
    const blind = await newKey(house.db, tenant.accountId, ['messages:read']);
    const masked = (await events(blind, `?cursor=${cursor}`)).body.events[2];
    expect(masked.cause).toMatch(/^\+7\*{6}\d\d is blocked$/);
  });

  it('begins with the oldest, and gives metadata and pages', async () => {
    const own = await newTenant(house);
    const by = await newSender(house, [own.accountId]);
    const ids: string[] = [];
    for (let order = 0; order < 5; order++) {
      const { body } = await post(house, own.key, { to: newPhone(), text: 'x', sender: by.name, metadata: { order } });
      ids.push(body.id);
    }
    await allDecided(house.db);
    const read: { message: string; metadata: unknown }[] = [];
    let query = '?limit=2';
    for (let more = true; more; ) {
      const { body } = await events(own.key, query);
      expect(body.events.length).toBeLessThanOrEqual(2);
      read.push(...body.events);
      more = body.more || body.events.length === 2;
      query = `?limit=2&cursor=${body.nextCursor}`;
    }
    expect(read.map(({ message, metadata }) => ({ message, metadata }))).toEqual(
      ids.map((message, order) => ({ message, metadata: { order } })),
    );
  });

  it("shows an account's key its own alone, and an operator's key all or those of one account", async () => {
    const [other, operator] = [await newTenant(house), await newKey(house.db, null, ['messages:read'])];
    const theirs = await newSender(house, [other.accountId]);
    const cursor = await now();
    const mine = (await post(house, tenant.key, { to: newPhone(), text: 'x', sender: sender.name })).body.id;
    const its = (await post(house, other.key, { to: newPhone(), text: 'x', sender: theirs.name })).body.id;
    await allDecided(house.db);
    const seen = async (key: string, query = '') =>
      (await events(key, `?cursor=${cursor}${query}`)).body.events?.map((event: { message: string }) => event.message);
    expect(await seen(tenant.key)).toEqual([mine]);
    expect(await seen(tenant.key, `&account=${tenant.accountId}`)).toEqual([mine]);
    expect(await seen(other.key)).toEqual([its]);
    expect(await seen(operator)).toEqual([mine, its]);
    expect(await seen(operator, `&account=${other.accountId}`)).toEqual([its]);
    expect((await events(tenant.key, `?account=${other.accountId}`)).status).toBe(403);
  });

  it('refuses what is no cursor of these books, and says how to mend it', async () => {
    const foreign = Buffer.from('e1:99999999999:1').toString('base64url');
    const list = (await call(house, 'GET', '/v1/messages?limit=1', { key: tenant.key })).body.nextCursor;
    for (const cursor of ['nonsense', foreign, list]) {
      expect(await errorsOf(tenant.key, `?cursor=${cursor}`)).toMatchObject([{ parameter: 'cursor', code: 'invalid' }]);
    }
    const both = `?from=now&cursor=${await now()}`;
    expect(await errorsOf(tenant.key, both)).toMatchObject([{ parameter: 'from', mend: expect.any(String) }]);
    expect(await errorsOf(tenant.key, '?wait=26')).toMatchObject([{ parameter: 'wait' }]);
    expect(await errorsOf(tenant.key, '?limit=0')).toMatchObject([{ parameter: 'limit' }]);
    expect((await events(await newKey(house.db, tenant.accountId, ['messages:send']))).status).toBe(403);
  });

  it('skips nothing where an older transaction is still open', async () => {
    const cursor = await now();
    const slow = await openSession(house.databaseUrl, house.db);
    const waiting = await post(house, tenant.key, { to: newPhone(), text: 'x', sender: sender.name });
    await allDecided(house.db);
    await slow.begin();
    await cancelMessage(slow.db, waiting.body.id, null);
    const next = await post(house, tenant.key, { to: newPhone(), text: 'x', sender: sender.name });
    const first = (await events(tenant.key, `?cursor=${cursor}`)).body;
    await slow.commit();
    await slow.close();
    await allDecided(house.db);
    const second = (await events(tenant.key, `?cursor=${first.nextCursor}`)).body;
    const said = [...first.events, ...second.events].map(({ message, type }) => [message, type]);
    expect(said).toEqual([
      [waiting.body.id, 'accepted'],
      [waiting.body.id, 'final'],
      [next.body.id, 'accepted'],
    ]);
    expect(first.events).toHaveLength(1);
  });
});

describe('GET /v1/events?wait', () => {
  it('answers when there is an event of the account, not for those of others', async () => {
    const other = await newTenant(house);
    const theirs = await newSender(house, [other.accountId]);
    const cursor = await now();
    const began = performance.now();
    let answered = false;
    const waiting = events(tenant.key, `?cursor=${cursor}&wait=20`).finally(() => {
      answered = true;
    });
    await post(house, other.key, { to: newPhone(), text: 'x', sender: theirs.name });
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(answered).toBe(false);
    const { body } = await post(house, tenant.key, { to: newPhone(), text: 'x', sender: sender.name });
    expect((await waiting).body.events).toMatchObject([{ message: body.id, type: 'accepted' }]);
    expect(performance.now() - began).toBeLessThan(18_000);
  });

  it('answers with nothing when the time is over, at once when there is something', async () => {
    const began = performance.now();
    await allDecided(house.db);
    const { body } = await events(tenant.key, '?from=now&wait=1');
    expect(body.events).toEqual([]);
    expect(performance.now() - began).toBeGreaterThan(950);
    const again = performance.now();
    expect((await events(tenant.key, '?wait=20')).body.events.length).toBeGreaterThan(0);
    expect(performance.now() - again).toBeLessThan(5_000);
  });

  it('lets some wait at a time, and lets go of those who have hung up', async () => {
    const own = await newTenant(house);
    const gone = new AbortController();
    const hanging = Array.from({ length: 10 }, () =>
      fetch(`${house.url}/v1/events?from=now&wait=25`, {
        headers: { authorization: `Bearer ${own.key}` },
        signal: gone.signal,
      }).catch(() => 'gone'),
    );
    await new Promise((resolve) => setTimeout(resolve, 700));
    const refused = await events(own.key, '?from=now&wait=25');
    expect(refused).toMatchObject({ status: 429, body: { code: 'too-many-requests' } });
    expect(refused.headers.get('retry-after')).toBe('5');
    expect((await events(own.key, '?from=now')).status).toBe(200);
    gone.abort();
    expect(await Promise.all(hanging)).toEqual(Array(10).fill('gone'));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await events(own.key, '?from=now&wait=1')).status).toBe(200);
  });

  it('is answered when the process ends', async () => {
    const waiting = events(tenant.key, '?from=now&wait=25');
    await new Promise((resolve) => setTimeout(resolve, 300));
    const began = performance.now();
    house.context.followers.stop();
    expect((await waiting).body).toMatchObject({ events: [], more: false });
    expect((await events(tenant.key, '?from=now&wait=25')).status).toBe(200);
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});
