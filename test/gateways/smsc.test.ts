import { createHash } from 'node:crypto';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import type { Asked } from '../../gateways/gateway.ts';
import { smsc } from '../../gateways/smsc.ts';
import { outcomeOf } from '../../sms/outcome.ts';
import { answer, formOf, hook, INT_REF, requestOf, SMS } from './kit.ts';

const LOGIN = smsc.settings.parse({ login: 'acme', password: 's3cret' });
const KEY = smsc.settings.parse({ url: 'https://smsc.kz', apiKey: 'k3y' });

const read = (status: number, body: unknown, headers = {}) => smsc.readSend(answer(status, body, headers), SMS, LOGIN);

describe('smsc requests', () => {
  it('sends a form in UTF-8 with our id, the plus before the number and hours of validity', () => {
    const request = requestOf(smsc.send({ ...SMS, validityS: 7199 }, LOGIN));
    expect({ ...request, body: formOf(request) }).toEqual({
      method: 'POST',
      url: 'https://smsc.ru/sys/send.php',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: {
        login: 'acme',
        psw: 's3cret',
        charset: 'utf-8',
        fmt: '3',
        id: INT_REF,
        sender: 'ACME',
        phones: '+79995550142',
        mes: 'Код 4821',
        valid: '1',
      },
    });
    expect(request.body).toContain('phones=%2B79995550142&mes=%D0%9A%D0%BE%D0%B4');
  });

  it('logs in with the key alone, and names no sender where there is none', () => {
    const { callerId: _, ...nameless } = SMS;
    const request = requestOf(smsc.send(nameless, KEY));
    expect(request.url).toBe('https://smsc.kz/sys/send.php');
    const { phones, mes, valid, ...rest } = formOf(request);
    expect(rest).toEqual({ apikey: 'k3y', charset: 'utf-8', fmt: '3', id: INT_REF });
  });

  it.each([
    [60, '1'],
    [3600, '1'],
    [7200, '2'],
    [86_400, '24'],
    [900_000, '24'],
  ])('turns %i s of validity into %s h', (validityS, valid) => {
    expect(formOf(requestOf(smsc.send({ ...SMS, validityS }, LOGIN))).valid).toBe(valid);
  });

  it('does not put a text on the wire that SMSC would not take whole', () => {
    expect(smsc.send({ ...SMS, text: 'я'.repeat(1001) }, LOGIN)).toMatchObject({ refuse: 'invalid-request' });
    expect(smsc.send({ ...SMS, text: 'я'.repeat(1000) }, LOGIN)).toHaveProperty('body');
  });

  it('asks for statuses pair by pair, and for a list also when there is one pair', () => {
    const asked: Asked[] = [
      { ids: [{ id: '77' }], phone: '+79995550143', ref: { ...SMS.ref, number: 9n } },
      { ids: [], phone: SMS.phone, ref: SMS.ref },
    ];
    const form = (list: Asked[]) => {
      const request = smsc.poll?.(list, LOGIN);
      expect(request).toMatchObject({ method: 'POST', url: 'https://smsc.ru/sys/status.php' });
      return request === undefined ? {} : formOf(request);
    };
    const common = { login: 'acme', psw: 's3cret', charset: 'utf-8', fmt: '3', all: '0' };
    expect(form(asked)).toEqual({ ...common, phone: '79995550143,79995550142', id: `77,${INT_REF}` });
    expect(form(asked.slice(0, 1))).toEqual({ ...common, phone: '79995550143,', id: '77,' });
  });

  it('asks for the balance', () => {
    expect(smsc.balance?.(LOGIN)).toMatchObject({ url: 'https://smsc.ru/sys/balance.php' });
    expect(smsc.readBalance?.(answer(200, { balance: '512.40' }), LOGIN)).toEqual({ amount: '512.40' });
    expect(smsc.readBalance?.(answer(200, { balance: 7, currency: 'KZT' }), LOGIN)).toEqual({
      amount: '7',
      currency: 'KZT',
    });
    const refused = { error: 'authorise error', error_code: 2 };
    expect(smsc.readBalance?.(answer(200, refused), LOGIN)).toEqual({ error: 'auth', detail: 'authorise error' });
    expect(smsc.readBalance?.(answer(200, 'x'), LOGIN)).toMatchObject({ error: 'unknown' });
  });
});

