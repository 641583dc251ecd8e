import { describe, expect, it } from 'vitest';
import type { Asked } from '../../gateways/gateway.ts';
import { intellin } from '../../gateways/intellin.ts';
import { outcomeOf } from '../../sms/outcome.ts';
import { answer, requestOf, SMS } from './kit.ts';

const SETTINGS = intellin.settings.parse({ login: 'acme', password: 's3cret' });
const MAPPED = intellin.settings.parse({
  login: 'acme',
  password: 's3cret',
  errorClasses: { 5: 'no-balance', 6: 'temporary', 7: 'invalid-recipient' },
});

const OK = {
  serial_id: '81044',
  error_num: '0',
  message_id: '550017342',
  message_destination: '79215550142',
  message_parts: '1',
};
const OK_TEXT =
  'done<br>serial_id=81044<br>error_num=0<br>message_id=550017342<br>' +
  'message_destination=79215550142<br>message_parts=1';

const read = (status: number, body: unknown, headers = {}, settings = SETTINGS) =>
  intellin.readSend(answer(status, body, headers), SMS, settings);

describe('intellin requests', () => {
  it('sends all of it in the address, with the plus and the ampersand escaped and spaces as %20', () => {
    const request = requestOf(intellin.send({ ...SMS, phone: '+79215550142', text: 'Код 4821' }, SETTINGS));
    expect(request).toEqual({
      method: 'GET',
      url:
        'https://sms.intellin.ru/sendsms.cgi?http_username=acme&http_password=s3cret&phone_list=79215550142' +
        '&message=%D0%9A%D0%BE%D0%B4%204821&fromphone=ACME&format=json',
      headers: {},
    });
    const odd = requestOf(intellin.send({ ...SMS, text: 'a&b=c + d%' }, SETTINGS)).url;
    expect(odd).toContain('&message=a%26b%3Dc%20%2B%20d%25&');
    expect(new URL(odd).searchParams.get('message')).toBe('a&b=c + d%');
  });

  it('names no sender where there is none', () => {
    const { callerId: _, ...nameless } = SMS;
    expect(requestOf(intellin.send(nameless, SETTINGS)).url).not.toContain('fromphone');
  });

  it('asks for one id in a request', () => {
    const asked: Asked[] = [{ ids: [{ id: '550017342', part: 1 }], phone: SMS.phone, ref: SMS.ref }];
    const http = intellin.settings.parse({ url: 'http://sms.intellin.ru/', login: 'a b', password: 'p&+' });
    expect(intellin.poll?.(asked, http)).toEqual({
      method: 'GET',
      url:
        'http://sms.intellin.ru/getstatus.cgi?http_username=a%20b&http_password=p%26%2B' +
        '&message_id=550017342&format=json',
      headers: {},
    });
    expect(intellin.traits(SETTINGS)).toMatchObject({
      repeat: 'unsafe',
      lookup: 'gateway-id',
      pollLimit: { idsPerRequest: 1, minGapS: 1 },
      reports: 'poll',
      inbound: 'none',
    });
    expect(intellin.traits({ ...SETTINGS, pollGapS: 0.2 }).pollLimit?.minGapS).toBe(0.2);
  });

  it('names an account by host and login', () => {
    expect(intellin.accountKey(SETTINGS)).toBe('sms.intellin.ru/acme');
    expect(intellin.settings.safeParse({ login: 'acme' }).success).toBe(false);
    expect(intellin.settings.safeParse({ ...SETTINGS, errorClasses: { 5: 'poor' } }).success).toBe(false);
  });
});

