import { describe, expect, it } from 'vitest';
import { playmobile } from '../../gateways/playmobile.ts';
import { outcomeOf } from '../../sms/outcome.ts';
import { answer, bytes, hook, jsonOf, SMS as RU, requestOf, TEXT_REF } from './kit.ts';

const SETTINGS = playmobile.settings.parse({ login: 'acme', password: 's3cret' });
const SMS = { ...RU, phone: '+998901112233', text: 'Salom', callerId: '3700' };

const read = (status: number, body: unknown, headers = {}) =>
  playmobile.readSend(answer(status, body, headers), SMS, SETTINGS);

describe('playmobile requests', () => {
  it('sends one message with our id and a life time in seconds', () => {
    const request = requestOf(playmobile.send(SMS, SETTINGS));
    expect(request.headers).toEqual({
      authorization: 'Basic YWNtZTpzM2NyZXQ=',
      'content-type': 'application/json; charset=UTF-8',
    });
    expect(request.method).toBe('POST');
    expect(jsonOf(request)).toEqual({
      messages: [
        {
          recipient: '998901112233',
          'message-id': TEXT_REF,
          sms: { originator: '3700', ttl: 3600, content: { text: 'Salom' } },
        },
      ],
    });
  });

  it.each([
    ['https://send.smsxabar.uz', 'https://send.smsxabar.uz/broker-api/send'],
    ['https://send.smsxabar.uz/broker-api/', 'https://send.smsxabar.uz/broker-api/send'],
    ['http://127.0.0.1:8083/broker-api', 'http://127.0.0.1:8083/broker-api/send'],
  ])('finds the path under %s', (url, expected) => {
    const settings = playmobile.settings.parse({ url, login: 'acme', password: 'x' });
    expect(requestOf(playmobile.send(SMS, settings)).url).toBe(expected);
    expect(playmobile.accountKey(settings)).toBe(`${new URL(url).host}/acme`);
  });

  it('keeps ids within 20 characters, whatever the number', () => {
    const ref = { number: 2n ** 63n - 1n, installation: 'zzzz' };
    expect(JSON.stringify(jsonOf(requestOf(playmobile.send({ ...SMS, ref }, SETTINGS))))).toMatch(
      /"message-id":"[^"]{1,20}"/,
    );
  });

  it('does not send without an originator', () => {
    const { callerId: _, ...nameless } = SMS;
    expect(playmobile.send(nameless, SETTINGS)).toMatchObject({ refuse: 'sender-not-allowed' });
  });

  it('does not take settings without login and password, or half a webhook login', () => {
    expect(playmobile.settings.safeParse({ login: 'acme' }).success).toBe(false);
    expect(playmobile.settings.safeParse({ login: 'a:b', password: 'x' }).success).toBe(false);
    expect(playmobile.settings.safeParse({ login: 'a', password: 'x', hookPassword: 'y' }).success).toBe(false);
  });
});

