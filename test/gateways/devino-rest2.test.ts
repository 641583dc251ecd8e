import { describe, expect, it } from 'vitest';
import { devino } from '../../gateways/devino.ts';
import type { Asked } from '../../gateways/gateway.ts';
import { outcomeOf } from '../../sms/outcome.ts';
import { answer, bytes, formOf, hook, requestOf, SMS } from './kit.ts';

const REST2 = devino.settings.parse({ api: 'rest2', login: 'acme', password: 's3cret' });
const LOGIN = { Login: 'acme', Password: 's3cret' };

const readRest2 = (status: number, body: unknown, headers = {}) =>
  devino.readSend(answer(status, body, headers), SMS, REST2);
const queryOf = (url = '') => Object.fromEntries(new URL(url).searchParams);

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
