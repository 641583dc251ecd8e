import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import type { Asked, HookReading, TakenHook } from '../../gateways/gateway.ts';
import { smstraffic } from '../../gateways/smstraffic.ts';
import { outcomeOf } from '../../sms/outcome.ts';
import { answer, formOf, hook, requestOf, SMS } from './kit.ts';

const LOGIN = { login: 'acme', password: 's3cret' };
const SETTINGS = smstraffic.settings.parse(LOGIN);
const SMART = smstraffic.settings.parse({
  ...LOGIN,
  url: 'https://sds.smstraffic.ru/smartdelivery-in/multi.php',
  reserveUrl: 'https://sds2.smstraffic.ru/smartdelivery-in/multi.php',
  route: 'viber(60)-sms',
});

const reply = (inner: string) => `<?xml version="1.0"?>\n<reply>${inner}</reply>`;
const ok = (...infos: string[]) =>
  reply(
    `<result>OK</result><code>0</code><description>queued 1 messages</description>
<message_infos>${infos.map((info) => `<message_info><phone>79995550142</phone>${info}</message_info>`).join('')}</message_infos>`,
  );
const error = (code: number | string, description = 'why') =>
  reply(`<result>ERROR</result><code>${code}</code><description>${description}</description>`);

const read = (status: number, body: unknown, headers = {}) =>
  smstraffic.readSend(answer(status, body, headers), SMS, SETTINGS);

describe('smstraffic requests', () => {
  it('posts a form in UTF-8 that asks for the ids', () => {
    const request = requestOf(smstraffic.send(SMS, SETTINGS));
    expect({ ...request, body: formOf(request) }).toEqual({
      method: 'POST',
      url: 'https://api.smstraffic.ru/multi.php',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: {
        login: 'acme',
        password: 's3cret',
        phones: '79995550142',
        message: 'Код 4821',
        rus: '5',
        originator: 'ACME',
        timeout: '3600',
        want_sms_ids: '1',
      },
    });
    expect(request.body).toContain('phones=79995550142&message=%D0%9A%D0%BE%D0%B4+4821&rus=5');
  });

  it('names no originator where there is none', () => {
    const { callerId: _, ...nameless } = SMS;
    expect(formOf(requestOf(smstraffic.send(nameless, SETTINGS)))).not.toHaveProperty('originator');
  });

  it.each([
    [1, 'https://api.smstraffic.ru/multi.php'],
    [2, 'https://api2.smstraffic.ru/multi.php'],
    [3, 'https://api.smstraffic.ru/multi.php'],
    [4, 'https://api2.smstraffic.ru/multi.php'],
  ])('sends attempt %i to %s', (attempt, url) => {
    expect(requestOf(smstraffic.send({ ...SMS, attempt }, SETTINGS)).url).toBe(url);
  });

  it('stays at the one address where there is no reserve', () => {
    const alone = smstraffic.settings.parse({ ...LOGIN, reserveUrl: '' });
    expect(requestOf(smstraffic.send({ ...SMS, attempt: 2 }, alone)).url).toBe('https://api.smstraffic.ru/multi.php');
  });

  it('is Smart Delivery by its addresses and a route', () => {
    const first = requestOf(smstraffic.send(SMS, SMART));
    expect(first.url).toBe('https://sds.smstraffic.ru/smartdelivery-in/multi.php');
    expect(formOf(first)).toMatchObject({ route: 'viber(60)-sms', rus: '5', want_sms_ids: '1' });
    const second = requestOf(smstraffic.send({ ...SMS, attempt: 2 }, SMART));
    expect(second.url).toBe('https://sds2.smstraffic.ru/smartdelivery-in/multi.php');
  });

  it.each([
    [5, '600'],
    [600, '600'],
    [3600.9, '3600'],
    [86_400, '86400'],
    [900_000, '86400'],
  ])('turns %d s of validity into a timeout of %s', (validityS, timeout) => {
    expect(formOf(requestOf(smstraffic.send({ ...SMS, validityS }, SETTINGS))).timeout).toBe(timeout);
  });

  it('does not put a text on the wire that is too long for it', () => {
    expect(smstraffic.send({ ...SMS, text: 'я'.repeat(8543) }, SETTINGS)).toMatchObject({ refuse: 'invalid-request' });
    expect(smstraffic.send({ ...SMS, text: `${'я'.repeat(8542)}a` }, SETTINGS)).toHaveProperty('body');
  });

  it('asks for statuses by all ids', () => {
    const asked: Asked[] = [
      {
        ids: [
          { id: '60011223344', part: 1 },
          { id: '60011223345', part: 2 },
        ],
        phone: SMS.phone,
        ref: SMS.ref,
      },
      { ids: [{ id: '170000000000000000000000000000000000001' }], phone: SMS.phone, ref: SMS.ref },
    ];
    const request = smstraffic.poll?.(asked, SETTINGS);
    expect(request).toMatchObject({ method: 'POST', url: 'https://api.smstraffic.ru/multi.php' });
    expect(request && formOf(request)).toEqual({
      ...LOGIN,
      operation: 'status',
      sms_id: '60011223344,60011223345,170000000000000000000000000000000000001',
    });
  });

  it('asks for the balance', () => {
    const request = smstraffic.balance?.(SETTINGS);
    expect(request && formOf(request)).toEqual({ ...LOGIN, operation: 'account' });
    const balance = (body: unknown, status = 200) => smstraffic.readBalance?.(answer(status, body), SETTINGS);
    expect(balance(reply('<account>1500</account>'))).toEqual({ amount: '1500' });
    expect(balance(error(411, 'wrong login'))).toEqual({ error: 'auth', detail: 'wrong login' });
    expect(balance(reply('<account></account>'))).toMatchObject({ error: 'unknown' });
    expect(balance('', 502)).toMatchObject({ error: 'temporary' });
  });
});

