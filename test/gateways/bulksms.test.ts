import { describe, expect, it } from 'vitest';
import { bulksms } from '../../gateways/bulksms.ts';
import type { Asked } from '../../gateways/gateway.ts';
import { outcomeOf } from '../../sms/outcome.ts';
import { answer, hook, INT_REF, jsonOf, requestOf, SMS, TEXT_REF } from './kit.ts';

const SETTINGS = bulksms.settings.parse({ login: 'token', password: 'secret' });
const HEADERS = { authorization: 'Basic dG9rZW46c2VjcmV0', accept: 'application/json' };
const ERRORS = 'https://developer.bulksms.com/json/v1/errors';

/** The vendor's samples, with our reference where theirs was. */
const ACCEPTED = {
  id: '1491381497934900001',
  type: 'SENT',
  from: 'ACME',
  to: '79995550142',
  body: 'Code 4821',
  encoding: 'TEXT',
  protocolId: 0,
  messageClass: 0,
  submission: { id: '1-00000000002073100001', date: '2025-04-08T10:17:37Z' },
  status: { id: 'ACCEPTED.null', type: 'ACCEPTED', subtype: null },
  relatedSentMessageId: null,
  userSuppliedId: TEXT_REF,
  numberOfParts: null,
  creditCost: null,
};
const RECEIVED = {
  id: '1491381497934900777',
  type: 'RECEIVED',
  from: '27821110001',
  to: '27600000001',
  body: 'STOP',
  encoding: 'TEXT',
  submission: { id: '', date: '2025-04-08T11:02:10Z' },
  status: { id: 'UNKNOWN.null', type: 'UNKNOWN', subtype: null },
  relatedSentMessageId: '1491381497934900001',
  userSuppliedId: null,
  numberOfParts: 1,
  creditCost: 0,
};
const INBOUND = {
  inboundId: '1491381497934900777',
  from: '+27821110001',
  to: '27600000001',
  text: 'STOP',
  at: '2025-04-08T11:02:10.000Z',
};

const statusOf = (type: string, subtype: string | null = null) => ({ id: `${type}.${subtype}`, type, subtype });
const withStatus = (type: string, subtype: string | null = null) => ({ ...ACCEPTED, status: statusOf(type, subtype) });
const error = (kind: string, status: number, detail?: string) => ({
  type: `${ERRORS}#${kind}`,
  title: 'x',
  status,
  detail,
});
const read = (status: number, body: unknown, headers = {}, sms = SMS) =>
  bulksms.readSend(answer(status, body, headers), sms, SETTINGS);

