import http from 'node:http';
import { describe, expect, it } from 'vitest';
import { eventually, pause, start, startReceiver, submit, WIRES } from './kit.ts';

const { infobip, playmobile, smsc } = WIRES;
const KEY = { wire: 'infobip', login: 'key-1' };

describe('control', () => {
  it('answers 400 with the field that is wrong, 404 and 415', async () => {
    const simulator = await start();
    const post = async (path: string, body: string, type = 'application/json') => {
      const headers = { 'content-type': type };
      const answer = await fetch(`${simulator.url}/_control/${path}`, { method: 'POST', headers, body });
      const { error } = (await answer.json()) as { error: string };
      return [answer.status, error];
    };
    expect(await post('accounts', '{"wire":"none","login":"a"}')).toEqual([
      400,
      'wire must be the name of a simulated wire',
    ]);
    expect(await post('accounts', '{"wire":"smsc"}')).toEqual([400, 'login must be a string']);
    expect(await post('accounts', '{"wire":"smsc","login":"a","hooks":{"reports":"x"}}')).toEqual([
      400,
      'reports must be an http(s) URL',
    ]);
    expect(await post('hold-reports', '{}')).toEqual([400, 'hold must be a boolean']);
    expect(await post('report', '{"wire":"smsc","login":"a","id":"1","status":"read"}')).toEqual([
      400,
      expect.stringContaining('status must be one of'),
    ]);
    expect(await post('accounts', 'nonsense')).toEqual([400, 'the body must be a JSON object']);
    expect(await post('nothing', '{}')).toEqual([404, 'no such call']);
    expect(await post('reset', '{}', 'text/plain')).toEqual([415, 'Content-Type must be application/json']);
    expect((await fetch(`${simulator.url}/_control/nothing`)).status).toBe(404);
  });

  it('changes of an account only what is given, and takes settings away with null', async () => {
    const simulator = await start();
    const url = 'http://127.0.0.1:1/a';
    await simulator.control('accounts', { ...KEY, hooks: { reports: url, inbound: url }, balance: 5 });
    const second = await simulator.control('accounts', { ...KEY, hooks: { inbound: null }, reportShape: 'v2' });
    expect(second).toMatchObject({ hooks: { reports: url }, balance: 5, reportShape: 'v2', revoked: false });
    expect(second.hooks).not.toHaveProperty('inbound');
    const third = await simulator.control('accounts', { ...KEY, balance: null, revoked: null });
    expect(third).toMatchObject({ reportShape: 'v2', revoked: false });
    expect(third).not.toHaveProperty('balance');
  });

  it('sets a password that alone is right', async () => {
    const simulator = await start();
    await simulator.control('accounts', { wire: 'playmobile', login: 'acme', password: 'other' });
    expect((await submit(simulator, playmobile, { phone: '998901112233' })).status).toBe(401);
    await simulator.control('accounts', { wire: 'playmobile', login: 'acme', password: 's3cret' });
    expect((await submit(simulator, playmobile, { phone: '998901112233' })).status).toBe(200);
  });

  it('delays answers and reports of an account', async () => {
    const simulator = await start();
    await simulator.control('accounts', { ...KEY, answerDelayMs: 120, reportDelayMs: 10_000 });
    const begun = performance.now();
    await submit(simulator, infobip, { phone: '79995550101' });
    expect(performance.now() - begun).toBeGreaterThanOrEqual(115);
    await pause(120);
    expect((await simulator.handset('79995550101')).sms[0]?.status).toBe('pending');
  });

  it('forces reports of known and unknown ids, as often as asked', async () => {
    const [simulator, receiver] = [await start({ reportDelayMs: 60_000 }), await startReceiver()];
    await simulator.control('accounts', { ...KEY, hooks: { reports: receiver.url } });
    await submit(simulator, infobip, { phone: '79995550101', id: 'a' });
    const known = await simulator.control('report', { ...KEY, id: 'a', status: 'undelivered', times: 2 });
    expect(known).toEqual({ known: true, calls: 2 });
    const unknown = await simulator.control('report', { ...KEY, id: '?', phone: '+79995550177', status: 'delivered' });
    expect(unknown).toEqual({ known: false, calls: 1 });
    const told = (await receiver.until(3)).map((it) => JSON.parse(it.body).results[0]);
    const short = told.map((it) => `${it.messageId} ${it.to} ${it.status.id}`).sort();
    expect(short).toEqual(['? 79995550177 5', 'a 79995550101 9', 'a 79995550101 9']);
    expect((await simulator.handset('79995550101')).sms).toMatchObject([{ status: 'undelivered' }]);
    const nobody = await simulator.control('report', { wire: 'smsc', login: 'x', id: '1', status: 'delivered' });
    expect(nobody).toEqual({ known: false, calls: 0 });
  });

  it('lets a forced status stand', async () => {
    const [simulator, receiver] = [await start({ reportDelayMs: 500 }), await startReceiver()];
    await simulator.control('accounts', { ...KEY, hooks: { reports: receiver.url } });
    await submit(simulator, infobip, { phone: '79995550101', id: 'a' });
    await simulator.control('report', { ...KEY, id: 'a', status: 'undelivered' });
    await simulator.quiet();
    expect(receiver.received).toHaveLength(1);
    expect((await simulator.handset('79995550101')).sms).toMatchObject([{ status: 'undelivered', forced: true }]);
  });

  it('holds reports back and lets them go; a poll sees the status all the while', async () => {
    const [simulator, receiver] = [await start(), await startReceiver()];
    await simulator.control('accounts', { ...KEY, hooks: { reports: receiver.url } });
    await simulator.control('hold-reports', { hold: true });
    await submit(simulator, infobip, { phone: '79995550101' });
    await submit(simulator, infobip, { phone: '79995550102' });
    await eventually(async () => (await simulator.handset('79995550102')).sms[0]?.status === 'delivered');
    await pause(60);
    expect(receiver.received).toHaveLength(0);
    await simulator.control('hold-reports', { hold: false });
    await receiver.until(2);
  });

  it('does not wait for a webhook that never answers', async () => {
    const [simulator, dead] = [await start({ hookTimeoutMs: 60_000 }), await startReceiver(() => undefined)];
    await simulator.control('accounts', { ...KEY, hooks: { reports: dead.url, inbound: dead.url } });
    await submit(simulator, infobip, { phone: '79995550101' });
    await dead.until(1);
    const begun = performance.now();
    await submit(simulator, infobip, { phone: '79995550102' });
    await simulator.control('inbound', { ...KEY, from: '79995550101', text: 'Hi' });
    expect(performance.now() - begun).toBeLessThan(5000);
    await dead.until(3);
  });

  it('calls a webhook again that did not answer in time', async () => {
    const [simulator, dead] = [await start({ hookTimeoutMs: 80, minuteMs: 10 }), await startReceiver(() => undefined)];
    await simulator.control('accounts', { ...KEY, hooks: { reports: dead.url } });
    await submit(simulator, infobip, { phone: '79995550101' });
    await eventually(async () => (await simulator.calls()).some((it) => it.error === 'timeout' && it.attempt === 2));
  });

  it('gives up a webhook that cannot be reached after the last repeat', async () => {
    const simulator = await start({ minuteMs: 1 });
    const free = await new Promise<number>((resolve) => {
      const server = http.createServer().listen(0, '127.0.0.1', () => {
        const address = server.address();
        server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
      });
    });
    const hooks = { reports: `http://127.0.0.1:${free}/hook` };
    await simulator.control('accounts', { wire: 'smsc', login: 'acme', hooks });
    await simulator.control('report', {
      wire: 'smsc',
      login: 'acme',
      id: '1',
      phone: '79215550142',
      status: 'delivered',
    });
    await eventually(async () => (await simulator.calls()).length === 4);
    await simulator.quiet();
    expect((await simulator.calls()).map((it) => [it.attempt, it.answer, it.error?.includes('ECONNREFUSED')])).toEqual(
      [1, 2, 3, 4].map((attempt) => [attempt, undefined, true]),
    );
  });

  it('resets everything, or everything but the accounts', async () => {
    const [simulator, receiver] = [await start({ reportDelayMs: 500 }), await startReceiver()];
    await simulator.control('accounts', { ...KEY, hooks: { reports: receiver.url } });
    await simulator.control('fault', { fault: 'error-500', times: 5, phone: '79995550199' });
    await submit(simulator, infobip, { phone: '79995550921' });
    await submit(simulator, infobip, { phone: '79995550101', id: 'a' });
    await simulator.control('reset', { keepAccounts: true });
    expect(await simulator.control('book')).toMatchObject({ requests: [], counts: { accepted: 0 } });
    expect(await simulator.control('faults')).toMatchObject({ programmed: [] });
    expect(await simulator.control('handsets')).toEqual({ handsets: [] });
    expect(await simulator.control('accounts')).toMatchObject({ accounts: [{ hooks: { reports: receiver.url } }] });
    await pause(700);
    expect(receiver.received).toHaveLength(0);
    expect((await submit(simulator, infobip, { phone: '79995550921' })).status).toBe(429);
    const again = await submit(simulator, infobip, { phone: '79995550101', id: 'a' });
    expect(infobip.accepts(again.status, again.body)).toBe(true);
    await receiver.until(1);
    await simulator.control('reset', {});
    expect(await simulator.control('accounts')).toEqual({ accounts: [] });
  });

  it('forgets what a wire remembers of an account upon reset', async () => {
    const simulator = await start();
    const ask = { phone: '79215550142', id: '7' };
    await submit(simulator, smsc, ask);
    expect(smsc.code(200, (await submit(simulator, smsc, ask)).body)).toBe(9);
    await simulator.control('reset', { keepAccounts: true });
    const { status, body } = await submit(simulator, smsc, ask);
    expect(smsc.accepts(status, body)).toBe(true);
  });
});
