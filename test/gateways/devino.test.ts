import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { devino } from '../../gateways/devino.ts';
import type { Asked } from '../../gateways/gateway.ts';
import { outcomeOf } from '../../sms/outcome.ts';
import { answer, bytes, formOf, hook, jsonOf, requestOf, SMS, TEXT_REF } from './kit.ts';

const KEY = '11111111-2222-3333-4444-555555555555';
const ONLINE = devino.settings.parse({ api: 'online', apiKey: KEY });
const REST2 = devino.settings.parse({ api: 'rest2', login: 'acme', password: 's3cret' });
const LOGIN = { Login: 'acme', Password: 's3cret' };

const readOnline = (status: number, body: unknown, headers = {}) =>
  devino.readSend(answer(status, body, headers), SMS, ONLINE);
const readRest2 = (status: number, body: unknown, headers = {}) =>
  devino.readSend(answer(status, body, headers), SMS, REST2);
const queryOf = (url = '') => Object.fromEntries(new URL(url).searchParams);

describe('devino settings', () => {
  it.each([
    {},
    { api: 'online' },
    { api: 'online', login: 'acme' },
    { api: 'rest2', apiKey: KEY },
    { api: 'rest2', password: 'x' },
    { apiKey: KEY },
    { login: 'acme', password: 'x' },
    { api: 'rest1', login: 'acme', password: 'x' },
  ])('does not take %o', (settings) => {
    expect(devino.settings.safeParse(settings).success).toBe(false);
  });

  it('names an account by address and login, or by the mark of its key', () => {
    const key = (settings: object) => devino.accountKey(devino.settings.parse(settings));
    expect(devino.accountKey(REST2)).toBe('integrationapi.net/rest/v2/acme');
    expect(key({ api: 'online', login: 'acme', apiKey: KEY })).toBe('api.devino.online/acme');
    expect(devino.accountKey(ONLINE)).toMatch(/^api\.devino\.online\/[0-9a-f]{12}$/);
    expect(devino.accountKey(ONLINE)).not.toBe(key({ api: 'online', apiKey: 'other' }));
  });

  it('tells what each API cannot do', () => {
    expect(devino.traits(ONLINE)).toMatchObject({
      repeat: 'unsafe',
      lookup: 'none',
      reports: 'webhook',
      inbound: 'none',
      callerId: 'required',
    });
    expect(devino.traits(REST2)).toMatchObject({
      repeat: 'unsafe',
      lookup: 'gateway-id',
      reports: 'poll',
      inbound: 'pull',
      pollLimit: { idsPerRequest: 1 },
    });
    expect(devino.traits({ ...REST2, pullInbound: false }).inbound).toBe('webhook');
    expect(devino.traits(REST2).ownId).toBeUndefined();
  });

  it.each([ONLINE, REST2])('needs a caller id for $api', (settings) => {
    const { callerId: _, ...nameless } = SMS;
    expect(devino.send(nameless, settings)).toMatchObject({ refuse: 'sender-not-allowed' });
    expect(devino.traits(settings).callerId).toBe('required');
  });
});