describe('bulksms requests', () => {
  it('sends one message, with the deduplication id and our reference', () => {
    const request = requestOf(bulksms.send(SMS, SETTINGS));
    expect({ ...request, body: jsonOf(request) }).toEqual({
      method: 'POST',
      url: `https://api.bulksms.com/v1/messages?auto-unicode=true&deduplication-id=${INT_REF}`,
      headers: { ...HEADERS, 'content-type': 'application/json' },
      body: [
        {
          to: '+79995550142',
          from: 'ACME',
          body: 'Код 4821',
          encoding: 'TEXT',
          longMessageMaxParts: 10,
          userSuppliedId: TEXT_REF,
        },
      ],
    });
  });

  it('keeps both ids over repeats, and changes both with the reference', () => {
    expect(bulksms.send({ ...SMS, attempt: 4 }, SETTINGS)).toEqual(bulksms.send(SMS, SETTINGS));
    const other = requestOf(bulksms.send({ ...SMS, ref: { ...SMS.ref, number: 2n ** 31n + 4n } }, SETTINGS));
    expect(other.url).toMatch(/deduplication-id=5$/);
    expect(jsonOf(other)).toMatchObject([{ userSuppliedId: 'w7f3-zik0zo' }]);
  });

  it.each([
    ['+79990000001', '+79990000001'],
    ['79990000001', '79990000001'],
    ['12345', { type: 'SHORTCODE', address: '12345' }],
    ['ACME 24', 'ACME 24'],
  ])('writes the caller id %s as BulkSMS tells kinds apart', (callerId, from) => {
    expect(jsonOf(requestOf(bulksms.send({ ...SMS, callerId }, SETTINGS)))).toMatchObject([{ from }]);
  });

  it('names no sender where there is none, or asks for one that can be answered', () => {
    const { callerId: _, ...nameless } = SMS;
    const [plain] = jsonOf(requestOf(bulksms.send(nameless, SETTINGS))) as object[];
    expect(plain).not.toHaveProperty('from');
    expect(jsonOf(requestOf(bulksms.send(nameless, { ...SETTINGS, repliable: true })))).toMatchObject([
      { from: { type: 'REPLIABLE' } },
    ]);
    expect(jsonOf(requestOf(bulksms.send(SMS, { ...SETTINGS, repliable: true })))).toMatchObject([{ from: 'ACME' }]);
  });

  it('lets as many parts through as the text takes', () => {
    const text = 'я'.repeat(67 * 12);
    expect(jsonOf(requestOf(bulksms.send({ ...SMS, text }, SETTINGS)))).toMatchObject([{ longMessageMaxParts: 12 }]);
  });

  it.each(['{F0###}', 'Dear {fn######}, hello', '{sn#}', '{F12}', 'x{fn}', '{Fn##}', '{f3#}', '{ F0## }'])(
    'refuses the template field in "%s"',
    (text) => {
      expect(bulksms.send({ ...SMS, text }, SETTINGS)).toEqual({
        refuse: 'invalid-request',
        detail: expect.stringMatching(/^BulkSMS would fill in \{.+\} as a template field/),
      });
    },
  );

  it.each(['{', '}', '{}', '{name}', '{F}', '{F0', 'F0##}', '{"a":1}', ':-{ fn', '{fnord}', '{F0#x}'])(
    'sends "%s" as it is',
    (text) => {
      expect(jsonOf(requestOf(bulksms.send({ ...SMS, text }, SETTINGS)))).toMatchObject([{ body: text }]);
    },
  );

  it('takes the address with or without the version, and names the account', () => {
    const parse = (settings: object) => bulksms.settings.parse({ login: 'token', password: 'secret', ...settings });
    for (const url of ['http://127.0.0.1:7004', 'http://127.0.0.1:7004/', 'http://127.0.0.1:7004/v1/']) {
      expect(requestOf(bulksms.send(SMS, parse({ url }))).url).toMatch(/^http:\/\/127\.0\.0\.1:7004\/v1\/messages\?/);
      expect(bulksms.accountKey(parse({ url }))).toBe('127.0.0.1:7004/token');
    }
    expect(bulksms.accountKey(parse({ account: 'acme' }))).toBe('api.bulksms.com/acme');
  });

  it('repeats safely for a little less than BulkSMS remembers', () => {
    const traits = bulksms.traits(SETTINGS);
    expect(traits).toMatchObject({
      repeat: 'same-answer',
      repeatWithinS: 39_600,
      validity: 'account',
      lookup: 'own-id',
    });
    expect(traits.notFoundTrustedAfterS).toBeUndefined();
    expect(traits.inbound).toBe('webhook');
    expect(bulksms.traits({ ...SETTINGS, pullInbound: true }).inbound).toBe('pull');
  });

  it('asks for the balance in credits', () => {
    expect(bulksms.balance?.(SETTINGS)).toEqual({
      method: 'GET',
      url: 'https://api.bulksms.com/v1/profile',
      headers: HEADERS,
    });
    const profile = { id: '1', username: 'acme', credits: { balance: 152.75, limit: 0 }, quota: { size: 1000 } };
    expect(bulksms.readBalance?.(answer(200, profile), SETTINGS)).toEqual({ amount: '152.75' });
    expect(bulksms.readBalance?.(answer(401, error('authentication-failed', 401)), SETTINGS)).toMatchObject({
      error: 'auth',
    });
    expect(bulksms.readBalance?.(answer(200, {}), SETTINGS)).toMatchObject({ error: 'unknown' });
  });
});

