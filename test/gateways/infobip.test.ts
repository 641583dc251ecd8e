import { describe, expect, it } from 'vitest';
import type { Asked } from '../../gateways/gateway.ts';
import { infobip } from '../../gateways/infobip.ts';
import { outcomeOf } from '../../sms/outcome.ts';
import { answer, hook, jsonOf, requestOf, SMS, TEXT_REF } from './kit.ts';

const V3 = infobip.settings.parse({ url: 'https://q9xk2.api.infobip.com/', apiKey: '0a1b2c3d-example' });
const V2 = infobip.settings.parse({ url: 'https://q9xk2.api.infobip.com', apiKey: '0a1b2c3d-example', apiVersion: 2 });

const read = (status: number, body: unknown, headers = {}) => infobip.readSend(answer(status, body, headers), SMS, V3);

const told = (status: object, over: object = {}) =>
  read(200, { bulkId: '4790000000000000001', messages: [{ messageId: TEXT_REF, status, ...over }] });

describe('infobip requests', () => {
  it('sends by version 3 with our id, the rest of the validity and the address for reports', () => {
    const request = requestOf(infobip.send({ ...SMS, validityS: 605.9, reportUrl: 'https://sms.example.org/h/1' }, V3));
    expect({ ...request, body: jsonOf(request) }).toEqual({
      method: 'POST',
      url: 'https://q9xk2.api.infobip.com/sms/3/messages',
      headers: {
        authorization: 'App 0a1b2c3d-example',
        accept: 'application/json',
        'content-type': 'application/json',
      },
      body: {
        messages: [
          {
            sender: 'ACME',
            destinations: [{ to: '79995550142', messageId: TEXT_REF }],
            content: { text: 'Код 4821' },
            options: { validityPeriod: { amount: 605, timeUnit: 'SECONDS' } },
            webhooks: { delivery: { url: 'https://sms.example.org/h/1' }, contentType: 'application/json' },
          },
        ],
        options: { includeSmsCountInResponse: true },
      },
    });
  });

  it('sends by version 2 with minutes', () => {
    const request = requestOf(infobip.send({ ...SMS, validityS: 659, reportUrl: 'https://sms.example.org/h/1' }, V2));
    expect(request.url).toBe('https://q9xk2.api.infobip.com/sms/2/text/advanced');
    expect(jsonOf(request)).toEqual({
      messages: [
        {
          from: 'ACME',
          destinations: [{ to: '79995550142', messageId: TEXT_REF }],
          text: 'Код 4821',
          notifyUrl: 'https://sms.example.org/h/1',
          notifyContentType: 'application/json',
          validityPeriod: 10,
        },
      ],
      includeSmsCountInResponse: true,
    });
  });

  it('names no sender and no address for reports where there is none', () => {
    const { callerId: _, ...nameless } = SMS;
    for (const settings of [V3, V2]) {
      const body = String(requestOf(infobip.send(nameless, settings)).body);
      expect(body).not.toMatch(/sender|"from"|webhooks|notify/);
    }
  });

  it.each([
    [V3, 5, { amount: 60, timeUnit: 'SECONDS' }],
    [V3, 1e7, { amount: 172_800, timeUnit: 'SECONDS' }],
    [V2, 5, 1],
    [V2, 1e7, 2880],
  ])('keeps the validity within bounds (%#)', (settings, validityS, expected) => {
    const body = jsonOf(requestOf(infobip.send({ ...SMS, validityS }, settings)));
    expect(JSON.stringify(body)).toContain(`"validityPeriod":${JSON.stringify(expected)}`);
  });

  it('asks the logs for several messages, by the gateway id or by our own', () => {
    const asked: Asked[] = [
      { ids: [{ id: 'wf-7f3a-1' }], phone: SMS.phone, ref: SMS.ref },
      { ids: [], phone: SMS.phone, ref: SMS.ref },
    ];
    expect(infobip.poll?.(asked, V3)).toEqual({
      method: 'GET',
      url: `https://q9xk2.api.infobip.com/sms/3/logs?messageId=wf-7f3a-1,${TEXT_REF}&limit=1000`,
      headers: { authorization: 'App 0a1b2c3d-example', accept: 'application/json' },
    });
  });

  it('asks for the balance', () => {
    expect(infobip.balance?.(V3)?.url).toBe('https://q9xk2.api.infobip.com/account/1/balance');
    const body = { balance: 47.5, currency: 'EUR' };
    expect(infobip.readBalance?.(answer(200, body), V3)).toEqual({ amount: '47.5', currency: 'EUR' });
    expect(infobip.readBalance?.(answer(401, { errorCode: 'E401', description: 'No' }), V3)).toEqual({
      error: 'auth',
      detail: 'No',
    });
  });
});

