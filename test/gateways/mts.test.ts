import { describe, expect, it } from 'vitest';
import type { Asked } from '../../gateways/gateway.ts';
import { mts } from '../../gateways/mts.ts';
import { outcomeOf } from '../../sms/outcome.ts';
import { answer, hook, jsonOf, requestOf, SMS, TEXT_REF } from './kit.ts';

const ACCESS = { login: 'gw_example', password: 'pass' };
const OMNI = mts.settings.parse(ACCESS);
const TOKEN = mts.settings.parse({ api: 'token', token: 't0ken' });
const CLASSES = { 1001: 'no-balance', 17: 'invalid-recipient', ERROR: 'sender-not-allowed', 900901: 'auth' };
const MAPPED = mts.settings.parse({ ...ACCESS, errorClasses: CLASSES });

const ID = 'b7b1c0de-0000-4000-8000-00000000aaaa';
const OK = { messages: [{ internal_id: ID, msisdn: '79995550142' }] };

const read = (status: number, body: unknown, settings = OMNI, headers = {}) =>
  mts.readSend(answer(status, body, headers), SMS, settings);

describe('mts requests', () => {
  it('sends JSON with our id, under HTTP Basic', () => {
    const request = requestOf(mts.send(SMS, OMNI));
    expect({ ...request, body: jsonOf(request) }).toEqual({
      method: 'POST',
      url: 'https://omnichannel.mts.ru/http-api/v1/messages',
      headers: {
        authorization: 'Basic Z3dfZXhhbXBsZTpwYXNz',
        'content-type': 'application/json; charset=utf-8',
      },
      body: {
        messages: [
          {
            content: { short_text: 'Код 4821' },
            from: { sms_address: 'ACME' },
            to: [{ msisdn: '79995550142', message_id: TEXT_REF }],
          },
        ],
      },
    });
  });

  it('sends over the token API without an id', () => {
    const request = requestOf(mts.send(SMS, TOKEN));
    expect({ ...request, body: jsonOf(request) }).toEqual({
      method: 'POST',
      url: 'https://api.mts.ru/client-omni-adapter_production/1.0.2/mcom/messageManagement/messages',
      headers: { authorization: 'Bearer t0ken', 'content-type': 'application/json; charset=utf-8' },
      body: { submits: [{ msid: '79995550142', message: 'Код 4821' }], naming: 'ACME' },
    });
  });

  it.each([
    [{ ...ACCESS, url: 'http://localhost:1' }, 'http://localhost:1/http-api/v1/messages'],
    [{ ...ACCESS, url: 'http://localhost:1/http-api/v2/' }, 'http://localhost:1/http-api/v2/messages'],
    [
      { api: 'token', token: 't', url: 'http://localhost:1/client-omni-adapter_production/1.0.3' },
      'http://localhost:1/client-omni-adapter_production/1.0.3/mcom/messageManagement/messages',
    ],
    [
      { api: 'token', token: 't', url: 'http://localhost:1/x/' },
      'http://localhost:1/x/mcom/messageManagement/messages',
    ],
  ])('takes an address whole, and adds the usual path where it has none: %o', (settings, url) => {
    expect(requestOf(mts.send(SMS, mts.settings.parse(settings))).url).toBe(url);
  });

  it.each([OMNI, TOKEN])('does not send without a sender name', (settings) => {
    const { callerId: _, ...nameless } = SMS;
    expect(mts.send(nameless, settings)).toMatchObject({ refuse: 'sender-not-allowed' });
  });

  it('asks for the balance', () => {
    const request = mts.balance?.(OMNI);
    const path = '/http-api/v1/messages/balanceManagement/balance/full';
    expect(request).toMatchObject({ method: 'POST', url: `https://omnichannel.mts.ru${path}`, body: '' });
    expect(mts.readBalance?.(answer(200, { balance: 1234.5 }), OMNI)).toEqual({ amount: '1234.5' });
    expect(mts.readBalance?.(answer(200, { balance: '7', limit: 5 }), OMNI)).toEqual({ amount: '7' });
    expect(mts.readBalance?.(answer(401, ''), OMNI)).toMatchObject({ error: 'auth' });
    expect(mts.readBalance?.(answer(200, { code: 5, message: 'x' }), OMNI)).toEqual({ error: 'unknown', detail: 'x' });
    expect(mts.readBalance?.(answer(200, '{}'), OMNI)).toMatchObject({ error: 'unknown' });
  });
});

