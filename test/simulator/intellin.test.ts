import { describe, expect, it } from 'vitest';
import { type Started, start } from './kit.ts';

const PHONE = '79215550142';
const SAMPLE =
  'http_username=acme&http_password=s3cret&phone_list=79215550142&message=%D0%9A%D0%BE%D0%B4%204821&fromphone=ACME' +
  '&format=json';

type Changes = Record<string, string | undefined>;

const sample = (changes: Changes = {}) => {
  const params = new URLSearchParams(SAMPLE);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) params.delete(name);
    else params.set(name, value);
  }
  return params.toString();
};

async function ask(simulator: Started, pathAndQuery: string, method = 'GET') {
  const answer = await fetch(`${simulator.url}/intellin${pathAndQuery}`, { method });
  return { status: answer.status, type: answer.headers.get('content-type'), body: await answer.text() };
}

const send = async (simulator: Started, changes: Changes = {}) =>
  JSON.parse((await ask(simulator, `/sendsms.cgi?${sample(changes)}`)).body);

const pollText = (simulator: Started, id: string, more = '') =>
  ask(simulator, `/getstatus.cgi?http_username=acme&http_password=s3cret&message_id=${id}${more}`);

const poll = async (simulator: Started, id: string) => JSON.parse((await pollText(simulator, id, '&format=json')).body);

const configure = (simulator: Started, settings: Record<string, unknown>) =>
  simulator.control('accounts', { wire: 'intellin', login: 'acme', ...settings });

