/** Senders in the hands of an operator, on running workers: changed, paused, tried, moved and archived. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createApiKey } from '../../db/api-keys.ts';
import { createSenderTests } from '../../runtime/sender-tests.ts';
import { phone } from './phones.ts';
import { type Answer, eventually, isFinal, type MessageView, type System, startSystem } from './system.ts';

let system: System;
let key: string;
let account: string;
beforeAll(async () => {
  system = await startSystem();
  const admin = { accountId: null, name: 'operator', scopes: ['admin' as const], kind: 'live' as const };
  key = await createApiKey(system.db, admin);
  account = (await system.sender('demo-infobip')).accountIds[0] ?? '';
}, 120_000);
afterAll(() => system?.stop());

const PASSWORD = 'a-right-password';

const api = (method: string, path: string, body?: unknown): Promise<Answer> =>
  system.request(method, path, body, { authorization: `Bearer ${key}` });

interface Sender {
  id: string;
  name: string;
  hooks: { reports: string } | null;
}

/** SMSC.ru without its slow limits, on an account whose only password is PASSWORD. */
async function made(login: string, more: object = {}): Promise<Sender> {
  const body = {
    name: login,
    gateway: 'smsc',
    settings: { url: `${system.simulator.url}/smsc`, login, password: PASSWORD, pollGapS: 1 },
    accounts: [account],
    awaitDelivery: 1,
    defaultCallerId: 'ACME',
    ...more,
  };
  const { status, body: sender } = await api('POST', '/v1/senders', body);
  if (status !== 201) throw new Error(JSON.stringify(sender));
  if (body.gateway === 'smsc') await simulated(login, { hooks: { reports: sender.hooks.reports } });
  return sender;
}

const simulated = (login: string, more: object) =>
  system.control('accounts', {
    wire: 'smsc',
    login,
    password: PASSWORD,
    statusLimits: false,
    duplicateWindowMs: 0,
    ...more,
  });

async function change(sender: Sender, body: object): Promise<void> {
  const { status, body: problem } = await api('PATCH', `/v1/senders/${sender.id}`, body);
  if (status !== 200) throw new Error(JSON.stringify(problem));
}

const act = (sender: Sender, what: string, body?: unknown) => api('POST', `/v1/senders/${sender.id}/${what}`, body);
const send = (sender: Sender, more: object = {}) => system.send({ to: phone('smsc'), sender: sender.name, ...more });
const attemptsOf = async (id: string) => (await system.message(id)).timeline.filter(({ kind }) => kind === 'attempt');

async function smsFor(to: string): Promise<{ login: string; sender?: string }[]> {
  type Handset = { sms: { login: string; sender?: string }[] };
  const { handsets } = await system.control<{ handsets: Handset[] }>(`handsets?phone=${encodeURIComponent(to)}`);
  return handsets.flatMap(({ sms }) => sms);
}

it('what waits in a paused sender is not tried, and goes out by the new password and caller id', async () => {
  const sender = await made('changed', { settings: { ...settings('changed'), password: 'an-old-password' } });
  await act(sender, 'pause', {});
  const to = phone('smsc');
  const id = await send(sender, { to });
  const named = await send(sender, { from: 'Bank' });
  await eventually(
    async () => (await system.temporal.workflow.getHandle(id).describe()).raw.pendingActivities?.[0]?.attempt,
    (attempt) => attempt === 1,
  );
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const { raw } = await system.temporal.workflow.getHandle(id).describe();
  expect(raw.pendingActivities?.[0]?.attempt, 'no retry is burned').toBe(1);
  expect(await attemptsOf(id)).toEqual([]);

  await change(sender, { settings: { password: PASSWORD }, defaultCallerId: 'NEW' });
  await act(sender, 'resume');
  expect(await system.until(id, isFinal)).toMatchObject({ status: 'delivered', from: 'NEW' });
  expect(await attemptsOf(id), 'the old password was not tried').toHaveLength(1);
  expect(await smsFor(to)).toMatchObject([{ login: 'changed', sender: 'NEW' }]);
  expect(await system.until(named, isFinal)).toMatchObject({ status: 'delivered', from: 'Bank' });
});

const settings = (login: string) => ({ url: `${system.simulator.url}/smsc`, login, password: PASSWORD, pollGapS: 1 });

