/**
 * What Temporal keeps of the paths that take a fault, a person or a second try, and of the loops: no phone and no text.
 * Recorded in the same way as in histories.test.ts.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pauseSender } from '../../db/sender-changes.ts';
import type { SimulatedSender } from '../../local/seed.ts';
import { createSenderTests } from '../../runtime/sender-tests.ts';
import {
  DELIVERIES_QUEUE,
  HOUSEKEEPING_WORKFLOW_ID,
  inboundWorkflowId,
  senderTestWorkflowId,
} from '../../sms/names.ts';
import { expectNoSecrets, type History, historyOf, keepHistory, runsOf } from './histories.ts';
import { phone } from './phones.ts';
import { addSenders, PASSWORD } from './senders.ts';
import { eventually, isFinal, type System, startSystem } from './system.ts';

interface Path {
  workflowId: string;
  to?: string;
  /** How the message ended; absent: it is no delivery. */
  status?: string;
  /** A loop: which of its runs. */
  run?: (history: History) => boolean;
}

let system: System;
const paths = new Map<string, Path>();

beforeAll(async () => {
  system = await startSystem({ workers: 0, env: { HOUSEKEEPING_EVERY_S: '3', PULL_EVERY_S: '1' } });
  const worker = await system.startWorker();
  await addSenders(system, 'paths', () => ({ awaitDeliveryS: 1, defaultValidityS: 20, reportGraceS: 3 }));
  await addSender('slow', 'infobip', { defaultValidityS: 90, awaitDeliveryS: 1 }, { answerDelayMs: 3_000 });
  await addSender('policy', 'playmobile', { defaultValidityS: 60, awaitDeliveryS: 1, onUncertain: 'resend' });
  await addSender('paused', 'infobip', { defaultValidityS: 600 });
  await addSender('paused-short', 'infobip', { defaultValidityS: 4 });
  await addSender('held', 'infobip', { defaultValidityS: 600 }, { revoked: true });
  await addSender('broken', 'infobip', { defaultValidityS: 9 }); // the fifth try would come 15 s after the first
  await addSender('again', 'infobip', { defaultValidityS: 600, awaitDeliveryS: 4 });
  for (const name of ['paused', 'paused-short']) {
    await pauseSender(system.db, (await system.sender(name)).id, 'the test');
  }

  const killed = await send('its worker was killed', 'slow', '904', 'delivered');
  await eventually(
    () => system.takenFor(killed.to),
    (taken) => taken === 1,
    30_000,
  );
  await worker.killHard();
  await system.startWorker();

  await send('expired while its sender is paused', 'paused-short', '000', 'expired');
  await failClaims('broken');
  await send('expired as its claims fail', 'broken', '000', 'expired');
  await send('expired as the gateway takes nothing', 'infobip', '922', 'expired');
  await send('uncertain, then reported', 'playmobile', '935', 'delivered');
  await send('uncertain, sent again by policy', 'policy', '934', 'delivered');
  await send('sent, and never told of', 'playmobile', '905', 'unknown');
  await send('sent, and polled for ever', 'infobip', '905', 'unknown');
  await Promise.all([suppressed(), cancelled(), stopped(), held(), startedAgain(), tested()]);
  for (const [path, { workflowId, status }] of paths) {
    if (status) expect((await system.until(workflowId, isFinal, 60_000)).status, path).toBe(status);
  }

  const { gatewayAccountId } = await system.sender('smsc');
  paths.set('texts are fetched', { workflowId: inboundWorkflowId(gatewayAccountId), run: () => true });
  paths.set('housekeeping', { workflowId: HOUSEKEEPING_WORKFLOW_ID, run: (run) => steps(run).includes('probeSender') });
  paths.set('housekeeping begins anew', { workflowId: HOUSEKEEPING_WORKFLOW_ID, run: beginsAnew });
  await eventually(
    () => runsOf(system, HOUSEKEEPING_WORKFLOW_ID),
    (runs) => runs.some(beginsAnew),
    60_000,
    500,
  );
}, 240_000);
afterAll(() => system?.stop());

it('holds no phone number and no text, on any path', async () => {
  for (const [path, { to }] of paths) expectNoSecrets(path, await of(path), to);
});

const steps = ({ events }: History) =>
  (events ?? []).map((event) => event.activityTaskScheduledEventAttributes?.activityType?.name);

const beginsAnew = ({ events }: History) =>
  (events ?? []).some((event) => event.workflowExecutionContinuedAsNewEventAttributes);

it.each([
  ['its worker was killed', 'activityTaskTimedOutEventAttributes'],
  ['expired while its sender is paused', 'activityTaskTimedOutEventAttributes'],
  ['cancelled while it waits', 'workflowExecutionSignaledEventAttributes'],
  ['stopped while it waits', 'workflowExecutionSignaledEventAttributes'],
] as const)('%s: went that way', async (path, kind) => {
  const { events } = await of(path);
  expect(events?.some((event) => event[kind])).toBe(true);
});