describe('Intellin send', () => {
  it('answers the sample in JSON, all values strings', async () => {
    const simulator = await start();
    const answer = await ask(simulator, `/sendsms.cgi?${SAMPLE}`);
    expect([answer.status, answer.type]).toEqual([200, 'application/json;charset=UTF-8']);
    expect(JSON.parse(answer.body)).toEqual({
      serial_id: expect.stringMatching(/^\d{5}$/),
      error_num: '0',
      message_id: expect.stringMatching(/^\d{9}$/),
      message_destination: PHONE,
      message_parts: '1',
    });
    const { message_id: id } = JSON.parse(answer.body);
    expect((await simulator.handset(PHONE)).sms).toMatchObject([{ text: 'Код 4821', sender: 'ACME', id }]);
  });

  it('answers text without format=json: error_num third, message_id fourth', async () => {
    const simulator = await start();
    const answer = await ask(simulator, `/sendsms.cgi?${sample({ format: undefined })}`);
    expect(answer.type).toBe('text/html; charset=utf-8');
    const pieces = answer.body.split('<br>');
    expect(pieces.slice(1).map((it) => it.split('=')[0])).toEqual([
      'serial_id',
      'error_num',
      'message_id',
      'message_destination',
      'message_parts',
    ]);
    expect(pieces[2]).toBe('error_num=0');
    expect(pieces[3]).toMatch(/^message_id=\d{9}$/);
  });

  it('takes the same request again as a second SMS, with a higher id', async () => {
    const simulator = await start();
    const [first, second] = [await send(simulator), await send(simulator)];
    expect(Number(second.message_id)).toBeGreaterThan(Number(first.message_id));
    expect((await simulator.handset(PHONE)).sms).toHaveLength(2);
  });

  it('counts parts, and reads a text in another charset than UTF-8 as broken', async () => {
    const simulator = await start();
    expect(await send(simulator, { message: 'я'.repeat(71) })).toMatchObject({ message_parts: '2' });
    await ask(simulator, `/sendsms.cgi?${sample({ message: undefined })}&message=%CA%EE%E4`);
    expect((await simulator.handset(PHONE)).sms[1]?.text).toBe('\uFFFD\uFFFD\uFFFD');
  });

  it('writes numbers bare and other breaks where set', async () => {
    const simulator = await start();
    await configure(simulator, { unusual: true });
    const json = await ask(simulator, `/sendsms.cgi?${SAMPLE}`);
    expect(json.type).toBe('text/html; charset=utf-8');
    expect(JSON.parse(json.body)).toMatchObject({ error_num: 0, message_id: expect.any(Number), message_parts: 1 });
    const text = await ask(simulator, `/sendsms.cgi?${sample({ format: undefined })}`);
    expect(text.body).toMatch(/<BR \/>\r\nerror_num=0<BR \/>\r\n/);
    expect(await send(simulator, { phone_list: '' })).toEqual({ error_num: 11 });
  });

  it.each([
    ['no login', { http_username: undefined }, '12'],
    ['no password', { http_password: undefined }, '12'],
    ['a wrong password', { http_password: 'wrong' }, '12'],
    ['no phone', { phone_list: undefined }, '11'],
    ['a phone under another name', { phone_list: undefined, phone: PHONE }, '11'],
    ['no text', { message: undefined }, '11'],
    ['an empty text', { message: '' }, '11'],
    ['a plus before the phone', { phone_list: '+79215550142' }, '13'],
    ['an inland phone', { phone_list: '89215550142' }, '13'],
    ['two phones', { phone_list: '79215550142,79215550143' }, '13'],
    ['a time in another order', { time: '2024-06-20 15:30' }, '14'],
    ['a time that is none', { time: '3213241530' }, '14'],
    ['an invalid recipient (magic)', { phone_list: '79995550911' }, '13'],
    ['a blocked recipient (magic)', { phone_list: '79995550912' }, '15'],
    ['an account without money (magic)', { phone_list: '79995550913' }, '16'],
    ['a wrong login (magic)', { phone_list: '79995550914' }, '12'],
  ])('answers HTTP 200 and an error number to %s', async (_, changes, code) => {
    const simulator = await start();
    const answer = await ask(simulator, `/sendsms.cgi?${sample(changes)}`);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toEqual({
      serial_id: '',
      error_num: code,
      message_id: '',
      message_destination: '',
      message_parts: '',
    });
    expect(await simulator.control('book')).toMatchObject({ counts: { accepted: 0 } });
  });

  it('has no message_id for 939 though the SMS was taken', async () => {
    const simulator = await start();
    expect(await send(simulator, { phone_list: '79995550939' })).toMatchObject({ error_num: '0', message_id: '' });
    expect((await simulator.handset('79995550939')).sms).toHaveLength(1);
  });

  it('takes a planned time and sends then', async () => {
    const simulator = await start();
    const moscow = new Date(Date.now() + 3 * 3600_000 + 3600_000).toISOString();
    const [, year, month, day, hour, minute] = /^20(\d\d)-(\d\d)-(\d\d)T(\d\d):(\d\d)/.exec(moscow) ?? [];
    await send(simulator, { time: `${day}${month}${year}${hour}${minute}` });
    const [sms] = (await simulator.handset(PHONE)).sms;
    expect(sms?.delayMs).toBeGreaterThan(3500_000);
    expect(sms?.delayMs).toBeLessThanOrEqual(3600_000);
  });

  it('knows only its two paths, by GET', async () => {
    const simulator = await start();
    expect((await ask(simulator, `/sendsms.cgi?${SAMPLE}`, 'POST')).status).toBe(405);
    expect((await ask(simulator, '/balance.cgi?http_username=acme&http_password=s3cret')).status).toBe(404);
    expect(await simulator.control('book')).toMatchObject({ counts: { accepted: 0 } });
  });
});