describe('infobip accounts', () => {
  it('knows an account by its personal address, and on a shared one by the key', () => {
    const key = (url: string, apiKey: string) => infobip.accountKey(infobip.settings.parse({ url, apiKey }));
    expect(key('https://q9xk2.api.infobip.com', 'one')).toBe('q9xk2.api.infobip.com');
    expect(key('https://q9xk2.api.infobip.com/', 'two')).toBe('q9xk2.api.infobip.com');
    expect(key('https://api.infobip.com', 'one')).not.toBe(key('https://api.infobip.com', 'two'));
  });

  it.each([
    {},
    { apiKey: '' },
    { apiKey: 'a key' },
    { apiKey: 'x', apiVersion: 1 },
    { apiKey: 'x', url: 'ftp://api.infobip.com' },
    { apiKey: 'x', url: 'https://user:pass@api.infobip.com' },
    { apiKey: 'x', hookLogin: 'half' },
  ])('does not take the settings %o', (settings) => {
    expect(infobip.settings.safeParse(settings).success).toBe(false);
  });
});

describe('infobip answers to a send', () => {
  it('reads a version 3 answer', () => {
    const sample = `{"bulkId":"4790000000000000001","messages":[{"messageId":"${TEXT_REF}",
      "status":{"groupId":1,"groupName":"PENDING","id":26,"name":"PENDING_ACCEPTED","description":"Message sent"},
      "destination":"79995550142","details":{"messageCount":2}}]}`;
    expect(read(200, sample)).toEqual({ kind: 'accepted', ids: [{ id: TEXT_REF }], parts: 2 });
  });

  it('reads a version 2 answer', () => {
    const message = { messageId: TEXT_REF, status: { groupId: 1, id: 26 }, to: '79995550142', smsCount: 1 };
    expect(read(200, { messages: [message] })).toEqual({ kind: 'accepted', ids: [{ id: TEXT_REF }], parts: 1 });
  });

  it('keeps an id beyond 2^53 whole, also when it is written as a number', () => {
    const body = '{"messages":[{"to":79995550142,"messageId":4790000000000000001,"status":{"groupId":"1"}}]}';
    expect(read(200, body)).toEqual({ kind: 'accepted', ids: [{ id: '4790000000000000001' }] });
  });

  it('finds the entry of the message among others', () => {
    const other = { messageId: 'x', to: '79995550199', status: { groupId: 5, id: 12 } };
    const ours = { messageId: TEXT_REF, to: '79995550142', status: { groupId: 1, id: 26 } };
    expect(read(200, { messages: [other, ours] })).toMatchObject({ kind: 'accepted' });
    expect(read(200, { messages: [other] })).toMatchObject({ kind: 'unreadable' });
    const bare = { messageId: TEXT_REF, status: { groupId: 1, id: 26 } };
    expect(read(200, { messages: [other, bare] })).toMatchObject({ kind: 'accepted' });
  });

  it.each([
    [{ groupId: 0, id: 0 }],
    [{ groupId: 3, id: 2 }],
    [{ groupId: 3, id: 5 }],
    [{ groupName: 'Pending' }],
    [{ id: '26' }],
  ])('takes status %o for accepted', (status) => {
    expect(told(status)).toEqual({ kind: 'accepted', ids: [{ id: TEXT_REF }] });
  });

  it.each([
    [6, 'invalid-recipient'],
    [8, 'invalid-recipient'],
    [10, 'blocked'],
    [11, 'sender-not-allowed'],
    [12, 'no-balance'],
    [13, 'sender-not-allowed'],
    [14, 'blocked'],
    [17, 'no-balance'],
    [18, 'invalid-recipient'],
    [19, 'unknown'],
    [20, 'rate-limited'],
    [21, 'temporary'],
    [23, 'duplicate'],
    [24, 'invalid-request'],
    [25, 'invalid-request'],
    [51, 'invalid-request'],
    [52, 'invalid-recipient'],
    [87, 'unknown'],
    [99, 'unknown'],
    [100, 'unknown'],
    [777, 'unknown'],
  ])('refuses with status %i as %s', (id, errorClass) => {
    const status = { groupId: 5, groupName: 'REJECTED', id, name: 'REJECTED_X', description: 'Not that' };
    const refusal = { kind: 'error', class: errorClass, code: String(id), detail: 'Not that', notTaken: true };
    expect(told(status)).toMatchObject(refusal);
  });

  it('waits an hour for the flooding filter, and passes on the opt-out of the gateway', () => {
    expect(told({ groupId: 5, id: 20 })).toMatchObject({ retryAfterS: 3600 });
    expect(told({ groupId: 5, id: 14 })).toMatchObject({ optOut: true });
    expect(told({ groupId: 5, id: 6 })).not.toHaveProperty('optOut');
  });

  it('takes the duplicate after an unknown outcome for the proof that the first one arrived', () => {
    const duplicate = { reach: 'answered', answer: told({ groupId: 5, id: 23 }) } as const;
    expect(outcomeOf(duplicate, true)).toEqual({ kind: 'accepted', ids: [] });
    expect(outcomeOf(duplicate, false)).toMatchObject({ kind: 'refused', class: 'duplicate' });
  });

  it('reads a refusal in group 2 and the odd one in group 4', () => {
    expect(told({ groupId: 2, id: 4 })).toMatchObject({ kind: 'error', class: 'unknown', notTaken: true });
    expect(told({ groupId: 4, id: 87 })).toMatchObject({ kind: 'error', class: 'unknown', notTaken: true });
  });

  it.each([[{}], [{ groupId: 4, id: 15 }], [{ groupId: 9 }], [{ groupId: 1, id: 12 }], [{ id: 5 }], [null]])(
    'does not take status %o for anything',
    (status) => {
      expect(read(200, { messages: [{ messageId: TEXT_REF, status }] })).toMatchObject({ kind: 'unreadable' });
    },
  );

  it.each(['', 'OK', '{}', '[]', '{"messages":[]}', '{"messages":{}}', '<html></html>', '{"messages":[{"messageId":"'])(
    'does not understand the body %s',
    (body) => {
      expect(read(200, body)).toMatchObject({ kind: 'unreadable' });
    },
  );
});