describe('smsc settings', () => {
  it('names an account by host and login, or by the mark of its key', () => {
    const key = (settings: object) => smsc.accountKey(smsc.settings.parse(settings));
    expect(smsc.accountKey(LOGIN)).toBe('smsc.ru/acme');
    expect(key({ login: 'acme', apiKey: 'one' })).toBe('smsc.ru/acme');
    expect(key({ apiKey: 'one' })).toBe(key({ apiKey: 'one', url: 'https://smsc.ru/' }));
    expect(key({ apiKey: 'one' })).not.toBe(key({ apiKey: 'two' }));
    expect(key({ login: 'acme', password: 'x', url: 'https://smsc.kz' })).toBe('smsc.kz/acme');
  });

  it.each([
    {},
    { login: 'acme' },
    { password: 'x' },
    { apiKey: 'x', url: 'smsc.ru' },
    { apiKey: 'x', hookCharset: 'cp866' },
  ])('does not take %o', (settings) => {
    expect(smsc.settings.safeParse(settings).success).toBe(false);
  });

  it('polls as often as it is set to', () => {
    expect(smsc.traits(LOGIN).pollLimit?.minGapS).toBe(60);
    expect(smsc.traits({ ...LOGIN, pollGapS: 20 }).pollLimit?.minGapS).toBe(20);
  });
});

describe('smsc answers to a send', () => {
  it.each([
    [
      { id: 231826, cnt: 1, cost: '2.95', balance: '512.40' },
      { ids: [{ id: '231826' }], parts: 1 },
    ],
    [
      { id: '231826', cnt: '3' },
      { ids: [{ id: '231826' }], parts: 3 },
    ],
    [{ ID: 231826 }, { ids: [{ id: '231826' }] }],
    [{ id: 231826, error: '', error_code: 0 }, { ids: [{ id: '231826' }] }],
    ['Warning: mysql has gone away\n{"id": 231826, "cnt": 1}', { ids: [{ id: '231826' }], parts: 1 }],
  ])('takes %o for accepted', (body, expected) => {
    expect(read(200, body)).toEqual({ kind: 'accepted', ...expected });
  });

  it.each([
    [1, 'parameters error', 'invalid-request'],
    [2, 'authorise error', 'auth'],
    [3, 'no money', 'no-balance'],
    [4, 'ip is blocked', 'rate-limited'],
    [5, 'invalid date', 'invalid-request'],
    [6, 'message is denied', 'sender-not-allowed'],
    [7, 'invalid number', 'invalid-recipient'],
    [8, "can't to deliver", 'invalid-recipient'],
    [9, 'duplicate request, wait a minute', 'duplicate'],
    [9, 'too many concurrent requests', 'rate-limited'],
    [9, '', 'rate-limited'],
  ])('reads error %i "%s" as %s', (code, error, errorClass) => {
    for (const error_code of [code, String(code)]) {
      const expected = { kind: 'error', class: errorClass, code: String(code), notTaken: true };
      expect(read(200, { error, error_code, id: 231826 })).toMatchObject(expected);
      expect(read(400, { error, error_code })).toMatchObject(expected);
    }
  });

  it.each([
    [
      { error: 'sending limit exceeded', error_code: 10 },
      { class: 'unknown', code: '10', notTaken: false },
    ],
    [{ error: 'something' }, { class: 'unknown', notTaken: false }],
  ])('is not sure of %o', (body, expected) => {
    expect(read(200, body)).toMatchObject({ kind: 'error', ...expected });
  });

  it('lets the next try wait until an equal request is no duplicate any more', () => {
    expect(read(200, { error: 'too many', error_code: 9 })).toMatchObject({ retryAfterS: 61 });
    expect(read(200, { error: 'ip is blocked', error_code: 4 })).toMatchObject({ retryAfterS: 900 });
    expect(read(429, '', { 'retry-after': '2' })).toMatchObject({ class: 'rate-limited', retryAfterS: 61 });
    expect(read(503, '', { 'retry-after': '300' })).toMatchObject({ notTaken: true, retryAfterS: 300 });
    expect(smsc.traits(LOGIN).submitGapS).toBe(61);
    expect(smsc.traits(LOGIN).notFoundTrustedAfterS).toBeGreaterThan(61);
  });

  it('takes the duplicate after an unknown outcome for the proof that the first one arrived', () => {
    const duplicate = read(200, { error: 'duplicate request, wait a minute', error_code: 9 });
    expect(outcomeOf({ reach: 'answered', answer: duplicate }, true)).toEqual({ kind: 'accepted', ids: [] });
  });

  it.each([
    [200, ''],
    [200, '{'],
    [200, '{}'],
    [200, '[]'],
    [200, '{"id":231826,"cn'],
    [200, '{"id":"none"}'],
    [200, '{"cnt":1}'],
    [200, 'OK - 1 SMS, ID - 1234'],
    [200, '<html>busy</html>'],
    [404, 'no such page'],
    [404, '{"id":231826,"cnt":1}'],
  ])('does not understand HTTP %i %s', (status, body) => {
    expect(read(status, body)).toMatchObject({ kind: 'unreadable' });
  });

  it.each([500, 502, 504, 408, 503])('takes a bare HTTP %i for no answer', (status) => {
    expect(read(status, { id: 231826, cnt: 1 })).toMatchObject({ kind: 'error', class: 'temporary', notTaken: false });
  });
});

