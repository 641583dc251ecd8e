import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { pause, type Started, start } from './kit.ts';
import {
  boolean,
  call,
  configure,
  delivery,
  digits,
  document,
  int,
  login,
  PHONE,
  post,
  read,
  sample,
  send,
  string,
} from './smsimple-kit.ts';

const INT = expect.stringMatching(/^int:\d{9}$/);

describe('SMSimple sessions', () => {
  it('answers the sample of a login with a session and an empty info', async () => {
    const simulator = await start();
    const sampleOfLogin = `<?xml version="1.0" encoding="utf-8"?>
<methodCall><methodName>pajm.user.auth</methodName><params><param><value><struct>
<member><name>username</name><value><string>acme</string></value></member>
<member><name>password</name><value><string>s3cret</string></value></member>
</struct></value></param></params></methodCall>`;
    const answer = await post(simulator, sampleOfLogin);
    expect([answer.status, answer.type]).toEqual([200, 'text/xml']);
    expect(answer.body).toMatch(
      /^<\?xml version="1.0"\?>\n<methodResponse><params><param><value><struct><member><name>result<\/name><value><struct><member><name>session_id<\/name><value><string>[0-9a-f]{32}<\/string>/,
    );
    expect(read(answer.body)).toEqual({ result: { session_id: expect.any(String) }, info: '' });
  });

  it('says a wrong login by an empty result, a wrong password also by info or a fault where set', async () => {
    const simulator = await start();
    const attempt = (username: string, password: string) =>
      call(simulator, 'pajm.user.auth', { username: string(username), password: string(password) });
    expect(await attempt('wrong', 's3cret')).toEqual({ result: '', info: '' });
    expect(await attempt('acme', 'wrong')).toEqual({ result: '', info: '' });
    await configure(simulator, { options: { authErrors: 'info' } });
    expect(await attempt('acme', 'wrong')).toEqual({ result: '', info: 'Неверный логин или пароль' });
    await configure(simulator, { options: { authErrors: 'fault' } });
    expect(await attempt('acme', 'wrong')).toEqual({ faultCode: 'int:101', faultString: 'Неверный логин или пароль' });
    expect(await call(simulator, 'pajm.user.auth', { username: string('acme') })).toMatchObject({
      faultCode: 'int:-32602',
    });
  });

  it('does not know a session after its time, nor one that never was', async () => {
    const simulator = await start();
    const unknown = { result: '', info: 'Сессия не найдена или устарела' };
    const balance = (id: string) => call(simulator, 'pajm.user.get_balance', { session_id: string(id) });
    const session = await login(simulator);
    expect(await balance(session)).toEqual({ result: 'double:512.4', info: '' });
    await configure(simulator, { options: { sessionMs: 20 } });
    await pause(30);
    expect(await balance(session)).toEqual(unknown);
    expect(await send(simulator, {}, session)).toEqual(unknown);
    await configure(simulator, { options: { errors: 'fault' } });
    expect(await balance(session)).toEqual({ faultCode: 'int:102', faultString: unknown.info });
    expect(await balance('5f1c9a')).toEqual(unknown);
    expect(await simulator.control('book')).toMatchObject({ counts: { accepted: 0 } });
  });

  it('wants a session in every call', async () => {
    const simulator = await start();
    for (const method of ['pajm.sms.send', 'pajm.sms.get_delivery', 'pajm.user.get_balance', 'pajm.origin.select']) {
      expect(await call(simulator, method, {})).toMatchObject({ faultCode: 'int:-32602' });
    }
  });
});