describe('bulksms answers to a send', () => {
  it.each([
    ['a list', [ACCEPTED]],
    ['a single object', ACCEPTED],
    ['a message without our reference', [{ ...ACCEPTED, userSuppliedId: null }]],
    ['a message without our reference and phone', { id: ACCEPTED.id, status: { type: 'SENT' } }],
    ['a message without a status', [{ id: ACCEPTED.id, userSuppliedId: TEXT_REF }]],
    ['a status with an id alone', [{ ...ACCEPTED, status: { id: 'SENT.null' } }]],
    ['a number with its plus', [{ ...ACCEPTED, userSuppliedId: null, to: '+79995550142' }]],
    ['ours among others', [{ ...ACCEPTED, id: '7', userSuppliedId: 'x' }, ACCEPTED]],
  ])('takes %s for accepted', (_, body) => {
    for (const status of [201, 200]) {
      expect(read(status, body)).toEqual({ kind: 'accepted', ids: [{ id: '1491381497934900001' }] });
    }
  });

  it('keeps the digits of an id that is a bare number, and counts parts where they are told', () => {
    const body = '[{"id":1491381497934900001,"status":{"type":"SENT"},"to":"79995550142","numberOfParts":2}]';
    expect(read(201, body)).toEqual({ kind: 'accepted', ids: [{ id: '1491381497934900001' }], parts: 2 });
  });

  it.each(['ACCEPTED', 'SCHEDULED', 'SENT', 'DELIVERED', 'UNKNOWN'])('takes the status %s for accepted', (type) => {
    expect(read(201, [withStatus(type)])).toMatchObject({ kind: 'accepted' });
  });

  it.each([
    ['BLOCKED', { class: 'blocked', optOut: true }],
    ['NOT_SENT', { class: 'invalid-recipient' }],
  ])('reads FAILED.%s as a refusal', (subtype, expected) => {
    const said = { kind: 'error', code: `FAILED.${subtype}`, notTaken: true, ...expected };
    expect(read(201, [withStatus('FAILED', subtype)])).toEqual(said);
    expect(read(201, [{ ...ACCEPTED, status: { id: `FAILED.${subtype}` } }])).toEqual(said);
    expect(outcomeOf({ reach: 'answered', answer: read(201, [withStatus('FAILED', subtype)]) }, false)).toMatchObject({
      kind: 'refused',
    });
  });

  it.each(['EXPIRED', 'HANDSET_ERROR', null, 'OTHER'])(
    'leaves FAILED.%s to the status, since it was tried',
    (subtype) => {
      expect(read(201, [withStatus('FAILED', subtype)])).toMatchObject({ kind: 'accepted' });
      expect(read(201, [{ ...withStatus('FAILED', subtype), id: null }])).toMatchObject({
        class: 'unknown',
        notTaken: true,
      });
    },
  );

  it('takes the answer to a repeat for that of the first: with an id, the doubt is over', () => {
    const repeat = { ...SMS, attempt: 2 };
    expect(read(201, [withStatus('FAILED', 'BLOCKED')], {}, repeat)).toMatchObject({ kind: 'accepted' });
    expect(read(201, [{ ...withStatus('FAILED', 'BLOCKED'), id: '' }], {}, repeat)).toMatchObject({ class: 'blocked' });
  });

  it.each([
    [400, error('bad-request', 400, 'Body is required'), 'invalid-request'],
    [400, error('bad-request', 400), 'invalid-request'],
    [400, { ...error('bad-request', 400), type: `${ERRORS}/#bad-request` }, 'invalid-request'],
    [400, error('bad-request', 400, "The value of 'to' is not a phone number"), 'invalid-recipient'],
    [400, error('bad-request', 400, 'Invalid phone number'), 'invalid-recipient'],
    [400, error('bad-request', 400, "'from' is not valid"), 'sender-not-allowed'],
    [400, error('bad-request', 400, 'You are not allowed to use this sender id'), 'sender-not-allowed'],
    [400, error('bad-request', 400, 'Failed to read the body from the request'), 'invalid-request'],
    [401, error('authentication-failed', 401), 'auth'],
    [403, error('insufficient-credits', 403), 'no-balance'],
    [403, { ...error('insufficient-credits', 403), type: `${ERRORS}/#insufficient-credits` }, 'no-balance'],
    [403, error('forbidden', 403, 'Sender id not approved'), 'sender-not-allowed'],
    [403, error('forbidden', 403, 'No.'), 'auth'],
    [403, '', 'auth'],
    [404, error('not-found', 404), 'unknown'],
    [409, error('something-new', 409), 'unknown'],
    [429, '', 'rate-limited'],
    [400, '', 'rate-limited'],
    [400, ' \n', 'rate-limited'],
  ])('reads HTTP %i %o as %s', (status, body, errorClass) => {
    expect(read(status, body)).toMatchObject({ kind: 'error', class: errorClass, notTaken: true });
  });

  it('tells what BulkSMS said', () => {
    expect(read(400, error('bad-request', 400, 'Body is required'))).toEqual({
      kind: 'error',
      class: 'invalid-request',
      code: 'bad-request',
      detail: 'Body is required',
      notTaken: true,
    });
    expect(read(403, error('insufficient-credits', 403))).toMatchObject({ code: 'insufficient-credits', detail: 'x' });
  });

  it('does not take a 400 without a word for "too fast" for ever', () => {
    expect(read(400, '', {}, { ...SMS, attempt: 10 })).toMatchObject({ class: 'rate-limited' });
    expect(read(400, '', {}, { ...SMS, attempt: 11 })).toMatchObject({ class: 'invalid-request', notTaken: true });
    expect(read(429, '', {}, { ...SMS, attempt: 11 })).toMatchObject({ class: 'rate-limited' });
  });

  it.each([
    [201, ''],
    [201, '[]'],
    [201, '{}'],
    [201, '[{"id":"1491381497934900001","status":{"type":"SENT"}'],
    [201, '<html>busy</html>'],
    [201, [{ ...ACCEPTED, id: null }]],
    [201, [{ ...ACCEPTED, id: '../profile' }]],
    [201, [withStatus('QUEUED')]],
    [400, '<html>bad gateway</html>'],
    [404, 'no such page'],
    [404, [ACCEPTED]],
  ])('does not understand HTTP %i %o', (status, body) => {
    expect(read(status, body)).toMatchObject({ kind: 'unreadable' });
  });

  it.each([
    ['another reference', { userSuppliedId: 'w7f3-4yvl' }],
    ['another reference, of another program', { userSuppliedId: 'wf-000123' }],
    ['another phone', { userSuppliedId: null, to: '27821110001' }],
  ])('does not take an answer with %s for ours: the deduplication id was used before', (_, other) => {
    expect(read(201, [{ ...ACCEPTED, ...other }])).toMatchObject({ kind: 'unreadable' });
  });

  it.each([500, 502, 504, 408, 503])('is uncertain after a bare HTTP %i', (status) => {
    expect(read(status, [ACCEPTED])).toMatchObject({ kind: 'error', class: 'temporary', notTaken: false });
  });
});

