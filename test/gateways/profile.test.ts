/** What an HTTP profile sends, and which profiles there can be. */
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { http, sbermobile, skymedia, vknotify } from '../../gateways/by-profile.ts';
import type { HttpRequest, Sms } from '../../gateways/gateway.ts';
import type { ProfileInput } from '../../gateways/profile/schema.ts';
import { readXml } from '../../gateways/xml.ts';
import { jsonOf, requestOf, SMS, TEXT_REF } from './kit.ts';

type Request = ProfileInput['send'];

const URL_ = 'https://sms.example.com/api/';
const ANSWER: ProfileInput['sendAnswer'] = { format: 'text', success: [{ value: { regex: '^OK' }, exists: true }] };
const ALL_PAIRS: [string, string][] = [
  ['to', '{{phone}}'],
  ['text', '{{text}}'],
];

function settingsOf(profile: unknown, over: Record<string, unknown> = {}) {
  return { url: URL_, login: 'us', password: 'a:b&c', token: 'tok', params: { route: '7' }, profile, ...over };
}

function sent(send: Request, sms: Partial<Sms> = {}, profile: Partial<ProfileInput> = {}): HttpRequest {
  const settings = http.settings.parse(settingsOf({ send, sendAnswer: ANSWER, ...profile }));
  return requestOf(http.send({ ...SMS, ...sms }, settings));
}

function refusal(send: Request, sms: Partial<Sms>): unknown {
  return http.send({ ...SMS, ...sms }, http.settings.parse(settingsOf({ send, sendAnswer: ANSWER })));
}

const get = (query: [string, string][] = ALL_PAIRS): Request => ({ method: 'GET', url: '{{url}}/send', query });
const json = (value: unknown): Request => ({ url: '{{url}}/send', body: { type: 'json', value } });
const xml = (text: string): Request => ({ url: '{{url}}/send', body: { type: 'xml', text } });

/** Everything that means something somewhere. */
const NASTY = `a&b=c d+e%20"'<x/>{{phone}}\\ \n#é€🙂`;

describe('values stay in their places', () => {
  it('in the query', () => {
    const { url, body } = sent(get(), { text: NASTY });
    expect(url.startsWith('https://sms.example.com/api/send?to=79995550142&text=a%26b%3Dc%20d%2Be%2520')).toBe(true);
    expect(Object.fromEntries(new URL(url).searchParams)).toEqual({ to: '79995550142', text: NASTY });
    expect(body).toBeUndefined();
  });

  it('in the path', () => {
    const { url } = sent({ ...get([]), url: '{{url}}/to/{{phone}}/{{text}}?a=1' }, { text: NASTY });
    const { pathname, search, hash } = new URL(url);
    expect(pathname.split('/').map(decodeURIComponent)).toEqual(['', 'api', 'to', '79995550142', NASTY]);
    expect([search, hash]).toEqual(['?a=1', '']);
  });

  it('behind a query that stands in the address', () => {
    const { url } = sent({ ...get(), url: '{{url}}?action=send' });
    expect(url).toMatch(/^https:\/\/sms\.example\.com\/api\?action=send&to=79995550142&text=/);
  });

  it('in a form', () => {
    const { body, headers } = sent({ url: '{{url}}', body: { type: 'form', fields: ALL_PAIRS } }, { text: NASTY });
    expect(Object.fromEntries(new URLSearchParams(String(body)))).toEqual({ to: '79995550142', text: NASTY });
    expect(headers['content-type']).toBe('application/x-www-form-urlencoded; charset=utf-8');
  });

  it('in JSON', () => {
    const template = { to: ['{{phonePlus}}'], text: 'ACME: {{text}}', n: 1, yes: true, no: null };
    const request = sent(json(template), { text: NASTY });
    expect(jsonOf(request)).toEqual({ to: ['+79995550142'], text: `ACME: ${NASTY}`, n: 1, yes: true, no: null });
    expect(request.headers['content-type']).toBe('application/json; charset=utf-8');
  });

  it.each([
    ['an element', '<sms to="{{phone}}"><t>{{text}}</t></sms>', 't'],
    ['an attribute', '<sms to="{{phone}}" t="{{text}}"/>', '@t'],
  ])('in %s of XML', (_, template, field) => {
    const { body, headers } = sent(xml(template), { text: `${NASTY}\u0007]]>` });
    expect(readXml(Buffer.from(String(body)))).toMatchObject({ sms: { '@to': '79995550142', [field]: `${NASTY}]]>` } });
    expect(headers['content-type']).toBe('text/xml; charset=utf-8');
  });

  it('in an attribute of XML, line breaks and all: readers make spaces of bare ones', () => {
    expect(sent(xml('<sms to="{{phone}}" t="{{text}}"/>'), { text: 'a\r\n\tb' }).body).toBe(
      '<sms to="79995550142" t="a&#13;&#10;&#9;b"/>',
    );
  });

  it('in plain text, which knows no escapes', () => {
    const { body, headers } = sent(
      { url: '{{url}}', body: { type: 'text', text: '{{phone}};{{text}}' } },
      { text: NASTY },
    );
    expect(body).toBe(`79995550142;${NASTY}`);
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
  });

  it.each(['a\r\nx-evil: 1', 'a\nb', 'a\rb', 'имя', 'a\0'])('not in a header that cannot hold %j', (callerId) => {
    const send: Request = { ...get(), headers: [['X-From', '{{callerId}}']] };
    expect(refusal(send, { callerId })).toEqual({ refuse: 'invalid-request', detail: expect.stringMatching(/header/) });
    expect(sent(send, { callerId: 'ACME 1' }).headers).toEqual({ 'x-from': 'ACME 1' });
  });

  it('in a text that holds a placeholder itself: it is not filled in', () => {
    expect(jsonOf(sent(json({ to: '{{phone}}', text: '{{text}}' }), { text: '{{password}}' }))).toMatchObject({
      text: '{{password}}',
    });
  });
});