describe('smsc statuses', () => {
  const ours: Asked = { ids: [], phone: SMS.phone, ref: SMS.ref };
  const other: Asked = { ids: [{ id: '77' }], phone: '+79995550143', ref: { ...SMS.ref, number: 9n } };
  const poll = (body: unknown, asked = [ours], status = 200) => smsc.readPoll?.(answer(status, body), asked, LOGIN);
  const only = (row: unknown) => {
    const result = poll(row);
    return result?.kind === 'read' ? result.answers[0]?.[0] : result;
  };

  it('reads a single object, in which id and phone may be missing', () => {
    const row = { status: 1, last_date: '04.03.2024 12:10:44', last_timestamp: 1709543444, flag: 0, err: 0 };
    const report = {
      gatewayId: INT_REF,
      phone: SMS.phone,
      status: 'delivered',
      raw: 'status 1',
      at: '2024-03-04T09:10:44.000Z',
    };
    expect(poll(row)).toEqual({ kind: 'read', answers: [[{ kind: 'status', report }]] });
    expect(poll([row])).toEqual({ kind: 'read', answers: [[{ kind: 'status', report }]] });
  });

  it('matches rows by id and phone, in the order of asking', () => {
    const rows = [
      { status: 0, id: 231826, phone: '79995550142' },
      { status: 1, id: 77, phone: '79995550199' },
      { status: 20, id: 77, phone: '79995550143', err: 6 },
    ];
    expect(poll(rows, [other, ours])).toMatchObject({
      answers: [
        [{ report: { gatewayId: '77', status: 'undelivered', errorCode: '6', raw: 'status 20, err 6' } }],
        [{ report: { gatewayId: INT_REF, status: 'sent' } }],
      ],
    });
  });

  it('takes only -3 for not found, never a row that is missing or holds an error', () => {
    expect(only({ status: -3 })).toEqual({ kind: 'not-found' });
    expect(only({ status: '-3', id: 231826, phone: '79995550142' })).toEqual({ kind: 'not-found' });
    expect(only([])).toEqual({ kind: 'nothing' });
    expect(only([{ id: 231826, phone: '79995550142', error: 'busy' }])).toEqual({ kind: 'nothing' });
    expect(only([{ id: 231826, phone: '79995550199', status: -3 }])).toEqual({ kind: 'nothing' });
    expect(poll({ status: -3 }, [ours, other])).toEqual({
      kind: 'read',
      answers: [[{ kind: 'nothing' }], [{ kind: 'nothing' }]],
    });
  });

  it.each([
    [-2, 'sent'],
    [-1, 'sent'],
    [0, 'sent'],
    [1, 'delivered'],
    [2, 'delivered'],
    [3, 'expired'],
    [4, 'delivered'],
    [20, 'undelivered'],
    [22, 'rejected'],
    [23, 'rejected'],
    [24, 'rejected'],
    [25, 'rejected'],
  ])('reads status %i as %s', (status, expected) => {
    expect(only({ status })).toMatchObject({ report: { status: expected } });
    expect(only({ status: String(status) })).toMatchObject({ report: { status: expected } });
  });

  it.each([5, 21, -4, 'x', null])('says nothing on status %s', (status) => {
    expect(only({ status })).toEqual({ kind: 'nothing' });
  });

  it.each([
    [22, 0, 'invalid-recipient'],
    [23, 250, 'blocked'],
    [23, 252, 'blocked'],
    [23, 253, undefined],
    [20, 254, 'sender-not-allowed'],
    [24, 0, 'no-balance'],
    [1, 254, undefined],
  ])('refines status %i with reason %i to %s', (status, err, errorClass) => {
    const told = only({ status, err: String(err) });
    expect(told?.kind === 'status' ? told.report.errorClass : 'none').toBe(errorClass);
  });

  it('reads errors of the request', () => {
    expect(poll({ error: 'x', error_code: 9 })).toEqual({
      kind: 'error',
      class: 'rate-limited',
      retryAfterS: 61,
      code: '9',
      detail: 'x',
    });
    expect(poll({ error: 'duplicate request', error_code: 9 })).toMatchObject({ class: 'rate-limited' });
    expect(poll({ error: 'authorise error', error_code: 2 })).toMatchObject({ kind: 'error', class: 'auth' });
    expect(poll('', [ours], 500)).toMatchObject({ kind: 'error', class: 'temporary' });
    expect(poll('<html>')).toMatchObject({ kind: 'unreadable' });
    expect(poll({ status: 1 }, [ours], 404)).toMatchObject({ kind: 'unreadable' });
  });
});

