/** The queue of delivery reports, over books of its own, with a Temporal that answers when the test lets it. */
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createReportQueue, type ReportQueue } from '../../api/hooks/report-queue.ts';
import { storeHook } from '../../db/hooks.ts';
import type { Sender } from '../../db/senders.ts';
import {
  eventually,
  type House,
  newSender,
  newTenant,
  openHouse,
  SECRET_KEYS,
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
afterAll(() => house?.close());

/** Signals are noted, and answered when they are let through; till then as many wait as are made. */
function slowTemporal() {
  const told: string[] = [];
  let letThrough = () => {};
  const open = new Promise<void>((resolve) => {
    letThrough = resolve;
  });
  const signalEnd = async (messageId: string) => {
    told.push(messageId);
    await open;
    return true;
  };
  return { told, letThrough, deliveries: { signalEnd } };
}

function queueOver(deliveries: ReturnType<typeof slowTemporal>['deliveries']): ReportQueue {
  return createReportQueue({ db: house.db, secretKeys: SECRET_KEYS, deliveries }, pino({ level: 'silent' }));
}

const account = () => ({ id: sender.gatewayAccountId, idScope: 'account' as const });

/** The calls, one with one report for each of so many messages that were sent. */
async function callsFor(count: number) {
  const calls = [];
  for (let n = 0; n < count; n++) {
    const { id, gatewayId } = await submitted(house, tenant, sender);
    const { gatewayAccountId } = sender;
    const stored = { senderId: sender.id, gatewayAccountId, method: 'POST', path: '/', query: '', headers: {} };
    const hookId = await storeHook(house.db, { ...stored, body: new Uint8Array() });
    const reports = [{ gatewayId, status: 'delivered' as const, raw: 'DELIVERED' }];
    calls.push({ messageId: id, call: { hookId, senderId: sender.id, reports } });
  }
  return calls;
}

async function delivered(ids: readonly string[]): Promise<number> {
  const [row] = await house.db.sql`
    SELECT count(*)::int AS n FROM messages WHERE id = ANY (${[...ids]}::uuid[]) AND status = 'delivered'`;
  return Number(row?.n);
}

async function openHooks(): Promise<number> {
  const [row] = await house.db.sql`SELECT count(*)::int AS n FROM hooks WHERE state = 'received'`;
  return Number(row?.n);
}

it('reports do not wait for workflows to be told of earlier ones, and each workflow is told once', async () => {
  const temporal = slowTemporal();
  const queue = queueOver(temporal.deliveries);
  const calls = await callsFor(30);
  const ids = calls.map(({ messageId }) => messageId);
  for (const [n, { call }] of calls.entries()) {
    expect(queue.add(account(), call)).toBe(true);
    // So that they come in several rounds.
    if (n % 10 === 0) await eventually(async () => (await delivered(ids)) > n);
  }
  await eventually(async () => (await delivered(ids)) === calls.length);
  expect(temporal.told, 'the first round').toHaveLength(1);
  expect(await openHooks(), 'what no workflow was told of is not done with').toBe(calls.length);

  temporal.letThrough();
  expect(await queue.drain(5_000)).toBe(0);
  expect(temporal.told.toSorted()).toEqual(ids.toSorted());
  expect(await openHooks()).toBe(0);
});

it('says at the end how many calls were not told of, and leaves them open', async () => {
  const temporal = slowTemporal();
  const queue = queueOver(temporal.deliveries);
  const calls = await callsFor(5);
  const ids = calls.map(({ messageId }) => messageId);
  for (const [n, { call }] of calls.entries()) {
    queue.add(account(), call);
    await eventually(async () => (await delivered(ids)) > n);
  }
  expect(await queue.drain(500)).toBe(4);
  expect(await openHooks()).toBe(5);
  temporal.letThrough();
  await eventually(async () => (await openHooks()) === 4);
  expect(temporal.told, 'the others are left to housekeeping').toHaveLength(1);
});