it('its claims failed until Temporal would try no more', async () => {
  const { events } = await of('expired as its claims fail');
  const failed = (events ?? []).map((event) => event.activityTaskFailedEventAttributes).find(Boolean);
  expect(failed?.retryState).toBe(TIMEOUT);
});

/** temporal.api.enums.v1.RetryState */
const TIMEOUT = 3;

it('housekeeping probed a held sender, and went on round after round', async () => {
  expect(steps(await of('housekeeping'))).toContain('probeSender');
  expect(steps(await of('housekeeping begins anew')).filter((name) => name === 'keepHouse').length).toBeGreaterThan(2);
});

it('keeps histories for the replay test, where it is asked to', async () => {
  for (const path of paths.keys()) keepHistory(path, await of(path));
});

async function of(path: string): Promise<History> {
  const { workflowId = '', run } = paths.get(path) ?? {};
  if (!run) return await historyOf(system, workflowId);
  const found = (await runsOf(system, workflowId)).find(run);
  if (!found) throw new Error(`no run of ${workflowId} is a ${path}`);
  return found;
}

async function addSender(
  name: string,
  gateway: 'infobip' | 'playmobile',
  columns: SimulatedSender['columns'],
  account: object = {},
): Promise<void> {
  const url = `${system.simulator.url}/${gateway}`;
  const settings = gateway === 'infobip' ? { url, apiKey: name } : { url, login: name, password: PASSWORD };
  const callerId = gateway === 'infobip' ? 'ACME' : '3700';
  await system.addSender({ name, gateway, settings, login: name, callerId, columns });
  await system.control('accounts', { wire: gateway, login: name, ...account });
}

async function send(path: string, sender: string, magic: string, status: string) {
  const to = phone(sender === 'policy' ? 'playmobile' : sender, magic);
  const id = await system.send({ to, sender });
  paths.set(path, { workflowId: id, to, status });
  return { id, to };
}

/** Long enough that it waits in its sender's queue. */
async function waits(id: string): Promise<void> {
  await system.until(id, ({ timeline }) => timeline.some(({ kind }) => kind === 'started'));
  await sleep(1_000);
}

async function suppressed(): Promise<void> {
  const to = phone('infobip');
  await system.suppress(to, (await system.sender('again')).accountIds);
  paths.set('suppressed', { workflowId: await system.send({ to, sender: 'again' }), to, status: 'suppressed' });
}

async function cancelled(): Promise<void> {
  const { id } = await send('cancelled while it waits', 'paused', '000', 'cancelled');
  await waits(id);
  expect((await system.request('POST', `/v1/messages/${id}/cancel`)).status).toBe(200);
}

async function stopped(): Promise<void> {
  const { id, to } = await send('stopped while it waits', 'paused', '000', 'suppressed');
  await waits(id);
  await system.control('inbound', { wire: 'infobip', login: 'paused', from: to, to: '3700', text: 'STOP' });
}

async function held(): Promise<void> {
  await send('held, then delivered', 'held', '000', 'delivered');
  await eventually(
    async () => (await system.sender('held')).heldFor,
    (heldFor) => heldFor === 'auth',
    30_000,
  );
  await system.control('accounts', { wire: 'infobip', login: 'held', revoked: false });
  await system.db.sql`UPDATE senders SET probe_at = now() WHERE name = 'held'`;
}

/** A fault of ours, as nobody foresees it: every claim of this sender's is refused by Postgres. */
async function failClaims(sender: string): Promise<void> {
  const { id } = await system.sender(sender);
  await system.db.sql.unsafe(`
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'the test'; END $$;
    CREATE TRIGGER refuse BEFORE UPDATE ON messages FOR EACH ROW
      WHEN (NEW.sender_id = '${id}' AND NEW.status = 'sending') EXECUTE FUNCTION refuse()`);
}

/** As after the loss of Temporal's store. */
async function startedAgain(): Promise<void> {
  const { id } = await send('started again by housekeeping', 'again', '904', 'delivered');
  await system.until(id, ({ status }) => status === 'sent');
  await system.temporal.workflow.getHandle(id).terminate('the test');
  await system.db.sql`UPDATE messages SET wake_at = now() WHERE id = ${id}`;
}

async function tested(): Promise<void> {
  const { id: senderId, version, name: sender, gateway } = await system.sender('paused');
  const input = { senderId, version, sender, gateway };
  const tests = createSenderTests(system.temporal);
  const { id, to } = await send('sent by a test of its sender', 'paused', '000', 'delivered');
  expect(await tests.run({ ...input, messageId: id }, 30_000)).toBeNull();
  paths.set('a sender is tested by a message', { workflowId: senderTestWorkflowId(id), to });
  const handle = await system.temporal.workflow.start('senderTest', {
    workflowId: senderTestWorkflowId('login'),
    taskQueue: DELIVERIES_QUEUE,
    args: [{ ...input, messageId: null }],
  });
  expect(await handle.result()).toMatchObject({ ok: true });
  paths.set('a sender is tested by its login', { workflowId: handle.workflowId });
}