describe('devino online requests', () => {
  it('sends a list of one message, with where and under what to report', () => {
    const reportUrl = 'https://sms.example.org/hooks/devino/9f2c';
    const request = requestOf(devino.send({ ...SMS, reportUrl }, ONLINE));
    expect({ ...request, body: jsonOf(request) }).toEqual({
      method: 'POST',
      url: 'https://api.devino.online/sms/messages',
      headers: { authorization: `Key ${KEY}`, accept: 'application/json', 'content-type': 'application/json' },
      body: {
        messages: [
          {
            from: 'ACME',
            to: '79995550142',
            text: 'Код 4821',
            validity: 3600,
            priority: 'REALTIME',
            callbackUrl: reportUrl,
            options: { ref: TEXT_REF },
          },
        ],
      },
    });
    expect(request.body).toContain('"text":"Код 4821"');
  });

  it('logs in with login and password where there is no key, and names no address that it has not', () => {
    const settings = devino.settings.parse({ api: 'online', url: 'http://127.0.0.1:7005/', login: 'a', password: 'b' });
    const request = requestOf(devino.send(SMS, settings));
    expect(request.url).toBe('http://127.0.0.1:7005/sms/messages');
    expect(request.headers.authorization).toBe('Basic YTpi');
    expect(request.body).not.toContain('callbackUrl');
  });

  it.each([
    [0.5, 1],
    [60, 60],
    [3600.9, 3600],
    [900_000, 259_200],
  ])('turns %s s of validity into %i s', (validityS, validity) => {
    expect(jsonOf(requestOf(devino.send({ ...SMS, validityS }, ONLINE)))).toMatchObject({ messages: [{ validity }] });
  });

  it.each([
    ['otp', 'REALTIME'],
    ['notice', 'HIGH'],
    ['campaign', 'MEDIUM'],
  ] as const)('calls the priority %s %s', (priority, word) => {
    expect(jsonOf(requestOf(devino.send({ ...SMS, priority }, ONLINE)))).toMatchObject({
      messages: [{ priority: word }],
    });
  });

  it('asks for the balance', () => {
    const account = { companyId: 10001, accountType: 'PREPAID', balance: 512.4, credit: 0, isBlocked: false };
    const balance = (status: number, body: unknown) => devino.readBalance?.(answer(status, body), ONLINE);
    expect(devino.balance?.(ONLINE)).toEqual({
      method: 'GET',
      url: 'https://api.devino.online/billing-api/companies/current/account',
      headers: { authorization: `Key ${KEY}`, accept: 'application/json' },
    });
    expect(balance(200, { result: { account, validPacketChannels: [] } })).toEqual({ amount: '512.4' });
    expect(balance(200, { result: { account: { ...account, isBlocked: true } } })).toMatchObject({ error: 'auth' });
    expect(balance(403, '')).toMatchObject({ error: 'auth' });
    expect(balance(200, {})).toMatchObject({ error: 'unknown' });
  });
});