describe('mts settings and traits', () => {
  it.each([
    {},
    { login: 'a' },
    { api: 'token' },
    { ...ACCESS, api: 'token' },
    { api: 'soap', ...ACCESS },
    { ...ACCESS, errorClasses: { 5: 'poor' } },
    { ...ACCESS, inboundPhoneField: 'from' },
    { api: 'token', token: 'a b' },
  ])('does not take %o', (settings) => {
    expect(mts.settings.safeParse(settings).success).toBe(false);
  });

  it('asks by our id and trusts no "not found"; the token API cannot ask at all', () => {
    expect(mts.traits(OMNI)).toMatchObject({ lookup: 'own-id', reports: 'poll', inbound: 'none', repeat: 'unsafe' });
    expect(mts.traits(OMNI).notFoundTrustedAfterS).toBeUndefined();
    expect(mts.traits(TOKEN)).toMatchObject({ lookup: 'none', reports: 'none', repeat: 'unsafe' });
    expect(mts.traits(TOKEN).ownId).toBeUndefined();
  });

  it('names an account by host and login, or by the mark of its token', () => {
    const key = (settings: object) => mts.accountKey(mts.settings.parse(settings));
    expect(key(ACCESS)).toBe('omnichannel.mts.ru/http-api/v1/gw_example');
    expect(key({ ...ACCESS, url: 'https://omnichannel.mts.ru/http-api/v1/' })).toBe(key(ACCESS));
    expect(key({ api: 'token', token: 't0ken' })).toBe(mts.accountKey(TOKEN));
    expect(key({ api: 'token', token: 'other' })).not.toBe(mts.accountKey(TOKEN));
    expect(mts.accountKey(TOKEN)).not.toContain('t0ken');
  });
});

describe('mts answers to a send', () => {
  it.each([
    OK,
    { messages: [{ internal_id: ID }] },
    { messages: { internal_id: ID, msisdn: 79995550142 } },
    {
      messages: [
        { internal_id: 'x', msisdn: '79995550143' },
        { internal_id: ID, msisdn: '+79995550142' },
      ],
    },
    `Warning: x\n${JSON.stringify(OK)}`,
  ])('takes %o for accepted', (body) => {
    expect(read(200, body)).toEqual({ kind: 'accepted', ids: [{ id: ID }] });
  });

  it.each([
    [200, 'unknown'],
    [400, 'invalid-request'],
    [402, 'no-balance'],
    [404, 'invalid-request'],
    [409, 'unknown'],
    [422, 'invalid-request'],
  ])('takes a code under HTTP %i for a refusal: %s', (status, errorClass) => {
    expect(read(status, { code: 42, message: 'no' })).toEqual({
      kind: 'error',
      class: errorClass,
      code: '42',
      detail: 'no',
      notTaken: true,
    });
    expect(read(status, { code: '1001', message: 'no' }, MAPPED)).toMatchObject({ class: 'no-balance', code: '1001' });
  });

  it.each([
    [400, 'invalid-request'],
    [401, 'auth'],
    [402, 'no-balance'],
    [403, 'auth'],
    [404, 'invalid-request'],
    [422, 'invalid-request'],
    [429, 'rate-limited'],
  ])('reads a bare HTTP %i as %s', (status, errorClass) => {
    const trouble = { kind: 'error', class: errorClass, code: `HTTP ${status}`, notTaken: true };
    expect(read(status, '')).toMatchObject(trouble);
    expect(read(status, OK)).toMatchObject({ class: errorClass });
  });

  it.each([500, 502, 503, 504])('is not sure after HTTP %i, whatever code is in it', (status) => {
    const trouble = read(status, { code: 1001, message: 'busy' }, MAPPED);
    expect(trouble).toMatchObject({ kind: 'error', class: 'temporary', code: '1001', notTaken: false });
  });

  it.each([
    [200, ''],
    [200, '{}'],
    [200, '[]'],
    [200, { messages: [] }],
    [200, { messages: [{ msisdn: '79995550142' }] }],
    [200, { messages: [{ internal_id: ID, msisdn: '79995550143' }] }],
    [200, { messages: [{ internal_id: 'a' }, { internal_id: 'b' }] }],
    [200, { ...OK, code: 42 }],
    [200, { ...OK, code: 0 }],
    [200, { code: 0 }],
    [200, { code: {} }],
    [200, JSON.stringify(OK).slice(0, -2)],
    [409, OK],
  ])('does not understand HTTP %i %o', (status, body) => {
    expect(read(status, body)).toMatchObject({ kind: 'unreadable' });
  });

  it('looks no class up that is not in the table', () => {
    expect(read(200, { code: 'constructor' }, MAPPED)).toMatchObject({ class: 'unknown', code: 'constructor' });
  });
});