describe('bulksms statuses', () => {
  const known: Asked = { ids: [{ id: ACCEPTED.id, part: 1 }, { id: TEXT_REF }], phone: SMS.phone, ref: SMS.ref };
  const doubtful: Asked = { ids: [{ id: TEXT_REF }], phone: SMS.phone, ref: SMS.ref };
  const poll = (asked: Asked) => bulksms.poll?.([asked], SETTINGS);
  const readPoll = (body: unknown, asked = known, status = 200) =>
    bulksms.readPoll?.(answer(status, body), [asked], SETTINGS);

  it('asks by the id of BulkSMS, and by our reference where there is none', () => {
    expect(poll(known)).toEqual({
      method: 'GET',
      url: 'https://api.bulksms.com/v1/messages/1491381497934900001',
      headers: HEADERS,
    });
    const search = `https://api.bulksms.com/v1/messages?filter=type%3DSENT%26userSuppliedId%3D${TEXT_REF}`;
    expect(poll(doubtful)?.url).toBe(search);
    expect(poll({ ...doubtful, ids: [] })?.url).toBe(search);
    expect(poll({ ...known, ids: [{ id: '1' }, { id: '2' }] })?.url).toBe(search);
  });

  it.each([
    ['ACCEPTED', null, { status: 'sent' }],
    ['SCHEDULED', null, { status: 'sent' }],
    ['SENT', null, { status: 'sent' }],
    ['DELIVERED', null, { status: 'delivered' }],
    ['FAILED', 'EXPIRED', { status: 'expired', errorCode: 'EXPIRED' }],
    ['FAILED', 'HANDSET_ERROR', { status: 'undelivered', errorCode: 'HANDSET_ERROR' }],
    ['FAILED', 'BLOCKED', { status: 'rejected', errorCode: 'BLOCKED', errorClass: 'blocked', optOut: true }],
    ['FAILED', 'NOT_SENT', { status: 'rejected', errorCode: 'NOT_SENT', errorClass: 'invalid-recipient' }],
    ['FAILED', 'OTHER', { status: 'undelivered', errorCode: 'OTHER' }],
    ['FAILED', null, { status: 'undelivered' }],
  ])('reads %s.%s', (type, subtype, expected) => {
    const raw = subtype === null ? type : `${type}.${subtype}`;
    const report = { gatewayId: ACCEPTED.id, phone: SMS.phone, raw, ...expected };
    expect(readPoll(withStatus(type, subtype))).toEqual({
      kind: 'read',
      answers: [[{ kind: 'status', report }, { kind: 'nothing' }]],
    });
  });

  it('reads what was found under our reference, and of several the one that was delivered', () => {
    const report = { gatewayId: TEXT_REF, phone: SMS.phone, status: 'delivered', raw: 'DELIVERED' };
    const expected = { kind: 'read', answers: [[{ kind: 'status', report }]] };
    expect(readPoll([withStatus('DELIVERED')], doubtful)).toEqual(expected);
    expect(readPoll([withStatus('FAILED'), withStatus('DELIVERED')], doubtful)).toEqual(expected);
    expect(readPoll([{ ...withStatus('DELIVERED'), to: '79995550199' }], doubtful)).toMatchObject({
      answers: [[{ kind: 'nothing' }]],
    });
  });

  it.each([
    withStatus('UNKNOWN'),
    withStatus('QUEUED'),
    { ...withStatus('DELIVERED'), id: '1491381497934900002' },
    { ...RECEIVED, id: ACCEPTED.id, status: statusOf('DELIVERED') },
    {},
    { id: ACCEPTED.id, type: 'SENT' },
  ])('makes nothing of %o', (body) => {
    expect(readPoll(body)).toEqual({ kind: 'read', answers: [[{ kind: 'nothing' }, { kind: 'nothing' }]] });
  });

  it('says not found by an error of its own or an empty list, and otherwise names the trouble', () => {
    expect(readPoll(error('not-found', 404), known, 404)).toMatchObject({ answers: [[{ kind: 'not-found' }, {}]] });
    expect(readPoll([], doubtful)).toEqual({ kind: 'read', answers: [[{ kind: 'not-found' }]] });
    expect(readPoll('no such page', known, 404)).toMatchObject({ kind: 'unreadable' });
    expect(readPoll('', known, 200)).toMatchObject({ kind: 'unreadable' });
    expect(readPoll('', known, 400)).toMatchObject({ kind: 'error', class: 'rate-limited' });
    expect(readPoll('', known, 401)).toEqual({ kind: 'error', class: 'auth', code: 'HTTP 401' });
    expect(readPoll('', known, 502)).toMatchObject({ kind: 'error', class: 'temporary' });
  });
});

