import { createHash } from 'node:crypto';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { eventually, pause, type Started, start, startReceiver } from './kit.ts';

const PHONE = '79215550142';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** The documentation's own sample. */
const SAMPLE =
  'login=acme&psw=s3cret&charset=utf-8&fmt=3&cost=3&id=184467&sender=ACME&phones=%2B79215550142' +
  '&mes=%D0%9A%D0%BE%D0%B4%204821&valid=1';

const sample = (changes: Record<string, string | undefined>) => {
  const params = new URLSearchParams(SAMPLE);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) params.delete(name);
    else params.set(name, value);
  }
  return params.toString();
};

async function bytes(simulator: Started, path: string, body?: string, headers: Record<string, string> = FORM) {
  const init = body === undefined ? {} : { method: 'POST', headers, body };
  const answer = await fetch(`${simulator.url}/smsc${path}`, init);
  return { status: answer.status, headers: answer.headers, body: Buffer.from(await answer.arrayBuffer()) };
}

async function ask(simulator: Started, path: string, body?: string, headers?: Record<string, string>) {
  const answer = await bytes(simulator, path, body, headers);
  expect(answer.status).toBe(200);
  return JSON.parse(answer.body.toString('utf8'));
}

const send = (simulator: Started, changes: Record<string, string | undefined> = {}) =>
  ask(simulator, '/sys/send.php', sample(changes));

const poll = (simulator: Started, phone: string, id: string, more = '') =>
  ask(simulator, `/sys/status.php?login=acme&psw=s3cret&fmt=3&charset=utf-8&phone=${phone}&id=${id}${more}`);

describe('SMSc send', () => {
  it('answers the sample as documented', async () => {
    const simulator = await start();
    const answer = await bytes(simulator, '/sys/send.php', SAMPLE);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=windows-1251');
    expect(JSON.parse(answer.body.toString())).toEqual({ id: 184467, cnt: 1, cost: '2.95', balance: '512.40' });
    expect((await simulator.handset(PHONE)).sms).toMatchObject([{ text: 'Код 4821', sender: 'ACME', id: '184467' }]);
  });

  it('takes GET, the JSON entry, a key instead of a login, and counts ids up by itself', async () => {
    const simulator = await start();
    const query = sample({ id: undefined, cost: undefined });
    expect(await ask(simulator, `/sys/send.php?${query}`)).toEqual({ id: 101, cnt: 1 });
    const json = JSON.stringify({ apikey: 'key-1', phones: `+${PHONE}`, mes: 'Код', id: 7, fmt: 3, charset: 'utf-8' });
    const headers = { 'content-type': 'application/json' };
    expect(await ask(simulator, '/rest/send/', json, headers)).toEqual({ id: 7, cnt: 1 });
    expect(await send(simulator, { login: '', psw: 'key-2', id: '8', cost: undefined })).toEqual({ id: 8, cnt: 1 });
    const logins = (await simulator.requests()).map((it) => it.login);
    expect(logins).toEqual(['acme', 'key-1', 'key-2']);
  });

  it('reads windows-1251 where no charset is named: UTF-8 text arrives broken', async () => {
    const simulator = await start();
    await send(simulator, { charset: undefined });
    const [broken] = (await simulator.handset(PHONE)).sms;
    expect(broken?.text).toBe(iconv.decode(Buffer.from('Код 4821'), 'windows-1251'));
    const legacy = [...iconv.encode('Код', 'windows-1251')].map((it) => `%${it.toString(16)}`).join('');
    await ask(simulator, '/sys/send.php', `login=acme&psw=s&fmt=3&id=9&phones=%2B${PHONE}&mes=${legacy}`);
    expect((await simulator.handset(PHONE)).sms[1]?.text).toBe('Код');
  });

  it('answers text, list or XML where no JSON is asked for', async () => {
    const simulator = await start();
    const say = async (changes: Record<string, string | undefined>) => {
      return (await bytes(simulator, '/sys/send.php', sample({ cost: undefined, ...changes }))).body.toString();
    };
    expect(await say({ fmt: undefined, id: '1' })).toBe('OK - 1 SMS, ID - 1');
    expect(await say({ fmt: '1', id: '2' })).toBe('2,1');
    expect(await say({ fmt: '2', id: '3' })).toBe('<result><id>3</id><cnt>1</cnt></result>');
    expect(await say({ fmt: '0', id: '4', psw: 'wrong' })).toBe('ERROR = 2 (authorise error)');
  });

  it('has one id for all recipients, and the sum of their parts', async () => {
    const simulator = await start();
    const many = await send(simulator, {
      phones: '+79215550142;+79215550143,89215550144',
      mes: 'я'.repeat(71),
      op: '1',
    });
    expect(many).toMatchObject({ id: 184467, cnt: 6, cost: '17.70' });
    expect(many.phones.map((it: { phone: string }) => it.phone)).toEqual([PHONE, '79215550143', '79215550144']);
    const list = await send(simulator, {
      phones: undefined,
      mes: undefined,
      id: '5',
      list: '+79215550145:one\n+79215550146:two: 2',
    });
    expect(list).toMatchObject({ id: 5, cnt: 2 });
    expect((await simulator.handset('79215550146')).sms).toMatchObject([{ text: 'two: 2' }]);
  });

  it('tells only the price with cost=1, five times a minute for the same request', async () => {
    const simulator = await start();
    const answers = [];
    for (let n = 0; n < 6; n += 1) answers.push(await send(simulator, { cost: '1' }));
    expect(answers[0]).toEqual({ cost: '2.95', cnt: 1 });
    expect(answers[4]).toEqual({ cost: '2.95', cnt: 1 });
    expect(answers[5]).toMatchObject({ error_code: 9 });
    expect((await simulator.handset(PHONE)).sms).toHaveLength(0);
  });

  it('refuses the same request within the window with error 9; later it is a second SMS', async () => {
    const simulator = await start();
    await simulator.control('accounts', { wire: 'smsc', login: 'acme', duplicateWindowMs: 150 });
    await send(simulator);
    expect(await send(simulator)).toEqual({ error: 'duplicate request, wait a minute', error_code: 9 });
    expect(await send(simulator, { mes: 'another' })).toMatchObject({ id: 184467, cnt: 1 });
    await pause(200);
    expect(await send(simulator)).toMatchObject({ id: 184467, cnt: 1 });
    const { doubles } = await simulator.control<{ doubles: unknown[] }>('doubles');
    expect(doubles).toMatchObject([
      { by: 'own-id', ownId: '184467', phone: PHONE, count: 3 },
      { by: 'phone-text', phone: PHONE, text: 'Код 4821', count: 2 },
    ]);
  });

  it('lets a refused request be repeated at once', async () => {
    const simulator = await start();
    await simulator.control('accounts', { wire: 'smsc', login: 'acme', balance: 0 });
    expect(await send(simulator)).toEqual({ error: 'no money', error_code: 3, id: 184467 });
    await simulator.control('accounts', { wire: 'smsc', login: 'acme', balance: 5 });
    expect(await send(simulator)).toMatchObject({ id: 184467, cost: '2.95', balance: '2.05' });
    expect(await ask(simulator, '/sys/balance.php', 'login=acme&psw=s&fmt=3&cur=1')).toEqual({
      balance: '2.05',
      currency: 'RUB',
    });
  });

  it.each([
    ['no recipient', { phones: undefined }, 1],
    ['no text', { mes: undefined }, 1],
    ['an empty text', { mes: '' }, 1],
    ['a text of 1001 characters', { mes: 'a'.repeat(1001) }, 1],
    ['an id of 0', { id: '0' }, 1],
    ['an id beyond 31 bits', { id: '2147483648' }, 1],
    ['a validity of 25 hours', { valid: '25' }, 1],
    ['a validity of 0 hours', { valid: '0' }, 1],
    ['a validity of half an hour', { valid: '00:30' }, 1],
    ['another product', { hlr: '1' }, 1],
    ['no password', { psw: undefined }, 1],
    ['a wrong login', { login: 'wrong' }, 2],
    ['a time that is none', { time: 'tomorrow' }, 5],
    ['a phone with letters', { phones: '+7921call' }, 7],
    ['a short phone', { phones: '+792155' }, 7],
  ])('answers an error to %s', async (_, changes, code) => {
    const simulator = await start();
    const answer = await send(simulator, changes);
    expect(answer).toMatchObject({ error: expect.any(String), error_code: code });
    expect('id' in answer).toBe(code === 7);
    expect(await simulator.control('book')).toMatchObject({ counts: { accepted: 0 } });
  });

  it.each([{ valid: '24' }, { valid: '01:00' }, { time: '0-24' }, { time: '+5' }, { time: '01735732800' }])(
    'takes %o',
    async (changes) => {
      const simulator = await start();
      expect(await send(simulator, changes)).toMatchObject({ id: 184467, cnt: 1 });
    },
  );
});