it('a wrong login is mended: what waits moves to the right account, and its status is asked there', async () => {
  const url = `${system.simulator.url}/infobip`;
  const sender = await made('mended', { gateway: 'infobip', settings: { url, apiKey: 'wrong' } });
  const ids = [await send(sender), await send(sender, { to: phone('infobip', '904') })];
  await eventually(
    async () => (await api('GET', `/v1/senders/${sender.id}/health`)).body,
    ({ state, held, errors }) =>
      state === 'held' && held.why === 'auth' && errors[0]?.errorClass === 'auth' && errors[0].outcome === 'not-sent',
  );
  await change(sender, { settings: { apiKey: 'a-right-key' } });
  await act(sender, 'resume');
  for (const id of ids) {
    const message = await system.until(id, isFinal, 40_000);
    expect(message.status).toBe('delivered');
    expect(message.timeline.map(({ kind }) => kind)).toContain('moved');
  }
  expect((await system.message(ids[1] ?? '')).source).toBe('poll');
  const used = await system.db.sql`
    SELECT DISTINCT m.gateway_account_id = s.gateway_account_id AS yes
    FROM messages m JOIN senders s ON s.id = m.sender_id WHERE s.id = ${sender.id}`;
  expect(used.map(({ yes }) => yes)).toEqual([true]);
});

it('after a pause the urgent go first', async () => {
  const sender = await made('urgent', { rateLimit: 4 });
  await act(sender, 'pause', { reason: 'maintenance' });
  await eventually(
    async () => await limitOf(sender),
    (limit) => limit === 0,
  );
  const ids: Record<string, string[]> = { campaign: [], notice: [], otp: [] };
  for (const priority of ['campaign', 'notice', 'otp']) {
    for (let i = 0; i < 4; i++) ids[priority]?.push(await send(sender, { priority }));
  }
  const all = Object.values(ids).flat();
  await eventually(
    async () =>
      (await system.db.sql`SELECT FROM messages WHERE id = ANY (${all}::uuid[]) AND started_at IS NOT NULL`).length,
    (started) => started === 12,
  );
  await new Promise((resolve) => setTimeout(resolve, 500));
  await act(sender, 'resume');
  const ended = await Promise.all(all.map((id) => system.until(id, isFinal, 40_000)));
  const at = (priority: string) =>
    ended
      .filter(({ id }) => ids[priority]?.includes(id))
      .map(submittedAt)
      .sort((a, b) => a - b);
  expect(Math.max(...at('otp'))).toBeLessThan(Math.max(...at('notice')));
  expect(Math.max(...at('notice'))).toBeLessThan(Math.min(...at('campaign').slice(1)));
  expect(ended.every(({ timeline }) => timeline.filter(({ kind }) => kind === 'attempt').length === 1)).toBe(true);
});

function submittedAt(message: MessageView): number {
  return Date.parse(String((message as unknown as { submittedAt: string }).submittedAt));
}

async function limitOf({ id }: Sender): Promise<number | undefined> {
  const { config } = await system.temporal.workflowService.describeTaskQueue({
    namespace: system.temporal.options.namespace,
    taskQueue: { name: `send/${id}` },
    taskQueueType: 2,
    reportConfig: true,
  });
  return config?.queueRateLimit?.rateLimit?.requestsPerSecond ?? undefined;
}

it('a test SMS leaves a paused sender ahead of all, and is in the books like any other', async () => {
  const sender = await made('tried');
  await act(sender, 'pause', {});
  const waiting = await send(sender);
  const to = phone('smsc');
  const { status, body } = await act(sender, 'test', { to, text: 'Is this on?' });
  expect(status).toBe(200);
  expect(body).toMatchObject({ ok: true, message: { to, sender: 'tried', priority: 'otp', attempts: 1 } });
  expect(await smsFor(to)).toHaveLength(1);
  expect(await system.until(body.message.id, isFinal)).toMatchObject({ status: 'delivered' });
  expect(await system.message(waiting)).toMatchObject({ status: 'accepted', attempts: 0 });
  expect((await api('GET', `/v1/senders/${sender.id}`)).body.state).toBe('paused');
});

