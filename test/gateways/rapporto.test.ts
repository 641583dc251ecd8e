import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { rapporto } from '../../gateways/rapporto.ts';
import { outcomeOf } from '../../sms/outcome.ts';
import { answer, formOf, hook, requestOf, SMS, TEXT_REF } from './kit.ts';

const GIVEN = { url: 'http://gw.example.net:9080/acme_sms', login: 'acme_sms', password: 's3cret' };
const SETTINGS = rapporto.settings.parse(GIVEN);

const PLAIN = { ...SETTINGS, xml: false };
const read = (status: number, body: unknown, headers = {}, settings = SETTINGS) =>
  rapporto.readSend(answer(status, body, headers), SMS, settings);
const xml = (code: number | string, text = 'why', payload = '') =>
  `<?xml version="1.0" encoding="utf-8"?>\n<response><code>${code}</code><text>${text}</text>${payload}</response>`;

describe('rapporto requests', () => {
  it('posts a form to the address that was given, and asks for XML', () => {
    const request = requestOf(rapporto.send(SMS, SETTINGS));
    expect({ ...request, body: formOf(request) }).toEqual({
      method: 'POST',
      url: 'http://gw.example.net:9080/acme_sms',
      headers: { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' },
      body: {
        serviceId: 'acme_sms',
        pass: 's3cret',
        clientId: '79995550142',
        message: 'Код 4821',
        source: 'ACME',
        partnerMsgId: TEXT_REF,
        output: 'xml',
      },
    });
    expect(request.body).toContain('message=%D0%9A%D0%BE%D0%B4+4821');
  });

  it('asks for plain text where it is set so, and names no source where there is none', () => {
    const { callerId: _, ...nameless } = SMS;
    const form = formOf(requestOf(rapporto.send(nameless, { ...SETTINGS, xml: false })));
    expect(Object.keys(form).sort()).toEqual(['clientId', 'message', 'partnerMsgId', 'pass', 'serviceId']);
  });

  it('sends the same reference at every attempt', () => {
    const again = requestOf(rapporto.send({ ...SMS, attempt: 2 }, SETTINGS));
    expect(again).toEqual(requestOf(rapporto.send(SMS, SETTINGS)));
  });

  it('does not put a text on the wire that is too long for it', () => {
    expect(rapporto.send({ ...SMS, text: 'я'.repeat(2001) }, SETTINGS)).toMatchObject({ refuse: 'invalid-request' });
    expect(rapporto.send({ ...SMS, text: 'я'.repeat(2000) }, SETTINGS)).toHaveProperty('body');
  });
});

describe('rapporto settings', () => {
  it('has no default address', () => {
    const { url: _, ...rest } = GIVEN;
    expect(rapporto.settings.safeParse(rest).success).toBe(false);
    expect(rapporto.accountKey(SETTINGS)).toBe('gw.example.net:9080/acme_sms/acme_sms');
  });

  it('repeats only where repeats are dropped', () => {
    expect(rapporto.traits(SETTINGS)).toMatchObject({ repeat: 'unsafe', lookup: 'none', validity: 'account' });
    expect(rapporto.traits(SETTINGS)).not.toHaveProperty('repeatWithinS');
    expect(rapporto.traits({ ...SETTINGS, dedup: true })).toMatchObject({
      repeat: 'same-answer',
      repeatWithinS: 3600,
    });
    expect(rapporto.poll).toBeUndefined();
  });
});

describe('rapporto answers to a send', () => {
  it.each([
    'OK\n5120001234',
    'OK\r\n\r\n5120001234\r\n',
    ' ok 5120001234',
    '\uFEFFOK\n5120001234',
    '5120001234\n',
    xml(200, 'OK', '<payload><id>5120001234</id></payload>'),
    '<response><code> 200 </code><payload><ID>\n5120001234 </ID></payload></response>',
  ])('takes %j for accepted', (body) => {
    expect(read(200, body)).toEqual({ kind: 'accepted', ids: [{ id: '5120001234' }] });
  });

  it('keeps all digits of an id of 64 bits', () => {
    const ids = [{ id: '9223372036854775807' }];
    expect(read(200, 'OK\n9223372036854775807')).toMatchObject({ ids });
    expect(read(200, xml(200, 'OK', '<payload><id>9223372036854775807</id></payload>'))).toMatchObject({ ids });
  });

  it.each([
    [400, 'invalid-request'],
    [401, 'auth'],
    [402, 'no-balance'],
    [403, 'auth'],
    [406, 'invalid-recipient'],
    [408, 'rate-limited'],
    [409, 'duplicate'],
    [414, 'invalid-request'],
  ])('reads %i as %s, by HTTP and in XML', (code, errorClass) => {
    const expected = { kind: 'error', class: errorClass, code: String(code), detail: 'why', notTaken: true };
    expect(read(code, 'why\r\n', {}, PLAIN)).toEqual(expected);
    expect(read(200, xml(code))).toEqual(expected);
    const { detail: _, ...bare } = expected;
    expect(read(code, '<html>an error page</html>', {}, PLAIN)).toEqual(bare);
  });

  it('takes 408 for too fast, not for a time-out', () => {
    for (const answer of [read(408, '', {}, PLAIN), read(200, xml(408))]) {
      expect(outcomeOf({ reach: 'answered', answer }, false)).toMatchObject({
        kind: 'not-sent',
        class: 'rate-limited',
        holdSender: false,
      });
    }
  });

  it('takes an HTTP 408 for a time-out where it has asked for XML: somebody between has answered', () => {
    expect(outcomeOf({ reach: 'answered', answer: read(408, '') }, false)).toMatchObject({ kind: 'uncertain' });
  });

  it('pauses for a minute after a fault, of which nobody knows how far it got', () => {
    const expected = { kind: 'error', class: 'temporary', code: '500', notTaken: false, retryAfterS: 60 };
    expect(read(500, '')).toEqual(expected);
    expect(read(200, xml(500))).toEqual({ ...expected, detail: 'why' });
    expect(read(502, '', { 'retry-after': '5' })).toMatchObject({ notTaken: false, retryAfterS: 60 });
    expect(read(500, xml(200, 'OK', '<payload><id>5120001234</id></payload>'))).toMatchObject({ notTaken: false });
  });

  it.each([
    ['by HTTP', read(503, 'why'), {}],
    ['by HTTP, with a time to come back', read(503, 'why', { 'retry-after': '5' }), { retryAfterS: 5 }],
    ['in XML', read(200, xml(503)), {}],
  ])('is not sure of an SMS whose reference is being worked on: 503 %s', (_, told, pause) => {
    const expected = { kind: 'error', class: 'temporary', code: '503', detail: 'why', notTaken: false, ...pause };
    expect(told).toEqual(expected);
    expect(outcomeOf({ reach: 'answered', answer: told }, true)).toMatchObject({ kind: 'uncertain' });
  });

  it('does not take an id beside an error for a success', () => {
    expect(read(200, xml(402, 'no', '<payload><id>5120001234</id></payload>'))).toMatchObject({ class: 'no-balance' });
  });

  it('takes a number that is not documented for a refusal, if it stands in an answer of Rapporto', () => {
    expect(read(200, xml(499))).toEqual({
      kind: 'error',
      class: 'unknown',
      code: '499',
      detail: 'why',
      notTaken: true,
    });
  });

  it.each([
    [200, ''],
    [200, 'OK'],
    [200, 'OK\n'],
    [200, 'OK\nabc'],
    [200, 'OK\n0'],
    [200, 'OK\n12345678901234567890'],
    [200, 'OK\n5120001234\n5120001235'],
    [200, '402'],
    [200, 'FAIL 5120001234'],
    [200, '<html>5120001234</html>'],
    [200, xml(200, 'OK')],
    [200, xml(200, 'OK', '<payload><id></id></payload>')],
    [200, xml(0)],
    [200, xml('')],
    [200, xml(200, 'OK', '<payload><id>5120001234</id></payload>').slice(0, -3)],
    [404, 'OK\n5120001234'],
    [404, 'no such page'],
  ])('does not understand HTTP %i %j', (status, body) => {
    expect(read(status, body)).toMatchObject({ kind: 'unreadable' });
  });

  it('takes the duplicate after an unknown outcome for the proof that the first one arrived', () => {
    expect(outcomeOf({ reach: 'answered', answer: read(409, '') }, true)).toEqual({ kind: 'accepted', ids: [] });
    expect(outcomeOf({ reach: 'answered', answer: read(409, '') }, false)).toMatchObject({ kind: 'refused' });
  });
});

describe('rapporto reports', () => {
  const REPORT = { gatewayId: '5120001234', status: 'delivered', raw: 'status 2' } as const;
  const call = (query: string, over = {}) => rapporto.readHook?.(hook('', { method: 'GET', query, ...over }), SETTINGS);

  it('reads a call by GET, and answers 200', () => {
    const reading = call('msgType=SMS&transactionId=5120001234&partnerMsgId=5f0c1e7a-1&status=5&unifiedExtStatus=8');
    expect(reading).toEqual({
      kind: 'read',
      inbound: [],
      reports: [
        {
          gatewayId: '5120001234',
          status: 'undelivered',
          raw: 'status 5, reason 8',
          errorClass: 'invalid-recipient',
          errorCode: '8',
          detail: 'the subscriber is unknown, or off for very long',
        },
      ],
    });
    expect(rapporto.reply?.({ kind: 'read', reports: [REPORT], inbound: [] }, SETTINGS)).toEqual({
      status: 200,
      body: '',
    });
  });

  it('goes by our own reference where it comes back, since the answer with the id may be lost', () => {
    expect(call(`transactionId=5120001234&partnerMsgId=${TEXT_REF}&status=2`)).toMatchObject({
      reports: [{ ...REPORT, gatewayId: TEXT_REF }],
    });
    expect(call('transactionId=9223372036854775807&partnerMsgId=&status=2')).toMatchObject({
      reports: [{ ...REPORT, gatewayId: '9223372036854775807' }],
    });
  });

  it.each([
    ['0', 'sent'],
    ['2', 'delivered'],
    ['5', 'undelivered'],
    ['9', 'delivered'],
    ['7', 'sent'],
  ])('reads status %s as %s', (status, expected) => {
    expect(call(`transactionId=1&status=${status}`)).toMatchObject({
      reports: [{ status: expected, raw: `status ${status}` }],
    });
  });

  it.each([
    [1, 'undelivered', undefined],
    [2, 'undelivered', undefined],
    [3, 'undelivered', undefined],
    [4, 'undelivered', undefined],
    [5, 'undelivered', undefined],
    [6, 'undelivered', undefined],
    [7, 'undelivered', undefined],
    [8, 'undelivered', 'invalid-recipient'],
    [9, 'rejected', 'duplicate'],
    [10, 'rejected', 'blocked'],
    [11, 'rejected', undefined],
    [12, 'rejected', 'blocked'],
    [13, 'rejected', 'sender-not-allowed'],
    [14, 'rejected', 'blocked'],
    [16, 'undelivered', undefined],
    [18, 'rejected', 'invalid-request'],
    [20, 'undelivered', undefined],
    [28, 'undelivered', undefined],
    [99, 'undelivered', undefined],
  ])('refines a failure by reason %i to %s (%s)', (reason, status, errorClass) => {
    const reading = call(`transactionId=1&status=5&unifiedExtStatus=${reason}`);
    const [report] = reading?.kind === 'read' ? reading.reports : [];
    expect(report).toMatchObject({ status, errorCode: String(reason) });
    expect(report?.errorClass).toBe(errorClass);
    expect(report?.optOut ?? false).toBe(reason === 12);
  });

  it('does not refine what did not fail', () => {
    expect(call('transactionId=1&status=2&unifiedExtStatus=12')).toEqual({
      kind: 'read',
      reports: [{ gatewayId: '1', status: 'delivered', raw: 'status 2, reason 12' }],
      inbound: [],
    });
  });

  it.each(['transactionId=1', 'transactionId=x&status=2', 'transactionId=1&status=x', 'status=2', '', 'hello'])(
    'keeps %j without an effect, and answers nothing that could go to a phone',
    (query) => {
      expect(call(query)).toMatchObject({ kind: 'nothing' });
      expect(rapporto.reply?.({ kind: 'nothing', detail: '' }, SETTINGS)).toEqual({ status: 204, body: '' });
    },
  );
});

describe('rapporto texts from phones', () => {
  const KEYED = rapporto.settings.parse({ ...GIVEN, hookSecret: 'ключ' });
  const call = (query: string, settings = SETTINGS) =>
    rapporto.readHook?.(hook('', { method: 'GET', query }), settings);
  const SAMPLE =
    'clientId=79001112233&message=STOP&connectorId=50&serviceId=acme_sms&receivedDate=2024-05-06%2012:00:00&shortNumber=0000&messageId=88001&sum_sms=1';
  const TEXT = { inboundId: '88001', from: '+79001112233', to: '0000', text: 'STOP' };

  it('reads a call by GET, and answers 204 without a body', () => {
    const reading = call(SAMPLE);
    expect(reading).toEqual({ kind: 'read', reports: [], inbound: [TEXT] });
    expect(rapporto.reply?.({ kind: 'read', reports: [], inbound: [TEXT] }, SETTINGS)).toEqual({
      status: 204,
      body: '',
    });
  });

  it('needs no more than the phone and the message', () => {
    expect(call('clientId=79001112233&message=%D0%A1%D0%A2%D0%9E%D0%9F+5')).toEqual({
      kind: 'read',
      reports: [],
      inbound: [{ from: '+79001112233', text: 'СТОП 5' }],
    });
    expect(call('clientId=79001112233&message=')).toMatchObject({ inbound: [{ text: '' }] });
    expect(call('clientId=*2233&message=STOP')).toMatchObject({ kind: 'nothing' });
    expect(call('clientId=79001112233')).toMatchObject({ kind: 'nothing' });
  });

  it('takes only texts with a right hash where a key is set', () => {
    const hash = (text: string) => createHmac('sha256', 'ключ').update(text).digest('base64');
    const whole = hash('79001112233STOP88001');
    expect(call(`${SAMPLE}&hash=${encodeURIComponent(whole)}`, KEYED)).toMatchObject({ inbound: [TEXT] });
    expect(call(SAMPLE, KEYED)).toMatchObject({ kind: 'refused', status: 403 });
    expect(call(`${SAMPLE}&hash=${encodeURIComponent(hash('79001112233START88001'))}`, KEYED)).toMatchObject({
      kind: 'refused',
      status: 403,
    });
    const spaced = 'clientId=79001112233&message=+%D0%A1%D0%A2%D0%9E%D0%9F+';
    expect(call(`${spaced}&hash=${encodeURIComponent(hash('79001112233 СТОП '))}`, KEYED)).toMatchObject({
      inbound: [{ text: 'СТОП' }],
    });
    expect(call('transactionId=1&status=2', KEYED)).toMatchObject({ reports: [{ status: 'delivered' }] });
  });

  it('takes a hash whose plus was not escaped', () => {
    const hashed = Array.from({ length: 200 }, (_, id) => ({
      id,
      hash: createHmac('sha256', 'ключ').update(`79001112233STOP${id}`).digest('base64'),
    })).find(({ hash }) => hash.includes('+') && !hash.includes('&'));
    expect(hashed).toBeDefined();
    expect(call(`clientId=79001112233&message=STOP&messageId=${hashed?.id}&hash=${hashed?.hash}`, KEYED)).toMatchObject(
      { inbound: [{ text: 'STOP' }] },
    );
  });
});