describe('fields without a value', () => {
  it.each<[string, Request]>([
    ['a query', get([...ALL_PAIRS, ['from', '{{callerId}}'], ['hook', '{{reportUrl}}'], ['fixed', '']])],
    [
      'a form',
      { url: '{{url}}', body: { type: 'form', fields: [...ALL_PAIRS, ['from', '{{callerId}}'], ['fixed', '']] } },
    ],
  ])('are left out of %s', (_, send) => {
    const { url, body } = sent(send, { callerId: '' });
    const fields = new URLSearchParams(body === undefined ? new URL(url).search : String(body));
    expect([...fields.keys()]).toEqual(['to', 'text', 'fixed']);
  });

  it('are left out of JSON and of the headers', () => {
    const send = json({
      to: '{{phone}}',
      text: '{{text}}',
      from: '{{callerId}}',
      n: { $number: '{{callerId}}' },
      of: { f: '{{callerId}}' },
    });
    const request = sent({ ...send, headers: [['X-From', '{{callerId}}']] }, { callerId: '' });
    expect(Object.keys(request.headers)).toEqual(['content-type']);
    expect(jsonOf(request)).toEqual({ to: '79995550142', text: 'Код 4821', of: {} });
  });
});

describe('{"$number"}', () => {
  it.each([
    ['79995550142', '79995550142'],
    ['1234567890123456789012345', '1234567890123456789012345'],
    ['-0.50', '-0.50'],
    ['0', '0'],
    ['007', '"007"'],
    ['1e9', '"1e9"'],
    ['+7999', '"+7999"'],
    ['1,"x":2', '"1,\\"x\\":2"'],
  ])('writes %j as %s', (callerId, written) => {
    const send = json({ to: '{{phone}}', text: '{{text}}', n: [{ $number: '{{callerId}}' }] });
    expect(sent(send, { callerId, text: 'x' }).body).toBe(`{"to":"79995550142","text":"x","n":[${written}]}`);
  });

  it('leaves a text alone that looks like the mark of one', () => {
    const text = '\uE000number\uE0000\uE000number\uE000';
    const send = json({ to: { $number: '{{phone}}' }, text: '{{text}}' });
    expect(jsonOf(sent(send, { text }))).toEqual({ to: 79995550142, text });
  });
});