describe('Intellin status', () => {
  it('answers ten fields in order in text, and the same in JSON', async () => {
    const simulator = await start();
    const { message_id: id, serial_id: serial } = await send(simulator);
    await simulator.quiet();
    const pieces = (await pollText(simulator, id)).body.split('<br>').slice(1);
    expect(pieces.map((it) => it.split('=')[0])).toEqual([
      'serial_id',
      'error_num',
      'message_id',
      'message_parts',
      'send_date',
      'deliver_date',
      'date_send',
      'date_status',
      'deliver_status',
      'error_code',
    ]);
    const date = expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    const rows = Object.fromEntries(pieces.map((it) => it.split('=')));
    expect(rows).toEqual({
      serial_id: serial,
      error_num: '0',
      message_id: id,
      message_parts: '1',
      send_date: date,
      deliver_date: date,
      date_send: date,
      date_status: date,
      deliver_status: 'DELIVERED',
      error_code: '0',
    });
    expect(await poll(simulator, id)).toEqual(rows);
  });

  it('stays text though JSON was asked for, where set', async () => {
    const simulator = await start();
    const { message_id: id } = await send(simulator);
    await configure(simulator, { options: { textStatus: true } });
    const answer = await pollText(simulator, id, '&format=json');
    expect(answer.type).toBe('text/html; charset=utf-8');
    expect(answer.body).toContain(`<br>message_id=${id}<br>message_parts=1<br>`);
    expect(await send(simulator)).toMatchObject({ error_num: '0' });
  });

  it.each([
    ['79995550101', 'DELIVERED', '0'],
    ['79995550901', 'UNDELIV', '27'],
    ['79995550902', 'EXPIRED', '27'],
    ['79995550903', 'REJECTD', '27'],
    ['79995550904', 'DELIVERED', '0'],
    ['79995550905', 'PROGRESS', '0'],
    ['79995550915', 'REJECTD', '27'],
  ])('says of %s at the end: %s', async (phone, word, error) => {
    const simulator = await start();
    const { message_id: id } = await send(simulator, { phone_list: phone });
    await simulator.quiet();
    expect(await poll(simulator, id)).toMatchObject({ deliver_status: word, error_code: error });
  });

  it('says ACCEPTD at first, rarer words where set, and any word on demand', async () => {
    const simulator = await start({ reportDelayMs: 60_000 });
    const { message_id: id } = await send(simulator);
    expect(await poll(simulator, id)).toMatchObject({ deliver_status: 'ACCEPTD', deliver_date: '' });
    await configure(simulator, { unusual: true });
    for (const [status, word] of [
      ['sent', 'SEND'],
      ['delivered', 'DELIVRD'],
      ['undelivered', 'DELETED'],
    ]) {
      await simulator.control('report', { wire: 'intellin', login: 'acme', id, status });
      expect(await poll(simulator, id)).toMatchObject({ deliver_status: word, error_num: 0 });
    }
    await configure(simulator, { options: { statusWord: 'READ' } });
    expect(await poll(simulator, id)).toMatchObject({ deliver_status: 'READ' });
  });

  it('answers an error to an unknown id, another account and a wrong login, with all fields empty', async () => {
    const simulator = await start();
    const { message_id: id } = await send(simulator);
    expect(await poll(simulator, '1')).toMatchObject({ error_num: '18', message_id: '', deliver_status: '' });
    const query = (login: string, password: string) =>
      `/getstatus.cgi?http_username=${login}&http_password=${password}&message_id=${id}&format=json`;
    expect(JSON.parse((await ask(simulator, query('other', 's'))).body)).toMatchObject({ error_num: '18' });
    expect(JSON.parse((await ask(simulator, query('acme', 'wrong'))).body)).toMatchObject({ error_num: '12' });
    expect(await poll(simulator, '')).toMatchObject({ error_num: '11' });
  });

  it('calls no webhook, whatever is set', async () => {
    const simulator = await start();
    await configure(simulator, { hooks: { reports: 'http://127.0.0.1:9/', inbound: 'http://127.0.0.1:9/' } });
    await send(simulator);
    await simulator.control('inbound', { wire: 'intellin', login: 'acme', from: PHONE, text: 'STOP' });
    await simulator.quiet();
    expect(await simulator.calls()).toEqual([]);
  });
});
