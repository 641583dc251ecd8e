import { describe, expect, it } from 'vitest';
import { type Started, start, startReceiver } from './kit.ts';
import { ACCOUNT, DATE, moscow, PHONE, read, SMART, send, set } from './smstraffic-kit.ts';

describe('SMS Traffic polls', () => {
  it.each([
    ['79995550101', 'Delivered', 'DELIVERED'],
    ['79995550901', 'Non Delivered', 'UNDELIVERED'],
    ['79995550902', 'Expired', 'EXPIRED'],
    ['79995550903', 'Rejected', 'REJECTED'],
    ['79995550904', 'Delivered', 'DELIVERED'],
    ['79995550905', 'Buffered SMSC', 'Buffered SMSC'],
    ['79995550915', 'Deleted', 'DELETED'],
  ])('say of %s: %s or %s', async (phones, classic, smart) => {
    const simulator = await start();
    const id = (await send(simulator, { phones })).message_infos.message_info.sms_id;
    const smartId = (await send(simulator, { phones }, SMART)).message_infos.message_info.id;
    await simulator.quiet();
    expect(await read(simulator, `operation=status&sms_id=${id}`)).toEqual({
      submition_date: DATE,
      send_date: DATE,
      last_status_change_date: expect.stringMatching(/:00$/),
      status: classic,
      error: '',
      sms_id: id,
    });
    const delivered = smart === 'DELIVERED';
    expect(await read(simulator, `operation=status&sms_id=${smartId}`, SMART)).toEqual({
      result: 'OK',
      code: '0',
      'msg-info': {
        id: smartId,
        submition_date: DATE,
        last_update_status: DATE,
        status: smart,
        'channel-info': {
          channel: 'sms',
          sent_date: DATE,
          delivery_date: delivered ? DATE : '',
          read_date: '',
          status: smart,
          parts_count: '1',
          parts_dlv_count: delivered ? '1' : '0',
        },
      },
    });
  });

  it('know up to fifteen ids, unknown ones among them, each part apart', async () => {
    const simulator = await start();
    const { message_info: infos } = (await send(simulator, { message: 'a'.repeat(71) })).message_infos;
    const [first, second] = infos.map((it: { sms_id: string }) => it.sms_id);
    await simulator.quiet();
    await simulator.control('report', { ...ACCOUNT, id: second, status: 'undelivered' });
    const ids = [first, '5', second, ...Array(12).fill('6')];
    const { sms } = await read(simulator, `operation=status&sms_id=${ids.join(',')}`);
    expect(sms).toHaveLength(15);
    expect(sms).toMatchObject([
      { sms_id: first, status: 'Delivered', error: '' },
      { sms_id: '5', status: '', error: 'no such message or this message does not belong to you' },
      { sms_id: second, status: 'Non Delivered' },
      ...Array(12).fill({ sms_id: '6' }),
    ]);
    expect(await read(simulator, `operation=status&sms_id=${ids.join(',')},7`)).toMatchObject({ code: '505' });
    expect(await read(simulator, 'operation=status')).toMatchObject({ code: '433' });
    expect(await read(simulator, 'operation=status&sms_id=5')).toMatchObject({ result: 'ERROR', code: '434' });
    expect(await read(simulator, `operation=status&sms_id=${first}`, SMART)).toMatchObject({ code: '434' });
    const { message_info } = (await send(simulator, {}, SMART)).message_infos;
    const many = await read(simulator, `operation=status&sms_id=${message_info.id},5`, SMART);
    expect(many).toMatchObject({ result: 'OK', 'msg-infos': { 'msg-info': { id: message_info.id } } });
  });

  it('say nothing at first, forget in time, and know other words', async () => {
    const simulator = await start({ reportDelayMs: 60_000 });
    const id = (await send(simulator)).message_infos.message_info.sms_id;
    const ask = () => read(simulator, `operation=status&sms_id=${id}`);
    expect(await ask()).toMatchObject({ status: '', send_date: '' });
    await set(simulator, { unusual: true });
    await simulator.control('report', { ...ACCOUNT, id, status: 'sent' });
    expect(await ask()).toMatchObject({ status: 'Acceptd' });
    await simulator.control('report', { ...ACCOUNT, id, status: 'delivered' });
    expect(await ask()).toMatchObject({ status: 'DELIVERED' });
    await set(simulator, { options: { finalWord: 'Lost Notification' } });
    expect(await ask()).toMatchObject({ status: 'Lost Notification' });
    await set(simulator, { options: { statusKeepMs: 0 } });
    expect(await ask()).toMatchObject({ status: '', error: expect.stringContaining('no such message'), sms_id: id });
    await set(simulator, { unusual: false });
    expect(await ask()).toMatchObject({ code: '434' });
  });

  it('refuse a numeric sender in Russia after accepting it', async () => {
    const simulator = await start();
    const id = (await send(simulator, { originator: '79995550199' })).message_infos.message_info.sms_id;
    await simulator.quiet();
    expect(await read(simulator, `operation=status&sms_id=${id}`)).toMatchObject({ status: 'Rejected' });
  });
});