it('a test SMS that is refused, or held back by a suppress list, says so', async () => {
  const sender = await made('refused');
  const refused = await act(sender, 'test', { to: phone('smsc', '911') });
  expect(refused.body).toMatchObject({ ok: false, message: { status: 'rejected', errorClass: 'invalid-recipient' } });
  const to = phone('smsc');
  await system.suppress(to, [account]);
  const suppressed = await act(sender, 'test', { to });
  expect(suppressed.body).toMatchObject({ ok: false, message: { status: 'suppressed', attempts: 0 } });
  expect(await smsFor(to)).toEqual([]);
});

it('a test of the login tells the balance, also while paused, and a wrong password at once', async () => {
  const sender = await made('login');
  await act(sender, 'pause', {});
  expect((await act(sender, 'test', {})).body).toMatchObject({ ok: true, balance: expect.stringMatching(/^\d/) });
  await change(sender, { settings: { password: 'not-this-one' } });
  const { body } = await act(sender, 'test', {});
  expect(body).toEqual({ ok: false, errorClass: 'auth', detail: 'The gateway refuses the login.' });
});

it('a test of the login makes a new session where the gateway wants one', async () => {
  const login = { url: `${system.simulator.url}/smsimple/`, login: 'sessions', password: PASSWORD };
  const sender = await made('sessions', { gateway: 'smsimple', settings: login, defaultCallerId: null });
  expect((await act(sender, 'test', {})).body).toMatchObject({ ok: true, balance: expect.stringMatching(/^\d/) });
  await system.control('accounts', { wire: 'smsimple', login: 'sessions', password: 'changed-there' });
  expect((await act(sender, 'test', {})).body).toMatchObject({ ok: false, errorClass: 'auth' });
});

it('a test that no worker takes up is given up', async () => {
  const tests = createSenderTests(system.temporal);
  const input = { senderId: crypto.randomUUID(), version: 1, messageId: null, sender: 'nobody', gateway: 'smsc' };
  const began = performance.now();
  expect(await tests.run(input, 500)).toBeUndefined();
  expect(performance.now() - began).toBeLessThan(3_000);
});

it('a worker that has just used the old login makes no request by it any more', async () => {
  const url = `${system.simulator.url}/smsimple/`;
  const smsimple = {
    gateway: 'smsimple',
    defaultCallerId: null,
    settings: { url, login: 'before', password: PASSWORD },
  };
  const sender = await made('relogged', smsimple);
  const to = phone('smsc');
  await system.until(await send(sender, { to }), isFinal);
  expect(await smsFor(to)).toMatchObject([{ login: 'before' }]);
  await change(sender, { settings: { login: 'after' } });
  const next = phone('smsc');
  await system.until(await send(sender, { to: next }), isFinal);
  expect(await smsFor(next)).toMatchObject([{ login: 'after' }]);
});

it('an archived sender sends what was accepted', async () => {
  const sender = await made('archived');
  await act(sender, 'pause', {});
  const id = await send(sender);
  expect((await api('DELETE', `/v1/senders/${sender.id}`)).body.state).toBe('archived');
  const refused = await system.request('POST', '/v1/messages', { to: phone('smsc'), text: 'x', sender: 'archived' });
  expect(refused.status).toBe(422);
  await act(sender, 'resume');
  expect(await system.until(id, isFinal)).toMatchObject({ status: 'delivered' });
});

it('nothing of it is in Temporal that must not be there', async () => {
  const seen: string[] = [];
  for await (const { workflowId, runId } of system.temporal.workflow.list()) {
    if (!workflowId.startsWith('test/')) continue;
    const history = await system.temporal.workflow.getHandle(workflowId, runId).fetchHistory();
    seen.push(Buffer.from(JSON.stringify(history)).toString());
  }
  expect(seen.length).toBeGreaterThanOrEqual(5);
  const all = seen.join('\n') + decoded(seen.join('\n'));
  expect(all).not.toMatch(/Is this on|a-right-password|not-this-one/);
  expect(all).not.toMatch(/7999\d{7}/);
});

/** Payloads are in base64, or lists of bytes. */
function decoded(json: string): string {
  return [...json.matchAll(/"([A-Za-z0-9+/]{8,}={0,2})"/g)]
    .map(([, data = '']) => Buffer.from(data, 'base64').toString('utf8'))
    .join('\n');
}