describe('playmobile answers to a send', () => {
  it.each(['Request is received', ' request is  received.\r\n', '"Request is received"', '\uFEFFRequest is received'])(
    'takes the sentence %j for accepted',
    (body) => {
      expect(read(200, body)).toEqual({ kind: 'accepted', ids: [] });
      expect(read(202, body)).toEqual({ kind: 'accepted', ids: [] });
    },
  );

  it.each([
    '',
    'Request is rec',
    'Request is received by our spam filter and dropped',
    'OK',
    '<html>Request is received</html>',
    '{}',
    '{"status":"Request is received"}',
    '[]',
  ])('does not understand HTTP 200 %j', (body) => {
    expect(read(200, body)).toMatchObject({ kind: 'unreadable' });
  });

  it('does not take an error under HTTP 200 for accepted', () => {
    const body = { 'error-code': 401, 'error-description': 'Empty originator' };
    expect(read(200, body)).toMatchObject({ kind: 'error', class: 'sender-not-allowed', notTaken: true });
  });

  it.each([
    [101, 'invalid-request'],
    [102, 'auth'],
    [103, 'invalid-request'],
    [104, 'invalid-request'],
    [105, 'invalid-request'],
    [202, 'invalid-recipient'],
    [204, 'invalid-request'],
    [205, 'invalid-request'],
    [206, 'invalid-request'],
    [301, 'invalid-request'],
    [306, 'invalid-request'],
    [401, 'sender-not-allowed'],
    [402, 'invalid-request'],
    [403, 'invalid-request'],
    [404, 'invalid-request'],
    [407, 'invalid-request'],
    [408, 'invalid-request'],
    [410, 'invalid-request'],
    [411, 'invalid-request'],
  ])('reads error %i as %s in every spelling', (code, errorClass) => {
    const expected = { kind: 'error', class: errorClass, code: String(code), detail: 'Why', notTaken: true };
    expect(read(400, { 'error-code': code, 'error-description': 'Why' })).toEqual(expected);
    expect(read(400, { error_code: String(code), error_description: 'Why' })).toEqual(expected);
    expect(read(400, { errorCode: ` ${code} `, errorDescription: 'Why' })).toEqual(expected);
    expect(read(400, [{ 'error-code': code, 'error-description': 'Why' }])).toEqual(expected);
  });

  it('does not know what became of an SMS after "Internal server error" under HTTP 400', () => {
    const told = read(400, { 'error-code': 100, 'error-description': 'Internal server error' });
    expect(told).toMatchObject({ kind: 'error', class: 'temporary', notTaken: false });
    expect(outcomeOf({ reach: 'answered', answer: told }, false)).toMatchObject({ kind: 'uncertain' });
  });

  it.each([
    [{ 'error-code': 999, 'error-description': 'New' }],
    [{ 'error-code': 'E' }],
    [{ 'error-code': {} }],
    ['Bad Request'],
    [''],
  ])('is not sure of HTTP 400 %j', (body) => {
    const told = read(400, body);
    expect(outcomeOf({ reach: 'answered', answer: told }, false)).toMatchObject({
      kind: 'uncertain',
      class: 'unknown',
    });
  });

  it.each([
    [401, { class: 'auth', notTaken: true }],
    [429, { class: 'rate-limited', notTaken: true }],
    [500, { class: 'temporary', notTaken: false }],
    [504, { class: 'temporary', notTaken: false }],
  ])('reads HTTP %i as %o', (status, expected) => {
    expect(read(status, 'Request is received')).toMatchObject({ kind: 'error', ...expected });
  });
});

describe('playmobile reports', () => {
  const push = (body: unknown) => playmobile.readHook?.(hook(body), SETTINGS);
  const row = (over: object = {}) => ({ 'message-id': TEXT_REF, channel: 'sms', status: 'Delivered', ...over });

  it('reads a list under messages, a bare list and a single object', () => {
    const sample = row({ 'status-date': '2024-05-06T07:00:12Z', description: '' });
    const report = { gatewayId: TEXT_REF, status: 'delivered', raw: 'Delivered', at: '2024-05-06T07:00:12.000Z' };
    const expected = { kind: 'read', reports: [report], inbound: [] };
    for (const body of [{ messages: [sample] }, { messages: sample }, [sample], sample, [{ messages: [sample] }]]) {
      expect(push(body)).toEqual(expected);
    }
  });

  it.each([
    ['Transmitted', 'sent'],
    ['Deferred', 'sent'],
    ['DELIVERED', 'delivered'],
    ['notDelivered', 'undelivered'],
    ['Expired', 'expired'],
    ['Rejected', 'rejected'],
    [' failed ', 'rejected'],
  ])('reads status %s as %s', (status, expected) => {
    expect(push([row({ status })])).toMatchObject({ reports: [{ status: expected, raw: status.trim() }] });
  });

  it('reads dates as UTC, and keeps the reason', () => {
    const date = { status: 'Rejected', 'status-date': '2024-05-06 07:00:12', description: 'No route' };
    expect(push(row(date))).toMatchObject({ reports: [{ at: '2024-05-06T07:00:12.000Z', detail: 'No route' }] });
    expect(push(row({ 'status-date': 'yesterday' }))).toMatchObject({ reports: [{ status: 'delivered' }] });
  });

  it('passes over what it does not understand', () => {
    expect(push([row({ status: 'Teleported' }), row()])).toMatchObject({ reports: [{ status: 'delivered' }] });
    expect(push([row({ status: 'Teleported' })])).toMatchObject({ kind: 'nothing' });
    expect(push([])).toMatchObject({ kind: 'nothing' });
    expect(push('')).toMatchObject({ kind: 'refused', status: 400 });
    expect(push('{"messages":[')).toMatchObject({ kind: 'refused', status: 400 });
  });

  it('demands the login and password that are set', () => {
    const settings = playmobile.settings.parse({ login: 'a', password: 'x', hookLogin: 'us', hookPassword: 'pw' });
    const call = (authorization: string) =>
      playmobile.readHook?.(hook(row(), { headers: { authorization } }), settings);
    expect(call('Basic dXM6cHc=')).toMatchObject({ kind: 'read' });
    expect(call('Basic dXM6cHg=')).toMatchObject({ kind: 'refused', status: 401 });
  });

  it('answers 200', () => {
    expect(playmobile.reply?.({ kind: 'read', reports: [], inbound: [] }, SETTINGS)).toEqual({ status: 200, body: '' });
  });
});

