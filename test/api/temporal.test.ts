/** What the API tells Temporal, on a real one. */
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { leftHooks, storeHook } from '../../db/hooks.ts';
import { timelineOf } from '../../db/messages.ts';
import type { Sender } from '../../db/senders.ts';
import { workThroughHook } from '../../hooks/effects.ts';
import { DELIVERIES_QUEUE } from '../../sms/names.ts';
import { freshNamespace } from '../setup/namespace.ts';
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

let connection: Connection;
let client: Client;
let house: House;
let tenant: Tenant;
let sender: Sender;
beforeAll(async () => {
  const address = inject('temporalAddress');
  connection = await Connection.connect({ address });
  const namespace = await freshNamespace(connection);
  client = new Client({ connection, namespace });
  house = await openHouse({ address, namespace });
  tenant = await newTenant(house);
  sender = await newSender(house, [tenant.accountId]);
});
afterAll(async () => {
  await house?.close();
  await connection?.close();
});

const sms = (more: object = {}) => ({ to: newPhone(), text: 'a secret text', sender: sender.name, ...more });
const report = (messageId: string) => ({
  results: [{ messageId, status: { groupId: 3, groupName: 'DELIVERED', id: 5, name: 'DELIVERED_TO_HANDSET' } }],
});
const hook = (body: unknown) => call(house, 'POST', `/hooks/${sender.hookToken}`, { body });

async function historyOf(id: string) {
  return await eventually(async () => {
    try {
      return (await client.workflow.getHandle(id).fetchHistory()).events ?? undefined;
    } catch {
      return undefined;
    }
  });
}

interface Signal {
  name: unknown;
  requestId: unknown;
  end: unknown;
}

async function signalsOf(id: string): Promise<Signal[]> {
  const events = await historyOf(id);
  return events.flatMap(({ workflowExecutionSignaledEventAttributes: signal }) => {
    if (!signal) return [];
    const data = signal.input?.payloads?.[0]?.data;
    const end = data ? JSON.parse(Buffer.from(data).toString()) : undefined;
    return [{ name: signal.signalName, requestId: signal.requestId, end }];
  });
}

const signalled = (id: string) => eventually(async () => (await signalsOf(id))[0]);

describe('the delivery of a message', () => {
  it('is started with ids and no phone or text', async () => {
    const message = sms({ priority: 'otp', metadata: { secret: 'a secret word' } });
    const { body } = await post(house, tenant.key, message);
    const [started] = await historyOf(body.id);
    const attributes = started?.workflowExecutionStartedEventAttributes;
    expect(attributes?.workflowType?.name).toBe('deliverSms');
    expect(attributes?.priority?.priorityKey).toBe(1);
    expect(JSON.parse(Buffer.from(attributes?.input?.payloads?.[0]?.data ?? '').toString())).toEqual({
      messageId: body.id,
      senderId: sender.id,
      gatewayAccountId: sender.gatewayAccountId,
      sender: sender.name,
      gateway: 'infobip',
      priority: 1,
    });
    const all = Buffer.from(JSON.stringify(attributes)).toString('latin1');
    expect(all).not.toMatch(new RegExp(`${message.to.slice(1)}|a secret`));
  });

  it('waits for its time', async () => {
    const { body } = await post(house, tenant.key, sms({ sendAt: new Date(Date.now() + 3_600_000).toISOString() }));
    const [started] = await historyOf(body.id);
    const delay = Number(started?.workflowExecutionStartedEventAttributes?.firstWorkflowTaskBackoff?.seconds);
    expect(delay).toBeGreaterThan(3_500);
    expect(delay).toBeLessThanOrEqual(3_600);
  });

  it('is started once for each message of a batch, and not again for a repeat', async () => {
    const messages = Array.from({ length: 30 }, (_, i) => sms({ idempotencyKey: `batch ${i}` }));
    const { body } = await call(house, 'POST', '/v1/messages/batch', { key: tenant.key, body: { messages } });
    await call(house, 'POST', '/v1/messages/batch', { key: tenant.key, body: { messages } });
    for (const { message } of body.results) expect((await historyOf(message.id)).length).toBeGreaterThan(0);
  });
});