describe('mts answers of the token API', () => {
  const MAPPED_TOKEN = mts.settings.parse({ api: 'token', token: 't', errorClasses: CLASSES });
  const result = (over: object) => ({ data: { submitResults: [{ msid: '79995550142', code: 'OK', ...over }] } });

  it.each([
    [result({ messageID: 700000001 }), '700000001'],
    [result({ messageID: '700000001', code: 'ok' }), '700000001'],
    ['{"data":{"submitResults":[{"msid":79995550142,"code":"OK","messageID":9007199254740993}]}}', '9007199254740993'],
    [{ submitResults: { code: 'OK', messageID: 5 } }, '5'],
  ])('takes %o for accepted', (body, id) => {
    expect(read(200, body, TOKEN)).toEqual({ kind: 'accepted', ids: [{ id }] });
  });

  it('takes OK without an id for accepted under no id', () => {
    expect(read(200, result({}), TOKEN)).toEqual({ kind: 'accepted', ids: [] });
  });

  it('takes every other code for a refusal, also under HTTP 200 and with an id', () => {
    const refusal = { kind: 'error', class: 'unknown', code: 'ERROR', notTaken: true };
    expect(read(200, result({ code: 'ERROR' }), TOKEN)).toEqual(refusal);
    expect(read(400, result({ code: 'ERROR', messageID: 7 }), TOKEN)).toEqual(refusal);
    expect(read(200, result({ code: 'ERROR', message: 'no' }), MAPPED_TOKEN)).toEqual({
      ...refusal,
      class: 'sender-not-allowed',
      detail: 'no',
    });
  });

  it.each([
    [200, 'unknown', true],
    [400, 'unknown', true],
    [401, 'auth', true],
    [403, 'auth', true],
    [429, 'rate-limited', true],
    [500, 'temporary', false],
  ])('reads a fault under HTTP %i as %s', (status, errorClass, notTaken) => {
    const fault = { fault: { code: 900900, description: 'Invalid Credentials' } };
    expect(read(status, { ...fault, ...result({}) }, TOKEN)).toEqual({
      kind: 'error',
      class: errorClass,
      code: '900900',
      detail: 'Invalid Credentials',
      notTaken,
    });
    expect(read(200, { fault: { code: 900901 } }, MAPPED_TOKEN)).toMatchObject({ class: 'auth' });
    expect(read(200, { fault: { description: 'x' } }, TOKEN)).toMatchObject({ class: 'unknown', detail: 'x' });
  });

  it.each([
    [200, ''],
    [200, '{}'],
    [200, { fault: 'x' }],
    [200, { data: { submitResults: [] } }],
    [200, result({ msid: '79995550143' })],
    [200, result({ code: null })],
    [404, ''],
    [404, result({ messageID: 5 })],
    [200, OK],
  ])('does not understand HTTP %i %o', (status, body) => {
    expect(read(status, body, TOKEN)).toMatchObject({ kind: 'unreadable' });
  });

  it('takes no part of a success for one', () => {
    const whole = JSON.stringify(result({ messageID: 700000001 }));
    for (let length = 0; length < whole.length; length++) {
      const part = read(200, whole.slice(0, length), TOKEN);
      expect(outcomeOf({ reach: 'answered', answer: part }, false).kind).toBe('uncertain');
    }
  });
});