describe('SMSimple send', () => {
  it('answers the sample with one number, neither price nor parts', async () => {
    const simulator = await start();
    const answer = await send(simulator);
    expect(answer).toEqual({ result: INT, info: '' });
    expect((await simulator.handset(PHONE)).sms).toMatchObject([
      { id: digits(answer.result), text: 'Код 4821', sender: 'ACME' },
    ]);
  });

  it('takes nil in both spellings as the main name, and the number of another', async () => {
    const simulator = await start();
    const senderFor = async (origin: string) => {
      await send(simulator, { origin_id: origin });
      return (await simulator.handset(PHONE)).sms.at(-1)?.sender;
    };
    expect(await senderFor('<value><nil/></value>')).toBe('ACME');
    expect(await senderFor('<value/>')).toBe('ACME');
    expect(await senderFor(int(53002))).toBe('ACME-INFO');
    await configure(simulator, { options: { origins: '7:Shop,8:Shop:2' } });
    expect(await senderFor('<value><nil/></value>')).toBe('Shop');
    expect(await senderFor(int(8))).toBe('Shop:2');
  });

  it('lists the names with their numbers', async () => {
    const simulator = await start();
    const session = await login(simulator);
    const { result } = await call(simulator, 'pajm.origin.select', { session_id: string(session) });
    const row = { create_date: expect.stringMatching(/^\d\d\.\d\d\.\d{4} \d\d:\d\d$/) };
    expect(result).toEqual([
      { ...row, id: 'int:53001', title: 'ACME', is_default: 'boolean:1' },
      { ...row, id: 'int:53002', title: 'ACME-INFO', is_default: 'boolean:0' },
    ]);
  });

  it('has one id for several phones, or one for each with multiple', async () => {
    const simulator = await start();
    const phones = string('8-921-555-0142, +7 (921) 555-01-43,9215550144');
    const one = await send(simulator, { phone: phones });
    expect(one.result).toEqual(INT);
    expect((await simulator.handset('79215550144')).sms).toMatchObject([{ id: digits(one.result) }]);
    const { result } = await send(simulator, { phone: phones, multiple: boolean(1) });
    expect(result).toEqual([INT, INT, INT]);
    expect(new Set([result].flat()).size).toBe(3);
    const last = (await simulator.handset('79215550143')).sms.at(-1);
    expect(last?.id).toBe(digits([result].flat()[1]));
  });

  it('takes the same call again as a second SMS', async () => {
    const simulator = await start();
    const [first, second] = [await send(simulator), await send(simulator)];
    expect(Number(digits(second.result))).toBeGreaterThan(Number(digits(first.result)));
    expect((await simulator.handset(PHONE)).sms).toHaveLength(2);
  });

  it('keeps blanks, reads references and raw text, and takes a value without a type as a string', async () => {
    const simulator = await start();
    const text = async (message: string) => {
      await send(simulator, { message });
      return (await simulator.handset(PHONE)).sms.at(-1)?.text;
    };
    expect(await text(string('  a &lt;b&gt; &amp;amp;\n&#1050;&#x43E;д  '))).toBe('  a <b> &amp;\nКод  ');
    expect(await text('<value>plain</value>')).toBe('plain');
    expect(await text(string('<![CDATA[<raw> & ]]>text'))).toBe('<raw> & text');
  });

  it.each([
    ['no origin_id', { origin_id: undefined }, { faultCode: 'int:-32602' }],
    ['the name for its number', { origin_id: string('ACME') }, { faultCode: 'int:-32602' }],
    ['a number in a string', { origin_id: string('53001') }, { faultCode: 'int:-32602' }],
    ['an unknown number', { origin_id: int(1) }, { result: '', info: 'Подпись не найдена' }],
    ['the text for multiple', { multiple: string('Код') }, { faultCode: 'int:-32602' }],
    ['a number for multiple', { multiple: int(0) }, { faultCode: 'int:-32602' }],
    ['a boolean in words', { multiple: '<value><boolean>false</boolean></value>' }, { faultCode: 'int:-32700' }],
    ['a phone as number', { phone: '<value><double>79215550142</double></value>' }, { faultCode: 'int:-32602' }],
    ['a phone beyond 32 bits', { phone: int(PHONE) }, { faultCode: 'int:-32700' }],
    ['an unknown type', { message: '<value><text>A</text></value>' }, { faultCode: 'int:-32700' }],
    ['no phone', { phone: undefined }, { faultCode: 'int:-32602' }],
    ['a phone with letters', { phone: string('7921call') }, { info: 'Неверный номер телефона' }],
    ['a bad phone among good ones', { phone: string(`${PHONE},12`) }, { info: 'Неверный номер телефона' }],
    ['an empty text', { message: string('') }, { info: 'Пустое сообщение' }],
    ['an invalid recipient (magic)', { phone: string('79995550911') }, { info: 'Неверный номер телефона' }],
    ['a blocked recipient (magic)', { phone: string('79995550912') }, { info: 'Абонент в черном списке' }],
    ['an account without money (magic)', { phone: string('79995550913') }, { info: 'Исчерпан баланс' }],
    ['a wrong login (magic)', { phone: string('79995550914') }, { info: 'Сессия не найдена или устарела' }],
  ])('refuses %s', async (_, changes, expected) => {
    const simulator = await start();
    expect(await send(simulator, changes)).toMatchObject(expected);
    expect(await simulator.control('book')).toMatchObject({ counts: { accepted: 0 } });
  });

  it('says no by a fault or an empty result where set', async () => {
    const simulator = await start();
    await configure(simulator, { balance: 0, options: { errors: 'fault' } });
    expect(await send(simulator)).toEqual({ faultCode: 'int:106', faultString: 'Исчерпан баланс' });
    await configure(simulator, { options: { errors: 'empty' } });
    expect(await send(simulator)).toEqual({ result: '', info: '' });
  });

  it('has an empty result for 939 though the SMS was taken', async () => {
    const simulator = await start();
    expect(await send(simulator, { phone: string('79995550939') })).toEqual({ result: '', info: '' });
    expect((await simulator.handset('79995550939')).sms).toHaveLength(1);
  });

  it('says 0 or nothing in info, writes i4, bare strings and numbered letters where set', async () => {
    const simulator = await start();
    await configure(simulator, { options: { info: '0' } });
    expect(await send(simulator)).toEqual({ result: INT, info: '0' });
    await simulator.control('reset', {});
    await configure(simulator, { unusual: true });
    expect(await send(simulator)).toEqual({ result: expect.stringMatching(/^i4:\d+$/) });
    const answer = await post(
      simulator,
      document('pajm.sms.send', sample(await login(simulator))).replace('<int>53001', '<int>1'),
    );
    expect(answer.body).toContain('<name>info</name><value>&#1055;&#1086;');
    expect(read(answer.body).info).toBe('Подпись не найдена');
  });
});