describe('intellin answers to a send', () => {
  it.each([
    [OK, 1],
    [{ ...OK, error_num: 0, message_id: 550017342, message_parts: 3 }, 3],
    [{ Error_Num: ' 0 ', MESSAGE_ID: ' 550017342 ' }, undefined],
    [[OK], 1],
    [`Notice: x\n${JSON.stringify(OK)}`, 1],
    [OK_TEXT, 1],
    ['done<BR />message_id = 550017342<br/>ERROR_NUM=0', undefined],
    ['error_num=0\r\nmessage_id=550017342\r\n', undefined],
  ])('takes %o for accepted', (body, parts) => {
    const expected = { kind: 'accepted', ids: [{ id: '550017342' }] };
    expect(read(200, body)).toEqual(parts === undefined ? expected : { ...expected, parts });
  });

  it('keeps an id beyond 2^53 whole', () => {
    expect(read(200, '{"error_num":0,"message_id":9007199254740993}')).toMatchObject({
      ids: [{ id: '9007199254740993' }],
    });
  });

  it.each([
    { ...OK, error_num: '12', message_id: '' },
    { ...OK, error_num: 12 },
    { error_num: '12' },
    'failed<br>serial_id=<br>error_num=12<br>message_id=<br>message_destination=<br>message_parts=',
  ])('takes %o for refused, with a number that nobody explains', (body) => {
    const refusal = { kind: 'error', class: 'unknown', code: '12', notTaken: true };
    expect(read(200, body)).toMatchObject(refusal);
    expect(outcomeOf({ reach: 'answered', answer: read(200, body) }, false)).toMatchObject({ kind: 'refused' });
  });

  it('reads error numbers as the operator has told them', () => {
    const mapped = (error_num: unknown) => read(200, { error_num }, {}, MAPPED);
    expect(mapped('5')).toMatchObject({ class: 'no-balance', code: '5' });
    expect(mapped(6)).toMatchObject({ class: 'temporary', notTaken: true });
    expect(mapped('007')).toMatchObject({ class: 'invalid-recipient', code: '7' });
    expect(mapped(-1)).toMatchObject({ class: 'unknown', code: '-1' });
  });

  it.each([
    [''],
    ['{}'],
    ['[]'],
    ['OK'],
    ['<html>busy</html>'],
    [{ error_num: 0 }],
    [{ error_num: 0, message_id: '' }],
    [{ message_id: '550017342' }],
    [{ error_num: 'none', message_id: '550017342' }],
    [JSON.stringify(OK).slice(0, -1)],
    ['done<br>serial_id=81044<br>error_num=0<br>message_id=5500'],
    ['done<br>serial_id=81044<br>error_num=0'],
  ])('does not understand %s', (body) => {
    expect(read(200, body)).toMatchObject({ kind: 'unreadable' });
  });

  it.each([
    [401, 'auth', true],
    [403, 'auth', true],
    [429, 'rate-limited', true],
    [500, 'temporary', false],
    [503, 'temporary', false],
    [400, 'invalid-request', true],
    [404, 'invalid-request', true],
  ])('reads HTTP %i as %s', (status, errorClass, notTaken) => {
    expect(read(status, OK)).toMatchObject({ kind: 'error', class: errorClass, notTaken });
  });
});

describe('intellin statuses', () => {
  const asked: Asked[] = [{ ids: [{ id: '550017342', part: 1 }], phone: SMS.phone, ref: SMS.ref }];
  const poll = (body: unknown, status = 200, settings = SETTINGS) =>
    intellin.readPoll?.(answer(status, body), asked, settings);
  const STATUS = {
    serial_id: '81044',
    error_num: '0',
    message_id: '550017342',
    message_parts: '1',
    send_date: '2024-06-20 15:30:02',
    deliver_date: '2024-06-20 15:30:09',
    deliver_status: 'DELIVERED',
    error_code: '0',
  };

  it('reads JSON and text by name, and leaves out dates of no known zone', () => {
    const report = { gatewayId: '550017342', status: 'delivered', raw: 'DELIVERED' };
    const expected = { kind: 'read', answers: [[{ kind: 'status', report }]] };
    expect(poll(STATUS)).toEqual(expected);
    const pairs = Object.entries(STATUS).map(([name, value]) => `${name}=${value}`);
    expect(poll(`done<br>${pairs.join('<br>')}`)).toEqual(expected);
    expect(poll(pairs.reverse().join('\n'))).toEqual(expected);
  });

  it.each([
    ['DELIVERED', 'delivered'],
    ['DELIVRD', 'delivered'],
    ['READ', 'delivered'],
    ['EXPIRED', 'expired'],
    ['UNDELIV', 'undelivered'],
    ['DELETED', 'undelivered'],
    ['REJECTD', 'rejected'],
    ['ACCEPTD', 'sent'],
    ['PROGRESS', 'sent'],
    ['SEND', 'sent'],
  ])('reads %s as %s', (deliver_status, status) => {
    expect(poll({ ...STATUS, deliver_status })).toMatchObject({ answers: [[{ report: { status } }]] });
    expect(poll({ error_num: 0, deliver_status: ` ${deliver_status.toLowerCase()} ` })).toMatchObject({
      answers: [[{ report: { status, gatewayId: '550017342' } }]],
    });
  });

  it.each(['UNKNOWN', 'ENROUTE', '', null])('says nothing on %s', (deliver_status) => {
    expect(poll({ ...STATUS, deliver_status })).toEqual({ kind: 'read', answers: [[{ kind: 'nothing' }]] });
  });

  it("keeps the network's error of what failed", () => {
    expect(poll({ ...STATUS, deliver_status: 'UNDELIV', error_code: 34 })).toMatchObject({
      answers: [[{ report: { status: 'undelivered', errorCode: '34' } }]],
    });
    const none = poll({ ...STATUS, deliver_status: 'UNDELIV' });
    expect(JSON.stringify(none)).not.toContain('errorCode');
  });

  it('reads errors of the request', () => {
    expect(poll({ error_num: 5 }, 200, MAPPED)).toMatchObject({ kind: 'error', class: 'no-balance', code: '5' });
    expect(poll({ error_num: 5 })).toMatchObject({ kind: 'error', class: 'unknown' });
    expect(poll(STATUS, 500)).toMatchObject({ kind: 'error', class: 'temporary' });
    expect(poll(STATUS, 404)).toMatchObject({ kind: 'error', class: 'invalid-request' });
    expect(poll({ ...STATUS, message_id: '1' })).toMatchObject({ kind: 'unreadable' });
    expect(poll('<html>')).toMatchObject({ kind: 'unreadable' });
  });
});