describe('smstraffic settings', () => {
  it('names an account by address and login, whichever the reserve', () => {
    expect(smstraffic.accountKey(SETTINGS)).toBe('api.smstraffic.ru/multi.php/acme');
    expect(smstraffic.accountKey({ ...SETTINGS, reserveUrl: '', password: 'new' })).toBe(
      smstraffic.accountKey(SETTINGS),
    );
    expect(smstraffic.accountKey(SMART)).toBe('sds.smstraffic.ru/smartdelivery-in/multi.php/acme');
  });

  it.each([
    {},
    { login: 'acme' },
    { ...LOGIN, reserveUrl: 'api2.smstraffic.ru' },
    { ...LOGIN, reserveUrl: 'ftp://api2.smstraffic.ru' },
    { ...LOGIN, inboundService: 'both' },
    { ...LOGIN, route: '' },
    // The default reserve is another product's, or the real gateway in place of a simulated one.
    { ...LOGIN, url: 'https://sds.smstraffic.ru/smartdelivery-in/multi.php' },
    { ...LOGIN, url: 'http://127.0.0.1:7005/multi.php' },
  ])('does not take %o', (settings) => {
    expect(smstraffic.settings.safeParse(settings).success).toBe(false);
  });

  it('polls fifteen ids at once, and fetches texts where it is told to', () => {
    expect(smstraffic.traits(SETTINGS)).toMatchObject({
      repeat: 'unsafe',
      lookup: 'gateway-id',
      pollLimit: { idsPerRequest: 15 },
      inbound: 'webhook',
    });
    expect(smstraffic.traits({ ...SETTINGS, pullInbound: true }).inbound).toBe('pull');
  });
});