describe('the workflow of a message', () => {
  it('hears of a cancel', async () => {
    const { body } = await post(house, tenant.key, sms({ sendAt: new Date(Date.now() + 3_600_000).toISOString() }));
    await historyOf(body.id);
    await call(house, 'POST', `/v1/messages/${body.id}/cancel`, { key: tenant.key });
    expect(await signalled(body.id)).toEqual({
      name: 'cancel',
      requestId: expect.any(String),
      end: { status: 'cancelled', source: 'api' },
    });
  });

  it('hears of its report once, however often the report comes', async () => {
    const { id, gatewayId } = await submitted(house, tenant, sender);
    await historyOf(id);
    await Promise.all([hook(report(gatewayId)), hook(report(gatewayId))]);
    await signalled(id);
    await hook(report(gatewayId));
    await eventually(async () => {
      const [open] = await house.db.sql`SELECT count(*)::int AS n FROM hooks WHERE state = 'received'`;
      return open?.n === 0;
    });
    expect(await signalsOf(id)).toEqual([
      { name: 'deliveryReport', requestId: expect.any(String), end: { status: 'delivered', source: 'report' } },
    ]);
  });

  it('hears of a STOP', async () => {
    const message = sms();
    const { body } = await post(house, tenant.key, message);
    await historyOf(body.id);
    await hook({ results: [{ messageId: 'mo-stop', from: message.to.slice(1), text: 'STOP' }] });
    expect(await signalled(body.id)).toEqual({
      name: 'stopWord',
      requestId: expect.any(String),
      end: { status: 'suppressed', source: 'stop-word' },
    });
  });
});

describe('a call that was stored and then not worked through', () => {
  async function left(body: unknown): Promise<void> {
    await storeHook(house.db, {
      senderId: sender.id,
      gatewayAccountId: sender.gatewayAccountId,
      method: 'POST',
      path: '/hooks/TOKEN',
      query: '',
      headers: {},
      body: Buffer.from(JSON.stringify(body)),
    });
    for (const call of await leftHooks(house.db, 0, 10)) await workThroughHook(house.context, call);
    expect(await leftHooks(house.db, 0, 10)).toEqual([]);
  }

  it('takes effect later: a report', async () => {
    const { id, gatewayId } = await submitted(house, tenant, sender);
    await historyOf(id);
    await left(report(gatewayId));
    expect(await signalled(id)).toMatchObject({ name: 'deliveryReport', end: { status: 'delivered' } });
    expect((await timelineOf(house.db, id)).map(({ kind }) => kind)).toContain('final');
  });

  it('is told to the workflow also where the crash came between the books and the signal', async () => {
    const { id, gatewayId } = await submitted(house, tenant, sender);
    await historyOf(id);
    await house.db.sql`SELECT apply_reports(${sender.gatewayAccountId}, 'report', NULL, ${house.db.sql.json([
      { gatewayId, phone: '', status: 'delivered', raw: 'DELIVERED' },
    ])})`;
    expect(await signalsOf(id)).toEqual([]);
    await left(report(gatewayId));
    expect(await signalled(id)).toMatchObject({ name: 'deliveryReport' });
  });

  it('takes effect later: a STOP, and garbage is closed', async () => {
    const message = sms();
    const { body } = await post(house, tenant.key, message);
    await left({ results: [{ messageId: 'mo-left', from: message.to.slice(1), text: 'STOP' }] });
    const { body: seen } = await call(house, 'GET', `/v1/messages/${body.id}`, { key: tenant.key });
    expect(seen.status).toBe('suppressed');
    await left('garbage');
    const states = await house.db.sql`SELECT state FROM hooks ORDER BY received_at DESC LIMIT 2`;
    expect(states.map(({ state }) => state)).toEqual(['nothing', 'done']);
  });
});

describe('GET /health/ready', () => {
  it('tells whether a worker has asked for work', async () => {
    const ready = async () => (await call(house, 'GET', '/health/ready')).body;
    expect(await ready()).toMatchObject({
      status: 'degraded',
      postgres: { status: 'ok' },
      temporal: { status: 'ok' },
      workers: { status: 'degraded' },
    });
    const poll = connection.withDeadline(Date.now() + 15_000, () =>
      client.workflowService.pollWorkflowTaskQueue({
        namespace: client.options.namespace,
        taskQueue: { name: DELIVERIES_QUEUE },
        identity: 'test',
      }),
    );
    await eventually(async () => (await ready()).status === 'ok');
    await poll.catch(() => undefined);
  });
});
