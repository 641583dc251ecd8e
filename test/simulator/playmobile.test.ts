import { XMLParser } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { type Started, start, startReceiver } from './kit.ts';

const PHONE = '998901112233';
const ACME = `Basic ${Buffer.from('acme:s3cret').toString('base64')}`;

type Entry = Record<string, unknown>;

const entry = (changes: Entry = {}): Entry => ({
  recipient: PHONE,
  'message-id': 'w4f1c09ab7e2',
  sms: { originator: '3700', ttl: 3600, content: { text: 'Salom' } },
  ...changes,
});

const sms = (changes: Entry) => ({ sms: { originator: '3700', ttl: 3600, content: { text: 'Salom' }, ...changes } });

async function send(simulator: Started, body: unknown, authorization = ACME) {
  const answer = await fetch(`${simulator.url}/playmobile/broker-api/send`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json; charset=UTF-8' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: answer.status, type: answer.headers.get('content-type'), body: await answer.text() };
}

describe('Play Mobile send', () => {
  it('answers the sample in plain text', async () => {
    const simulator = await start();
    const answer = await send(simulator, { messages: [entry()] });
    expect(answer).toEqual({ status: 200, type: 'text/plain; charset=utf-8', body: 'Request is received' });
    expect((await simulator.handset(PHONE)).sms).toMatchObject([
      { id: 'w4f1c09ab7e2', ownId: 'w4f1c09ab7e2', sender: '3700', text: 'Salom' },
    ]);
  });

  it('takes the same id again as a second SMS, and the book counts it', async () => {
    const simulator = await start();
    await send(simulator, { messages: [entry()] });
    expect((await send(simulator, { messages: [entry()] })).status).toBe(200);
    expect((await simulator.handset(PHONE)).sms).toHaveLength(2);
    const { doubles } = await simulator.control<{ doubles: unknown[] }>('doubles');
    expect(doubles).toMatchObject([
      { by: 'phone-text', phone: PHONE, text: 'Salom', count: 2, wire: 'playmobile', login: 'acme' },
      { by: 'own-id', ownId: 'w4f1c09ab7e2', count: 2 },
    ]);
  });

  it('lets a common sms stand for all entries, and takes all or none', async () => {
    const simulator = await start();
    const common = { originator: '3700', content: { text: 'To all' } };
    const bare = (recipient: string, id: string) => ({ recipient, 'message-id': id });
    const good = await send(simulator, { sms: common, messages: [bare(PHONE, '1'), bare('998901112234', '2')] });
    expect(good.status).toBe(200);
    expect((await simulator.handset('998901112234')).sms).toMatchObject([{ text: 'To all' }]);
    const bad = await send(simulator, { sms: common, messages: [bare('998901112235', '3'), bare('', '4')] });
    expect(JSON.parse(bad.body)).toEqual({ 'error-code': 202, 'error-description': 'Empty recipient' });
    expect((await simulator.handset('998901112235')).sms).toEqual([]);
    const mixed = [bare('998901112236', '5'), bare('998901110911', '6')];
    expect((await send(simulator, { sms: common, messages: mixed })).status).toBe(400);
    expect((await simulator.handset('998901112236')).sms).toEqual([]);
  });

  it.each([
    ['broken JSON', '{"messages":[', 101],
    ['no messages', {}, 101],
    ['an empty list', { messages: [] }, 101],
    ['101 messages', { messages: Array(101).fill(entry()) }, 105],
    ['no channel', { messages: [entry({ sms: undefined })] }, 103],
    ['an unknown priority', { messages: [entry()], priority: 'urgent' }, 104],
    ['no recipient', { messages: [entry({ recipient: undefined })] }, 202],
    ['a recipient as number', { messages: [entry({ recipient: 998901112233 })] }, 202],
    ['no id', { messages: [entry({ 'message-id': undefined })] }, 205],
    ['an id as number', { messages: [entry({ 'message-id': 1 })] }, 205],
    ['an id of 41 characters', { messages: [entry({ 'message-id': 'x'.repeat(41) })] }, 101],
    ['wrong variables', { messages: [entry({ variables: 'a' })] }, 206],
    ['a wrong localtime', { messages: [entry({ timing: { localtime: 2 } })] }, 301],
    ['an ISO start', { messages: [entry()], timing: { 'start-datetime': '2024-05-06T07:00:00Z' } }, 302],
    ['a wrong evenness', { messages: [entry({ timing: { 'send-evenly': 'yes' } })] }, 306],
    ['no originator', { messages: [entry(sms({ originator: '' }))] }, 401],
    ['no ttl beside a call', { messages: [entry({ ...sms({ ttl: undefined }), call: {} })] }, 403],
    ['no content', { messages: [entry(sms({ content: undefined }))] }, 404],
    ['an empty text', { messages: [entry(sms({ content: { text: '' } }))] }, 404],
    ['a content without text', { messages: [entry(sms({ content: {} }))] }, 406],
    ['a ttl of 0', { messages: [entry(sms({ ttl: 0 }))] }, 407],
    ['a ttl with a unit', { messages: [entry(sms({ ttl: '60s' }))] }, 407],
  ])('answers 400 to %s', async (_, body, code) => {
    const simulator = await start();
    const answer = await send(simulator, body);
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)['error-code']).toBe(code);
    expect(await simulator.control('book')).toMatchObject({ counts: { accepted: 0 } });
  });

  it('takes a ttl in digits and an id of 40 characters', async () => {
    const simulator = await start();
    const answer = await send(simulator, {
      messages: [entry({ 'message-id': 'x'.repeat(40), ...sms({ ttl: '60' }) })],
    });
    expect(answer.status).toBe(200);
  });

  it('spells errors with underscores and codes as strings where set', async () => {
    const simulator = await start();
    await simulator.control('accounts', { wire: 'playmobile', login: 'acme', errorShape: 'underscore' });
    const answer = await send(simulator, { messages: [entry({ 'message-id': '' })] });
    expect(JSON.parse(answer.body)).toEqual({ error_code: '205', error_description: 'Empty message-id' });
  });

  it('answers 401 to wrong credentials, and says that an account without money is locked', async () => {
    const simulator = await start();
    const wrong = `Basic ${Buffer.from('acme:wrong').toString('base64')}`;
    expect((await send(simulator, { messages: [entry()] }, wrong)).status).toBe(401);
    expect((await send(simulator, { messages: [entry()] }, 'App key')).status).toBe(401);
    await simulator.control('accounts', { wire: 'playmobile', login: 'acme', balance: 0 });
    const locked = await send(simulator, { messages: [entry()] });
    expect([locked.status, JSON.parse(locked.body)['error-code']]).toEqual([400, 102]);
  });

  it('knows no polling and no balance', async () => {
    const simulator = await start();
    for (const path of ['get-status', 'balance', 'status']) {
      const answer = await fetch(`${simulator.url}/playmobile/broker-api/${path}`, { method: 'POST' });
      expect(answer.status).toBe(404);
    }
  });
});

