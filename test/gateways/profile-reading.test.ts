/** What an HTTP profile reads in answers and in the gateway's calls. */
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { http } from '../../gateways/by-profile.ts';
import type { Asked, PollAnswer, TakenHook } from '../../gateways/gateway.ts';
import type { ProfileInput } from '../../gateways/profile/schema.ts';
import { outcomeOf } from '../../sms/outcome.ts';
import { answer, hook, SMS } from './kit.ts';

type SendAnswerInput = ProfileInput['sendAnswer'];
type Rule = NonNullable<SendAnswerInput['errors']>[number];

const SEND: ProfileInput['send'] = {
  method: 'GET',
  url: '{{url}}/send',
  query: [
    ['to', '{{phone}}'],
    ['text', '{{text}}'],
  ],
};
const OK: SendAnswerInput = { format: 'json', success: [{ value: 'ok', equals: true }], id: 'id' };

function settingsOf(profile: Partial<ProfileInput>, over: Record<string, unknown> = {}) {
  return http.settings.parse({
    url: 'https://sms.example.com',
    login: 'us',
    profile: { send: SEND, sendAnswer: OK, ...profile },
    ...over,
  });
}

function readSend(sendAnswer: SendAnswerInput, status: number, body: unknown, headers: Record<string, string> = {}) {
  return http.readSend(answer(status, body, headers), SMS, settingsOf({ sendAnswer }));
}

function idsOf(place: NonNullable<SendAnswerInput['id']>, format: SendAnswerInput['format'], body: unknown) {
  const read = readSend({ format, success: [{ status: [200] }], id: place }, 200, body, { 'x-id': ' 42 ' });
  return read.kind === 'accepted' ? read.ids.map(({ id }) => id) : read;
}

