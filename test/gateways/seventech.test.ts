import { describe, expect, it } from 'vitest';
import { seventech } from '../../gateways/seventech.ts';
import { outcomeOf } from '../../sms/outcome.ts';
import { answer, hook, jsonOf, requestOf, SMS, TEXT_REF } from './kit.ts';

const SETTINGS = seventech.settings.parse({ login: 'acme', password: 's3cret' });
const read = (status: number, body: unknown, headers = {}) =>
  seventech.readSend(answer(status, body, headers), SMS, SETTINGS);

describe('seventech requests', () => {
  it('posts one step with our reference and the address of its report', () => {
    const callback = 'https://sms.example.com/hooks/T0KEN/reports';
    const request = requestOf(seventech.send({ ...SMS, reportUrl: callback }, SETTINGS));
    expect({ ...request, body: jsonOf(request) }).toEqual({
      method: 'POST',
      url: 'https://my.seven.tech/messaging/v1/send',
      headers: { authorization: 'Basic YWNtZTpzM2NyZXQ=', 'content-type': 'application/json' },
      body: {
        scenario: [
          {
            channel: 'sms',
            recipient: { type: 'MSISDN', value: '79995550142' },
            sender: 'ACME',
            text: 'Код 4821',
          },
        ],
        callback,
        clientRequestId: TEXT_REF,
      },
    });
  });

  it('names no callback where there is no address for it', () => {
    const settings = { ...SETTINGS, url: 'https://hub.megafon.ru/' };
    const request = requestOf(seventech.send(SMS, settings));
    expect(request.url).toBe('https://hub.megafon.ru/messaging/v1/send');
    expect(jsonOf(request)).not.toHaveProperty('callback');
    expect(seventech.accountKey(settings)).toBe('hub.megafon.ru/acme');
  });

  it('needs a sender name', () => {
    const { callerId: _, ...nameless } = SMS;
    expect(seventech.send(nameless, SETTINGS)).toMatchObject({ refuse: 'sender-not-allowed' });
  });

  it('can neither repeat nor ask', () => {
    expect(seventech.traits(SETTINGS)).toMatchObject({ repeat: 'unsafe', lookup: 'none', callerId: 'required' });
    expect(seventech.poll).toBeUndefined();
  });
});

describe('seventech answers to a send', () => {
  it.each([
    ['{"txId":"6ad0c1f2-0b9e-4b57-9c21-1f2e33a0c7aa","state":"ACCEPTED"}', '6ad0c1f2-0b9e-4b57-9c21-1f2e33a0c7aa'],
    ['{"txId":12345678901234567890,"state":"ACCEPTED","x":{}}', '12345678901234567890'],
    ['{"state":" accepted ","txid":5}', '5'],
  ])('takes %s for accepted', (body, id) => {
    expect(read(200, body)).toEqual({ kind: 'accepted', ids: [{ id }] });
    expect(read(202, body)).toEqual({ kind: 'accepted', ids: [{ id }] });
  });

  it.each([
    [{ txId: 'a', state: 'REJECTED' }],
    [{ txId: 'a', state: 'DELIVERED' }],
    [{ txId: 'a' }],
    [{ txId: '', state: 'ACCEPTED' }],
    [{ state: 'ACCEPTED' }],
    [{}],
    [[{ txId: 'a', state: 'ACCEPTED' }]],
    ['OK'],
    [''],
    ['{"txId":"a","state":"ACCEPTED"'],
  ])('is not sure of %j', (body) => {
    const told = read(200, body);
    expect(outcomeOf({ reach: 'answered', answer: told }, false)).toMatchObject({
      kind: 'uncertain',
      class: 'unknown',
    });
  });

  it('keeps a state that it does not know', () => {
    expect(read(200, { txId: 'a', state: 'Rejected' })).toMatchObject({ code: 'REJECTED', notTaken: false });
  });

  it.each([
    [400, 'invalid-request'],
    [402, 'no-balance'],
    [404, 'invalid-request'],
    [405, 'invalid-request'],
    [409, 'duplicate'],
    [413, 'invalid-request'],
    [415, 'invalid-request'],
    [422, 'invalid-request'],
  ])('reads HTTP %i as %s, if it comes with a JSON object', (status, errorClass) => {
    expect(read(status, { message: 'no' })).toEqual({
      kind: 'error',
      class: errorClass,
      code: `HTTP ${status}`,
      notTaken: true,
    });
    expect(read(status, '<html>a proxy</html>')).toMatchObject({ kind: 'unreadable' });
  });

  it.each([
    [401, { class: 'auth', notTaken: true }],
    [403, { class: 'auth', notTaken: true }],
    [429, { class: 'rate-limited', notTaken: true }],
    [500, { class: 'temporary', notTaken: false }],
    [503, { class: 'temporary', notTaken: false }],
    [408, { class: 'temporary', notTaken: false }],
    [302, { class: 'unknown', notTaken: false }],
  ])('reads HTTP %i as %o, whatever the body', (status, expected) => {
    expect(read(status, '')).toMatchObject({ kind: 'error', ...expected });
    expect(read(status, { txId: 'a', state: 'ACCEPTED' })).toMatchObject({ kind: 'error', ...expected });
  });

  it('does not understand a 4xx without a known meaning', () => {
    expect(read(418, {})).toMatchObject({ kind: 'unreadable' });
  });
});