describe('devino online answers to a send', () => {
  const OK = { code: 'OK', messageId: '3481220017345536000', segmentsId: null };

  it.each([
    ['the list', { result: [OK] }],
    ['a single object', { result: OK }],
    ['other case', { Result: [{ Code: 'Ok', MessageId: '3481220017345536000' }] }],
    ['a bare number', '{"result":[{"code":"OK","messageId":3481220017345536000}]}'],
  ])('takes %s for accepted', (_, body) => {
    expect(readOnline(200, body)).toEqual({ kind: 'accepted', ids: [{ id: '3481220017345536000' }] });
  });

  it.each([
    ['billing.error', '', 'no-balance'],
    ['forbidden', 'from', 'sender-not-allowed'],
    ['forbidden', 'messages[0].from', 'sender-not-allowed'],
    ['forbidden', 'to', 'blocked'],
    ['forbidden', '', 'blocked'],
    ['invalid', 'to', 'invalid-recipient'],
    ['invalid', '/messages/0/to', 'invalid-recipient'],
    ['invalid', 'from', 'sender-not-allowed'],
    ['invalid', 'validity', 'invalid-request'],
    ['invalid', 'options', 'invalid-request'],
    ['must.be.not.null', 'to', 'invalid-request'],
    ['length.too.long', 'text', 'invalid-request'],
    ['too.many.messages', '', 'rate-limited'],
    ['unknown', '', 'unknown'],
    ['something.new', 'to', 'unknown'],
  ])('reads the reason %s of "%s" as %s', (key, ref, errorClass) => {
    const refused = { code: 'REJECTED', description: 'no', reasons: [{ key, ref }] };
    const detail = ref === '' ? `no; ${key}` : `no; ${key}: ${ref}`;
    const expected = { kind: 'error', class: errorClass, code: key, detail, notTaken: true };
    expect(readOnline(200, { result: [refused] })).toEqual(expected);
    expect(readOnline(400, { reasons: [{ key, ref }] })).toMatchObject({
      class: errorClass,
      code: key,
      notTaken: true,
    });
    expect(readOnline(200, { result: [{ code: 'OTHER', reasons: { key, ref } }] })).toMatchObject({
      class: errorClass,
    });
  });

  it('goes by the first reason that is known, and by the word where there is none', () => {
    const reasons = [{ key: 'unknown' }, { key: 'invalid', ref: 'to' }, { key: 'billing.error' }];
    expect(readOnline(200, { result: [{ code: 'REJECTED', reasons }] })).toMatchObject({ class: 'invalid-recipient' });
    const refused = readOnline(200, { result: [{ code: 'REJECTED' }] });
    expect(refused).toEqual({ kind: 'error', class: 'unknown', code: 'REJECTED', notTaken: true });
    expect(outcomeOf({ reach: 'answered', answer: refused }, false)).toMatchObject({ kind: 'refused', optOut: false });
  });

  it.each([
    [401, 'auth', true],
    [403, 'auth', true],
    [429, 'rate-limited', true],
    [500, 'temporary', false],
    [502, 'temporary', false],
    [503, 'temporary', false],
    [504, 'temporary', false],
  ])('reads HTTP %i as %s whatever the body', (status, errorClass, notTaken) => {
    for (const body of ['', { result: [OK] }, { reasons: [{ key: 'invalid', ref: 'to' }] }]) {
      expect(readOnline(status, body)).toMatchObject({ kind: 'error', class: errorClass, notTaken });
    }
  });

  it.each([
    [200, ''],
    [200, '{'],
    [200, {}],
    [200, { result: [] }],
    [200, { result: [{ messageId: '3481220017345536000' }] }],
    [200, { result: [{ code: 'OK' }] }],
    [200, { result: [{ code: 'OK', messageId: '' }] }],
    [200, { result: [{ code: 'QUEUED', messageId: '3481220017345536000' }] }],
    [200, '<html>busy</html>'],
    [400, { result: [OK] }],
    [400, 'Bad Request'],
    [404, ''],
  ])('does not understand HTTP %i %o', (status, body) => {
    expect(readOnline(status, body)).toMatchObject({ kind: 'unreadable' });
  });

  it('never takes a part of a success, garbage, or a success under another status for one', () => {
    const kindOf = (status: number, body: string | Uint8Array) =>
      outcomeOf(
        {
          reach: 'answered',
          answer: devino.readSend(
            { status, headers: {}, body: typeof body === 'string' ? bytes(body) : body },
            SMS,
            ONLINE,
          ),
        },
        false,
      ).kind;
    const success = JSON.stringify({ result: [OK] });
    for (let length = 0; length < success.length; length++) {
      expect(kindOf(200, success.slice(0, length))).toBe('uncertain');
    }
    const garbage = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.json().map(bytes));
    fc.assert(
      fc.property(garbage, (body) => {
        fc.pre(!/"(code|reasons)"/i.test(new TextDecoder().decode(body)));
        expect(kindOf(200, body)).toBe('uncertain');
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.oneof(fc.integer({ min: 300, max: 399 }), fc.integer({ min: 500, max: 599 })), (status) => {
        expect(kindOf(status, success)).toBe('uncertain');
      }),
    );
  });
});