describe('SMSc status', () => {
  const finals = { '142': [1, 0], '901': [20, 6], '902': [3, 245], '903': [23, 253], '904': [1, 0], '915': [23, 252] };

  it.each(Object.entries(finals))('of a phone on %s', async (digits, [status, err]) => {
    const simulator = await start();
    const phone = `79215550${digits}`;
    await send(simulator, { phones: `+${phone}` });
    expect(await poll(simulator, phone, '184467')).toMatchObject({ status: -1 });
    await eventually(async () => (await simulator.handset(phone)).sms[0]?.status !== 'pending');
    await pause(100);
    expect(await poll(simulator, phone, '184467')).toEqual({
      status,
      last_date: expect.stringMatching(/^\d\d\.\d\d\.\d{4} \d\d:\d\d:\d\d$/),
      last_timestamp: expect.any(Number),
      flag: 0,
      err,
    });
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
    const many = await poll(simulator, `${PHONE},79215550199`, '184467,5');
    expect(many).toMatchObject([
      { status: -1, id: 184467, phone: PHONE },
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
    await simulator.control('accounts', { wire: 'smsc', login: 'acme', answerDelayMs: 150 });
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
    const [simulator, receiver] = [await start(), await startReceiver()];
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
    await simulator.control('accounts', { ...account, hooks: { reports: receiver.url }, unusual: true });
    expect(await send(simulator)).toEqual({ id: 184467, cnt: 1, cost: 2.95, balance: 512.4 });
    const [, last] = await receiver.until(2);
    expect(last?.body).toBe(`id=184467&phone=${PHONE}&status=1`);
    const row = await poll(simulator, PHONE, '184467');
    expect(Object.keys(row)).toEqual(['status', 'last_date', 'last_timestamp']);
  });

  it('posts JSON where the URL has fmt=3', async () => {
    const [simulator, receiver] = [await start(), await startReceiver()];
    const url = `${receiver.url}?charset=utf-8&fmt=3`;
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