describe('playmobile texts from phones', () => {
  const message = (text: string, id = '2207001') =>
    `<message id="${id}" msisdn="998901112233" submit-date="2024-05-06 12:00:01">
      <content type="text/plain">${text}</content>
    </message>`;
  const xml = (...messages: string[]) => `<sms-request version="1.0">\n${messages.join('\n')}\n</sms-request>`;
  const push = (body: string, keywordPrefixes?: string) => {
    const settings = playmobile.settings.parse({ login: 'a', password: 'x', keywordPrefixes });
    return playmobile.readHook?.(hook(body), settings);
  };

  it('reads one and many', () => {
    const text = { inboundId: '2207001', from: '+998901112233', text: 'STOP' };
    expect(push(xml(message('STOP')))).toEqual({ kind: 'read', reports: [], inbound: [text] });
    expect(push(`<?xml version="1.0" encoding="UTF-8"?>\n${xml(message('STOP'), message('007', '1'))}`)).toEqual({
      kind: 'read',
      reports: [],
      inbound: [text, { inboundId: '1', from: '+998901112233', text: '007' }],
    });
  });

  it.each([
    ['Tom &amp; &lt;Jerry&gt; &#1089;&#x442;&#1086;&#1087; &amp;lt;', 'Tom & <Jerry> стоп &lt;'],
    ['<![CDATA[a &amp; b]]>', 'a &amp; b'],
    ['', ''],
    ['1e5', '1e5'],
    ['+0012', '+0012'],
  ])('reads the text %s as %s', (written, text) => {
    expect(push(xml(message(written)))).toMatchObject({ inbound: [{ text }] });
  });

  it.each([
    ['ACME STOP', 'STOP'],
    ['acmestop', 'stop'],
    ['ACME', 'ACME'],
    ['AC stop', 'stop'],
    ['no ACME', 'no ACME'],
  ])('cuts the keyword off %s', (written, text) => {
    expect(push(xml(message(written)), 'AC, ACME,')).toMatchObject({ inbound: [{ text }] });
  });

  it('reads the charset that the document declares', () => {
    const body = Buffer.from(`<?xml version="1.0" encoding="windows-1251"?>${xml(message('....'))}`, 'latin1');
    body.set([0xf1, 0xf2, 0xee, 0xef], body.indexOf('....'));
    expect(playmobile.readHook?.(hook('', { body }), SETTINGS)).toMatchObject({ inbound: [{ text: 'стоп' }] });
  });

  it.each([
    ['an unclosed element', '<sms-request><message id="1" msisdn="998901112233"><content>STO'],
    ['a document type', `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${xml(message('&e;'))}`],
    ['an entity bomb', `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>${xml(message('&b;'))}`],
    ['a page', '<html><br></html>'],
  ])('refuses %s', (_, body) => {
    expect(push(body)).toMatchObject({ kind: 'refused', status: 400 });
  });

  it('makes nothing of other XML', () => {
    expect(push('<bulk-response/>')).toMatchObject({ kind: 'nothing' });
    expect(push(xml('<message id="1"/>'))).toMatchObject({ kind: 'nothing' });
    expect(playmobile.readHook?.(hook('', { body: bytes('<') }), SETTINGS)).toMatchObject({ kind: 'refused' });
  });
});