describe('smstraffic answers to a send', () => {
  it('takes an OK with one id', () => {
    const sample = `<?xml version="1.0"?>
<reply><result>OK</result><code>0</code><description>queued 1 messages</description>
<message_infos><message_info><phone>79995550101</phone><sms_id>60011223344</sms_id></message_info></message_infos></reply>`;
    expect(read(200, sample)).toEqual({ kind: 'accepted', ids: [{ id: '60011223344', part: 1 }], parts: 1 });
  });

  it('takes an id for each part', () => {
    expect(read(200, ok('<sms_id>1</sms_id>', '<sms_id> 18446744073709551615\n</sms_id>'))).toEqual({
      kind: 'accepted',
      ids: [
        { id: '1', part: 1 },
        { id: '18446744073709551615', part: 2 },
      ],
      parts: 2,
    });
  });

  it("takes Smart Delivery's one id of 39 digits, which says nothing of parts", () => {
    const sample = `<?xml version="1.0" encoding="UTF-8"?>
<reply><result>OK</result><code>0</code>
<message_infos><message_info><phone>375295550102</phone><id>170000000000000000000000000000000000001</id></message_info></message_infos></reply>`;
    expect(smstraffic.readSend(answer(200, sample), SMS, SMART)).toEqual({
      kind: 'accepted',
      ids: [{ id: '170000000000000000000000000000000000001' }],
    });
  });

  it.each([
    ['an empty code', reply('<result>OK</result><code></code>')],
    ['no code', reply('<result> ok </result>')],
    ['no list of ids', reply('<result>OK</result><code>0</code><description>queued 1 messages</description>')],
    ['an empty list of ids', reply('<result>OK</result><code>0</code><message_infos/>')],
    ['an id that is none', ok('<sms_id></sms_id>')],
  ])('takes an OK with %s for accepted, without ids', (_, body) => {
    expect(read(200, body)).toEqual({ kind: 'accepted', ids: [] });
  });

  it.each([
    [401, 'auth'],
    [402, 'auth'],
    [403, 'invalid-request'],
    [404, 'invalid-request'],
    [405, 'invalid-request'],
    [406, 'invalid-request'],
    [407, 'invalid-request'],
    [408, 'invalid-request'],
    [409, 'invalid-request'],
    [410, 'invalid-request'],
    [411, 'auth'],
    [412, 'auth'],
    [413, 'invalid-request'],
    [414, 'invalid-request'],
    [415, 'no-balance'],
    [416, 'invalid-request'],
    [417, 'invalid-request'],
    [418, 'invalid-request'],
    [419, 'invalid-request'],
    [420, 'invalid-request'],
    [421, 'sender-not-allowed'],
    [422, 'invalid-request'],
    [423, 'invalid-request'],
    [424, 'invalid-request'],
    [425, 'invalid-recipient'],
    [426, 'invalid-recipient'],
    [427, 'invalid-recipient'],
    [428, 'invalid-recipient'],
    [429, 'invalid-recipient'],
    [430, 'invalid-recipient'],
    [431, 'blocked'],
    [433, 'invalid-request'],
    [435, 'invalid-request'],
    [436, 'sender-not-allowed'],
    [437, 'invalid-request'],
    [438, 'invalid-request'],
    [439, 'auth'],
    [440, 'invalid-recipient'],
    [441, 'invalid-request'],
    [442, 'invalid-request'],
    [443, 'sender-not-allowed'],
    [501, 'invalid-request'],
    [502, 'invalid-request'],
    [505, 'invalid-request'],
    [601, 'invalid-request'],
    [602, 'invalid-request'],
    [701, 'invalid-request'],
    [702, 'invalid-request'],
    [703, 'invalid-request'],
    [704, 'invalid-request'],
    [705, 'invalid-request'],
    [1000, 'temporary'],
    [777, 'unknown'],
  ])('reads error %i as %s, and the SMS as not taken', (code, errorClass) => {
    const expected = { kind: 'error', class: errorClass, code: String(code), detail: 'why', notTaken: true };
    expect(read(200, error(code))).toEqual(expected);
    expect(read(400, error(` ${code}\n`))).toEqual(expected);
  });

  it("takes the gateway's stop list for an opt-out", () => {
    const told = read(200, error(432));
    expect(told).toMatchObject({ class: 'blocked', optOut: true });
    expect(outcomeOf({ reach: 'answered', answer: told }, false)).toMatchObject({ kind: 'refused', optOut: true });
  });

  it('lets a temporary problem be tried again, on the other site', () => {
    const told = read(200, error(1000));
    expect(outcomeOf({ reach: 'answered', answer: told }, false)).toMatchObject({
      kind: 'not-sent',
      holdSender: false,
    });
  });

  it('reads the charset that the answer declares', () => {
    const body = `<?xml version="1.0" encoding="windows-1251"?><reply><result>ERROR</result><code>415</code><description>нет денег</description></reply>`;
    const response = { status: 200, headers: {}, body: iconv.encode(body, 'windows-1251') };
    expect(smstraffic.readSend(response, SMS, SETTINGS)).toMatchObject({ class: 'no-balance', detail: 'нет денег' });
  });

  it.each(['', '0', 'E'])('is not sure of an ERROR with the code %j', (code) => {
    expect(read(200, error(code))).toMatchObject({ kind: 'error', class: 'unknown', notTaken: false });
  });

  it.each([
    [200, ''],
    [200, reply('')],
    [200, reply('<code>0</code>')],
    [200, reply('<result>OK</result><code>411</code>')],
    [200, reply('<result>QUEUED</result><code>0</code>')],
    [200, ok('<sms_id>60011223344</sms_id>').slice(0, -8)],
    [200, '<html><result>OK</result></html>'],
    [200, `<!DOCTYPE x>${ok('<sms_id>1</sms_id>')}`],
    [404, ok('<sms_id>60011223344</sms_id>')],
    [404, 'no such page'],
  ])('does not understand HTTP %i %s', (status, body) => {
    expect(read(status, body)).toMatchObject({ kind: 'unreadable' });
  });

  it.each([500, 502, 503, 504])('takes a bare HTTP %i for no answer', (status) => {
    expect(read(status, ok('<sms_id>1</sms_id>'))).toMatchObject({ class: 'temporary', notTaken: false });
  });
});

