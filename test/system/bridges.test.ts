/**
 * One of the two servers is away, hangs, or has lost everything: nothing is lost, nothing is sent twice, and all goes on
 * by itself when it is back. On servers of this file's own, since they are killed.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { type Db, openDb } from '../../db/connection.ts';
import { newKey } from '../../db/key-form.ts';
import { deliveryWorkflowId, HOUSEKEEPING_WORKFLOW_ID, sendQueue } from '../../sms/names.ts';
import { type Control, createControl } from '../chaos/control.ts';
import { type ChaosParts, startParts } from '../chaos/parts.ts';
import { type Seeded, seedChaos } from '../chaos/seed.ts';
import { passable } from '../setup/folder.ts';
import { phone } from './phones.ts';
import { GATEWAYS } from './senders.ts';
import { eventually, isFinal, type MessageView } from './system.ts';

/** Answered after 3 s. */
const LATE_ANSWER = '938';
/** An answer must have come by then, whatever is away. */
const BOUND_MS = 5_000;

let folder: string;
let parts: ChaosParts;
let seeded: Seeded;
let control: Control;
let db: Db;
/** By the names of the senders. */
let senderIds: Map<string, string>;
let hookToken: string;

beforeAll(async () => {
  folder = passable('durable-sms-bridges-');
  parts = await startParts({ folder, built: inject('built'), workers: 1 });
  seeded = await seedChaos(parts);
  control = createControl(parts.simulatorUrl);
  db = openDb(parts.databaseUrl, { connections: 4, applicationName: 'test' });
  senderIds = new Map(seeded.senders.map(({ name, id }) => [name, id]));
  const [infobip] = await db.sql`SELECT hook_token FROM senders WHERE name = 'infobip'`;
  hookToken = infobip?.hookToken;
}, 120_000);
afterAll(async () => {
  await db?.close();
  await parts?.stopAll();
  if (folder) rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  const pids = ['api', 'worker-1'] as const;
  const before = pids.map((name) => parts.child(name)?.pid);
  return () => {
    expect(parts.fallen(), `${parts.log('api')}\n${parts.log('worker-1')}`).toEqual([]);
    expect(pids.map((name) => parts.child(name)?.pid)).toEqual(before);
  };
});

interface Answer {
  status: number;
  retryAfter: string | null;
  ms: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever JSON came, looked into by the test
  body: any;
}