describe('charsets', () => {
  const form: Request = { url: '{{url}}', charset: 'windows-1251', body: { type: 'form', fields: ALL_PAIRS } };

  it('are those of percent-escapes', () => {
    const { body, headers } = sent(form, { text: 'Код № 1' });
    expect(body).toBe('to=79995550142&text=%CA%EE%E4%20%B9%201');
    expect(headers['content-type']).toBe('application/x-www-form-urlencoded; charset=windows-1251');
    expect(sent({ ...get(), charset: 'koi8-r' }, { text: 'Код' }).url).toMatch(/text=%EB%CF%C4$/);
  });

  it.each<[string, Request]>([
    ['json', { ...json({ to: '{{phone}}', text: '{{text}}' }), charset: 'windows-1251' }],
    [
      'xml',
      {
        ...xml('<?xml version="1.0" encoding="windows-1251"?><s to="{{phone}}">{{text}}</s>'),
        charset: 'windows-1251',
      },
    ],
    ['text', { url: '{{url}}', charset: 'windows-1251', body: { type: 'text', text: '{{phone}} {{text}}' } }],
  ])('are those of a body of %s', (_, send) => {
    const { body } = sent(send, { text: 'Код' });
    expect(body).toBeInstanceOf(Uint8Array);
    expect(iconv.decode(Buffer.from(body as Uint8Array), 'windows-1251')).toContain('Код');
  });

  it.each(['🙂', '€uro ﷽', 'a\u0301', '\uD800 alone', '\uFEFFx'])('refuse what they cannot write: %j', (text) => {
    expect(refusal(form, { text })).toEqual({
      refuse: 'invalid-request',
      detail: 'it holds a character that windows-1251 cannot write',
    });
  });

  it('refuse half a character in UTF-8 too, wherever it would stand', () => {
    for (const send of [get(), json({ to: '{{phone}}', text: '{{text}}' }), xml('<s to="{{phone}}">{{text}}</s>')]) {
      expect(refusal(send, { text: '\uD800' })).toMatchObject({ refuse: 'invalid-request' });
    }
  });

  it('keep a mark of byte order that is a part of the text', () => {
    expect(jsonOf(sent(json({ to: '{{phone}}', text: '{{text}}' }), { text: '\uFEFFx' }))).toMatchObject({
      text: '\uFEFFx',
    });
  });

  it('do not matter to what is not written in them', () => {
    const send: Request = { ...form, auth: 'basic' };
    const settings = http.settings.parse(settingsOf({ send, sendAnswer: ANSWER }, { password: '密码' }));
    expect(requestOf(http.send(SMS, settings)).headers.authorization).toBe(
      `Basic ${Buffer.from('us:密码', 'utf8').toString('base64')}`,
    );
  });
});

describe('the account', () => {
  it('is named by HTTP Basic, by a token or by fields', () => {
    expect(sent({ ...get(), auth: 'basic' }).headers).toEqual({ authorization: 'Basic dXM6YTpiJmM=' });
    expect(sent({ ...get(), auth: 'bearer' }).headers).toEqual({ authorization: 'Bearer tok' });
    const fields: [string, string][] = [
      ...ALL_PAIRS,
      ['u', '{{login}}'],
      ['p', '{{password}}'],
      ['r', '{{param.route}}'],
    ];
    expect(sent(get(fields)).url).toMatch(/&u=us&p=a%3Ab%26c&r=7$/);
  });

  it('is known by its address and login, or by what stands for a login', () => {
    const key = (over: Record<string, unknown>) =>
      http.accountKey(http.settings.parse(settingsOf({ send: get(), sendAnswer: ANSWER }, over)));
    expect(key({})).toBe('sms.example.com/api/us');
    const others = [
      { token: 'one' },
      { token: 'two' },
      { token: undefined },
      { token: undefined, params: { user: 'x' } },
    ];
    const keys = others.map((over) => key({ login: undefined, ...over }));
    expect(new Set(keys).size).toBe(4);
    expect(keys.join()).not.toMatch(/one|two/);
  });
});

describe('the validity', () => {
  it.each([
    [undefined, 90.7, '90', '1'],
    [undefined, 0, '1', '1'],
    [{ minS: 60, maxS: 3600, stepS: 60 }, 90, '60', '1'],
    [{ minS: 60, maxS: 3600, stepS: 60 }, 86_400, '3600', '60'],
    [{ minS: 300, maxS: 3600 }, 5, '300', '5'],
  ])('within %j of %d s is %s s or %s min', (validity, validityS, seconds, minutes) => {
    const send = get([...ALL_PAIRS, ['s', '{{validityS}}'], ['m', '{{validityMin}}']]);
    const { url } = sent(send, { validityS }, validity ? { validity } : {});
    expect(url).toMatch(new RegExp(`&s=${seconds}&m=${minutes}$`));
  });
});