describe('bulksms calls', () => {
  const call = (body: unknown) => bulksms.readHook?.(hook(body), SETTINGS);

  it('reads reports and texts from phones in one list', () => {
    const theirs = { ...withStatus('FAILED', 'BLOCKED'), id: '1491381497934900002', userSuppliedId: 'wf-000123' };
    expect(call([withStatus('DELIVERED'), RECEIVED, theirs])).toEqual({
      kind: 'read',
      reports: [
        { gatewayId: TEXT_REF, phone: SMS.phone, status: 'delivered', raw: 'DELIVERED' },
        {
          gatewayId: '1491381497934900002',
          phone: SMS.phone,
          status: 'rejected',
          raw: 'FAILED.BLOCKED',
          errorClass: 'blocked',
          errorCode: 'BLOCKED',
          optOut: true,
        },
      ],
      inbound: [INBOUND],
    });
    expect(call(RECEIVED)).toEqual({ kind: 'read', reports: [], inbound: [INBOUND] });
  });

  it('goes by the id where our reference is not given back', () => {
    expect(call([{ ...withStatus('DELIVERED'), userSuppliedId: null }])).toMatchObject({
      reports: [{ gatewayId: '1491381497934900001' }],
    });
    expect(call('[{"id":1491381497934900001,"type":"sent","status":{"type":"Delivered"}}]')).toMatchObject({
      reports: [{ gatewayId: '1491381497934900001', status: 'delivered' }],
    });
  });

  it('keeps a text as it was written', () => {
    expect(call([{ ...RECEIVED, body: ' Stop\n' }])).toMatchObject({ inbound: [{ text: ' Stop\n' }] });
    expect(call([{ ...RECEIVED, body: null, submission: null, to: null }])).toEqual({
      kind: 'read',
      reports: [],
      inbound: [{ inboundId: RECEIVED.id, from: '+27821110001', text: '' }],
    });
  });

  it.each([
    ['the call at the registration', []],
    ['a status that says nothing', [withStatus('UNKNOWN')]],
    ['a status without an id', [{ ...withStatus('SENT'), id: null, userSuppliedId: null }]],
    ['a text from a name', [{ ...RECEIVED, from: 'ACME' }]],
    ['a message of no kind', [{ ...RECEIVED, type: null }]],
    ['something else', [5, 'x', null]],
  ])('answers and keeps %s', (_, body) => {
    expect(call(body)).toMatchObject({ kind: 'nothing' });
  });

  it('refuses only what is no JSON, and answers with 200', () => {
    expect(call('<x/>')).toMatchObject({ kind: 'refused', status: 400 });
    expect(bulksms.reply?.({ kind: 'nothing', detail: '' }, SETTINGS)).toEqual({ status: 200, body: '' });
  });
});

