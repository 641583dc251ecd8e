import { describe, expect, it } from 'vitest';
import { get, PHONE, sample, send3 } from './infobip-kit.ts';
import { start, startReceiver } from './kit.ts';

describe('Infobip status', () => {
  it('tells the log of many ids, again and again', async () => {
    const simulator = await start();
    for (const [to, id] of [
      [PHONE, 'a'],
      ['79995550901', 'b'],
      ['79995550902', 'c'],
      ['79995550903', 'd'],
      ['79995550905', 'e'],
      ['79995550915', 'f'],
    ] as const) {
      await send3(simulator, sample(to, id));
    }
    await simulator.quiet();
    for (let again = 0; again < 2; again += 1) {
      const { status, body } = await get(simulator, '/sms/3/logs?messageId=a,b,c,d,e,f,unknown');
      expect(status).toBe(200);
      const told = body.results.map((it: { messageId: string; status: { groupId: number; id: number } }) => {
        return [it.messageId, it.status.groupId, it.status.id];
      });
      expect(told).toEqual([
        ['a', 3, 5],
        ['b', 2, 9],
        ['c', 4, 15],
        ['d', 5, 19],
        ['e', 3, 2],
        ['f', 5, 14],
      ]);
      expect(body.results[5]?.error).toMatchObject({ id: 603, permanent: true });
      expect(body.results[0]).toMatchObject({
        destination: PHONE,
        messageCount: 1,
        price: { pricePerMessage: 0.02, currency: 'EUR' },
        sentAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/),
        error: { id: 0, groupName: 'OK' },
      });
    }
  });

  it('tells of a message that waits', async () => {
    const simulator = await start({ reportDelayMs: 60_000 });
    await send3(simulator, sample());
    const { body } = await get(simulator, '/sms/3/logs?messageId=wf-7f3a-1');
    expect(body.results).toMatchObject([{ status: { groupId: 1, id: 26 } }]);
    expect(body.results[0]).not.toHaveProperty('doneAt');
  });

  it('filters and pages the log, and has the old shape under /sms/1', async () => {
    const simulator = await start();
    for (const n of [1, 2, 3]) await send3(simulator, sample(`7999555010${n}`, `m${n}`));
    const byPhone = await get(simulator, '/sms/3/logs?destination=79995550102');
    expect(byPhone.body.results).toMatchObject([{ messageId: 'm2' }]);
    const page = await get(simulator, '/sms/3/logs?limit=2&useCursor=true');
    expect(page.body.results).toHaveLength(2);
    const rest = await get(simulator, `/sms/3/logs?limit=2&useCursor=true&cursor=${page.body.cursor.nextCursor}`);
    expect(rest.body.results).toMatchObject([{ messageId: 'm3' }]);
    expect(rest.body.cursor.nextCursor).toBeNull();
    const old = await get(simulator, '/sms/1/logs?messageId=m1');
    expect(old.body.results).toMatchObject([{ to: '79995550101', smsCount: 1 }]);
    expect((await get(simulator, '/sms/3/logs?limit=1001')).status).toBe(400);
    expect((await get(simulator, `/sms/3/logs?messageId=${'x,'.repeat(1025)}`)).status).toBe(400);
  });

  it('turns the 121st look into the log within a minute away with 429, unless told not to', async () => {
    const simulator = await start();
    const statuses = [];
    for (let n = 0; n < 121; n += 1) statuses.push((await get(simulator, '/sms/3/logs?messageId=a')).status);
    expect(statuses.filter((it) => it === 200)).toHaveLength(120);
    const last = await get(simulator, '/sms/3/logs?messageId=a');
    expect(last).toMatchObject({ status: 429, body: { errorCode: 'E429' } });
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
    await simulator.control('accounts', { wire: 'infobip', login: '0a1b2c3d-example', statusLimits: false });
    expect((await get(simulator, '/sms/3/logs?messageId=a')).status).toBe(200);
  });

  it('hands each report out once', async () => {
    const simulator = await start({ reportDelayMs: 60_000 });
    const id = { wire: 'infobip', login: '0a1b2c3d-example', id: 'wf-7f3a-1' };
    await send3(simulator, sample());
    expect((await get(simulator, '/sms/3/reports')).body).toEqual({ results: [] });
    await simulator.control('report', { ...id, status: 'delivered' });
    const first = await get(simulator, '/sms/3/reports?messageId=wf-7f3a-1');
    expect(first.body.results).toMatchObject([{ messageId: 'wf-7f3a-1', status: { id: 5 } }]);
    expect((await get(simulator, '/sms/3/reports')).body).toEqual({ results: [] });
    await simulator.control('report', { ...id, status: 'expired' });
    expect((await get(simulator, '/sms/3/reports')).body.results).toMatchObject([{ status: { id: 15 } }]);
  });
});

