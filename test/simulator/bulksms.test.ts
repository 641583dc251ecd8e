import { describe, expect, it } from 'vitest';
import { type Started, start } from './kit.ts';

const PHONE = '27825550142';
const ACCOUNT = { wire: 'bulksms', login: 'token' };
const HEADERS = {
  authorization: `Basic ${Buffer.from('token:secret').toString('base64')}`,
  'content-type': 'application/json',
};

type Row = Record<string, unknown>;

/** The documentation's own sample. */
const SAMPLE = {
  to: `+${PHONE}`,
  from: 'ACME',
  body: 'Code 4821',
  encoding: 'TEXT',
  longMessageMaxParts: 10,
  userSuppliedId: 'wf-000123',
};

async function ask(simulator: Started, path: string, init: RequestInit = {}) {
  const answer = await fetch(`${simulator.url}/bulksms/v1${path}`, { ...init, headers: init.headers ?? HEADERS });
  const body = await answer.text();
  return { status: answer.status, headers: answer.headers, text: body, body: body.startsWith('<') ? {} : parsed(body) };
}

const parsed = (body: string) => (body === '' ? undefined : JSON.parse(body));

const post = (simulator: Started, body: unknown, query = 'auto-unicode=true', headers?: Record<string, string>) => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return ask(simulator, `/messages?${query}`, { method: 'POST', body: text, headers: { ...HEADERS, ...headers } });
};

const send = (simulator: Started, changes: Row = {}, query?: string) =>
  post(simulator, [{ ...SAMPLE, ...changes }], query);