describe('devino online calls', () => {
  const call = (body: unknown) => devino.readHook?.(hook(body), ONLINE);
  const AT = '2024-03-04T09:10:44.068Z';

  it("reads the forms of the vendor's other products, with every digit of the id", () => {
    const viber = '[{"id":3481220017345536127,"receivedAt":"1709543444068","status":"DELIVERED"}]';
    const report = { gatewayId: '3481220017345536127', status: 'delivered', raw: 'DELIVERED', at: AT };
    expect(call(viber)).toEqual({ kind: 'read', reports: [report], inbound: [] });
    const vk = { messageId: 1400017, status: 'failed', receivedAt: '2024-03-04 12:10:44', error: 'no such user' };
    expect(call([vk])).toEqual({
      kind: 'read',
      reports: [{ gatewayId: '1400017', status: 'rejected', raw: 'failed', errorCode: 'no such user' }],
      inbound: [],
    });
  });

  it.each([
    ['DELIVERED', 'delivered'],
    ['READ', 'delivered'],
    ['VISITED', 'delivered'],
    ['CLICKED', 'delivered'],
    ['UNDELIVERED', 'undelivered'],
    ['undelived', 'undelivered'],
    ['FAILED', 'rejected'],
    ['VP_EXPIRED', 'expired'],
    ['vp_expired', 'expired'],
    ['enqueued', 'sent'],
    ['sent', 'sent'],
  ])('reads %s as %s, alone or in a list', (status, expected) => {
    const report = { gatewayId: '5', status: expected, raw: status };
    expect(call({ messageId: '5', id: '6', status })).toEqual({ kind: 'read', reports: [report], inbound: [] });
    expect(call([{ id: 5, status }])).toEqual({ kind: 'read', reports: [report], inbound: [] });
    expect(call({ messages: [{ id: 5, status }] })).toMatchObject({ reports: [report] });
  });

  it('goes by our own reference where it comes back', () => {
    const row = { messageId: '5', status: 'DELIVERED', options: { ref: TEXT_REF } };
    expect(call(row)).toMatchObject({ reports: [{ gatewayId: TEXT_REF }] });
    expect(call({ ...row, options: { ref: 'wf-000123 of others' } })).toMatchObject({ reports: [{ gatewayId: '5' }] });
    expect(call([{ id: 5, status: 'FAILED', errorCode: 'USER_BLOCKED' }])).toEqual({
      kind: 'read',
      reports: [{ gatewayId: '5', status: 'rejected', raw: 'FAILED', errorCode: 'USER_BLOCKED' }],
      inbound: [],
    });
  });

  it('does not lose the answer of a person', () => {
    const row = {
      id: 2,
      parentId: 1,
      receivedAt: '2024-03-04 12:10:44',
      subject: 'ACME',
      address: '79215550142',
      contentType: 'text',
      content: 'STOP',
    };
    const inbound = [{ inboundId: '2', from: '+79215550142', to: 'ACME', text: 'STOP' }];
    expect(call([row])).toEqual({ kind: 'read', reports: [], inbound });
  });

  it.each([
    ['', 0],
    ['id=5&status=DELIVERED', 0],
    ['<x/>', 0],
    [{}, 1],
    [[{ id: 5, status: 'PONDERING' }], 1],
    [[{ id: 5 }, { status: 'DELIVERED' }, 7], 3],
    [[{ address: 'ACME', content: 'STOP' }], 1],
  ])('answers and keeps %o', (body, rows) => {
    expect(call(body)).toEqual({
      kind: 'nothing',
      detail: `no status and no text in a form that is known, in ${rows} rows`,
    });
  });

  it('answers with 200 and an empty body', () => {
    expect(devino.reply?.({ kind: 'read', reports: [], inbound: [] }, ONLINE)).toEqual({ status: 200, body: '' });
  });
});