describe('smstraffic statuses', () => {
  const one: Asked = { ids: [{ id: '60011223344', part: 1 }], phone: SMS.phone, ref: SMS.ref };
  const two: Asked = {
    ids: [
      { id: '7', part: 1 },
      { id: '8', part: 2 },
    ],
    phone: '+375295550102',
    ref: SMS.ref,
  };
  const poll = (body: unknown, asked = [one], status = 200) =>
    smstraffic.readPoll?.(answer(status, body), asked, SETTINGS);
  const only = (row: string) => {
    const result = poll(reply(row));
    return result?.kind === 'read' ? result.answers[0]?.[0] : result;
  };

  it('reads one status', () => {
    const sample = `<reply><submition_date>2024-03-05 10:15:00</submition_date><send_date>2024-03-05 10:15:01</send_date>
<last_status_change_date>2024-03-05 10:15:00</last_status_change_date>
<status>Buffered SMSC</status><error></error><sms_id>60011223344</sms_id></reply>`;
    const report = {
      gatewayId: '60011223344',
      status: 'sent',
      raw: 'Buffered SMSC',
      at: '2024-03-05T07:15:00.000Z',
    };
    expect(poll(sample)).toEqual({ kind: 'read', answers: [[{ kind: 'status', report }]] });
    expect(poll(sample.replace('<sms_id>60011223344</sms_id>', ''))).toMatchObject({ answers: [[{ report }]] });
    expect(poll(sample.replace('>60011223344<', '>5<'))).toEqual({ kind: 'read', answers: [[{ kind: 'nothing' }]] });
  });

  it('matches rows by id, in the order of asking, and passes over those in error', () => {
    const body = reply(
      `<sms><status>Delivered</status><error/><sms_id>8</sms_id><last_status_change_date>2024-03-05 10:15:00</last_status_change_date></sms>
      <sms><error>no such message or this message does not belong to you</error><sms_id>60011223344</sms_id></sms>
      <sms><status>Expired</status><sms_id>99</sms_id></sms>`,
    );
    // The dates of a number that is not Russian may be in any local time.
    const delivered = { kind: 'status', report: { gatewayId: '8', status: 'delivered', raw: 'Delivered' } };
    expect(poll(body, [one, two])).toEqual({
      kind: 'read',
      answers: [[{ kind: 'not-found' }], [{ kind: 'nothing' }, delivered]],
    });
  });

  it.each([
    ['<msg-info>', '</msg-info>'],
    ['<msg-infos><msg-info>', '</msg-info></msg-infos>'],
  ])("reads Smart Delivery's %s", (open, close) => {
    const id = '170000000000000000000000000000000000001';
    const body = reply(
      `<result>OK</result><code>0</code>${open}<id>${id}</id><last_update_status>2024-03-05 10:15:00</last_update_status>
      <status>READ</status><channel-info><channel>sms</channel><status>DELIVERED</status></channel-info>${close}`,
    );
    const asked = [{ ...one, ids: [{ id }] }];
    const report = { gatewayId: id, status: 'delivered', raw: 'READ', at: '2024-03-05T07:15:00.000Z' };
    expect(poll(body, asked)).toEqual({ kind: 'read', answers: [[{ kind: 'status', report }]] });
  });

  it.each([
    ['', 'sent'],
    ['Buffered SMSC', 'sent'],
    ['Acceptd', 'sent'],
    ['Delivered', 'delivered'],
    ['DELIVERED', 'delivered'],
    ['READ', 'delivered'],
    ['Non Delivered', 'undelivered'],
    ['UNDELIVERED', 'undelivered'],
    ['FAILED', 'undelivered'],
    ['Rejected', 'rejected'],
    ['REJECTED', 'rejected'],
    ['Expired', 'expired'],
    ['EXPIRED', 'expired'],
    ['Deleted', 'rejected'],
    ['DELETED', 'rejected'],
    ['\n Non \n Delivered ', 'undelivered'],
    ['Unknown status', 'sent'],
    ['Lost Notification', 'sent'],
  ])('reads status %j as %s', (word, status) => {
    expect(only(`<status>${word}</status><sms_id>60011223344</sms_id>`)).toMatchObject({
      kind: 'status',
      report: { status },
    });
  });

  it('says that the end of a lost one will never be known', () => {
    expect(only('<status>Unknown status</status><sms_id>60011223344</sms_id>')).toMatchObject({
      report: { raw: 'Unknown status', detail: expect.stringContaining('not know') },
    });
  });

  it.each([
    ['<status>Teleported</status><sms_id>60011223344</sms_id>', { kind: 'nothing' }],
    ['<sms_id>60011223344</sms_id>', { kind: 'nothing' }],
    ['<error>busy</error><status>Delivered</status><sms_id>60011223344</sms_id>', { kind: 'nothing' }],
    ['<error>No such message or this message does not belong to you</error>', { kind: 'not-found' }],
  ])('reads %s as no status', (row, expected) => {
    expect(only(row)).toEqual(expected);
  });

  it('reads errors of the request', () => {
    expect(poll(error(411))).toEqual({ kind: 'error', class: 'auth', code: '411', detail: 'why' });
    expect(poll(error(1000))).toMatchObject({ kind: 'error', class: 'temporary' });
    expect(poll(error(505), [one, two])).toMatchObject({ kind: 'error', class: 'invalid-request' });
    expect(poll(error(434))).toEqual({ kind: 'read', answers: [[{ kind: 'not-found' }]] });
    expect(poll(error(434), [one, two])).toMatchObject({ kind: 'error', code: '434' });
    expect(poll('', [one], 500)).toMatchObject({ kind: 'error', class: 'temporary' });
    expect(poll('<html/>')).toMatchObject({ kind: 'unreadable' });
    expect(poll(reply(''))).toMatchObject({ kind: 'unreadable' });
  });
});