describe('mts statuses', () => {
  const known: Asked = { ids: [{ id: ID, part: 1 }, { id: TEXT_REF }], phone: SMS.phone, ref: SMS.ref };
  const doubtful: Asked = { ids: [{ id: 'w7f3-9' }], phone: '+79995550143', ref: { ...SMS.ref, number: 9n } };
  const poll = (body: unknown, asked = [known], status = 200, settings = OMNI) =>
    mts.readPoll?.(answer(status, body), asked, settings);
  const event = (status: unknown, over: object = {}) => ({ status, event_at: '2024-03-05T10:15:01', ...over });
  const events = (...list: unknown[]) => ({ events_info: [{ key: ID, events_info: list }] });
  const only = (body: unknown, settings = OMNI) => {
    const result = poll(body, [known], 200, settings);
    return result?.kind === 'read' ? result.answers[0]?.[0] : result;
  };

  it("asks by MTS's ids, and by ours where one of the messages has no other", () => {
    const query = (asked: Asked[]) => {
      const request = mts.poll?.(asked, OMNI);
      expect(request).toMatchObject({
        method: 'POST',
        url: 'https://omnichannel.mts.ru/http-api/v1/messages/info',
        headers: { authorization: 'Basic Z3dfZXhhbXBsZTpwYXNz' },
      });
      return request === undefined ? undefined : jsonOf(request);
    };
    expect(query([known, { ...known, ids: [{ id: 'b', part: 1 }] }])).toEqual({ int_ids: [ID, 'b'] });
    expect(query([known, doubtful])).toEqual({ msg_ids: [TEXT_REF, 'w7f3-9'] });
    expect(query([{ ...doubtful, ids: [] }])).toEqual({ msg_ids: ['w7f3-9'] });
  });

  it('reads the sample of the documentation', () => {
    const row = {
      received_at: '2024-03-05T10:15:02',
      internal_id: ID,
      total_parts: 1,
      client_id: 1,
      call_direction: '',
    };
    const body = events(
      { ...row, ...event(200), internal_errors: null },
      { ...row, ...event(301), internal_errors: [] },
    );
    const report = { gatewayId: ID, status: 'undelivered', raw: 'status 301' };
    expect(poll(body)).toEqual({ kind: 'read', answers: [[{ kind: 'status', report }, { kind: 'nothing' }]] });
  });

  it('answers for each message under the id that was asked', () => {
    const rows = [
      { key: 'w7f3-9', events_info: [event(300)] },
      { key: TEXT_REF.toUpperCase(), events_info: [event('200')] },
    ];
    expect(poll({ events_info: rows }, [known, doubtful])).toEqual({
      kind: 'read',
      answers: [
        [{ kind: 'nothing' }, { kind: 'status', report: { gatewayId: TEXT_REF, status: 'sent', raw: 'status 200' } }],
        [{ kind: 'status', report: { gatewayId: 'w7f3-9', status: 'delivered', raw: 'status 300' } }],
      ],
    });
    expect(poll({ events_info: rows }, [{ ...doubtful, ids: [] }])).toMatchObject({
      answers: [[{ report: { gatewayId: 'w7f3-9', status: 'delivered' } }]],
    });
  });

  it.each([
    [200, 'sent'],
    [201, 'rejected'],
    [202, 'sent'],
    [300, 'delivered'],
    [301, 'undelivered'],
    [302, 'sent'],
  ])('reads status %i as %s', (status, expected) => {
    expect(only(events(event(status)))).toMatchObject({ report: { status: expected } });
    expect(only(events(event(String(status))))).toMatchObject({ report: { status: expected } });
    expect(only({ events_info: { key: ID, events_info: event(status) } })).toMatchObject({
      report: { status: expected },
    });
  });

  it.each([
    [[200, 301, 300], 'delivered'],
    [[300, 302, 200], 'delivered'],
    [[201, 200], 'rejected'],
    [[300, 301], 'undelivered'],
    [[202, 302], 'sent'],
    [[301, 999], 'undelivered'],
  ])('takes the last end of %o, else the last event', (statuses, expected) => {
    expect(only(events(...statuses.map((status) => event(status))))).toMatchObject({ report: { status: expected } });
  });

  it('takes an empty list for a message that waits', () => {
    expect(only(events())).toMatchObject({ report: { status: 'sent', raw: 'no events yet' } });
  });

  it.each([[event(999)], [event(null)], ['x'], [event(200), event(999)]])('says nothing on %o', (...list) => {
    expect(only(events(...list))).toEqual({ kind: 'nothing' });
  });

  it('keeps the reasons, with the class that the operator has told', () => {
    const body = events(event(201, { internal_errors: [5, 17] }));
    expect(only(body)).toEqual({
      kind: 'status',
      report: { gatewayId: ID, status: 'rejected', raw: 'status 201, errors 5, 17', errorCode: '5, 17' },
    });
    expect(only(body, MAPPED)).toMatchObject({ report: { errorClass: 'invalid-recipient' } });
    expect(only(events(event(300, { internal_errors: [17] })), MAPPED)).not.toHaveProperty('report.errorClass');
  });

  it('takes the time only where its zone is told', () => {
    expect(only(events(event(300)))).not.toHaveProperty('report.at');
    expect(only(events(event(300, { event_at: '2024-03-05T10:15:01+03:00' })))).toMatchObject({
      report: { at: '2024-03-05T07:15:01.000Z' },
    });
  });

  it('takes HTTP 404 for not found, and a row that is missing for nothing', () => {
    expect(poll({ code: 404, message: 'not found' }, [known], 404)).toEqual({
      kind: 'read',
      answers: [[{ kind: 'not-found' }, { kind: 'nothing' }]],
    });
    expect(poll('', [doubtful], 404)).toEqual({ kind: 'read', answers: [[{ kind: 'not-found' }]] });
    expect(poll({ events_info: [] }, [doubtful])).toEqual({ kind: 'read', answers: [[{ kind: 'nothing' }]] });
    expect(poll({ events_info: [{ key: 'x', events_info: [event(300)] }] }, [doubtful])).toEqual({
      kind: 'read',
      answers: [[{ kind: 'nothing' }]],
    });
  });

  it('reads errors of the request', () => {
    expect(poll({ code: 1001, message: 'x' }, [known], 200, MAPPED)).toEqual({
      kind: 'error',
      class: 'no-balance',
      code: '1001',
      detail: 'x',
    });
    expect(poll('', [known], 401)).toMatchObject({ kind: 'error', class: 'auth' });
    expect(poll('', [known], 400)).toMatchObject({ kind: 'error', class: 'invalid-request' });
    expect(poll(events(event(300)), [known], 500)).toMatchObject({ kind: 'error', class: 'temporary' });
    expect(poll('{}')).toMatchObject({ kind: 'unreadable' });
    expect(poll('<html>')).toMatchObject({ kind: 'unreadable' });
  });
});