/** Calls may overtake each other on a busy machine. */
const byStatus = (a: Record<string, string>, b: Record<string, string>) =>
  (a.status ?? '').localeCompare(b.status ?? '');

describe('SMS Traffic reports', () => {
  it('come as forms, for every part and change', async () => {
    const [simulator, receiver] = [await start({ reportDelayMs: 150 }), await startReceiver()];
    await set(simulator, { hooks: { reports: receiver.url } });
    const { message_info: infos } = (await send(simulator, { message: 'a'.repeat(71) })).message_infos;
    const ids = infos.map((it: { sms_id: string }) => it.sms_id);
    const calls = await receiver.until(4);
    expect(calls[0]?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    const words = ['Buffered SMSC', 'Delivered'];
    const told = calls.map((it) => Object.fromEntries(new URLSearchParams(it.body)));
    expect(told).toHaveLength(4);
    for (const sms_id of ids) {
      const date = expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:00$/);
      const ofPart = told.filter((it) => it.sms_id === sms_id).sort(byStatus);
      expect(ofPart).toEqual(words.map((status) => ({ sms_id, status, delivery_date: date })));
    }
  });

  it('come in the form of the sample, of one part alone, and of Smart Delivery only where set', async () => {
    const [simulator, receiver] = [await start({ reportDelayMs: 60_000 }), await startReceiver()];
    await set(simulator, { hooks: { reports: receiver.url } });
    await simulator.control('report', { ...ACCOUNT, id: '60011223344', status: 'undelivered' });
    const [sample] = await receiver.until(1);
    expect(sample?.body).toMatch(
      /^sms_id=60011223344&status=Non\+Delivered&delivery_date=\d{4}-\d\d-\d\d\+\d\d%3A\d\d%3A00$/,
    );
    const { message_info: infos } = (await send(simulator, { message: 'a'.repeat(71) })).message_infos;
    const report = { ...ACCOUNT, id: infos[1].sms_id, status: 'delivered' };
    expect(await simulator.control('report', report)).toEqual({ known: true, calls: 1 });
    const { id } = (await send(simulator, {}, SMART)).message_infos.message_info;
    expect(await simulator.control('report', { ...report, id })).toEqual({ known: true, calls: 0 });
    await set(simulator, { options: { smartReports: true } });
    expect(await simulator.control('report', { ...report, id })).toEqual({ known: true, calls: 1 });
    const calls = await receiver.until(3);
    expect(calls[1]?.body).toContain(`sms_id=${infos[1].sms_id}&status=Delivered`);
    expect(calls[2]?.body).toContain(`sms_id=${id}&status=DELIVERED`);
  });
});