describe('devino rest2 requests', () => {
  it('sends a form, with minutes of validity', () => {
    const request = requestOf(devino.send({ ...SMS, reportUrl: 'https://sms.example.org/h', validityS: 3659 }, REST2));
    expect({ ...request, body: formOf(request) }).toEqual({
      method: 'POST',
      url: 'https://integrationapi.net/rest/v2/Sms/Send',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: {
        ...LOGIN,
        SourceAddress: 'ACME',
        DestinationAddress: '79995550142',
        Data: 'Код 4821',
        Validity: '60',
      },
    });
    expect(request.body).toContain('&Data=%D0%9A%D0%BE%D0%B4+4821&');
  });

  it.each([
    [1, '1'],
    [119, '1'],
    [86_400, '1440'],
    [900_000, '2880'],
  ])('turns %i s of validity into %s min', (validityS, validity) => {
    expect(formOf(requestOf(devino.send({ ...SMS, validityS }, REST2))).Validity).toBe(validity);
  });

  it('does not put a text on the wire that Devino would not take whole', () => {
    expect(devino.send({ ...SMS, text: 'я'.repeat(2001) }, REST2)).toMatchObject({ refuse: 'invalid-request' });
    expect(devino.send({ ...SMS, text: 'я'.repeat(2000) }, REST2)).toHaveProperty('body');
  });

  it.each(['http://127.0.0.1:7005', 'http://127.0.0.1:7005/', 'http://127.0.0.1:7005/rest/v2/'])(
    'takes the address %s with or without the path',
    (url) => {
      const settings = devino.settings.parse({ api: 'rest2', login: 'acme', password: 'x', url });
      expect(requestOf(devino.send(SMS, settings)).url).toBe('http://127.0.0.1:7005/rest/v2/Sms/Send');
      expect(devino.accountKey(settings)).toBe('127.0.0.1:7005/rest/v2/acme');
    },
  );

  it('asks for the balance, which is a bare number', () => {
    const balance = (status: number, body: unknown) => devino.readBalance?.(answer(status, body), REST2);
    const request = devino.balance?.(REST2);
    expect(request?.url).toBe('https://integrationapi.net/rest/v2/User/Balance?Login=acme&Password=s3cret');
    expect(request?.method).toBe('GET');
    expect(balance(200, '512.4')).toEqual({ amount: '512.4' });
    expect(balance(200, '"512,40"')).toEqual({ amount: '512.40' });
    expect(balance(401, { Code: 4, Desc: 'Unauthorized access' })).toEqual({
      error: 'auth',
      detail: 'Unauthorized access',
    });
    expect(balance(200, '"soon"')).toMatchObject({ error: 'unknown' });
  });
});

