import { createHash } from 'node:crypto';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { type Started, start, startReceiver } from './kit.ts';
import { ask, bytes, PHONE, poll, send } from './smsc-kit.ts';

describe('SMSc status', () => {
  const finals = { '142': [1, 0], '901': [20, 6], '902': [3, 245], '903': [23, 253], '904': [1, 0], '915': [23, 252] };

  it.each(Object.entries(finals))('of a phone on %s', async (digits, [status, err]) => {
    const simulator = await start();
    const phone = `79215550${digits}`;
    await send(simulator, { phones: `+${phone}` });
    await simulator.quiet();
    expect(await poll(simulator, phone, '184467')).toEqual({
      status,
      last_date: expect.stringMatching(/^\d\d\.\d\d\.\d{4} \d\d:\d\d:\d\d$/),
      last_timestamp: expect.any(Number),
      flag: 0,
      err,
    });
  });

  it('says -1 until it is on its way, and 0 to the end for a phone on 905', async () => {
    const [slow, fast] = [await start({ reportDelayMs: 60_000 }), await start()];
    await send(slow);
    expect(await poll(slow, PHONE, '184467')).toMatchObject({ status: -1 });
    await send(fast, { phones: '+79215550905' });
    await fast.quiet();
    expect(await poll(fast, '79215550905', '184467')).toMatchObject({ status: 0 });
  });

  it('says -3 for an unknown message, also for the right id with another phone', async () => {
    const simulator = await start();
    await send(simulator);
    expect(await poll(simulator, PHONE, '1')).toMatchObject({ status: -3 });
    expect(await poll(simulator, '79215550199', '184467')).toMatchObject({ status: -3 });
  });

  it('answers many, and one with a trailing comma, as an array with id and phone', async () => {
    const simulator = await start();
    await simulator.control('accounts', { wire: 'smsc', login: 'acme', statusLimits: false });
    await send(simulator);
    await simulator.quiet();
    const many = await poll(simulator, `${PHONE},79215550199`, '184467,5');
    expect(many).toMatchObject([
      { status: 1, id: 184467, phone: PHONE },
      { status: -3, id: 5, phone: '79215550199' },
    ]);
    expect(await poll(simulator, `${PHONE},`, '184467,')).toMatchObject([{ id: 184467, phone: PHONE }]);
    expect(await poll(simulator, PHONE, '184467', '&all=1')).toMatchObject({ message: 'Код 4821', cost: '2.95' });
    expect(await poll(simulator, `${PHONE},${PHONE}`, '184467')).toMatchObject({ error_code: 1 });
  });

  it('keeps its rates: five a minute for one message, one mass request a minute; then error 9', async () => {
    const simulator = await start();
    const singles = [];
    for (let n = 0; n < 6; n += 1) singles.push((await poll(simulator, PHONE, '184467')).error_code);
    expect(singles).toEqual([undefined, undefined, undefined, undefined, undefined, 9]);
    expect(await poll(simulator, PHONE, '5')).toMatchObject({ status: -3 });
    const mass = [await poll(simulator, `${PHONE},`, '6,'), await poll(simulator, `${PHONE},`, '7,')];
    expect(mass).toMatchObject([[{ status: -3 }], { error: 'too many concurrent requests', error_code: 9 }]);
  });

  it('lets four calls of one login be answered at the same time, not five', async () => {
    const simulator = await start();
    await simulator.control('accounts', { wire: 'smsc', login: 'acme', answerDelayMs: 800 });
    const answers = await Promise.all([1, 2, 3, 4, 5].map((id) => poll(simulator, PHONE, String(id))));
    expect(answers.filter((it) => it.error_code === 9)).toHaveLength(1);
    expect(await poll(simulator, PHONE, '6')).toMatchObject({ status: -3 });
  });

  it('tells the balance ten times a minute', async () => {
    const simulator = await start();
    const answers = [];
    for (let n = 0; n < 11; n += 1) answers.push(await ask(simulator, '/sys/balance.php', 'login=acme&psw=s&fmt=3'));
    expect(answers[9]).toEqual({ balance: '512.40' });
    expect(answers[10]).toMatchObject({ error_code: 9 });
  });
});