describe('SMS Traffic inbound', () => {
  const receive = (simulator: Started, text: string, from = PHONE) =>
    simulator.control('inbound', { ...ACCOUNT, from, text });

  it('comes by GET in windows-1251 to the virtual number, until the answer is OK', async () => {
    const [simulator, receiver] = [await start(), await startReceiver((n) => (n === 1 ? 204 : 200))];
    await set(simulator, { hooks: { inbound: receiver.url } });
    await receive(simulator, 'СТОП, да');
    await simulator.quiet();
    const calls = await simulator.calls();
    expect(calls.map((it) => it.answer)).toEqual([204, 200]);
    expect(calls[0]?.url.slice(receiver.url.length)).toMatch(
      /^\?phone=79995550101&message=%D1%D2%CE%CF%2C\+%E4%E0&sms_id=\d+$/,
    );
    expect(calls[1]).toMatchObject({ method: 'GET', url: calls[0]?.url });
    expect(calls[1]?.sentBack).toBeUndefined();
  });

  it('comes by a template, or by POST, in UTF-8 too', async () => {
    const [simulator, receiver] = [await start(), await startReceiver()];
    await set(simulator, { hooks: { inbound: `${receiver.url}?m={{message}}&p={{phone}}&id={{sms_id}}` } });
    await receive(simulator, 'СТОП');
    await receiver.until(1);
    expect(receiver.received[0]?.path).toMatch(/^\/hook\?m=%D1%D2%CE%CF&p=79995550101&id=\d+$/);
    const options = { inboundMethod: 'POST', inboundCharset: 'utf-8' };
    await set(simulator, { hooks: { inbound: `${receiver.url}?key=1` }, options, unusual: true });
    await receive(simulator, 'СТОП');
    const [, second] = await receiver.until(2);
    expect(second?.path).toBe('/hook?key=1');
    expect(second?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(second?.body).toMatch(/^sms_id=\d+&message=%D0%A1%D0%A2%D0%9E%D0%9F&phone=79995550101$/);
  });

  it('comes to the short code with its secret, and the answer goes back to the phone', async () => {
    const [simulator, receiver] = [await start(), await startReceiver()];
    const options = { shortcode: '1234', shortcodePassword: 'abc' };
    await set(simulator, { hooks: { inbound: receiver.url }, options });
    await receive(simulator, 'STOP');
    await simulator.quiet();
    const [call] = await simulator.calls();
    expect(call?.url).toMatch(/\?phone=79995550101&message=STOP&sms_id=\d+&shortcode=1234&password=abc$/);
    expect(call?.sentBack).toEqual(['OK']);
  });

  it('can be polled again and again, by phone, date and count', async () => {
    const simulator = await start();
    expect(await read(simulator, 'operation=incoming')).toEqual({ count: '0', messages: '' });
    await receive(simulator, 'СТОП <&>', '79995550177');
    await receive(simulator, 'Да');
    const ask = (more: string) => read(simulator, `operation=incoming${more}`);
    expect(await ask('&want_sms_ids=1&count=1')).toEqual({
      count: '1',
      messages: {
        message: {
          from_phone: '79995550177',
          text: 'СТОП <&>',
          send_date: DATE,
          delivery_date: DATE,
          sms_id: expect.stringMatching(/^\d+$/),
        },
      },
    });
    const other = await ask(`&from_phone=${PHONE}`);
    expect(other.messages.message).toEqual({ from_phone: PHONE, text: 'Да', send_date: DATE, delivery_date: DATE });
    expect(await ask(`&from_date=${moscow(-3600_000).slice(0, 10)}`)).toMatchObject({ count: '2' });
    expect(await ask(`&from_date=${encodeURIComponent(moscow(60_000))}`)).toMatchObject({ count: '0' });
    expect(await ask('&from_date=yesterday')).toMatchObject({ code: '416' });
    expect(await ask('&count=all')).toMatchObject({ code: '404' });
  });
});