async function ask(method: string, path: string, body?: unknown, key = seeded.accounts[0]?.apiKey): Promise<Answer> {
  const began = performance.now();
  const response = await fetch(`${parts.apiUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const ms = performance.now() - began;
  const retryAfter = response.headers.get('retry-after');
  return { status: response.status, retryAfter, ms, body: text.startsWith('{') ? JSON.parse(text) : text };
}

interface Sent {
  id: string;
  to: string;
}

async function send(sender: string, magic?: string): Promise<Sent> {
  const to = phone(sender, magic);
  const { status, body } = await ask('POST', '/v1/messages', { to, sender, text: 'Your code is 4821' });
  expect(status).toBe(202);
  return { id: body.id, to };
}

const view = async (id: string): Promise<MessageView> => (await ask('GET', `/v1/messages/${id}`)).body;
const until = (id: string, wanted: (message: MessageView) => boolean) =>
  eventually(() => view(id), wanted, 60_000, 100);

async function takenFor(to: string): Promise<number> {
  const { handsets } = await control.get<{ handsets: { sms: unknown[] }[] }>(
    `handsets?phone=${encodeURIComponent(to)}`,
  );
  return handsets.flatMap(({ sms }) => sms).length;
}

/**
 * All are delivered, and each was taken by its gateway once. A claim that Postgres took when its worker had given up is
 * one of which nobody knows: where the gateway can neither be asked nor drops repeats, it may end as `unknown`.
 */
async function expectDelivered(messages: readonly Sent[]): Promise<void> {
  for (const { id, to } of messages) {
    const ended = await until(id, isFinal);
    const isNobodysClaim = ended.timeline.some(({ kind, source }) => kind === 'uncertain' && source === 'clock');
    const honest = isNobodysClaim && to.startsWith(PLAY_MOBILE) && ended.status === 'unknown';
    const told = JSON.stringify(ended.timeline, null, 1);
    expect({ status: ended.status, taken: await takenFor(to) }, told).toEqual(
      honest ? { status: 'unknown', taken: 0 } : { status: 'delivered', taken: 1 },
    );
  }
}

/** How its phones begin. */
const PLAY_MOBILE = '+99890';

const sendAll = async (magic?: string): Promise<Sent[]> => await Promise.all(GATEWAYS.map((one) => send(one, magic)));

/** Not the routes that need no Postgres. */
async function expectAllUnavailable(): Promise<void> {
  const { paths } = (await ask('GET', '/openapi.json')).body as {
    paths: Record<string, Record<string, { security?: object[] }>>;
  };
  const calls = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { security }]) => security?.length !== 0)
      .map(([method]) => ({ method: method.toUpperCase(), path: path.replace(/\{\w+\}/g, crypto.randomUUID()) })),
  );
  expect(calls.length).toBeGreaterThan(30);
  const sms = { to: phone('infobip'), sender: 'infobip', text: 'not now' };
  const answers = await Promise.all([
    // Of a key that nobody has looked up yet.
    ...calls.map(({ method, path }) => ask(method, path, undefined, newKey('live'))),
    ask('POST', '/v1/messages', sms),
    ask('POST', '/v1/messages/batch', { messages: [sms] }),
    ask('GET', '/v1/messages'),
    ask('POST', `/hooks/${hookToken}/reports`, { results: [] }),
    ask('POST', `/hooks/${hookToken}/inbound`, { results: [{ messageId: 'm', from: sms.to.slice(1), text: 'STOP' }] }),
  ]);
  for (const [i, { status, retryAfter, ms, body }] of answers.entries()) {
    const call = calls[i] ?? 'one with a known key, or a webhook';
    expect({ call, status, code: body.code, retryAfter: Number(retryAfter) > 0 }).toEqual({
      call,
      status: 503,
      code: 'unavailable',
      retryAfter: true,
    });
    expect(ms, JSON.stringify(call)).toBeLessThan(BOUND_MS);
  }
  expect(await ask('GET', '/health/ready')).toMatchObject({ status: 503, body: { status: 'unavailable' } });
  expect((await ask('GET', '/health/live')).status).toBe(200);
}

describe('Postgres', () => {
  it('is killed: 503 everywhere, and what was under way goes on', { timeout: 90_000 }, async () => {
    const messages = [...(await sendAll()), ...(await sendAll(LATE_ANSWER))];
    await sleep(300);
    await parts.kill('postgres');
    await expectAllUnavailable();
    await parts.start('postgres');
    messages.push(...(await eventually(sendAllIfBack, (sent) => sent.length > 0, 10_000)));
    for (const { id, to } of messages) {
      const ended = await until(id, isFinal);
      const told = JSON.stringify(ended.timeline, null, 1);
      // Play Mobile can be asked for nothing that it may or may not have taken.
      const ends = to.startsWith('+998') ? ['delivered', 'unknown'] : ['delivered'];
      expect(ends, told).toContain(ended.status);
      expect(await takenFor(to), told).toBe(ended.status === 'delivered' ? 1 : 0);
      expect(ended.timeline.filter(({ kind }) => kind === 'attempt').length, told).toBeLessThanOrEqual(2);
    }
  });

  it('hangs with all its processes: 503 within the bound, and all goes on', { timeout: 90_000 }, async () => {
    const messages = await sendAll();
    const connection = await db.sql.reserve();
    await connection`SELECT 1`;
    const pids = [parts.child('postgres')?.pid ?? 0];
    signal(pids[0] ?? 0, 'SIGSTOP'); // first, so that no process is added to those that there are
    try {
      const backends = await connection`SELECT pid FROM pg_stat_activity ORDER BY pid = pg_backend_pid()`;
      pids.push(...backends.map(({ pid }) => Number(pid)));
      for (const pid of pids) signal(pid, 'SIGSTOP');
      await expectAllUnavailable();
    } finally {
      for (const pid of pids) signal(pid, 'SIGCONT');
      connection.release();
    }
    await expectDelivered([...messages, ...(await eventually(sendAllIfBack, (sent) => sent.length > 0, 10_000))]);
  });
});

/** None where it is still away. */
async function sendAllIfBack(): Promise<Sent[]> {
  return (await ask('GET', '/health/ready')).status === 200 ? await sendAll() : [];
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error; // it has ended already
  }
}

describe('Temporal', () => {
  it('hangs for the API: nobody waits for it', async () => {
    await parts.proxies.trouble('api-temporal', { kind: 'hang' });
    try {
      const messages = await sendAll();
      for (const { id } of messages) {
        const { status, ms } = await ask('POST', `/v1/messages/${id}/cancel`);
        expect(status).toBe(200);
        expect(ms).toBeLessThan(2_000);
      }
      for (const { to } of messages) expect(await takenFor(to)).toBe(0);
    } finally {
      await parts.proxies.heal('api-temporal');
    }
  });

  it('is away: all is accepted, reports and STOPs count, and the rest is caught up', { timeout: 90_000 }, async () => {
    await control.post('hold-reports', { hold: true });
    const sent = await send('infobip');
    await until(sent.id, ({ status }) => status === 'sent');
    await parts.kill('temporal');

    const waiting: Sent[] = [];
    for (let i = 0; i < 5; i++) {
      const began = performance.now();
      waiting.push(...(await sendAll()));
      expect(performance.now() - began).toBeLessThan(1_500);
    }
    const [stopped, cancelled] = [await send('infobip'), await send('smsc')];
    await control.post('inbound', {
      wire: 'infobip',
      login: 'infobip-chaos',
      from: stopped.to,
      to: '3700',
      text: 'STOP',
    });
    expect((await ask('POST', `/v1/messages/${cancelled.id}/cancel`)).status).toBe(200);
    expect((await until(stopped.id, isFinal)).status).toBe('suppressed');
    expect((await view(cancelled.id)).status).toBe('cancelled');
    expect((await view(sent.id)).status).toBe('sent');
    await control.post('hold-reports', { hold: false });
    expect((await until(sent.id, isFinal)).status).toBe('delivered');
    for (const { to } of waiting) expect(await takenFor(to)).toBe(0);

    await parts.start('temporal');
    await expectDelivered([sent, ...waiting]);
    for (const { to } of [stopped, cancelled]) expect(await takenFor(to)).toBe(0);
  });

  it('has lost its store: all that had no end is taken up again, once', { timeout: 120_000 }, async () => {
    await control.post('hold-reports', { hold: true });
    const sent = await sendAll();
    for (const { id } of sent) await until(id, ({ status }) => status === 'sent');
    await switchSender('pause');
    const paused = await send('bulksms');
    const uncertain = await sendAll(LATE_ANSWER);
    for (const { to } of uncertain) await eventually(() => takenFor(to), Boolean);

    await parts.kill('temporal');
    for (const end of ['', '-wal', '-shm']) rmSync(join(folder, 'temporal', `temporal.db${end}`), { force: true });
    const fresh = await sendAll();
    await parts.start('temporal');

    const connection = await Connection.connect({ address: parts.temporalAddress });
    const { workflow, workflowService } = new Client({ connection, namespace: 'default' });
    const stateOf = async (workflowId: string) => {
      const { executions } = await workflowService.listWorkflowExecutions({
        namespace: 'default',
        query: `WorkflowId = '${workflowId}'`,
      });
      return executions?.length === 1 ? (await workflow.getHandle(workflowId).describe()).status.name : 'none';
    };
    try {
      const isThere = async (workflowId: string) =>
        await eventually(
          async () => ({ workflowId, state: await stateOf(workflowId) }),
          ({ state }) => state === 'RUNNING' || state === 'COMPLETED',
          30_000,
          200,
        );
      await isThere(HOUSEKEEPING_WORKFLOW_ID);
      await isThere(deliveryWorkflowId(paused.id));
      // A poll may have brought the end of one of these before the store was lost.
      for (const { id } of sent) if (!isFinal(await view(id))) await isThere(deliveryWorkflowId(id));
      const limitOf = async () => {
        const { config } = await workflowService.describeTaskQueue({
          namespace: 'default',
          taskQueue: { name: sendQueue(senderIds.get('infobip-slow') ?? '') },
          taskQueueType: 2, // temporal.api.enums.v1.TaskQueueType: activity
          reportConfig: true,
        });
        return config?.queueRateLimit?.rateLimit?.requestsPerSecond;
      };
      await expect.poll(limitOf).toBeCloseTo(9.3);
    } finally {
      await connection.close();
    }
    expect(await takenFor(paused.to)).toBe(0);
    await switchSender('resume');
    await control.post('hold-reports', { hold: false });
    await expectDelivered([...sent, paused, ...uncertain, ...fresh]);
  });
});

/** The one of bulksms, by an operator. */
async function switchSender(how: 'pause' | 'resume'): Promise<void> {
  const path = `/v1/senders/${senderIds.get('bulksms')}/${how}`;
  expect((await ask('POST', path, how === 'pause' ? {} : undefined, seeded.adminKey)).status).toBe(200);
}