describe('smstraffic calls', () => {
  const call = (body: string, over = {}, settings = SETTINGS) => smstraffic.readHook?.(hook(body, over), settings);
  const taken = (reading: HookReading | undefined) => reading as TakenHook;

  it('reads a report, and answers it with nothing', () => {
    const sample = 'sms_id=60011223344&status=Non+Delivered&delivery_date=2024-03-05+10%3A17%3A00';
    const report = {
      gatewayId: '60011223344',
      status: 'undelivered',
      raw: 'Non Delivered',
      at: '2024-03-05T07:17:00.000Z',
    };
    const reading = call(sample);
    expect(reading).toEqual({ kind: 'read', reports: [report], inbound: [] });
    expect(call('', { method: 'GET', query: sample })).toEqual(reading);
    expect(smstraffic.reply?.(taken(reading), SETTINGS)).toEqual({ status: 200, body: '' });
  });

  it.each([
    ['sms_id=5&status=Buffered+SMSC', 'sent'],
    ['sms_id=5&status=', 'sent'],
    ['id=170000000000000000000000000000000000001&status=DELIVERED', 'delivered'],
  ])('reads %s', (body, status) => {
    expect(call(body)).toMatchObject({ reports: [{ status }] });
  });

  it.each(['sms_id=5&status=Teleported', 'status=Delivered', 'sms_id=5', '', '{"sms_id":5}', 'phone=79995550177'])(
    'keeps %j without an effect',
    (body) => {
      expect(call(body)).toMatchObject({ kind: 'nothing' });
    },
  );

  it('reads a text to an incoming number in windows-1251, by POST and by GET, and answers OK', () => {
    const text = { inboundId: '61000000001', from: '+79995550177', text: 'СТОП' };
    const form = 'phone=79995550177&message=%D1%D2%CE%CF&sms_id=61000000001';
    const reading = call(form);
    expect(reading).toEqual({ kind: 'read', reports: [], inbound: [text] });
    expect(call('', { method: 'GET', query: form })).toEqual(reading);
    expect(
      call('', { body: iconv.encode('phone=79995550177&message=СТОП&sms_id=61000000001', 'windows-1251') }),
    ).toEqual(reading);
    expect(smstraffic.reply?.(taken(reading), SETTINGS)).toEqual({ status: 200, body: 'OK' });
  });

  it('reads a text in the charset that is set', () => {
    const utf8 = smstraffic.settings.parse({ ...LOGIN, hookCharset: 'utf-8' });
    const form = 'phone=%2B79995550177&message=%D0%A1%D0%A2%D0%9E%D0%9F';
    expect(call(form, {}, utf8)).toMatchObject({ inbound: [{ from: '+79995550177', text: 'СТОП' }] });
  });

  it('demands the password of a short code, and sends nothing to the phone', () => {
    const settings = smstraffic.settings.parse({ ...LOGIN, inboundService: 'short-code', hookSecret: 'пароль' });
    const form = 'phone=79995550177&message=STOP&sms_id=6&shortcode=1234';
    const password = '&password=%EF%E0%F0%EE%EB%FC';
    const reading = call(form + password, {}, settings);
    expect(reading).toEqual({
      kind: 'read',
      reports: [],
      inbound: [{ inboundId: '6', from: '+79995550177', to: '1234', text: 'STOP' }],
    });
    expect(smstraffic.reply?.(taken(reading), settings)).toEqual({ status: 200, body: '' });
    expect(smstraffic.reply?.({ kind: 'nothing', detail: '' }, settings)).toEqual({ status: 200, body: '' });
    expect(call(form, {}, settings)).toMatchObject({ kind: 'refused', status: 403 });
    expect(call(`${form}&password=x`, {}, settings)).toMatchObject({ kind: 'refused', status: 403 });
    expect(call('sms_id=5&status=Delivered', {}, settings)).toMatchObject({ kind: 'read' });
    expect(call(form)).toMatchObject({ kind: 'read' });
  });

  it('makes nothing of a text from a name, and an empty text of an empty one', () => {
    expect(call('phone=ACME&message=STOP')).toMatchObject({ kind: 'nothing' });
    expect(call('phone=79995550177&message=')).toMatchObject({ inbound: [{ text: '' }] });
    expect(call('phone=79995550177&message=status&status=Delivered')).toMatchObject({ reports: [], inbound: [{}] });
  });
});