describe('SMSimple requests that are none', () => {
  const PARSE = { faultCode: 'int:-32700', faultString: expect.any(String) };
  const sampleOf = async (simulator: Started) => document('pajm.sms.send', sample(await login(simulator)));

  it.each([
    ['broken XML', (xml: string) => xml.replace('</struct>', '')],
    ['two roots', (xml: string) => `${xml}<more/>`],
    ['another root', (xml: string) => xml.replaceAll('methodCall', 'call')],
    ['no method', (xml: string) => xml.replace('pajm.sms.send', '')],
    ['text', () => 'pajm.sms.send'],
    ['nothing', () => ''],
    ['another charset by name', (xml: string) => xml.replace('utf-8', 'windows-1251')],
  ])('answers a fault to %s', async (_, spoil) => {
    const simulator = await start();
    expect(read((await post(simulator, spoil(await sampleOf(simulator)))).body)).toEqual(PARSE);
    expect(await simulator.control('book')).toMatchObject({ counts: { accepted: 0 } });
  });

  it('answers a fault to other bytes than UTF-8, another content type and unknown methods', async () => {
    const simulator = await start();
    const xml = await sampleOf(simulator);
    const legacy = new Uint8Array(iconv.encode(xml, 'windows-1251'));
    expect(read((await post(simulator, legacy)).body)).toEqual(PARSE);
    expect(read((await post(simulator, xml, 'application/x-www-form-urlencoded')).body)).toEqual(PARSE);
    for (const method of ['call', 'constructor', 'pajm.sms.cancel']) {
      expect(await call(simulator, method, {})).toMatchObject({ faultCode: 'int:-32601' });
    }
    expect(read((await post(simulator, xml.replace(/<params>.*<\/params>/s, '<params/>'))).body)).toMatchObject({
      faultCode: 'int:-32602',
    });
  });

  it('answers 405 to GET and 404 to other paths', async () => {
    const simulator = await start();
    expect((await fetch(`${simulator.url}/smsimple/`)).status).toBe(405);
    const init = { method: 'POST', headers: { 'content-type': 'text/xml' }, body: await sampleOf(simulator) };
    expect((await fetch(`${simulator.url}/smsimple/http_send.php`, init)).status).toBe(404);
    expect((await fetch(`${simulator.url}/smsimple`, init)).status).toBe(200);
  });
});