describe('BulkSMS send', () => {
  it('answers the sample with 201 and an array of one message', async () => {
    const simulator = await start();
    const answer = await send(simulator, {}, 'auto-unicode=true&deduplication-id=730114552');
    expect(answer.status).toBe(201);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(answer.body).toEqual([
      {
        id: expect.stringMatching(/^\d{19}$/),
        type: 'SENT',
        from: 'ACME',
        to: PHONE,
        body: 'Code 4821',
        encoding: 'TEXT',
        protocolId: 0,
        messageClass: 0,
        submission: {
          id: expect.stringMatching(/^1-\d{20}$/),
          date: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        },
        status: { id: 'ACCEPTED.null', type: 'ACCEPTED', subtype: null },
        relatedSentMessageId: null,
        userSuppliedId: 'wf-000123',
        numberOfParts: null,
        creditCost: null,
      },
    ]);
    expect((await simulator.handset(PHONE)).sms).toMatchObject([{ text: 'Code 4821', sender: 'ACME' }]);
  });

  it('takes one object, many recipients, senders of every kind', async () => {
    const simulator = await start();
    const one = await post(simulator, { to: '27825550143', body: 'Hi' });
    expect(one.body).toMatchObject([{ to: '27825550143', status: { type: 'ACCEPTED' } }]);
    const to = ['+27825550144', { address: '27825550145' }, { type: 'INTERNATIONAL', address: '+27825550146' }];
    const many = await post(simulator, [{ to, body: 'Hi' }]);
    expect(many.body.map((it: Row) => it.to)).toEqual(['27825550144', '27825550145', '27825550146']);
    expect(new Set(many.body.map((it: { submission: Row }) => it.submission.id)).size).toBe(1);
    const senders = ['+27600000001', '27600000001', { type: 'SHORTCODE', address: '31234' }, { type: 'REPLIABLE' }];
    const froms = [];
    for (const from of senders) froms.push((await send(simulator, { from })).body[0].from);
    expect(froms).toEqual(['27600000001', '27600000001', '31234', '79990000001']);
  });

  it('sends letters outside GSM as UNICODE only where it may, otherwise as question marks', async () => {
    const simulator = await start();
    const auto = await send(simulator, { body: 'Код €5 {1}' });
    expect(auto.body).toMatchObject([{ encoding: 'UNICODE', body: 'Код €5 {1}' }]);
    const plain = await send(simulator, { body: 'Код €5 👋' }, '');
    expect(plain.body).toMatchObject([{ encoding: 'TEXT', body: '??? €5 ?' }]);
    expect((await simulator.handset(PHONE)).sms.map((it) => it.text)).toEqual(['Код €5 {1}', '??? €5 ?']);
  });

  it('replaces templates in one go, cut to the length of their place, and leaves other braces alone', async () => {
    const simulator = await start();
    const body = '{F0#}|{F1##########}|{fn####}{sn#}|{F7##}|{} {a} {F}';
    const to = { address: PHONE, fields: ['Harry Potter', '{F0#}'] };
    const answer = await send(simulator, { to, body });
    expect(answer.body[0].body).toBe('Harry|{F0#}|||{} {a} {F}');
    await send(simulator, { body: 'Token {F0####} end' });
    expect((await simulator.handset(PHONE)).sms.map((it) => it.text)).toEqual([
      'Harry|{F0#}|||{} {a} {F}',
      'Token  end',
    ]);
  });

  it('answers a repeat of the deduplication id like the first time, and sends nothing', async () => {
    const simulator = await start();
    const first = await send(simulator, {}, 'deduplication-id=5');
    expect((await send(simulator, { body: 'Something else' }, 'deduplication-id=5')).text).toBe(first.text);
    expect((await simulator.handset(PHONE)).sms).toHaveLength(1);
    await send(simulator, {}, 'deduplication-id=6');
    await send(simulator, {}, '');
    await send(simulator, {}, '');
    expect((await simulator.handset(PHONE)).sms).toHaveLength(4);
  });

  it('forgets the deduplication id in the end, and may answer a repeat with ids that nobody has', async () => {
    const simulator = await start();
    await simulator.control('accounts', { ...ACCOUNT, options: { repeatIds: 'new' } });
    const first = await send(simulator, {}, 'deduplication-id=5');
    const second = await send(simulator, {}, 'deduplication-id=5');
    expect(second.body[0].id).not.toBe(first.body[0].id);
    expect((await ask(simulator, `/messages/${second.body[0].id}`)).status).toBe(404);
    await simulator.control('accounts', { ...ACCOUNT, options: { deduplicationMs: 0 } });
    await send(simulator, {}, 'deduplication-id=5');
    expect((await simulator.handset(PHONE)).sms).toHaveLength(2);
  });

  it.each(['932', '935', '936', '939'])(
    'tells the id by a repeat after an answer that got lost (%s)',
    async (digits) => {
      const simulator = await start();
      const to = `27825550${digits}`;
      const first = await send(simulator, { to }, 'deduplication-id=7').catch(() => 'lost');
      expect(JSON.stringify(first)).not.toMatch(/"id\\?":\\?"\d{19}/);
      const again = await send(simulator, { to }, 'deduplication-id=7');
      const [sms] = (await simulator.handset(to)).sms;
      expect(again.body).toMatchObject([{ id: sms?.id, status: { type: 'ACCEPTED' } }]);
      expect((await simulator.handset(to)).sms).toHaveLength(1);
    },
  );

  it('does not count a refused submission as processed', async () => {
    const simulator = await start();
    await simulator.control('accounts', { ...ACCOUNT, balance: 0 });
    expect(await send(simulator, {}, 'deduplication-id=5')).toMatchObject({
      status: 403,
      body: {
        type: 'https://developer.bulksms.com/json/v1/errors#insufficient-credits',
        title: 'Insufficient Credits',
        status: 403,
      },
    });
    await simulator.control('accounts', { ...ACCOUNT, balance: 1 });
    const two = await post(simulator, { to: [PHONE, '27825550143'], body: 'Hi' });
    expect(two.status).toBe(403);
    expect((await send(simulator, {}, 'deduplication-id=5')).status).toBe(201);
    expect((await ask(simulator, '/profile')).body).toMatchObject({ credits: { balance: 0 }, username: 'token' });
  });

  it('says SCHEDULED to a planned message, and hides it until its date', async () => {
    const simulator = await start();
    const date = encodeURIComponent(new Date(Date.now() + 3600_000).toISOString().replace(/\.\d+Z/, '+00:00'));
    const planned = await send(simulator, {}, `schedule-date=${date}&schedule-description=later`);
    expect(planned.body).toMatchObject([{ status: { id: 'SCHEDULED.null', type: 'SCHEDULED' } }]);
    expect((await ask(simulator, `/messages/${planned.body[0].id}`)).status).toBe(404);
    expect((await ask(simulator, '/messages')).body).toEqual([]);
    const past = await send(simulator, {}, 'schedule-date=2020-01-01T00:00:00Z');
    expect(past.body).toMatchObject([{ status: { type: 'ACCEPTED' } }]);
  });

  it.each([
    ['911', 'FAILED.NOT_SENT'],
    ['912', 'FAILED.BLOCKED'],
  ])('refuses a phone on %s with 201 and %s', async (digits, id) => {
    const simulator = await start();
    const answer = await send(simulator, { to: ['27825550142', `27825550${digits}`] });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject([{ status: { type: 'ACCEPTED' } }, { status: { id, type: 'FAILED' } }]);
  });

  it('refuses a wrong number with 400 where set', async () => {
    const simulator = await start();
    await simulator.control('accounts', { ...ACCOUNT, options: { recipientError: 'http' } });
    const answer = await send(simulator, { to: '27825550911' });
    expect(answer).toMatchObject({
      status: 400,
      body: { title: 'Bad Request', detail: expect.stringContaining('to') },
    });
  });

  it.each([
    ['no recipient', { to: undefined }, '', /^to /],
    ['a domestic number', { to: '0825550142' }, '', /^to: .*phone number/],
    ['a number with spaces', { to: '+27 82 555 0142' }, '', /^to: /],
    ['a group', { to: { type: 'GROUP', name: 'Everyone' } }, '', /^to: /],
    ['no text', { body: undefined }, '', /^body /],
    ['an empty text', { body: '' }, '', /^body /],
    ['a name of 12 characters', { from: 'ACMECOMPANY1' }, '', /^from: /],
    ['a sender of 6 digits', { from: '312345' }, '', /^from: /],
    ['a repliable sender with address', { from: { type: 'REPLIABLE', address: '1' } }, '', /^from: /],
    ['four parts without leave', { body: 'a'.repeat(460), longMessageMaxParts: undefined }, '', /^body takes 4 parts/],
    ['four parts of UCS-2', { body: 'a'.repeat(202), longMessageMaxParts: 3, encoding: 'UNICODE' }, '', /4 parts/],
    ['a binary text', { encoding: 'BINARY' }, '', /^body must be hexadecimal/],
    ['an encoding in lower case', { encoding: 'unicode' }, '', /^encoding /],
    ['parts as text', { longMessageMaxParts: '10' }, '', /^longMessageMaxParts /],
    ['an own id of 21 characters', { userSuppliedId: 'x'.repeat(21) }, '', /^userSuppliedId /],
    ['an own id as number', { userSuppliedId: 5 }, '', /^userSuppliedId /],
    ['a misspelt field', { userSuppliedID: '5' }, '', /userSuppliedID/],
    ['a deduplication id beyond 32 bits', {}, 'deduplication-id=2147483648', /^deduplication-id /],
    ['a deduplication id in letters', {}, 'deduplication-id=wf-1', /^deduplication-id /],
    ['a flag that is none', {}, 'auto-unicode=1', /^auto-unicode /],
    ['a date without offset', {}, 'schedule-date=2024-12-31T12:00:00', /^schedule-date /],
    ['an unescaped offset', {}, 'schedule-date=2024-12-31T12:00:00+02:00', /^schedule-date /],
    ['a date in three years', {}, `schedule-date=${new Date().getFullYear() + 3}-12-31T12:00:00Z`, /two years/],
  ])('answers 400 to %s', async (_, changes, query, detail) => {
    const simulator = await start();
    const answer = await send(simulator, changes, query);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'application/json']);
    expect(answer.body).toEqual({
      type: 'https://developer.bulksms.com/json/v1/errors#bad-request',
      title: 'Bad Request',
      status: 400,
      detail: expect.stringMatching(detail),
    });
    expect(await simulator.control('book')).toMatchObject({ counts: { accepted: 0 } });
  });

  it('answers 400 to what is not JSON in UTF-8', async () => {
    const simulator = await start();
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const legacy = { 'content-type': 'application/json; charset=windows-1251' };
    const latin = Buffer.from('{"to":"27825550142","body":"caf\xe9"}', 'latin1');
    const bad = await ask(simulator, '/messages', { method: 'POST', body: new Uint8Array(latin) });
    const answers = [bad, await post(simulator, 'to=1&body=2', '', form), await post(simulator, SAMPLE, '', legacy)];
    answers.push(await post(simulator, '[]'), await post(simulator, '["a"]'), await post(simulator, '{"to":'));
    expect(answers.map((it) => it.status)).toEqual([400, 400, 400, 400, 400, 400]);
    expect(await simulator.control('book')).toMatchObject({ counts: { accepted: 0 } });
  });

  it('answers 401 to wrong credentials, and 404 to unknown paths', async () => {
    const simulator = await start();
    const wrong = { authorization: `Basic ${Buffer.from('token:wrong').toString('base64')}` };
    const error = {
      type: 'https://developer.bulksms.com/json/v1/errors#authentication-failed',
      title: 'Authentication Failed',
      status: 401,
    };
    expect(await post(simulator, SAMPLE, '', wrong)).toMatchObject({ status: 401, body: error });
    expect((await post(simulator, SAMPLE, '', { authorization: 'Bearer token' })).status).toBe(401);
    expect((await send(simulator, { to: '27825550914' })).body).toEqual(error);
    for (const path of ['/message', '/credits', '/messages/send?to=27825550142&body=Hi']) {
      expect((await ask(simulator, path)).status).toBe(404);
    }
  });

  it('has an empty 400 for those who send too fast', async () => {
    const simulator = await start();
    expect(await send(simulator, { to: '27825550921' })).toMatchObject({ status: 400, text: '' });
    expect((await send(simulator, { to: '27825550921' })).status).toBe(201);
    await simulator.control('accounts', { ...ACCOUNT, options: { minGapMs: 60_000 } });
    expect(await send(simulator)).toMatchObject({ status: 400, text: '' });
  });
});