describe('devino rest2 answers to a send', () => {
  it('reads one id for each part', () => {
    expect(readRest2(200, ['612000000000000001'])).toEqual({
      kind: 'accepted',
      ids: [{ id: '612000000000000001', part: 1 }],
      parts: 1,
    });
    const two = [
      { id: '612000000000000001', part: 1 },
      { id: '612000000000000002', part: 2 },
    ];
    expect(readRest2(200, ['612000000000000001', '612000000000000002'])).toMatchObject({ ids: two, parts: 2 });
    expect(readRest2(200, '[612000000000000001, 612000000000000002]')).toMatchObject({ ids: two });
    expect(readRest2(200, ['SAR-GW01+79215550142-2-1'])).toMatchObject({ ids: [{ id: 'SAR-GW01+79215550142-2-1' }] });
  });

  it.each([
    [400, 1, 'Argument cannot be null or empty', 'invalid-request'],
    [400, 2, 'Invalid argument', 'invalid-request'],
    [400, 2, 'Invalid argument: DestinationAddress', 'invalid-recipient'],
    [400, 3, 'Invalid session id', 'auth'],
    [401, 4, 'Unauthorized access', 'auth'],
    [403, 5, 'Not enough credits', 'no-balance'],
    [400, 6, 'Invalid operation', 'invalid-request'],
    [400, 6, 'Invalid source address', 'sender-not-allowed'],
    [403, 7, 'Forbidden', 'auth'],
    [400, 77, 'Something new', 'unknown'],
  ])('reads HTTP %i with code %i "%s" as %s', (status, Code, Desc, errorClass) => {
    const expected = { kind: 'error', class: errorClass, code: String(Code), detail: Desc, notTaken: true };
    expect(readRest2(status, { Code, Desc })).toEqual(expected);
    expect(readRest2(status, { code: String(Code), desc: Desc })).toEqual(expected);
  });

  it('takes the code over an HTTP status that does not fit it', () => {
    expect(readRest2(400, { Code: 5, Desc: 'Not enough credits' })).toMatchObject({ class: 'no-balance' });
    expect(readRest2(200, { Code: 6, Desc: 'Invalid source address' })).toMatchObject({ class: 'sender-not-allowed' });
    expect(readRest2(403, '')).toMatchObject({ class: 'auth', notTaken: true });
    expect(readRest2(401, { Code: 2 })).toMatchObject({ class: 'auth' });
  });

  it.each([
    [500, { Code: 8, Desc: 'Gateway error' }],
    [500, { Code: 9, Desc: 'Object reference not set' }],
    [400, { Code: 9, Desc: 'Internal server error' }],
    [403, { Code: 8 }],
    [200, { Code: 9 }],
    [500, ''],
    [502, ['612000000000000001']],
    [504, { Code: 2, Desc: 'Invalid argument' }],
  ])('is uncertain after HTTP %i %o', (status, body) => {
    const read = readRest2(status, body);
    expect(read).toMatchObject({ kind: 'error', class: 'temporary', notTaken: false });
    expect(outcomeOf({ reach: 'answered', answer: read }, false)).toMatchObject({ kind: 'uncertain' });
  });

  it.each([
    [200, ''],
    [200, '[]'],
    [200, '["612000000000000001"'],
    [200, ['612000000000000001', null]],
    [200, ['OK']],
    [200, [0]],
    [200, ['12345']],
    [200, ['not enough 100000']],
    [200, { Code: 0, Desc: 'OK' }],
    [200, { Result: ['612000000000000001'] }],
    [200, '<html>busy</html>'],
    [400, ['612000000000000001']],
    [400, 'Bad Request'],
    [404, ''],
  ])('does not understand HTTP %i %o', (status, body) => {
    expect(readRest2(status, body)).toMatchObject({ kind: 'unreadable' });
  });
});