describe('SMSimple delivery', () => {
  it('counts SMS: phones by parts', async () => {
    const simulator = await start({ reportDelayMs: 400 });
    const phone = string('79995550101,79995550901,79995550905');
    const { result } = await send(simulator, { phone, message: string('я'.repeat(71)) });
    const id = digits(result);
    const counts = { sms_id: result, sms_count: 'int:6' };
    expect(await delivery(simulator, id)).toEqual({
      ...counts,
      sms_delivered: 'int:0',
      sms_failed: 'int:0',
      sms_delayed: 'int:6',
    });
    await simulator.quiet();
    expect(await delivery(simulator, id)).toEqual({
      ...counts,
      sms_delivered: 'int:2',
      sms_failed: 'int:2',
      sms_delayed: 'int:2',
    });
  });

  it.each([
    ['79995550101', 'delivered'],
    ['79995550901', 'failed'],
    ['79995550902', 'failed'],
    ['79995550903', 'failed'],
    ['79995550904', 'delivered'],
    ['79995550905', 'delayed'],
    ['79995550915', 'failed'],
  ])('counts %s at the end as %s', async (phone, word) => {
    const simulator = await start();
    const { result } = await send(simulator, { phone: string(phone) });
    await simulator.quiet();
    const zeros = { sms_delivered: 'int:0', sms_failed: 'int:0', sms_delayed: 'int:0' };
    const expected = { sms_id: result, sms_count: 'int:1', ...zeros, [`sms_${word}`]: 'int:1' };
    expect(await delivery(simulator, digits(result))).toEqual(expected);
  });

  it('says nothing but delivered where set', async () => {
    const simulator = await start();
    await configure(simulator, { unusual: true });
    const id = String((await send(simulator)).result).replace('i4:', '');
    await simulator.quiet();
    expect(await delivery(simulator, id)).toEqual({ sms_id: `i4:${id}`, sms_delivered: 'i4:1' });
  });

  it('has zeros for an unknown id and for one of another account, and takes an id in a string', async () => {
    const simulator = await start();
    const { result } = await send(simulator);
    const id = digits(result);
    const ask = async (username: string, sms_id: string) => {
      const members = { session_id: string(await login(simulator, username)), sms_id };
      return call(simulator, 'pajm.sms.get_delivery', members);
    };
    const zeros = { sms_count: 'int:0', sms_delivered: 'int:0', sms_failed: 'int:0', sms_delayed: 'int:0' };
    expect((await ask('acme', int(5))).result).toEqual({ sms_id: 'int:5', ...zeros });
    expect((await ask('other', int(id))).result).toEqual({ sms_id: result, ...zeros });
    expect((await ask('acme', string(id))).result).toMatchObject({ sms_id: result, sms_count: 'int:1' });
    expect(await ask('acme', string('first'))).toMatchObject({ faultCode: 'int:-32602' });
  });

  it('calls no webhook, whatever is set', async () => {
    const simulator = await start();
    await configure(simulator, { hooks: { reports: 'http://127.0.0.1:9/', inbound: 'http://127.0.0.1:9/' } });
    await send(simulator);
    await simulator.control('inbound', { wire: 'smsimple', login: 'acme', from: PHONE, text: 'STOP' });
    await simulator.quiet();
    expect(await simulator.calls()).toEqual([]);
  });
});