describe('seventech calls', () => {
  const NEITHER = 'neither the state of an SMS nor a text from a phone';
  const post = (body: unknown, query = '') => seventech.readHook?.(hook(body, { query }), SETTINGS);
  const get = (query: string) => seventech.readHook?.(hook('', { method: 'GET', query }), SETTINGS);
  const report = (over: object = {}) => ({
    kind: 'read',
    reports: [{ gatewayId: '6ad0c1f2', status: 'delivered', raw: 'DELIVERED', ...over }],
    inbound: [],
  });

  it('reads a report in JSON, as a form or in the query', () => {
    expect(post({ txId: '6ad0c1f2', state: 'delivered' })).toEqual(report());
    expect(post([{ tx_id: '6ad0c1f2', State: 'DELIVERED', channel: 'sms' }])).toEqual(report());
    expect(post('txId=6ad0c1f2&state=DELIVERED')).toEqual(report());
    expect(get('txId=6ad0c1f2&state=DELIVERED')).toEqual(report());
    expect(post({ state: 'DELIVERED' }, 'txId=6ad0c1f2')).toEqual(report());
    expect(post('{"txId":12345678901234567890,"state":"SEEN"}')).toEqual(
      report({ gatewayId: '12345678901234567890', raw: 'SEEN' }),
    );
  });

  it('goes by our own reference where it comes back, since the answer with the id may be lost', () => {
    const expected = report({ gatewayId: TEXT_REF });
    expect(post({ txId: '6ad0c1f2', clientRequestId: TEXT_REF, state: 'DELIVERED' })).toEqual(expected);
    expect(post({ clientRequestId: TEXT_REF, state: 'DELIVERED' })).toEqual(expected);
  });

  it.each([
    ['ACCEPTED', 'sent'],
    ['DELIVERED', 'delivered'],
    ['SEEN', 'delivered'],
    ['EXPIRED', 'expired'],
  ])('reads state %s as %s', (state, status) => {
    expect(post({ txId: 'a', state })).toMatchObject({ reports: [{ status, raw: state }] });
  });

  it.each([
    [{ txId: 'a', state: 'FAILED' }, 'unknown state FAILED'],
    [{ txId: 'a', state: 'call +79995550142' }, NEITHER],
    [{ state: 'DELIVERED' }, NEITHER],
    [{ txId: { a: 1 }, state: 'DELIVERED' }, NEITHER],
    ['{"txId":', NEITHER],
    ['<xml/>', NEITHER],
    ['', NEITHER],
    ['[]', NEITHER],
  ])('keeps %j without an effect', (body, detail) => {
    expect(post(body)).toEqual({ kind: 'nothing', detail });
  });

  it('reads a text in the form of the older API', () => {
    expect(get('clientId=79031234567&message=%D0%A1%D0%A2%D0%9E%D0%9F&shortNumber=1234&id=88001')).toEqual({
      kind: 'read',
      reports: [],
      inbound: [{ inboundId: '88001', from: '+79031234567', to: '1234', text: 'СТОП' }],
    });
    expect(get('clientId=79031234567&message=')).toMatchObject({ inbound: [{ from: '+79031234567', text: '' }] });
    expect(get('clientId=x&message=STOP')).toMatchObject({ kind: 'nothing' });
    expect(get('clientId=79031234567')).toMatchObject({ kind: 'nothing' });
  });

  it('answers all of them without a word that could go to a phone', () => {
    const silence = { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: '' };
    const text = { from: '+79031234567', text: 'STOP' };
    expect(seventech.reply?.({ kind: 'read', reports: [], inbound: [text] }, SETTINGS)).toEqual(silence);
    expect(seventech.reply?.({ kind: 'nothing', detail: '' }, SETTINGS)).toEqual(silence);
  });
});