it('writes our reference in the form that the profile names, and asks by it', () => {
  const profile: ProfileInput = {
    send: get([...ALL_PAIRS, ['ref', '{{ref}}']]),
    sendAnswer: ANSWER,
    ownId: { kind: 'text' },
    repeat: 'same-answer',
    status: {
      by: 'own-id',
      request: { method: 'GET', url: '{{url}}/status/{{ref}}', auth: 'bearer' },
      format: 'json',
      state: 'state',
      states: { DONE: 'delivered' },
    },
  };
  const settings = http.settings.parse(settingsOf(profile));
  expect(requestOf(http.send(SMS, settings)).url).toMatch(new RegExp(`&ref=${TEXT_REF}$`));
  expect(http.poll?.([{ ids: [{ id: 'x' }], phone: SMS.phone, ref: SMS.ref }], settings)).toEqual({
    method: 'GET',
    url: `https://sms.example.com/api/status/${TEXT_REF}`,
    headers: { authorization: 'Bearer tok' },
  });
});

it('asks about an id that its charset cannot write, too: it must not hold up the others', () => {
  const status: NonNullable<ProfileInput['status']> = {
    by: 'gateway-id',
    request: {
      method: 'GET',
      url: '{{url}}/status',
      query: [['id', '{{id}}']],
      headers: [['X-Id', '{{id}}']],
      charset: 'koi8-r',
    },
    format: 'json',
    state: 'state',
    states: { DONE: 'delivered' },
  };
  const settings = http.settings.parse(settingsOf({ send: get(), sendAnswer: ANSWER, status }));
  const poll = (id: string) => http.poll?.([{ ids: [{ id }], phone: SMS.phone, ref: SMS.ref }], settings);
  expect(poll('a/7')).toMatchObject({ url: 'https://sms.example.com/api/status?id=a%2F7', headers: { 'x-id': 'a/7' } });
  expect(poll('7\n€🙂')).toMatchObject({ headers: { 'x-id': '7????' } });
});

it('refuses an SMS without the caller id that the profile needs', () => {
  const settings = http.settings.parse(settingsOf({ send: get(), sendAnswer: ANSWER, callerId: 'required' }));
  expect(http.send({ ...SMS, callerId: '' }, settings)).toMatchObject({ refuse: 'sender-not-allowed' });
});