describe('smstraffic fetched texts', () => {
  const AT = '2024-03-05T11:00:00.000Z';
  const fields = (cursor?: string) => {
    const request = smstraffic.pullInbound?.({ at: AT, ...(cursor === undefined ? {} : { cursor }) }, SETTINGS);
    return request && formOf(request);
  };
  const pulled = (body: unknown, status = 200) => smstraffic.readPulled?.(answer(status, body), { at: AT }, SETTINGS);

  it.each([
    [undefined, '2024-03-05 13:00:00'],
    ['2024-03-05T10:55:00.000Z', '2024-03-05 12:55:00'],
    ['2024-03-04T22:30:00.000Z', '2024-03-05 00:30:00'],
    ['2024-01-01T00:00:00.000Z', '2024-03-03 14:01:00'],
    ['garbage', '2024-03-05 13:00:00'],
  ])('asks from an hour before the last time (%s), in Moscow time, two days back at most', (cursor, from_date) => {
    expect(fields(cursor)).toEqual({ ...LOGIN, operation: 'incoming', from_date, want_sms_ids: '1' });
  });

  it('reads them, and goes on from the time of asking', () => {
    const sample = `<?xml version="1.0" ?>
<reply><count>1</count><messages><message><from_phone>79995550177</from_phone><text>СТОП</text>
<send_date>2024-03-05 11:00:01</send_date><delivery_date>2024-03-05 11:00:04</delivery_date><sms_id>61000000001</sms_id></message></messages></reply>`;
    const text = { inboundId: '61000000001', from: '+79995550177', text: 'СТОП', at: '2024-03-05T08:00:04.000Z' };
    expect(pulled(sample)).toEqual({ kind: 'read', inbound: [text], cursor: AT, more: false });
    const second = '<message><from_phone>79995550178</from_phone><text/></message><message><text>x</text></message>';
    expect(pulled(sample.replace('</messages>', `${second}</messages>`))).toMatchObject({
      inbound: [text, { from: '+79995550178', text: '' }],
    });
  });

  it.each(['<count>0</count>', '<count>0</count><messages/>', '<messages></messages>'])('reads %s as none', (inner) => {
    expect(pulled(reply(inner))).toEqual({ kind: 'read', inbound: [], cursor: AT, more: false });
  });

  it('does not go on after an error', () => {
    expect(pulled(error(411))).toEqual({ kind: 'error', class: 'auth', code: '411', detail: 'why' });
    expect(pulled('', 502)).toMatchObject({ kind: 'error', class: 'temporary' });
    expect(pulled(reply('<count>2</count>'))).toMatchObject({ kind: 'unreadable' });
    expect(pulled('')).toMatchObject({ kind: 'unreadable' });
    expect(pulled(reply('<count>0</count>'), 404)).toMatchObject({ kind: 'unreadable' });
  });
});