describe('devino rest2 statuses', () => {
  const asked: Asked[] = [{ ids: [{ id: '612000000000000001', part: 1 }], phone: SMS.phone, ref: SMS.ref }];
  const STATE = {
    State: 0,
    CreationDateUtc: '/Date(1709543400000)/',
    SubmittedDateUtc: '/Date(1709543401000)/',
    ReportedDateUtc: '/Date(1709543444000)/',
    TimeStampUtc: '/Date(1709543445000)/',
    StateDescription: 'Доставлен',
    Price: 2.35,
  };
  const readPoll = (body: unknown, status = 200) => devino.readPoll?.(answer(status, body), asked, REST2);

  it('asks for one part', () => {
    const request = devino.poll?.(asked, REST2);
    expect(request?.method).toBe('GET');
    expect(request?.url).toMatch(/^https:\/\/integrationapi\.net\/rest\/v2\/Sms\/State\?Login=/);
    expect(queryOf(request?.url)).toEqual({ ...LOGIN, messageId: '612000000000000001' });
    const odd = devino.poll?.([{ ids: [{ id: 'SAR-GW01+7921&x' }], phone: SMS.phone, ref: SMS.ref }], REST2);
    expect(queryOf(odd?.url).messageId).toBe('SAR-GW01+7921&x');
  });

  it('reads a whole answer as the vendor writes it', () => {
    const wire =
      '{"State":0,"ReportedDateUtc":"\\/Date(1709543444000)\\/","StateDescription":"Доставлен","Price":2.35}';
    const report = {
      gatewayId: '612000000000000001',
      status: 'delivered',
      raw: 'State 0',
      detail: 'Доставлен',
      at: '2024-03-04T09:10:44.000Z',
    };
    expect(readPoll(wire)).toEqual({ kind: 'read', answers: [[{ kind: 'status', report }]] });
    expect(readPoll(STATE)).toEqual({ kind: 'read', answers: [[{ kind: 'status', report }]] });
  });

  it.each([
    [-2, 'sent', undefined],
    [-1, 'sent', undefined],
    [0, 'delivered', undefined],
    [-98, 'rejected', undefined],
    [10, 'rejected', 'sender-not-allowed'],
    [11, 'rejected', 'invalid-recipient'],
    [41, 'rejected', 'invalid-recipient'],
    [42, 'undelivered', undefined],
    [46, 'expired', undefined],
    [47, 'rejected', undefined],
    [48, 'rejected', undefined],
    [69, 'rejected', undefined],
  ])('reads state %i as %s', (State, status, errorClass) => {
    const none = '/Date(-62135596800000)/';
    for (const state of [State, String(State)]) {
      expect(readPoll({ State: state, ReportedDateUtc: none, TimeStampUtc: null })).toEqual({
        kind: 'read',
        answers: [
          [
            {
              kind: 'status',
              report: {
                gatewayId: '612000000000000001',
                status,
                raw: `State ${State}`,
                ...(errorClass === undefined ? {} : { errorClass }),
              },
            },
          ],
        ],
      });
    }
  });

  it.each([99, 255, 5, -3])('makes nothing of state %i', (State) => {
    expect(readPoll({ ...STATE, State })).toEqual({ kind: 'read', answers: [[{ kind: 'nothing' }]] });
  });

  it('takes the time of the change where there is no report yet', () => {
    expect(readPoll({ ...STATE, State: -1, ReportedDateUtc: null })).toMatchObject({
      answers: [[{ report: { status: 'sent', at: '2024-03-04T09:10:45.000Z' } }]],
    });
  });

  it('names the trouble', () => {
    expect(readPoll({ Code: 4, Desc: 'Unauthorized access' }, 401)).toEqual({
      kind: 'error',
      class: 'auth',
      code: '4',
      detail: 'Unauthorized access',
    });
    expect(readPoll({ Code: 2, Desc: 'Invalid argument' }, 400)).toMatchObject({ class: 'invalid-request' });
    expect(readPoll('', 500)).toMatchObject({ kind: 'error', class: 'temporary' });
    expect(readPoll('{}')).toMatchObject({ kind: 'unreadable' });
    expect(readPoll(STATE, 404)).toMatchObject({ kind: 'unreadable' });
  });
});

