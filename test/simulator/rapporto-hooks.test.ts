import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Account, Inbound } from '../../local/simulator/model.ts';
import { rapporto } from '../../local/simulator/wires/rapporto.ts';
import { type Started, start, startReceiver } from './kit.ts';
import { ACCOUNT, idOf, PHONE, send, set } from './rapporto-kit.ts';

describe('Rapporto reports', () => {
  /** By status: calls may overtake each other on a busy machine. */
  const told = async (simulator: Started) => {
    const calls = await simulator.calls();
    const params = calls.map((it) => Object.fromEntries(new URL(it.url).searchParams));
    return params.sort((a, b) => (a.status ?? '').localeCompare(b.status ?? ''));
  };

  it.each([
    ['79001112233', ['0', undefined], ['2', undefined]],
    ['79001110901', ['0', undefined], ['5', '8']],
    ['79001110902', ['0', undefined], ['5', '2']],
    ['79001110903', ['0', undefined], ['5', '10']],
    ['79001110915', ['5', '12'], undefined],
  ])('come by GET for %s: %o %o', async (clientId, ...expected) => {
    const [simulator, receiver] = [await start(), await startReceiver()];
    await set(simulator, { hooks: { reports: `${receiver.url}?secret=1` }, reportDelayMs: 150 });
    const id = idOf((await send(simulator, { clientId })).body);
    const wanted = expected.filter((it) => it !== undefined);
    await receiver.until(wanted.length);
    await simulator.quiet();
    const common = { secret: '1', msgType: 'SMS', transactionId: id, partnerMsgId: '5f0c1e7a-1' };
    expect(await told(simulator)).toEqual(
      wanted.map(([status, reason]) => {
        return { ...common, ptag: 'camp-17', status, ...(reason ? { unifiedExtStatus: reason } : {}) };
      }),
    );
    expect((await simulator.calls()).every((it) => it.method === 'GET' && it.body === '')).toBe(true);
  });

  it('come in the form of the sample, in the least form, and for MegaFon never the end', async () => {
    const [simulator, receiver] = [await start(), await startReceiver()];
    await set(simulator, { hooks: { reports: receiver.url } });
    const report = { ...ACCOUNT, id: '5120001234', phone: PHONE, status: 'undelivered' };
    await simulator.control('report', report);
    await set(simulator, { options: { unifiedExtStatus: false } });
    await simulator.control('report', report);
    await set(simulator, { unusual: true, options: { megafon: true } });
    await simulator.control('report', report);
    expect(await simulator.control('report', { ...report, phone: '79205550101' })).toMatchObject({ calls: 0 });
    expect(await simulator.control('report', { ...report, phone: '79205550101', status: 'sent' })).toMatchObject({
      calls: 1,
    });
    await receiver.until(4);
    await simulator.quiet();
    expect((await simulator.calls()).map((it) => it.url.slice(receiver.url.length)).sort()).toEqual([
      '?msgType=SMS&transactionId=5120001234&status=5',
      '?msgType=SMS&transactionId=5120001234&status=5&unifiedExtStatus=8',
      '?transactionId=5120001234&status=0',
      '?transactionId=5120001234&status=5',
    ]);
  });

  it('come again until 200', async () => {
    const [simulator, receiver] = [await start(), await startReceiver((n) => (n <= 5 ? 400 : 200))];
    await set(simulator, { hooks: { reports: receiver.url } });
    await simulator.control('report', { ...ACCOUNT, id: '1', status: 'delivered' });
    await simulator.quiet();
    expect((await simulator.calls()).map((it) => it.answer)).toEqual([400, 400, 400, 400, 400, 200]);
  });
});

describe('Rapporto inbound', () => {
  it('comes by GET in UTF-8; what 200 says goes back to the phone, 204 says nothing', async () => {
    const [simulator, receiver] = [await start(), await startReceiver((n) => (n === 1 ? 204 : 200))];
    await set(simulator, { hooks: { inbound: receiver.url } });
    const inbound = { ...ACCOUNT, from: PHONE, to: '0000' };
    await simulator.control('inbound', { ...inbound, text: 'СТОП & "всё"' });
    await receiver.until(1);
    await simulator.control('inbound', { ...inbound, text: 'STOP' });
    await simulator.quiet();
    const [first, second] = await simulator.calls();
    expect(first?.url).toMatch(/receivedDate=\d{4}-\d\d-\d\d%20\d\d:\d\d:\d\d&shortNumber=0000&/);
    expect(first).toMatchObject({ method: 'GET', answer: 204 });
    expect(first?.sentBack).toBeUndefined();
    expect(second?.sentBack).toEqual(['OK']);
    const params = Object.fromEntries(new URL(first?.url ?? '').searchParams);
    expect(params).toEqual({
      clientId: PHONE,
      message: 'СТОП & "всё"',
      connectorId: '50',
      serviceId: 'acme_sms',
      receivedDate: expect.any(String),
      shortNumber: '0000',
      mtSent: '0',
      messageId: expect.stringMatching(/^\d+$/),
      clientPhone: '*******2233',
      sum_sms: '1',
    });
  });

  const account: Account = {
    ...ACCOUNT,
    hooks: { inbound: 'http://127.0.0.1:9/mo?key=1' },
    revoked: false,
    answerDelayMs: 0,
    reportBatchMs: 0,
    reportShape: 'v3',
    statusLimits: true,
    duplicateWindowMs: 0,
    errorShape: 'hyphen',
    unusual: false,
    keywords: [],
    options: { hashKey: 'key', keyword: 'stop' },
  };
  const sms = { id: '88001', from: PHONE, to: '0000', text: 'STOP now', at: 0, pushed: false, pulled: false };
  const inbound: Inbound = { n: 1, ...ACCOUNT, ...sms };

  it('is signed over what is told, without the keyword', () => {
    const [call] = rapporto.inboundCalls([inbound], account);
    const params = new URL(call?.url ?? '').searchParams;
    const hash = createHmac('sha256', 'key').update(`${PHONE}now88001`).digest('base64');
    expect(Object.fromEntries(params)).toMatchObject({
      key: '1',
      message: 'now',
      hash,
      receivedDate: '1970-01-01 03:00:00',
    });
    const [least] = rapporto.inboundCalls([inbound], { ...account, unusual: true, options: {} });
    expect(least?.url).toBe('http://127.0.0.1:9/mo?key=1&clientId=79001112233&message=STOP%20now');
  });

  it('sends every line of the answer back', () => {
    const [call] = rapporto.inboundCalls([inbound], account);
    expect(call?.sendsBack?.(200, 'one\r\n\ntwo\n')).toEqual(['one', 'two']);
    expect(call?.sendsBack?.(500, 'one')).toEqual([]);
  });
});