describe('Infobip webhooks', () => {
  it('posts the final report to the URL of the message, which wins over the account', async () => {
    const [simulator, account, own] = [await start(), await startReceiver(), await startReceiver()];
    await simulator.control('accounts', {
      wire: 'infobip',
      login: '0a1b2c3d-example',
      hooks: { reports: account.url },
      hookBasic: { user: 'u', password: 'p' },
    });
    await send3(simulator, sample(PHONE, 'a', `${own.url}/SECRET`));
    await send3(simulator, sample('79995550902', 'b'));
    const [[mine], [theirs]] = [await own.until(1), await account.until(1)];
    expect(mine?.path).toBe('/hook/SECRET');
    expect(mine?.headers).toMatchObject({ 'content-type': 'application/json' });
    expect(mine?.headers.authorization).toBeUndefined();
    expect(JSON.parse(mine?.body ?? '')).toEqual({
      results: [
        {
          bulkId: expect.any(String),
          price: { pricePerMessage: 0.02, currency: 'EUR' },
          status: expect.objectContaining({ groupId: 3, id: 5, name: 'DELIVERED_TO_HANDSET' }),
          error: expect.objectContaining({ groupId: 0, groupName: 'OK', id: 0, permanent: false }),
          messageId: 'a',
          to: PHONE,
          sender: 'ACME',
          sentAt: expect.any(String),
          doneAt: expect.any(String),
          messageCount: 1,
          mccMnc: '25001',
          callbackData: 'wf-7f3a',
        },
      ],
    });
    expect(theirs?.headers.authorization).toBe(`Basic ${Buffer.from('u:p').toString('base64')}`);
    expect(JSON.parse(theirs?.body ?? '').results).toMatchObject([{ messageId: 'b', status: { groupId: 4, id: 15 } }]);
    await simulator.quiet();
    expect([own.received.length, account.received.length]).toEqual([1, 1]);
  });

  it('speaks the v2 shape where set, and has several reports in one call', async () => {
    const [simulator, receiver] = [await start(), await startReceiver()];
    await simulator.control('accounts', {
      wire: 'infobip',
      login: '0a1b2c3d-example',
      hooks: { reports: receiver.url },
      reportShape: 'v2',
      reportBatchMs: 600,
    });
    await send3(simulator, sample('79995550101', 'a'));
    await send3(simulator, sample('79995550102', 'b'));
    const [call] = await receiver.until(1);
    const { results } = JSON.parse(call?.body ?? '');
    expect(results).toMatchObject([
      { messageId: 'a', smsCount: 1, from: 'ACME', error: { groupName: 'Ok' } },
      { messageId: 'b' },
    ]);
    expect(results[0]).not.toHaveProperty('messageCount');
  });

  it('leaves out what can be missing, and has other names, where set', async () => {
    const [simulator, receiver] = [await start(), await startReceiver()];
    const account = { wire: 'infobip', login: '0a1b2c3d-example' };
    await simulator.control('accounts', { ...account, hooks: { reports: receiver.url }, unusual: true });
    const { body } = await send3(simulator, sample());
    expect(body.messages[0].status).toMatchObject({ id: 26, name: 'MESSAGE_ACCEPTED' });
    const [call] = await receiver.until(1);
    const { results } = JSON.parse(call?.body ?? '');
    expect(results).toEqual([{ messageId: 'wf-7f3a-1', to: PHONE, status: expect.objectContaining({ id: 5 }) }]);
    const logs = await get(simulator, '/sms/3/logs?messageId=wf-7f3a-1');
    expect(logs.body.results[0]).toMatchObject({ smsCount: 1, destination: PHONE });
  });

  it('sends intermediate reports only when asked, and none at all with notify: false', async () => {
    const [simulator, receiver] = [await start({ reportDelayMs: 400 }), await startReceiver()];
    const ask = (id: string, delivery: object) => {
      const [message] = sample('79995550101', id).messages;
      return { messages: [{ ...message, webhooks: { delivery: { url: receiver.url, ...delivery } } }] };
    };
    await send3(simulator, ask('quiet', { notify: false }));
    await send3(simulator, ask('chatty', { intermediateReport: true }));
    const calls = await receiver.until(2);
    const told = calls.map((it) => JSON.parse(it.body).results[0]);
    expect(told).toMatchObject([
      { messageId: 'chatty', status: { id: 7 } },
      { messageId: 'chatty', status: { id: 5 } },
    ]);
    await simulator.quiet();
    expect(receiver.received).toHaveLength(2);
  });

  it('repeats a report with growing pauses until it is answered with 2xx', async () => {
    const [simulator, receiver] = [
      await start({ minuteMs: 30 }),
      await startReceiver((n) => (n === 1 ? 500 : n === 2 ? 302 : 204)),
    ];
    await send3(simulator, sample(PHONE, 'a', receiver.url));
    const [first, second, third] = await receiver.until(3);
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(2 * 30 - 5);
    expect((third?.at ?? 0) - (second?.at ?? 0)).toBeGreaterThanOrEqual(5 * 30 - 5);
    await simulator.quiet();
    expect(receiver.received).toHaveLength(3);
    const calls = await simulator.calls();
    expect(calls.map((it) => [it.attempt, it.answer])).toEqual([
      [1, 500],
      [2, 302],
      [3, 204],
    ]);
  });

  it('pushes an inbound SMS as MO_JSON_2, with the keyword apart', async () => {
    const [simulator, receiver] = [await start(), await startReceiver()];
    const account = { wire: 'infobip', login: '0a1b2c3d-example' };
    await simulator.control('accounts', { ...account, hooks: { inbound: receiver.url } });
    await simulator.control('inbound', { ...account, from: '+79995550101', to: '79990000001', text: 'Stop' });
    await simulator.control('inbound', { ...account, from: '+79995550101', text: 'thank you' });
    const bodies = (await receiver.until(2)).map((it) => JSON.parse(it.body));
    bodies.sort((a, b) => a.results[0].messageId.localeCompare(b.results[0].messageId));
    expect(bodies[0]).toMatchObject({
      results: [
        {
          messageId: expect.stringMatching(/^\d{19}$/),
          from: PHONE,
          to: '79990000001',
          text: 'Stop',
          cleanText: '',
          keyword: 'STOP',
          smsCount: 1,
          price: { pricePerMessage: 0, currency: 'EUR' },
        },
      ],
      messageCount: 1,
      pendingMessageCount: 0,
    });
    expect(bodies[1].results[0]).toMatchObject({ text: 'thank you', cleanText: 'thank you' });
    expect(bodies[1].results[0]).not.toHaveProperty('keyword');
    expect((await get(simulator, '/sms/1/inbox/reports')).body.results).toEqual([]);
  });

  it('keeps inbound SMS for the inbox, each once, where nobody takes them', async () => {
    const simulator = await start();
    const account = { wire: 'infobip', login: '0a1b2c3d-example' };
    for (const text of ['one', 'two']) await simulator.control('inbound', { ...account, from: PHONE, text });
    const first = await get(simulator, '/sms/1/inbox/reports?limit=1');
    expect(first.body).toMatchObject({ results: [{ text: 'one' }], messageCount: 1, pendingMessageCount: 1 });
    const second = await get(simulator, '/sms/1/inbox/reports');
    expect(second.body).toMatchObject({ results: [{ text: 'two' }], pendingMessageCount: 0 });
  });
});