describe('Play Mobile webhooks', () => {
  it.each([
    [PHONE, 'Transmitted', 'Delivered'],
    ['998901110901', 'Transmitted', 'NotDelivered'],
    ['998901110902', 'Transmitted', 'Expired'],
    ['998901110903', 'Transmitted', 'Rejected'],
    ['998901110915', 'Rejected', undefined],
    ['+998901112233', 'Failed', undefined],
  ])('reports for %s: %s %s', async (recipient, ...expected) => {
    const [simulator, receiver] = [await start({ reportDelayMs: 400 }), await startReceiver()];
    await simulator.control('accounts', {
      wire: 'playmobile',
      login: 'acme',
      hooks: { reports: receiver.url },
      hookBasic: { user: 'acme', password: 's3cret' },
    });
    expect((await send(simulator, { messages: [entry({ recipient })] })).status).toBe(200);
    const statuses = expected.filter((it) => it !== undefined);
    const calls = await receiver.until(statuses.length);
    expect(calls.map((it) => JSON.parse(it.body).messages[0].status)).toEqual(statuses);
    expect(calls[0]?.headers).toMatchObject({ authorization: ACME, 'content-type': 'application/json' });
    expect(JSON.parse(calls[0]?.body ?? '')).toEqual({
      messages: [
        {
          'message-id': 'w4f1c09ab7e2',
          channel: 'sms',
          status: expected[0],
          'status-date': expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
          description: expect.any(String),
        },
      ],
    });
  });

  it('reports as a bare array, in other case and date form, where set', async () => {
    const [simulator, receiver] = [await start(), await startReceiver()];
    const account = { wire: 'playmobile', login: 'acme' };
    const settings = { hooks: { reports: receiver.url }, unusual: true, reportDelayMs: 400 };
    await simulator.control('accounts', { ...account, ...settings });
    await send(simulator, { messages: [entry()] });
    const [, last] = await receiver.until(2);
    expect(JSON.parse(last?.body ?? '')).toEqual([
      {
        'message-id': 'w4f1c09ab7e2',
        status: 'DELIVERED',
        'status-date': expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
      },
    ]);
  });

  it('posts inbound SMS as XML', async () => {
    const [simulator, receiver] = [await start(), await startReceiver()];
    const account = { wire: 'playmobile', login: 'acme' };
    await simulator.control('accounts', { ...account, hooks: { inbound: receiver.url } });
    await simulator.control('inbound', { ...account, from: `+${PHONE}`, text: 'STOP <&"\'> иди\u0007' });
    const [call] = await receiver.until(1);
    const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '@' });
    expect(parser.parse(call?.body ?? '')).toEqual({
      'sms-request': {
        '@version': '1.0',
        message: {
          '@id': expect.stringMatching(/^\d+$/),
          '@msisdn': PHONE,
          '@submit-date': expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
          content: { '@type': 'text/plain', '#text': 'STOP <&"\'> иди' },
        },
      },
    });
  });
});