describe('infobip errors of a whole request', () => {
  const v3 = (violations: object[]) => ({
    errorCode: 'E400',
    description: 'Bad',
    action: 'Mend',
    violations,
    resources: [],
  });
  const v2 = (validationErrors?: object) => ({
    requestError: { serviceException: { messageId: 'BAD_REQUEST', text: 'Bad Request', validationErrors } },
  });

  it.each([
    [400, v3([]), 'invalid-request', 'E400', 'Bad; Mend'],
    [
      400,
      v3([{ property: 'messages[0].content', violation: 'is missing' }]),
      'invalid-request',
      'E400',
      /content: is mis/,
    ],
    [
      400,
      v3([{ property: 'messages[0].destinations[0].to', violation: 'odd' }]),
      'invalid-recipient',
      'E400',
      /to: odd/,
    ],
    [400, v2(), 'invalid-request', 'BAD_REQUEST', 'Bad Request'],
    [400, v2({ 'messages[0].destinations[0].to': ['odd', 'long'] }), 'invalid-recipient', 'BAD_REQUEST', /to: odd$/],
    [404, { errorCode: 'E404' }, 'invalid-request', 'E404', undefined],
    [401, { errorCode: 'E401', description: 'No' }, 'auth', 'E401', 'No'],
    [403, '<html>', 'auth', 'HTTP 403', undefined],
  ])('reads HTTP %i %o as %s', (status, body, errorClass, code, detail) => {
    const answer = read(status, body);
    expect(answer).toMatchObject({ kind: 'error', class: errorClass, code, notTaken: true });
    if (detail instanceof RegExp) expect(answer).toHaveProperty('detail', expect.stringMatching(detail));
    else expect('detail' in answer ? answer.detail : undefined).toBe(detail);
  });

  it.each([
    [429, { errorCode: 'E429' }, {}, { class: 'rate-limited', notTaken: true, code: 'E429' }],
    [429, '', { 'retry-after': '7' }, { class: 'rate-limited', notTaken: true, retryAfterS: 7 }],
    [503, '', { 'Retry-After': '30' }, { class: 'temporary', notTaken: true, retryAfterS: 30 }],
    [503, { errorCode: 'E503' }, {}, { class: 'temporary', notTaken: false }],
    [503, '', { 'retry-after': 'soon' }, { class: 'temporary', notTaken: false }],
    [500, { errorCode: 'E500', description: 'General' }, {}, { class: 'temporary', notTaken: false, code: 'E500' }],
    [502, '<html>', {}, { class: 'temporary', notTaken: false }],
    [408, '', {}, { class: 'temporary', notTaken: false }],
    [302, '', { location: 'https://example.org' }, { class: 'unknown', notTaken: false }],
  ])('reads HTTP %i %o %o as %o', (status, body, headers, expected) => {
    expect(read(status, body, headers)).toMatchObject({ kind: 'error', ...expected });
  });

  it('counts a Retry-After date from the date of the answer', () => {
    const date = 'Tue, 05 Mar 2024 10:15:00 GMT';
    const later = 'Tue, 05 Mar 2024 10:16:30 GMT';
    expect(read(503, '', { 'retry-after': later, date })).toMatchObject({ notTaken: true, retryAfterS: 90 });
    expect(read(503, '', { 'retry-after': later })).toEqual({
      kind: 'error',
      class: 'temporary',
      code: 'HTTP 503',
      notTaken: true,
    });
  });

  it('leaves a 4xx uncertain that Infobip did not write', () => {
    expect(read(404, '<html>not here</html>')).toMatchObject({ kind: 'unreadable' });
    expect(read(400, '')).toMatchObject({ kind: 'unreadable' });
  });
});