describe('mts calls', () => {
  const NAMED = mts.settings.parse({
    ...ACCESS,
    inboundPhoneField: 'subscriber.phone',
    inboundTextField: 'text',
    inboundIdField: 'id',
  });
  const FLAT = mts.settings.parse({ ...ACCESS, inboundPhoneField: 'from', inboundTextField: 'text' });
  const call = (body: unknown, settings = NAMED, over = {}) => mts.readHook?.(hook(body, over), settings);

  it('reads texts from phones under the names that are set, at any depth', () => {
    const text = { id: 700, subscriber: { phone: '79995550142' }, text: 'СТОП' };
    const inbound = [{ inboundId: '700', from: '+79995550142', text: 'СТОП' }];
    expect(call(text)).toEqual({ kind: 'read', reports: [], inbound });
    expect(call({ list: [{ x: [text, { ...text, id: null, text: '' }] }] })).toEqual({
      kind: 'read',
      reports: [],
      inbound: [...inbound, { from: '+79995550142', text: '' }],
    });
    expect(mts.traits(NAMED).inbound).toBe('webhook');
  });

  it('reads them from a form or a query, with phones as they are dialled', () => {
    const inbound = [{ from: '+79995550142', text: 'СТОП' }];
    const form = 'from=89995550142&text=%D0%A1%D0%A2%D0%9E%D0%9F';
    expect(call(form, FLAT)).toMatchObject({ kind: 'read', inbound });
    expect(call('', FLAT, { method: 'GET', query: form })).toMatchObject({ kind: 'read', inbound });
  });

  it('keeps what it does not understand, and answers it', () => {
    expect(call({ status: 300, internal_id: ID })).toMatchObject({ kind: 'nothing' });
    expect(call({ from: '900', text: 'СТОП' }, FLAT)).toMatchObject({ kind: 'nothing' });
    expect(call({ from: '79995550142', text: 'СТОП' }, OMNI)).toMatchObject({ kind: 'nothing' });
    expect(call('<x/>')).toMatchObject({ kind: 'nothing' });
    expect(mts.reply?.({ kind: 'nothing', detail: '' }, OMNI)).toEqual({ status: 200, body: '' });
  });

  it('is not brought down by a body that is deep or long', () => {
    expect(call(`${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`)).toMatchObject({ kind: 'nothing' });
    expect(call(`[${'1,'.repeat(300_000)}1]`)).toMatchObject({ kind: 'nothing' });
  });
});
