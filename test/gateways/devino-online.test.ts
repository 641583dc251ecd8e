import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { devino } from '../../gateways/devino.ts';
import { outcomeOf } from '../../sms/outcome.ts';
import { answer, bytes, hook, jsonOf, requestOf, SMS, TEXT_REF } from './kit.ts';

const KEY = '11111111-2222-3333-4444-555555555555';
const ONLINE = devino.settings.parse({ api: 'online', apiKey: KEY });

const readOnline = (status: number, body: unknown, headers = {}) =>
  devino.readSend(answer(status, body, headers), SMS, ONLINE);

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