describe('infobip logs', () => {
  const entry = (over: object = {}) => ({
    destination: '79995550142',
    bulkId: '4790000000000000001',
    messageId: TEXT_REF,
    sentAt: '2024-03-05T10:15:00.000+0000',
    doneAt: '2024-03-05T11:15:04.250+0100',
    messageCount: 1,
    status: {
      groupId: 2,
      groupName: 'UNDELIVERABLE',
      id: 4,
      name: 'UNDELIVERABLE_REJECTED_OPERATOR',
      description: 'x',
    },
    error: { groupId: 3, id: 569, name: 'EC_DEST_ADDRESS_SUSPENDED', description: 'Suspended', permanent: true },
    ...over,
  });
  const ours: Asked = { ids: [], phone: SMS.phone, ref: SMS.ref };
  const poll = (body: unknown, asked: Asked[] = [ours]) => infobip.readPoll?.(answer(200, body), asked, V3);
  const only = (over: object) => {
    const result = poll({ results: [entry(over)] });
    return result?.kind === 'read' ? result.answers[0]?.[0] : result;
  };

  it('reads an entry', () => {
    expect(poll({ results: [entry()] })).toEqual({
      kind: 'read',
      answers: [
        [
          {
            kind: 'status',
            report: {
              gatewayId: TEXT_REF,
              phone: '+79995550142',
              status: 'undelivered',
              raw: 'UNDELIVERABLE_REJECTED_OPERATOR (4)',
              errorClass: 'invalid-recipient',
              errorCode: '569',
              detail: 'Suspended',
              at: '2024-03-05T10:15:04.250Z',
            },
          },
        ],
      ],
    });
  });

  it.each([
    [26, 1, 'sent'],
    [3, 1, 'sent'],
    [7, 1, 'sent'],
    [70, 1, 'sent'],
    [0, 0, 'sent'],
    [2, 3, 'sent'],
    [5, 3, 'delivered'],
    [4, 2, 'undelivered'],
    [9, 2, 'undelivered'],
    [31, 2, 'undelivered'],
    [70, 2, 'undelivered'],
    [15, 4, 'expired'],
    [29, 4, 'expired'],
    [87, 4, 'rejected'],
    [70, 4, 'expired'],
    [12, 5, 'rejected'],
    [70, 5, 'rejected'],
  ])('reads status %i of group %i as %s', (id, groupId, status) => {
    expect(only({ status: { id, groupId } })).toMatchObject({ kind: 'status', report: { status } });
    expect(only({ status: { id: String(id), groupId: String(groupId) } })).toMatchObject({ report: { status } });
  });

  it.each([
    [{ id: 70, groupId: 3 }],
    [{ groupId: 3 }],
    [{ id: 1, groupId: 77 }],
    [{}],
    [null],
    [{ id: 23, groupId: 5 }],
  ])('says nothing on the status %o', (status) => {
    expect(only({ status })).toEqual({ kind: 'nothing' });
  });

  it('does not let the refusal of a repeat hide the message that was taken', () => {
    const repeat = entry({ status: { groupId: 5, id: 23 } });
    const taken = entry({ status: { groupId: 1, id: 7 } });
    const delivered = entry({ status: { groupId: 3, id: 5 } });
    expect(poll({ results: [repeat, taken] })).toMatchObject({ answers: [[{ report: { status: 'sent' } }]] });
    expect(poll({ results: [taken, repeat, delivered] })).toMatchObject({
      answers: [[{ report: { status: 'delivered' } }]],
    });
  });

  it('answers in the order of asking, and an id that is not there with not-found', () => {
    const other: Asked = { ids: [{ id: 'other' }], phone: '+79995550143', ref: { ...SMS.ref, number: 7n } };
    const missing: Asked = { ids: [{ id: 'gone' }], phone: '+79995550144', ref: { ...SMS.ref, number: 8n } };
    const results = [entry(), entry({ messageId: 'other', status: { groupId: 3, id: 5 } })];
    expect(poll({ results }, [other, missing, ours])).toMatchObject({
      answers: [[{ report: { gatewayId: 'other' } }], [{ kind: 'not-found' }], [{ report: { gatewayId: TEXT_REF } }]],
    });
  });

  it('leaves out ids beyond 2048 characters, and says nothing of them', () => {
    const asked = Array.from({ length: 60 }, (_, n): Asked => ({ ...ours, ids: [{ id: `${n}`.padStart(40, 'a') }] }));
    const ids = new URL(infobip.poll?.(asked, V3).url ?? '').searchParams.get('messageId') ?? '';
    expect(ids).toHaveLength(49 * 41 - 1);
    const result = poll({ results: [] }, asked);
    const kinds = result?.kind === 'read' ? result.answers.map(([first]) => first?.kind) : [];
    expect(kinds).toEqual([...Array(49).fill('not-found'), ...Array(11).fill('nothing')]);
  });

  it('does not take an answer without results for not-found', () => {
    expect(poll({})).toMatchObject({ kind: 'unreadable' });
    expect(poll('')).toMatchObject({ kind: 'unreadable' });
    expect(infobip.readPoll?.(answer(429, '', { 'retry-after': '3' }), [ours], V3)).toEqual({
      kind: 'error',
      class: 'rate-limited',
      code: 'HTTP 429',
      retryAfterS: 3,
    });
  });
});

