/** What the API does while Temporal or Postgres is away. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readinessSchema } from '../../api/schemas/health.ts';
import type { Sender } from '../../db/senders.ts';
import { type Cut, cuttable } from './cut.ts';
import {
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
let way: Cut;
let tenant: Tenant;
let sender: Sender;
beforeAll(async () => {
  house = await openHouse(undefined, async (url) => {
    way = await cuttable(url);
    return way.url;
  });
  tenant = await newTenant(house);
  sender = await newSender(house, [tenant.accountId]);
});
afterAll(async () => {
  await house?.close();
  await way?.cut();
});

const sms = () => ({ to: newPhone(), text: 'Hello', sender: sender.name });
const report = (messageId: string) => ({
  results: [{ messageId, status: { groupId: 3, groupName: 'DELIVERED', id: 5, name: 'DELIVERED_TO_HANDSET' } }],
});
const hook = (body: unknown, kind: string) => call(house, 'POST', `/hooks/${sender.hookToken}/${kind}`, { body });

describe('without Temporal', () => {
  it('messages are accepted, and nobody waits for it', async () => {
    await post(house, tenant.key, sms());
    const began = performance.now();
    for (let i = 0; i < 20; i++) expect((await post(house, tenant.key, sms())).status).toBe(202);
    // A start alone takes 0.4 s or more to fail.
    expect(performance.now() - began).toBeLessThan(5_000);
    const [left] = await house.db.sql`
      SELECT count(*)::int AS n FROM messages WHERE started_at IS NULL AND wake_at < now() + interval '20 seconds'`;
    expect(left?.n).toBe(21);
    await eventually(async () => house.logged().includes('were not started'));
  });

  it('the API is ready, and says what is degraded', async () => {
    const { status, body } = await call(house, 'GET', '/health/ready');
    expect(status).toBe(200);
    expect(readinessSchema.parse(body)).toEqual(body);
    expect(body).toMatchObject({ status: 'degraded', postgres: { status: 'ok' } });
    expect(body.temporal).toEqual({ status: 'degraded', reason: expect.any(String) });
    expect(body.workers).toEqual({ status: 'degraded', reason: expect.any(String) });
    expect(JSON.stringify(body)).not.toContain('127.0.0.1');
  });

  it('reports take effect in the books, and their calls stay to be told to the workflows', async () => {
    const { id, gatewayId } = await submitted(house, tenant, sender);
    expect((await hook(report(gatewayId), 'reports')).status).toBe(200);
    await eventually(async () => {
      const { body: seen } = await call(house, 'GET', `/v1/messages/${id}`, { key: tenant.key });
      return seen.status === 'delivered';
    });
    await eventually(async () => house.logged().includes('workflows were not told'));
    const [kept] = await house.db.sql`SELECT state FROM hooks`;
    expect(kept?.state).toBe('received');
  });

  it('a STOP and a cancel are as good as ever', async () => {
    const [one, other] = [sms(), sms()];
    const first = await post(house, tenant.key, one);
    const second = await post(house, tenant.key, other);
    const text = { results: [{ messageId: 'mo-away', from: one.to.slice(1), text: 'STOP' }] };
    expect((await hook(text, 'inbound')).status).toBe(200);
    const cancelled = await call(house, 'POST', `/v1/messages/${second.body.id}/cancel`, { key: tenant.key });
    expect(cancelled.status).toBe(200);
    const { body } = await call(house, 'GET', `/v1/messages/${first.body.id}`, { key: tenant.key });
    expect(body.status).toBe('suppressed');
  });
});

describe('without Postgres', () => {
  it('nothing is acknowledged, and all goes on when it is back', async () => {
    const headers = { 'idempotency-key': 'kept over the pause' };
    const body = sms();
    await call(house, 'GET', '/v1/messages', { key: tenant.key });
    await call(house, 'GET', `/hooks/${sender.hookToken}`);
    await way.cut();
    const refused = await Promise.all([
      post(house, tenant.key, body, headers),
      call(house, 'GET', '/v1/messages', { key: tenant.key }),
      hook({ results: [{ messageId: 'mo-2', from: body.to.slice(1), text: 'STOP' }] }, 'inbound'),
      hook(report('x'), 'reports'),
    ]);
    for (const { status, body: problem, headers: answered } of refused) {
      expect({ status, code: problem.code }).toEqual({ status: 503, code: 'unavailable' });
      expect(answered.get('retry-after')).toMatch(/^\d+$/);
      expect(problem.detail).toContain('repeat the request');
    }
    const ready = await eventually(async () => {
      const answer = await call(house, 'GET', '/health/ready');
      return answer.status === 503 && answer;
    });
    expect(ready.body).toMatchObject({ status: 'unavailable', postgres: { status: 'unavailable' } });
    expect((await call(house, 'GET', '/health/live')).status).toBe(200);

    await way.mend();
    const accepted = await eventually(async () => {
      const answer = await post(house, tenant.key, body, headers);
      return answer.status === 202 && answer;
    });
    expect(accepted.headers.get('idempotent-replayed')).toBeNull();
    expect(house.logged()).not.toMatch(new RegExp(`${body.to.slice(1)}|${way.url}`));
  });
});