describe('smsc calls', () => {
  const SIGNED = smsc.settings.parse({ apiKey: 'x', hookSecret: 'тайна' });
  const call = (body: unknown, over = {}, settings = LOGIN) => smsc.readHook?.(hook(body, over), settings);
  const FORM = 'id=184467&phone=79995550142&status=1&err=0&type=0&cost=2.95&ts=1709543444';
  const REPORT = {
    gatewayId: '184467',
    phone: '+79995550142',
    status: 'delivered',
    raw: 'status 1',
    at: '2024-03-04T09:10:44.000Z',
  };
  const digest = (algorithm: string, text: string) => createHash(algorithm).update(text).digest('hex');

  it('reads a form in the body, in the query, or in both with the body first', () => {
    const expected = { kind: 'read', reports: [REPORT], inbound: [] };
    expect(call(FORM, { query: 'charset=utf-8&sha1' })).toEqual(expected);
    expect(call('', { method: 'GET', query: `charset=utf-8&${FORM}` })).toEqual(expected);
    expect(call(FORM, { query: 'status=20&id=1' })).toEqual(expected);
  });

  it('reads JSON, alone or in a list', () => {
    const json = { id: 184467, phone: '79995550142', status: '1', err: '0', ts: '1709543444' };
    expect(call(json, { query: 'fmt=3' })).toEqual({ kind: 'read', reports: [REPORT], inbound: [] });
    expect(call([json, { ...json, id: 5, status: 22 }])).toMatchObject({
      reports: [{ gatewayId: '184467' }, { gatewayId: '5', status: 'rejected', errorClass: 'invalid-recipient' }],
    });
  });

  it('reads calls in windows-1251, escaped or not', () => {
    const settings = smsc.settings.parse({ apiKey: 'x', hookSecret: 'тайна', hookCharset: 'windows-1251' });
    const sha1 = digest('sha1', '184467:79995550142:1:тайна');
    const raw = iconv.encode(`sender_id=ООО Ромашка&${FORM}&sha1=${sha1}`, 'windows-1251');
    const json = iconv.encode(
      `{"id":184467,"phone":"79995550142","status":1,"sender_id":"Ромашка","sha1":"${sha1}"}`,
      'windows-1251',
    );
    expect(call('', { body: raw }, settings)).toMatchObject({ kind: 'read', reports: [{ gatewayId: '184467' }] });
    expect(call('', { body: json }, settings)).toMatchObject({ kind: 'read', reports: [{ gatewayId: '184467' }] });
    expect(call(`${FORM}&sha1=${sha1}&sender_id=%D0%EE%EC`, {}, settings)).toMatchObject({ kind: 'read' });
  });

  it('takes only calls with a right checksum where a secret is set', () => {
    const text = '184467:79995550142:1:тайна';
    const sha1 = digest('sha1', text);
    const md5 = digest('md5', text);
    expect(call(`${FORM}&sha1=${sha1}`, { query: 'sha1' }, SIGNED)).toMatchObject({ kind: 'read', reports: [REPORT] });
    expect(call(`${FORM}&md5=${md5.toUpperCase()}`, {}, SIGNED)).toMatchObject({ kind: 'read', reports: [REPORT] });
    expect(call(FORM.replace('status=1', 'status=3'), { query: `sha1=${sha1}` }, SIGNED)).toMatchObject({
      status: 403,
    });
    expect(call(`${FORM}&sha1=${md5}`, {}, SIGNED)).toMatchObject({ kind: 'refused', status: 403 });
    expect(call(`${FORM}&crc32=123`, {}, SIGNED)).toMatchObject({ kind: 'refused', status: 403 });
    expect(call(FORM, {}, SIGNED)).toMatchObject({ kind: 'refused', status: 403 });
  });

  it.each([
    ['a call confirmation', 'phone=79995550142&ts=1709543444&md5=0123456789abcdef0123456789abcdef'],
    ['a text from a phone', 'id=5&phone=79995550142&to_phone=79990000001&mes=STOP'],
    ['an HLR answer', `${FORM.replace('type=0', 'type=4')}&imsi=250`],
    ['a status that says nothing', FORM.replace('status=1', 'status=-3')],
    ['a number that is none', FORM.replace('79995550142', 'x')],
    ['an empty call', ''],
  ])('answers and keeps %s, and makes nothing of it', (_, body) => {
    expect(call(body)).toMatchObject({ kind: 'nothing' });
  });

  it('names the fields of what it does not understand, never their values', () => {
    const reading = call('phone=79995550142&mes=%D1%81%D1%82%D0%BE%D0%BF&stop 79995550142');
    expect(reading).toEqual({ kind: 'nothing', detail: 'no status of an SMS in a call with the fields phone, mes' });
  });

  it('refuses XML and broken JSON, and answers the rest with OK', () => {
    expect(call('<sms id="1"/>')).toMatchObject({ kind: 'refused', status: 400 });
    expect(call('{"id":')).toMatchObject({ kind: 'refused', status: 400 });
    expect(smsc.reply?.({ kind: 'read', reports: [], inbound: [] }, LOGIN)).toEqual({ status: 200, body: 'OK' });
  });
});