describe('infobip webhooks', () => {
  const push = (body: unknown) => infobip.readHook?.(hook(body), V3);

  it('reads reports of both shapes in one body', () => {
    const status = { groupId: 4, groupName: 'EXPIRED', id: 15, name: 'EXPIRED_EXPIRED' };
    const error = { groupId: 1, id: 6, description: 'Absent', permanent: false };
    const v3 = {
      messageId: 'a',
      to: '79995550101',
      sender: 'ACME',
      doneAt: '2024-03-05T10:25:00.000+0000',
      status,
      error,
    };
    const v2 = { messageId: 'b', to: '+7 9995550102', from: 'ACME', smsCount: 1, status: { groupId: 3, id: 5 } };
    expect(push({ results: [v3, v2] })).toEqual({
      kind: 'read',
      inbound: [],
      reports: [
        {
          gatewayId: 'a',
          phone: '+79995550101',
          status: 'expired',
          raw: 'EXPIRED_EXPIRED (15)',
          errorClass: 'temporary',
          errorCode: '6',
          detail: 'Absent',
          at: '2024-03-05T10:25:00.000Z',
        },
        { gatewayId: 'b', phone: '+79995550102', status: 'delivered', raw: 'no status (5)' },
      ],
    });
  });

  it.each([
    [573, 'blocked', true],
    [603, 'blocked', true],
    [2050, 'blocked', true],
    [2052, 'blocked', true],
    [604, 'blocked', undefined],
    [560, 'blocked', undefined],
    [629, 'invalid-recipient', undefined],
    [581, 'temporary', undefined],
    [375, 'sender-not-allowed', undefined],
    [609, 'rate-limited', undefined],
    [580, 'auth', undefined],
    [4099, 'no-balance', undefined],
    [5492, 'duplicate', undefined],
    [255, 'unknown', undefined],
    [4101, undefined, undefined],
  ])('reads error %i as %s, opt-out %s', (id, errorClass, optOut) => {
    const reading = push({ results: [{ messageId: 'a', to: '79995550101', status: { groupId: 2 }, error: { id } }] });
    const report = reading?.kind === 'read' ? reading.reports[0] : undefined;
    expect([report?.errorClass, report?.errorCode, report?.optOut]).toEqual([errorClass, String(id), optOut]);
  });

  it('reads texts from phones', () => {
    const mo = {
      messageId: '5810000000000000007',
      from: '79995550101',
      to: '79990000001',
      text: ' Stop',
      cleanText: '',
      keyword: 'STOP',
      receivedAt: '2024-03-05T11:00:00.000+0000',
      smsCount: 1,
    };
    expect(push({ results: [mo], messageCount: 1, pendingMessageCount: 0 })).toEqual({
      kind: 'read',
      reports: [],
      inbound: [
        {
          inboundId: '5810000000000000007',
          from: '+79995550101',
          to: '79990000001',
          text: ' Stop',
          at: '2024-03-05T11:00:00.000Z',
        },
      ],
    });
  });

  it.each([
    [{ text: 'да', keyword: 'STOP', cleanText: 'нет' }, 'да'],
    [{ text: '', keyword: 'STOP', cleanText: '' }, 'STOP'],
    [{ text: null, keyword: null, cleanText: 'stop' }, 'stop'],
    [{ text: '' }, ''],
  ])('never decides on the clean text alone: %o', (texts, text) => {
    const results = [{ messageId: '1', from: '79995550101', ...texts }];
    expect(push({ results })).toMatchObject({ inbound: [{ text }] });
  });

  it('does not take a report for a text from a phone, however little it understands of it', () => {
    const results = [{ messageId: 'a', from: '79990000001', to: '79995550101', text: 'Code', status: { groupId: 77 } }];
    expect(push({ results })).toMatchObject({ kind: 'nothing' });
  });

  it('reads every element that it understands', () => {
    const results = [7, null, { odd: true }, { messageId: 'a', to: '79995550101', status: { groupId: 3, id: 5 } }];
    expect(push({ results })).toMatchObject({ kind: 'read', reports: [{ gatewayId: 'a', status: 'delivered' }] });
    expect(push({ results: results.slice(0, 3) })).toMatchObject({ kind: 'nothing' });
    expect(push({ results: [] })).toMatchObject({ kind: 'nothing' });
  });

  it('refuses what is no JSON, and answers the rest with 200', () => {
    expect(push('<reportResponse/>')).toMatchObject({ kind: 'refused', status: 400 });
    expect(infobip.reply?.({ kind: 'read', reports: [], inbound: [] }, V3)).toEqual({ status: 200, body: '' });
  });

  it('demands the login and password that are set', () => {
    const settings = infobip.settings.parse({ apiKey: 'x', hookLogin: 'us', hookPassword: 'пароль' });
    const call = (authorization?: string) =>
      infobip.readHook?.(
        hook({ results: [] }, { headers: authorization ? { Authorization: authorization } : {} }),
        settings,
      );
    const basic = (pair: string) => Buffer.from(pair).toString('base64');
    expect(call(`Basic ${basic('us:пароль')}`)).toMatchObject({ kind: 'nothing' });
    expect(call(`basic ${basic('us:пароль')}`)).toMatchObject({ kind: 'nothing' });
    expect(call(`Basic ${basic('us:wrong')}`)).toMatchObject({ kind: 'refused', status: 401 });
    expect(call()).toMatchObject({ kind: 'refused', status: 401 });
  });
});