describe('places', () => {
  const deep = { a: { 'message-id': 'x', messages: [{ id: 1 }, { id: 2 }], 'b.c': { d: 'y' } } };
  it.each<[NonNullable<SendAnswerInput['id']>, unknown, string[]]>([
    ['a.message-id', deep, ['x']],
    ['a.messageId', deep, ['x']],
    ['A.MESSAGE_ID', deep, ['x']],
    [{ path: 'a.message-id' }, deep, ['x']],
    ['a."b.c".d', deep, ['y']],
    ['a.messages[*].id', deep, ['1', '2']],
    ['a.messages[1].id', deep, ['2']],
    ['a.messages.id', { a: { messages: { id: 7 } } }, ['7']],
    ['a.messages[0].id', { a: { messages: { id: 7 } } }, ['7']],
    ['[0].id', [{ id: 1 }], ['1']],
    ['[*]', ['5', 6], ['5', '6']],
    ['id', '{"id":1234567890123456789}', ['1234567890123456789']],
    ['id', 'Warning: deprecated\n{"id":"5"}', ['5']],
    [{ header: 'X-Id' }, {}, ['42']],
    [{ regex: '"id": *"(\\d+)"' }, '{"id": "5"}', ['5']],
  ])('in JSON: %j', (place, body, ids) => {
    expect(idsOf(place, 'json', body)).toEqual(ids);
  });

  it.each<[NonNullable<SendAnswerInput['id']>, string, string[]]>([
    ['r.id', '<r><id>5</id></r>', ['5']],
    ['r.id', '<r><id kind="x">5</id></r>', ['5']],
    ['r.sms.@id', '<r><sms id="7" ok="1"/></r>', ['7']],
    ['r.sms[*].@id', '<r><sms id="7"/><sms id="8"/></r>', ['7', '8']],
    ['r.sms[*].@id', '<r><sms id="7"/></r>', ['7']],
    ['r.t', '<r><t>&lt;&#1050;&gt;</t></r>', ['<К>']],
  ])('in XML: %j', (place, body, ids) => {
    expect(idsOf(place, 'xml', body)).toEqual(ids);
  });

  it.each<[NonNullable<SendAnswerInput['id']>, SendAnswerInput['format'], string, string[]]>([
    ['ID', 'form', 'status=ok&id=a%2Bb', ['a+b']],
    [{ regex: '^OK (\\w+)' }, 'text', 'OK 5f', ['5f']],
    [{ regex: '\\d+' }, 'text', 'id 5, id 6', ['5', '6']],
    [{ regex: '(?m)^(\\d+):' }, 'text', '5: a\n6: b', ['5', '6']],
  ])('elsewhere: %j', (place, format, body, ids) => {
    expect(idsOf(place, format, body)).toEqual(ids);
  });

  it.each<[NonNullable<SendAnswerInput['id']>, unknown]>([
    ['a.b', { a: null }],
    ['a[3]', { a: [1] }],
    ['a', { a: {} }],
    ['a', { a: ' ' }],
    ['constructor', {}],
    ['a', '[]'],
  ])('where there is nothing: %j in %j', (place, body) => {
    expect(idsOf(place, 'json', body)).toMatchObject({
      kind: 'unreadable',
      detail: expect.stringMatching(/without the id/),
    });
  });

  it.each([
    ['as the header says', 'auto', { 'content-type': 'text/xml; charset=windows-1251' }, '<r>'],
    ['as the XML says', 'auto', {}, '<?xml version="1.0" encoding="windows-1251"?><r>'],
    ['as the profile says', 'windows-1251', {}, '<?xml version="1.0" encoding="utf-8"?><r>'],
  ] as const)('in windows-1251, %s', (_, charset, headers, start) => {
    const settings = settingsOf({
      sendAnswer: { format: 'xml', charset, success: [{ value: { regex: 'Принято' }, exists: true }], id: 'r.Код' },
    });
    const body = iconv.encode(`${start}<Код>Принято</Код></r>`, 'windows-1251');
    expect(http.readSend({ status: 200, headers, body }, SMS, settings)).toEqual({
      kind: 'accepted',
      ids: [{ id: 'Принято' }],
    });
  });

  it('in a form, in the charset that the header names, whatever its case', () => {
    const settings = settingsOf({
      sendAnswer: { format: 'form', success: [{ value: 'status', equals: 'Принято' }], id: 'id' },
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=Windows-1251' };
    const body = Buffer.from('status=%CF%F0%E8%ED%FF%F2%EE&id=88');
    expect(http.readSend({ status: 200, headers, body }, SMS, settings)).toEqual({
      kind: 'accepted',
      ids: [{ id: '88' }],
    });
  });

  it('by expressions that other engines choke on, at once', () => {
    const settings = settingsOf({
      sendAnswer: {
        format: 'text',
        success: [{ value: { regex: '(a+)+$' }, exists: true }],
        id: { regex: '^(a|aa|a?)+b' },
      },
    });
    const response = answer(200, `${'a'.repeat(200_000)}!`);
    const from = performance.now();
    expect(http.readSend(response, SMS, settings).kind).toBe('unreadable');
    expect(performance.now() - from).toBeLessThan(2_000);
  });
});

describe('conditions', () => {
  it.each<[SendAnswerInput['success'], unknown, boolean]>([
    [[{ value: 'a', equals: 'OK' }], { a: 'ok' }, true],
    [[{ value: 'a', equals: ['x', 'ok'] }], { a: 'OK' }, true],
    [[{ value: 'a', equals: 0 }], { a: '0' }, true],
    [[{ value: 'a', equals: 'true' }], { a: true }, true],
    [[{ value: 'a', equals: 'ok' }], { a: 'okay' }, false],
    [[{ value: 'a[*]', equals: 'ok' }], { a: ['no', 'ok'] }, true],
    [[{ value: 'a', matches: '^\\d+$' }], { a: 12 }, true],
    [[{ value: 'a', matches: '^\\d+$' }], { a: '12x' }, false],
    [[{ value: 'a', exists: true }], { a: { b: 1 } }, true],
    [[{ value: 'a', exists: true }], { a: false }, true],
    [[{ value: 'a', exists: true }], { a: [] }, false],
    [[{ value: 'a', exists: true }], { a: '' }, false],
    [[{ status: [200] }, { value: 'error', exists: false }], { a: 1 }, true],
    [[{ status: [200] }, { value: 'error', exists: false }], { error: { code: 5 } }, false],
    [[{ status: [200] }, { value: 'error', exists: false }], { error: null }, true],
    [[{ status: [201], value: 'a', equals: 1 }], { a: 1 }, false],
    [[{ value: { regex: '^$' }, exists: true }], '', false],
  ])('%j of %j: %s', (success, body, isTaken) => {
    expect(readSend({ format: 'json', success }, 200, body)).toMatchObject({
      kind: isTaken ? 'accepted' : 'unreadable',
    });
  });

  it('look at an empty text with a regular expression', () => {
    expect(readSend({ format: 'text', success: [{ value: { regex: '^$' }, exists: true }] }, 200, '').kind).toBe(
      'accepted',
    );
    expect(readSend({ format: 'text', success: [{ value: { regex: '^$' }, exists: true }] }, 200, 'x').kind).toBe(
      'unreadable',
    );
  });

  it('never find a success in what is not of its form', () => {
    const success = [{ status: [200] }, { value: 'error', exists: false }];
    for (const body of ['', '<html>Welcome</html>', '{"ok":', 'null x']) {
      expect(readSend({ format: 'json', success }, 200, body).kind).toBe('unreadable');
    }
    expect(readSend({ format: 'xml', success }, 200, '{"ok":1}').kind).toBe('unreadable');
  });
});

describe('an answer to a send', () => {
  it('counts as taken under the promise of our reference where there is no id to read', () => {
    expect(readSend({ ...OK, id: undefined }, 200, { ok: true })).toEqual({ kind: 'accepted', ids: [] });
  });

  it('has one id for the message, or several for its parts, each once', () => {
    const parts: SendAnswerInput = { ...OK, id: 'ids[*]' };
    expect(readSend(OK, 200, { ok: true, id: 5 })).toEqual({ kind: 'accepted', ids: [{ id: '5' }] });
    expect(readSend(parts, 200, { ok: true, ids: [5, 6, 5] })).toEqual({
      kind: 'accepted',
      ids: [
        { id: '5', part: 1 },
        { id: '6', part: 2 },
      ],
    });
  });

  it('is an error by the first rule that fits, before any success', () => {
    const errors: Rule[] = [
      { when: [{ value: 'code', equals: 7 }], class: 'blocked', optOut: true },
      { when: [{ value: 'code', matches: '.' }], class: 'invalid-request' },
    ];
    const told = { ...OK, errors, code: 'code', detail: 'why' };
    expect(readSend(told, 200, { ok: true, id: 1, code: 7, why: 'no' })).toEqual({
      kind: 'error',
      class: 'blocked',
      code: '7',
      detail: 'no',
      notTaken: true,
      optOut: true,
    });
    expect(readSend(told, 200, { ok: true, id: 1, code: 8 })).toMatchObject({ class: 'invalid-request' });
  });

  it('names the SMS that a duplicate proves', () => {
    const errors: Rule[] = [{ when: [{ value: 'code', equals: 'dup' }], class: 'duplicate', id: 'first' }];
    const read = readSend({ ...OK, errors }, 200, { code: 'dup', first: 'g-1' });
    expect(outcomeOf({ reach: 'answered', answer: read }, true)).toEqual({ kind: 'accepted', ids: [{ id: 'g-1' }] });
    expect(outcomeOf({ reach: 'answered', answer: read }, false)).toMatchObject({
      kind: 'refused',
      alarm: expect.any(String),
    });
  });

  const busy = (more: Partial<Rule> = {}): Rule => ({
    when: [{ value: 'code', equals: 'busy' }],
    class: 'temporary',
    retryAfterS: 9,
    ...more,
  });
  it.each<[string, number, Rule[], string]>([
    ['a documented trouble', 200, [busy()], 'not-sent'],
    ['one under a 4xx', 400, [busy()], 'not-sent'],
    ['one that leaves doubt', 200, [busy({ notTaken: false })], 'uncertain'],
    ['one under a 500, which proves nothing', 500, [busy()], 'uncertain'],
    ['one under a 408', 408, [busy()], 'uncertain'],
    ['one under a 302', 302, [busy()], 'uncertain'],
    ['a 500 for which a rule says that nothing was taken', 500, [busy({ notTaken: true })], 'not-sent'],
    ['a status alone', 500, [{ when: [{ status: [500] }], class: 'temporary' }], 'uncertain'],
    ['an unknown trouble', 200, [busy({ class: 'unknown' })], 'refused'],
    ['an unknown trouble under a 500', 500, [busy({ class: 'unknown' })], 'uncertain'],
    ['a refusal under a 500', 500, [busy({ class: 'invalid-recipient' })], 'refused'],
    ['no rule: 500', 500, [], 'uncertain'],
    ['no rule: 502', 502, [], 'uncertain'],
    ['no rule: 400', 400, [], 'uncertain'],
    ['no rule: 404', 404, [], 'uncertain'],
    ['no rule: 200', 200, [], 'uncertain'],
    ['no rule: 401', 401, [], 'not-sent'],
    ['no rule: 429', 429, [], 'not-sent'],
  ])('%s (%i) is %s', (_, status, errors, kind) => {
    const read = readSend({ ...OK, errors }, status, { code: 'busy' });
    expect(outcomeOf({ reach: 'answered', answer: read }, false).kind).toBe(kind);
  });

  it('says when to come back', () => {
    expect(readSend({ ...OK, errors: [busy()] }, 200, { code: 'busy' })).toMatchObject({ retryAfterS: 9 });
    expect(readSend(OK, 503, '', { 'retry-after': '7' })).toMatchObject({
      class: 'temporary',
      notTaken: true,
      retryAfterS: 7,
    });
  });
});

const STATES: NonNullable<ProfileInput['reports']>['states'] = {
  DELIVRD: 'delivered',
  '2': 'undelivered',
  sent: 'sent',
  Stop: { status: 'rejected', errorClass: 'blocked', optOut: true },
};

describe('an answer to a status request', () => {
  const status: NonNullable<ProfileInput['status']> = {
    by: 'gateway-id',
    request: { method: 'GET', url: '{{url}}/{{id}}' },
    format: 'json',
    state: 'state',
    states: STATES,
    code: 'code',
    detail: 'why',
    notFound: [{ value: 'error', equals: 'unknown id' }],
  };
  const asked: Asked[] = [{ ids: [{ id: 'g-1' }], phone: SMS.phone, ref: SMS.ref }];
  const poll = (code: number, body: unknown, over: Partial<typeof status> = {}, of = asked) =>
    http.readPoll?.(answer(code, body), of, settingsOf({ status: { ...status, ...over } }));
  const read = (...answers: PollAnswer[][]) => ({ kind: 'read', answers });
  const base = { gatewayId: 'g-1', phone: SMS.phone };

  it.each<[unknown, PollAnswer]>([
    [{ state: 'DELIVRD' }, { kind: 'status', report: { ...base, status: 'delivered', raw: 'DELIVRD' } }],
    [{ state: 'delivrd' }, { kind: 'status', report: { ...base, status: 'delivered', raw: 'delivrd' } }],
    [
      { state: 2, code: 27, why: 'absent' },
      { kind: 'status', report: { ...base, status: 'undelivered', raw: '2', errorCode: '27', detail: 'absent' } },
    ],
    [
      { state: 'stop' },
      { kind: 'status', report: { ...base, status: 'rejected', raw: 'stop', errorClass: 'blocked', optOut: true } },
    ],
    [{ state: 'DELIVRD2' }, { kind: 'nothing' }],
    [{ state: 'constructor' }, { kind: 'nothing' }],
    [{}, { kind: 'nothing' }],
    [{ error: 'Unknown id', state: 'DELIVRD' }, { kind: 'not-found' }],
  ])('%j', (body, told) => {
    expect(poll(200, body)).toEqual(read([told]));
  });

  it('is a status only under a 2xx, and of its form', () => {
    expect(poll(500, { state: 'DELIVRD' })).toMatchObject({ kind: 'error', class: 'temporary' });
    expect(poll(400, { state: 'DELIVRD' })).toMatchObject({ kind: 'unreadable' });
    expect(poll(429, {})).toMatchObject({ kind: 'error', class: 'rate-limited' });
    expect(poll(200, '<html>')).toMatchObject({ kind: 'unreadable' });
  });

  it('is a not-found only as described, and never where the gateway failed', () => {
    expect(poll(404, { error: 'unknown id' })).toEqual(read([{ kind: 'not-found' }]));
    expect(poll(500, { error: 'unknown id' })).toMatchObject({ kind: 'error' });
    expect(poll(404, '<html>')).toMatchObject({ kind: 'unreadable' });
    expect(poll(404, '', { notFound: [{ status: [404] }] })).toEqual(read([{ kind: 'not-found' }]));
    const absent = { notFound: [{ value: 'state', exists: false }] };
    expect(poll(200, {}, absent)).toEqual(read([{ kind: 'not-found' }]));
    expect(poll(200, 'garbage', absent)).toMatchObject({ kind: 'unreadable' });
    expect(poll(400, {}, absent)).toMatchObject({ kind: 'unreadable' });
  });

  it('is that of the one id that was asked about', () => {
    const two: Asked[] = [
      { ...asked[0], ids: [{ id: 'g-1' }, { id: 'g-2' }] } as Asked,
      { ...asked[0], ids: [] } as Asked,
    ];
    const delivered: PollAnswer = { kind: 'status', report: { ...base, status: 'delivered', raw: 'DELIVRD' } };
    expect(poll(200, { state: 'DELIVRD' }, {}, two)).toEqual(
      read([delivered, { kind: 'nothing' }], [{ kind: 'nothing' }]),
    );
  });
});

describe('a call of the gateway', () => {
  const reports: NonNullable<ProfileInput['reports']> = {
    when: [{ value: 'type', equals: 'dlr' }],
    format: 'json',
    each: 'items[*]',
    id: 'id',
    phone: 'to',
    state: 'state',
    states: STATES,
    secret: { header: 'X-Secret' },
    reply: { contentType: 'application/json', body: '{"ok":true}' },
  };
  const inbound: NonNullable<ProfileInput['inbound']> = {
    when: [{ value: 'type', equals: 'mo' }],
    format: 'query',
    charset: 'windows-1251',
    id: 'id',
    from: 'from',
    to: 'to',
    text: 'text',
    secret: 'key',
    reply: { status: 204 },
  };
  const settings = settingsOf({ reports, inbound }, { hookSecret: 'hush' });
  const call = (...given: Parameters<typeof hook>) => http.readHook?.(hook(...given), settings);
  const dlr = (items: unknown) => ({ type: 'dlr', items });
  const secret = { headers: { 'x-secret': 'hush' } };

  it('reports each entry of a list; a state that is not in the table changes nothing', () => {
    const items = [
      { id: 1, to: '79995550142', state: 'delivrd' },
      { id: 2, to: 'nobody', state: 2 },
      { id: 3, state: 'odd' },
      { state: 'sent' },
      7,
    ];
    expect(call(dlr(items), secret)).toEqual({
      kind: 'read',
      reports: [
        { gatewayId: '1', phone: '+79995550142', status: 'delivered', raw: 'delivrd' },
        { gatewayId: '2', status: 'undelivered', raw: '2' },
      ],
      inbound: [],
    });
    expect(call(dlr({ id: 1, state: 'sent' }), secret)).toMatchObject({ reports: [{ status: 'sent' }] });
    expect(call(dlr([{ id: 3, state: 'odd' }]), secret)).toEqual({
      kind: 'nothing',
      detail: 'nothing that the profile describes',
    });
  });

  it('brings a text, in the charset of the profile', () => {
    const query = 'type=mo&key=hush&id=88&from=79995550142&to=7000&text=%D1%D2%CE%CF+1';
    expect(call('', { method: 'GET', query })).toEqual({
      kind: 'read',
      reports: [],
      inbound: [{ inboundId: '88', from: '+79995550142', to: '7000', text: 'СТОП 1' }],
    });
    expect(call('', { query: 'type=mo&key=hush&from=ACME&text=x' })).toMatchObject({ kind: 'nothing' });
  });

  it('brings a text of a form in a charset that few use', () => {
    const form = { ...inbound, format: 'form', charset: 'iso-8859-1' } as const;
    const body = 'type=mo&key=hush&from=79995550142&text=ARR%CAT';
    const reading = http.readHook?.(hook(body), settingsOf({ inbound: form }, { hookSecret: 'hush' }));
    expect(reading).toMatchObject({ kind: 'read', inbound: [{ text: 'ARRÊT' }] });
  });

  it.each<[string, string | object, Parameters<typeof hook>[1]]>([
    ['none', dlr([{ id: 1, state: 'sent' }]), {}],
    ['a wrong one', dlr([{ id: 1, state: 'sent' }]), { headers: { 'x-secret': 'hush!' } }],
    ['an empty one', dlr([{ id: 1, state: 'sent' }]), { headers: { 'x-secret': '' } }],
    ['a wrong one in the query', '', { query: 'type=mo&key=x&from=79995550142&text=x' }],
  ])('is refused with %s for a secret', (_, body, over) => {
    expect(call(body, over)).toMatchObject({ kind: 'refused', status: 403 });
  });

  it('is refused where the sender has no secret to compare with', () => {
    const without = settingsOf({ reports, inbound });
    const tries: Record<string, string>[] = [{}, { 'x-secret': '' }, { 'x-secret': 'hush' }];
    for (const headers of tries) {
      const reading = http.readHook?.(hook(dlr([{ id: 1, state: 'sent' }]), { headers }), without);
      expect(reading).toMatchObject({ kind: 'refused', status: 403 });
    }
  });

  it('of another kind is taken and does nothing; of no form at all it is refused', () => {
    expect(call({ type: 'ping' }, secret)).toEqual({ kind: 'nothing', detail: 'a call of another kind' });
    expect(call('', {})).toEqual({ kind: 'nothing', detail: 'a call of another kind' });
    expect(call('<html>', secret)).toMatchObject({ kind: 'refused', status: 400 });
  });

  it('is answered as the profile says', () => {
    const reading: TakenHook = { kind: 'read', reports: [], inbound: [] };
    const text = { from: '+79995550142', text: 'x' };
    expect(http.reply?.(reading, settings)).toEqual({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: '{"ok":true}',
    });
    expect(http.reply?.({ ...reading, inbound: [text] }, settings)).toEqual({ status: 204, headers: {}, body: '' });
    expect(http.reply?.({ kind: 'nothing', detail: '' }, settingsOf({}))).toEqual({ status: 200, body: '' });
  });

  it('is nothing where the profile describes none', () => {
    expect(http.readHook?.(hook({ a: 1 }), settingsOf({}))).toMatchObject({ kind: 'nothing' });
  });
});