describe('a profile that cannot be', () => {
  const whole: ProfileInput = { send: get(), sendAnswer: ANSWER };
  const asking = {
    by: 'gateway-id',
    request: { method: 'GET', url: '{{url}}/{{id}}' },
    format: 'json',
    state: 'state',
    states: { D: 'delivered' },
  } as const;
  const byRef = { send: get([...ALL_PAIRS, ['ref', '{{ref}}']]), sendAnswer: ANSWER, ownId: { kind: 'text' } } as const;
  const calls = { format: 'json', id: 'id', state: 's', states: { D: 'delivered' } } as const;

  it.each<[string, unknown, string, RegExp]>([
    [
      'an unknown placeholder',
      { ...whole, send: get([...ALL_PAIRS, ['x', '{{phoen}}']]) },
      'profile.send.query.2.1',
      /\{\{phoen\}\}, which there is not/,
    ],
    [
      'an open one',
      {
        ...whole,
        send: get([
          ['to', '{{phone'],
          ['t', '{{text}}'],
        ]),
      },
      'profile.send.query.0.1',
      /not closed/,
    ],
    ['one in JSON', { ...whole, send: json({ a: [{ b: '{{x}}' }] }) }, 'profile.send.body.value', /\{\{x\}\}/],
    [
      'an address of its own',
      { ...whole, send: { ...get(), url: 'https://other.example' } },
      'profile.send.url',
      /must begin with \{\{url\}\}/,
    ],
    [
      'another host',
      { ...whole, send: { ...get(), url: '{{url}}.evil.example/' } },
      'profile.send.url',
      /must begin with \{\{url\}\}/,
    ],
    [
      'another login',
      { ...whole, send: { ...get(), url: '{{url}}@evil.example/' } },
      'profile.send.url',
      /must begin with/,
    ],
    ['a fragment', { ...whole, send: { ...get(), url: '{{url}}/a#b' } }, 'profile.send.url', /no #/],
    ['GET with a body', { ...whole, send: { ...json({}), method: 'GET' } }, 'profile.send.body', /GET has no body/],
    ['POST without one', { ...whole, send: { ...get(), method: 'POST' } }, 'profile.send.body', /is missing/],
    ['no phone', { ...whole, send: get([['t', '{{text}}']]) }, 'profile.send', /\{\{phone\}\}/],
    ['no text', { ...whole, send: get([['t', '{{phone}}']]) }, 'profile.send', /\{\{text\}\}/],
    [
      "the gateway's id in a send",
      { ...whole, send: get([...ALL_PAIRS, ['id', '{{id}}']]) },
      'profile.send',
      /\{\{id\}\}, which has no value/,
    ],
    [
      'the text in a status request',
      { ...whole, status: { ...asking, request: { ...asking.request, url: '{{url}}/{{id}}/{{text}}' } } },
      'profile.status',
      /\{\{text\}\}/,
    ],
    ['a safe repeat without a reference', { ...whole, repeat: 'same-answer' }, 'profile.repeat', /describe ownId/],
    ['a reference that is not sent', { ...whole, ownId: { kind: 'text' } }, 'profile.send', /must hold \{\{ref\}\}/],
    ['a reference without a form', { ...byRef, ownId: undefined }, 'profile.ownId', /form of \{\{ref\}\}/],
    ['too little room for it', { ...byRef, ownId: { kind: 'text', max: 10 } }, 'profile.ownId.max', /text 18/],
    [
      'a status request without an id',
      { ...whole, status: { ...asking, request: { method: 'GET', url: '{{url}}/s' } } },
      'profile.status.request',
      /what is asked by/,
    ],
    [
      'asking by a reference that there is not',
      { ...whole, status: { ...asking, by: 'own-id', request: { method: 'GET', url: '{{url}}/{{ref}}' } } },
      'profile.status.by',
      /needs ownId/,
    ],
    [
      "trust in a stranger's not-found",
      { ...whole, status: { ...asking, notFoundTrustedAfterS: 60 } },
      'profile.status.notFoundTrustedAfterS',
      /by our reference/,
    ],
    [
      'trust in a bare 404',
      {
        ...byRef,
        status: {
          ...asking,
          by: 'own-id',
          request: { method: 'GET', url: '{{url}}/{{ref}}' },
          notFound: [{ status: [404] }],
          notFoundTrustedAfterS: 60,
        },
      },
      'profile.status.notFound',
      /bare 404/,
    ],
    [
      'success by what is absent',
      { ...whole, sendAnswer: { format: 'json', success: [{ value: 'error', exists: false }] } },
      'profile.sendAnswer.success',
      /garbage/,
    ],
    [
      'a path into text',
      { ...whole, sendAnswer: { ...ANSWER, id: 'a.b' } },
      'profile.sendAnswer',
      /plain text has no paths such as "a.b"/,
    ],
    [
      'a path that is none',
      { ...whole, sendAnswer: { ...ANSWER, format: 'json', id: 'a..b' } },
      'profile.sendAnswer.id',
      /is not a path/,
    ],
    [
      'a regular expression that is none',
      { ...whole, sendAnswer: { ...ANSWER, id: { regex: '(?=x)' } } },
      'profile.sendAnswer.id',
      /RE2/,
    ],
    [
      'an odd place',
      { ...whole, sendAnswer: { ...ANSWER, id: { xpath: '/a' } } },
      'profile.sendAnswer.id',
      /must be a path/,
    ],
    [
      'a value without a question',
      { ...whole, sendAnswer: { ...ANSWER, success: [{ value: 'a' }] } },
      'profile.sendAnswer.success.0',
      /equals, matches and exists/,
    ],
    [
      'a status of a call',
      { ...whole, reports: { ...calls, when: [{ status: [200] }] } },
      'profile.reports.when.0',
      /no HTTP status/,
    ],
    ['no states', { ...whole, reports: { ...calls, states: {} } }, 'profile.reports.states', /names no state/],
    [
      'a state that there is not',
      { ...whole, reports: { ...calls, states: { D: 'done' } } },
      'profile.reports.states.D',
      /must be one of .*delivered/,
    ],
    [
      'ids that need a phone, without it',
      { ...whole, idScope: 'account-and-phone', reports: calls },
      'profile.reports.phone',
      /together with it/,
    ],
    [
      'a reply with a line break in its type',
      { ...whole, reports: { ...calls, reply: { contentType: 'a\r\nb: c' } } },
      'profile.reports.reply.contentType',
      /content type/,
    ],
    ['a field that there is not', { ...whole, retries: 3 }, 'profile', /retries/],
    ['CDATA', { ...whole, send: xml('<a to="{{phone}}"><![CDATA[{{text}}]]></a>') }, 'profile.send.body.text', /CDATA/],
    ['broken XML', { ...whole, send: xml('<a to="{{phone}}">{{text}}') }, 'profile.send.body.text', /well-formed/],
    [
      'XML in another encoding',
      { ...whole, send: xml('<?xml version="1.0" encoding="windows-1251"?><a to="{{phone}}">{{text}}</a>') },
      'profile.send.body.text',
      /encoding/,
    ],
    [
      'a number beside something',
      { ...whole, send: json({ $number: '{{phone}}', a: '{{text}}' }) },
      'profile.send.body.value',
      /\$number/,
    ],
    [
      'JSON without a bottom',
      { ...whole, send: json(JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`)) },
      'profile.send.body.value',
      /50 levels/,
    ],
    [
      'a header that is not its own',
      { ...whole, send: { ...get(), headers: [['Content-Length', '5']] } },
      'profile',
      /content-length/,
    ],
    [
      'letters that its charset lacks',
      { ...whole, send: { ...get([...ALL_PAIRS, ['x', '🙂']]), charset: 'koi8-r' } },
      'profile',
      /koi8-r cannot write/,
    ],
    ['bounds the wrong way round', { ...whole, validity: { minS: 5, maxS: 4 } }, 'profile.validity', /above/],
  ])('is one with %s', (_, profile, path, message) => {
    const read = http.settings.safeParse(settingsOf(profile));
    const issues = read.error?.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`) ?? [];
    expect(issues.find((issue) => issue.startsWith(`${path}: `))).toMatch(message);
  });

  it.each([
    [{ login: undefined }, { auth: 'basic' }, 'login', /the profile fills it in/],
    [{ token: undefined }, { auth: 'bearer' }, 'token', /the profile fills it in/],
    [{ password: undefined }, { headers: [['x-pass', '{{password}}']] }, 'password', /the profile fills it in/],
    [{ params: {} }, { headers: [['x-route', '{{param.route}}']] }, 'params.route', /the profile fills it in/],
    [{ login: 'a:b' }, { auth: 'basic' }, 'login', /colon/],
  ])('is one for which the sender lacks %j', (lack, more, path, message) => {
    const read = http.settings.safeParse(settingsOf({ ...whole, send: { ...get(), ...more } }, lack));
    expect(read.error?.issues).toMatchObject([{ path: path.split('.'), message: expect.stringMatching(message) }]);
  });

  it('is the same after it was saved', () => {
    const once = http.settings.parse(
      settingsOf({
        ...byRef,
        repeat: 'same-answer',
        sendAnswer: { ...ANSWER, success: [{ value: { regex: '\\d' }, equals: [0, true] }] },
      }),
    );
    expect(http.settings.parse(JSON.parse(JSON.stringify(once)))).toEqual(once);
  });
});

describe.each([skymedia, vknotify, sbermobile])('$name', ({ settings, title }) => {
  it.each([undefined, null])('cannot be a sender with %j for a profile', (profile) => {
    const { error } = settings.safeParse({
      url: URL_,
      login: 'us',
      password: 'x',
      ...(profile === undefined ? {} : { profile }),
    });
    expect(error?.issues).toEqual([
      expect.objectContaining({
        path: ['profile'],
        message: `needs an HTTP profile: the protocol of ${title} is not built in, and none is made up`,
      }),
    ]);
  });

  it('has no address of its own either', () => {
    expect(settings.safeParse({ profile: { send: get(), sendAnswer: ANSWER } }).error?.issues[0]?.path).toEqual([
      'url',
    ]);
  });
});