describe('SMSc webhook', () => {
  it('posts form fields for every change of status', async () => {
    const [simulator, receiver] = [await start({ reportDelayMs: 400 }), await startReceiver()];
    await simulator.control('accounts', { wire: 'smsc', login: 'acme', hooks: { reports: receiver.url } });
    await send(simulator);
    const calls = await receiver.until(2);
    expect(calls[0]?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    const fields = calls.map((it) => Object.fromEntries(new URLSearchParams(it.body)));
    expect(fields.map((it) => it.status)).toEqual(['0', '1']);
    expect(fields[1]).toEqual({
      id: '184467',
      phone: PHONE,
      status: '1',
      err: '0',
      type: '0',
      cost: '2.95',
      ts: expect.stringMatching(/^\d{10}$/),
    });
  });

  it.each(['md5', 'sha1'])('signs with %s where the URL and the account ask for it', async (hash) => {
    const [simulator, receiver] = [await start(), await startReceiver()];
    const url = `${receiver.url}?charset=utf-8&${hash}`;
    await simulator.control('accounts', { wire: 'smsc', login: 'acme', reportDelayMs: 400 });
    await simulator.control('accounts', {
      wire: 'smsc',
      login: 'acme',
      hooks: { reports: url },
      hookSecret: 'secret',
    });
    await send(simulator);
    const [, last] = await receiver.until(2);
    const fields = Object.fromEntries(new URLSearchParams(last?.body));
    expect(last?.path).toBe(`/hook?charset=utf-8&${hash}`);
    expect(fields[hash]).toBe(createHash(hash).update(`184467:${PHONE}:1:secret`).digest('hex'));
  });

  it('tells the least, and money as numbers, where set', async () => {
    const [simulator, receiver] = [await start(), await startReceiver()];
    const account = { wire: 'smsc', login: 'acme' };
    const settings = { hooks: { reports: receiver.url }, unusual: true, reportDelayMs: 400 };
    await simulator.control('accounts', { ...account, ...settings });
    expect(await send(simulator)).toEqual({ id: 184467, cnt: 1, cost: 2.95, balance: 512.4 });
    const [, last] = await receiver.until(2);
    expect(last?.body).toBe(`id=184467&phone=${PHONE}&status=1`);
    const row = await poll(simulator, PHONE, '184467');
    expect(Object.keys(row)).toEqual(['status', 'last_date', 'last_timestamp']);
  });

  it('posts JSON where the URL has fmt=3', async () => {
    const [simulator, receiver] = [await start(), await startReceiver()];
    const url = `${receiver.url}?charset=utf-8&fmt=3`;
    await simulator.control('accounts', { wire: 'smsc', login: 'acme', reportDelayMs: 400 });
    await simulator.control('accounts', { wire: 'smsc', login: 'acme', hooks: { reports: url } });
    await send(simulator);
    const [, last] = await receiver.until(2);
    expect(JSON.parse(last?.body ?? '')).toMatchObject({ id: '184467', phone: PHONE, status: '1' });
  });
});

describe('SMSc inbound', () => {
  const fetchAnswers = (simulator: Started, more = '') =>
    ask(simulator, `/sys/get.php?get_answers=1&login=acme&psw=s3cret&fmt=3&charset=utf-8${more}`);

  it('hands answers out again and again, after an id, for a number', async () => {
    const simulator = await start();
    expect(await fetchAnswers(simulator)).toMatchObject({ error_code: 3 });
    const inbound = { wire: 'smsc', login: 'acme', from: PHONE };
    await simulator.control('inbound', { ...inbound, to: '79990000001', text: 'СТОП' });
    await simulator.control('inbound', { ...inbound, to: '79990000002', text: 'Да' });
    const [{ id: first }] = await fetchAnswers(simulator);
    expect(first).toBeGreaterThan(Date.parse('2025-01-01'));
    const row = {
      id: first,
      phone: PHONE,
      to_phone: '79990000001',
      message: 'СТОП',
      sent: expect.stringContaining(':'),
    };
    expect((await fetchAnswers(simulator))[0]).toEqual(row);
    expect(await fetchAnswers(simulator)).toHaveLength(2);
    expect(await fetchAnswers(simulator, `&after_id=${first}`)).toMatchObject([{ message: 'Да' }]);
    expect(await fetchAnswers(simulator, '&to_phone=79990000002')).toMatchObject([{ message: 'Да' }]);
    expect(await fetchAnswers(simulator, '&cnt=1')).toMatchObject([{ message: 'СТОП' }]);
    expect(await fetchAnswers(simulator, '&hour=169')).toMatchObject({ error_code: 1 });
    expect(await fetchAnswers(simulator, `&after_id=${first + 1e6}`)).toMatchObject({ error_code: 3 });
  });

  it('answers in windows-1251 unless UTF-8 is asked for', async () => {
    const simulator = await start();
    await simulator.control('inbound', { wire: 'smsc', login: 'acme', from: PHONE, text: 'СТОП' });
    const answer = await bytes(simulator, '/sys/get.php?get_answers=1&login=acme&psw=s&fmt=3');
    expect(JSON.parse(iconv.decode(answer.body, 'windows-1251'))).toMatchObject([{ message: 'СТОП' }]);
  });
});