describe('bulksms texts that are fetched', () => {
  const AT = '2025-04-08T12:00:00.123Z';
  const pull = (cursor?: string) => {
    const request = bulksms.pullInbound?.({ at: AT, ...(cursor === undefined ? {} : { cursor }) }, SETTINGS);
    const query = new URL(request?.url ?? '').searchParams;
    return { ...request, query: Object.fromEntries(query) };
  };
  const readPulled = (body: unknown, cursor?: string, status = 200) =>
    bulksms.readPulled?.(answer(status, body), { at: AT, ...(cursor === undefined ? {} : { cursor }) }, SETTINGS);

  it('begins an hour ago, and goes on after the newest text that was read', () => {
    expect(pull()).toMatchObject({
      method: 'GET',
      url: expect.stringMatching(/^https:\/\/api\.bulksms\.com\/v1\/messages\?filter=type%3DRECEIVED%26submission/),
      headers: HEADERS,
      query: { filter: 'type=RECEIVED&submission.date>=2025-04-08T11:00:00Z', sortOrder: 'ASCENDING', limit: '200' },
    });
    expect(pull('2025-04-07T09:00:00Z').query.filter).toBe('type=RECEIVED&submission.date>=2025-04-07T09:00:00Z');
    expect(pull(RECEIVED.id).query.filter).toBe('type=RECEIVED&id>1491381497934900777');
  });

  it('reads texts, and the greatest id as the cursor', () => {
    const later = { ...RECEIVED, id: '1491381497934900800', body: 'Hello' };
    expect(readPulled([later, RECEIVED])).toEqual({
      kind: 'read',
      inbound: [{ ...INBOUND, inboundId: later.id, text: 'Hello' }, INBOUND],
      cursor: later.id,
      more: false,
    });
    expect(readPulled([{ ...RECEIVED, id: '99' }], '1491381497934900777')).toMatchObject({ cursor: RECEIVED.id });
    expect(readPulled([RECEIVED], '99')).toMatchObject({ cursor: RECEIVED.id });
    expect(readPulled([withStatus('DELIVERED')], '99')).toMatchObject({ inbound: [], cursor: '99' });
  });

  it('keeps the time that it began at until there is a text', () => {
    expect(readPulled([])).toEqual({ kind: 'read', inbound: [], cursor: '2025-04-08T11:00:00Z', more: false });
    expect(readPulled([], '2025-04-07T09:00:00Z')).toMatchObject({ cursor: '2025-04-07T09:00:00Z' });
    expect(readPulled([], RECEIVED.id)).toMatchObject({ cursor: RECEIVED.id });
  });

  it('asks for more at once only after a full page that brought something new', () => {
    const page = Array.from({ length: 200 }, (_, i) => ({ ...RECEIVED, id: String(1000 + i) }));
    expect(readPulled(page, '999')).toMatchObject({ cursor: '1199', more: true });
    expect(readPulled(page, '1199')).toMatchObject({ cursor: '1199', more: false });
    expect(readPulled(page.slice(1), '999')).toMatchObject({ more: false });
  });

  it('names the trouble', () => {
    expect(readPulled(error('bad-request', 400, 'no such filter'), undefined, 400)).toEqual({
      kind: 'error',
      class: 'invalid-request',
      code: 'bad-request',
      detail: 'no such filter',
    });
    expect(readPulled('', undefined, 503)).toMatchObject({ kind: 'error', class: 'temporary' });
    expect(readPulled('{}')).toMatchObject({ kind: 'unreadable' });
    expect(readPulled('<html>')).toMatchObject({ kind: 'unreadable' });
  });
});