describe('devino rest2 texts from phones', () => {
  const QUERY = 'sourcePhone=79215550142&number=2420&prefix=&text=STOP&messageId=400017';
  const INBOUND = { inboundId: '400017', from: '+79215550142', to: '2420', text: 'STOP' };
  const call = (over: { method?: string; query?: string; body?: Uint8Array }) =>
    devino.readHook?.(hook('', over), REST2);

  it('reads a call by GET or POST', () => {
    const expected = { kind: 'read', reports: [], inbound: [INBOUND] };
    expect(call({ method: 'GET', query: QUERY })).toEqual(expected);
    expect(call({ body: bytes(QUERY) })).toEqual(expected);
    expect(call({ query: QUERY.replace('STOP', '%D0%A1%D1%82%D0%BE%D0%BF+') })).toMatchObject({
      inbound: [{ text: 'Стоп ' }],
    });
  });

  it.each([
    ['acme', 'ACME STOP', 'STOP'],
    ['acme', 'STOP', 'STOP'],
    ['acme', 'Acme', 'Acme'],
    ['', 'acme STOP', 'acme STOP'],
  ])('cuts the prefix "%s" off "%s"', (prefix, text, expected) => {
    const query = new URLSearchParams({ sourcePhone: '79215550142', prefix, text }).toString();
    expect(call({ query })).toEqual({
      kind: 'read',
      reports: [],
      inbound: [{ from: '+79215550142', text: expected }],
    });
  });

  it.each(['', 'x=1', 'text=STOP', 'sourcePhone=ACME&text=STOP', '{"id":5}'])('answers and keeps "%s"', (query) => {
    expect(call({ query })).toEqual({ kind: 'nothing', detail: 'a call without the phone that a text is from' });
    expect(call({ body: bytes(query) })).toMatchObject({ kind: 'nothing' });
  });

  it('answers with an empty body: another would be sent to the person', () => {
    expect(devino.reply?.({ kind: 'read', reports: [], inbound: [INBOUND] }, REST2)).toEqual({ status: 200, body: '' });
  });

  const AT = '2024-03-05T11:00:00.500Z';
  const windowOf = (cursor?: string, at = AT) => {
    const request = devino.pullInbound?.({ at, ...(cursor === undefined ? {} : { cursor }) }, REST2);
    expect(request?.url).toMatch(/^https:\/\/integrationapi\.net\/rest\/v2\/Sms\/In\?/);
    const { Login, Password, minDateUTC, maxDateUTC } = queryOf(request?.url);
    expect({ Login, Password }).toEqual(LOGIN);
    return [minDateUTC, maxDateUTC];
  };
  const readPulled = (body: unknown, cursor?: string, status = 200) =>
    devino.readPulled?.(answer(status, body), { at: AT, ...(cursor === undefined ? {} : { cursor }) }, REST2);

  it('fetches by windows that overlap, at most a day long and never older than a year', () => {
    expect(windowOf()).toEqual(['2024-03-05T10:00:00', '2024-03-05T11:00:00']);
    expect(windowOf('2024-03-05T10:59:00.000Z')).toEqual(['2024-03-05T10:49:00', '2024-03-05T11:00:00']);
    expect(windowOf('2024-03-01T10:00:00.000Z')).toEqual(['2024-03-01T09:50:00', '2024-03-02T09:50:00']);
    expect(windowOf('2020-03-01T10:00:00.000Z')).toEqual(['2023-03-07T11:00:00', '2023-03-08T11:00:00']);
    expect(windowOf('2024-03-06T10:00:00.000Z')).toEqual(['2024-03-05T10:50:00', '2024-03-05T11:00:00']);
    expect(windowOf('nonsense')).toEqual(['2024-03-05T10:00:00', '2024-03-05T11:00:00']);
  });

  it('reads texts, and goes on where the window ended', () => {
    const row = {
      Data: 'STOP',
      SourceAddress: '79215550142',
      DestinationAddress: '79165550100',
      ID: 539000001,
      CreatedDateUtc: '/Date(1709543444000)/',
    };
    expect(readPulled([row, { ...row, SourceAddress: 'ACME' }])).toEqual({
      kind: 'read',
      inbound: [
        {
          inboundId: '539000001',
          from: '+79215550142',
          to: '79165550100',
          text: 'STOP',
          at: '2024-03-04T09:10:44.000Z',
        },
      ],
      cursor: AT,
      more: false,
    });
    expect(readPulled([], '2024-03-01T10:00:00.000Z')).toEqual({
      kind: 'read',
      inbound: [],
      cursor: '2024-03-02T09:50:00.000Z',
      more: true,
    });
  });

  it('names the trouble, and keeps its place', () => {
    const refused = { Code: 7, Desc: 'Forbidden' };
    expect(readPulled(refused, undefined, 403)).toEqual({
      kind: 'error',
      class: 'auth',
      code: '7',
      detail: 'Forbidden',
    });
    expect(readPulled('', undefined, 500)).toMatchObject({ kind: 'error', class: 'temporary' });
    expect(readPulled('{}')).toMatchObject({ kind: 'unreadable' });
    expect(readPulled('[]', undefined, 404)).toMatchObject({ kind: 'unreadable' });
  });
});
