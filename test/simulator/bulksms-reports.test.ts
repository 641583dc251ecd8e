import { describe, expect, it } from 'vitest';
import { type Started, start, startReceiver } from './kit.ts';

const PHONE = '27825550142';
const ACCOUNT = { wire: 'bulksms', login: 'token' };
const HEADERS = {
  authorization: `Basic ${Buffer.from('token:secret').toString('base64')}`,
  'content-type': 'application/json',
};

interface Message {
  id: string;
  to: string;
  type: string;
  body: string;
  submission: { id: string; date: string };
  status: { id: string };
}

async function get(simulator: Started, path: string) {
  const answer = await fetch(`${simulator.url}/bulksms/v1${path}`, { headers: HEADERS });
  return { status: answer.status, text: await answer.text() };
}

const read = async (simulator: Started, path: string) => JSON.parse((await get(simulator, path)).text);

async function list(simulator: Started, filter: string, more = ''): Promise<Message[]> {
  return await read(simulator, `/messages?filter=${encodeURIComponent(filter)}${more}`);
}

async function send(simulator: Started, changes: Record<string, unknown> = {}): Promise<Message[]> {
  const answer = await fetch(`${simulator.url}/bulksms/v1/messages?auto-unicode=true`, {
    method: 'POST',
    headers: HEADERS,
    body: JSON.stringify([{ to: PHONE, from: 'ACME', body: 'Code 4821', longMessageMaxParts: 10, ...changes }]),
  });
  expect(answer.status).toBe(201);
  return (await answer.json()) as Message[];
}

const idOf = (messages: readonly Message[]) => messages[0]?.id ?? '';

describe('BulkSMS status', () => {
  it.each([
    ['142', 'DELIVERED.null'],
    ['901', 'FAILED.HANDSET_ERROR'],
    ['902', 'FAILED.EXPIRED'],
    ['903', 'FAILED.NOT_SENT'],
    ['904', 'DELIVERED.null'],
    ['905', 'SENT.null'],
    ['915', 'FAILED.BLOCKED'],
  ])('of a phone on %s is %s in the end', async (digits, id) => {
    const simulator = await start();
    const messages = await send(simulator, { to: `27825550${digits}`, body: 'я'.repeat(71) });
    await simulator.quiet();
    expect(await read(simulator, `/messages/${idOf(messages)}`)).toMatchObject({
      id: idOf(messages),
      status: { id, type: id.split('.')[0] },
      submission: messages[0]?.submission,
      numberOfParts: 2,
      creditCost: 2,
    });
  });

  it('is SENT until it is final, and an error to an unknown id', async () => {
    const simulator = await start({ reportDelayMs: 60_000 });
    const messages = await send(simulator);
    expect(await read(simulator, `/messages/${idOf(messages)}`)).toMatchObject({ status: { id: 'SENT.null' } });
    const { status, text } = await get(simulator, '/messages/1491381497934900001');
    expect([status, JSON.parse(text)]).toEqual([
      404,
      { type: 'https://developer.bulksms.com/json/v1/errors#not-found', title: 'Not Found', status: 404 },
    ]);
  });

  it('stays SENT where no delivery reports are asked of the network', async () => {
    const simulator = await start();
    const none = await send(simulator, { deliveryReports: 'NONE' });
    const errors = await send(simulator, { deliveryReports: 'ERRORS', to: '27825550901' });
    await simulator.quiet();
    expect(await read(simulator, `/messages/${idOf(none)}`)).toMatchObject({ status: { id: 'SENT.null' } });
    expect(await read(simulator, `/messages/${idOf(errors)}`)).toMatchObject({ status: { type: 'FAILED' } });
  });

  it('lists by clauses, newest first, and pages by id', async () => {
    const simulator = await start();
    const [a, b, c] = [
      await send(simulator, { userSuppliedId: 'wf-1' }),
      await send(simulator, { to: '27825550901' }),
      await send(simulator, { to: ['27825550143', '27825550144'] }),
    ];
    await simulator.control('inbound', { ...ACCOUNT, from: PHONE, text: 'Hi' });
    await simulator.quiet();
    const ids = async (filter: string, more?: string) => (await list(simulator, filter, more)).map((it) => it.id);
    const sent = [...c.map((it) => it.id).reverse(), idOf(b), idOf(a)];
    expect(await ids('type=SENT')).toEqual(sent);
    expect(await ids('type=SENT', '&sortOrder=ASCENDING')).toEqual([...sent].reverse());
    expect(await ids('type=SENT', '&limit=2')).toEqual(sent.slice(0, 2));
    expect(await ids(`type=SENT&id<${sent[1]}`)).toEqual(sent.slice(2));
    expect(await ids(`type=SENT&id>${sent[1]}`)).toEqual(sent.slice(0, 1));
    expect(await ids(`submission.id=${c[0]?.submission.id}`)).toEqual(sent.slice(0, 2));
    expect(await ids('status.type=FAILED')).toEqual([idOf(b)]);
    expect(await ids('status.id=FAILED.HANDSET_ERROR')).toEqual([idOf(b)]);
    expect(await ids('userSuppliedId=wf-1')).toEqual([idOf(a)]);
    expect(await ids('type=SENT&submission.date>=2020-01-01T00:00:00+02:00')).toHaveLength(4);
    expect(await ids('type=SENT&submission.date<2020-01-01T00:00:00Z')).toHaveLength(0);
    expect(await read(simulator, '/messages')).toHaveLength(5);
    await simulator.control('accounts', { ...ACCOUNT, options: { mostRows: 1 } });
    expect(await ids('type=SENT')).toEqual(sent.slice(0, 1));
  });

  it.each([
    'type=sent',
    'id=5',
    'phone=27825550142',
    'status.type=FAILED.EXPIRED',
    'submission.date=2020-01-01T00:00:00Z',
    'submission.date>2020-01-01',
    '',
  ])('refuses the filter %s', async (filter) => {
    const simulator = await start();
    const { status, text } = await get(simulator, `/messages?filter=${encodeURIComponent(filter)}`);
    expect([status, JSON.parse(text).title]).toEqual([400, 'Bad Request']);
  });
});

describe('BulkSMS webhook of sent messages', () => {
  it('posts an array of messages for every change', async () => {
    const [simulator, receiver] = [await start({ reportDelayMs: 300 }), await startReceiver()];
    await simulator.control('accounts', { ...ACCOUNT, hooks: { reports: `${receiver.url}?secret=s` } });
    const messages = await send(simulator, { userSuppliedId: 'wf-000123' });
    const calls = await receiver.until(2);
    expect(calls[0]).toMatchObject({
      path: '/hook?secret=s',
      headers: { 'content-type': 'application/json', 'user-agent': 'BulkSMS Invoker' },
    });
    const told = calls.map((it) => JSON.parse(it.body));
    expect(told.map((it) => it[0].status.id)).toEqual(['SENT.null', 'DELIVERED.null']);
    expect(told[1]).toEqual([
      {
        ...messages[0],
        status: { id: 'DELIVERED.null', type: 'DELIVERED', subtype: null },
        numberOfParts: 1,
        creditCost: 1,
      },
    ]);
  });

  it('tells up to ten in a call where batched, and only errors or nothing where asked', async () => {
    const [simulator, receiver] = [await start({ reportDelayMs: 20 }), await startReceiver()];
    await simulator.control('accounts', { ...ACCOUNT, hooks: { reports: receiver.url }, reportBatchMs: 150 });
    const to = Array.from({ length: 12 }, (_, i) => String(27825550101 + i));
    await send(simulator, { to, deliveryReports: 'ALL' });
    await send(simulator, { to: ['27825550142', '27825550901'], deliveryReports: 'ERRORS' });
    await send(simulator, { to: '27825550902', deliveryReports: 'NONE' });
    await simulator.quiet();
    const told = receiver.received.map((it) => JSON.parse(it.body) as Message[]);
    expect(Math.max(...told.map((it) => it.length))).toBe(10);
    const final = told.flat().filter((it) => it.status.id !== 'SENT.null');
    // Calls that are under way together come in any order.
    expect(new Set(final.filter((it) => it.status.id === 'DELIVERED.null').map((it) => it.to))).toEqual(new Set(to));
    expect(final).toHaveLength(to.length + 1);
    expect(final.filter((it) => it.status.id !== 'DELIVERED.null').map((it) => it.to)).toEqual(['27825550901']);
  });

  it('repeats after an error of the server', async () => {
    const [simulator, receiver] = [await start(), await startReceiver((n) => (n < 3 ? 503 : 200))];
    await simulator.control('accounts', { ...ACCOUNT, hooks: { reports: receiver.url } });
    await send(simulator, { to: '27825550915' });
    const calls = await receiver.until(3);
    expect(new Set(calls.map((it) => it.body)).size).toBe(1);
  });

  it('has bare ids, one object, other dates and less detail where set', async () => {
    const [simulator, receiver] = [await start(), await startReceiver()];
    await simulator.control('accounts', { ...ACCOUNT, hooks: { reports: receiver.url }, unusual: true });
    const answer = await fetch(`${simulator.url}/bulksms/v1/messages`, {
      method: 'POST',
      headers: HEADERS,
      body: JSON.stringify({ to: '27825550905', body: 'My "id":"1491381497934900001"' }),
    });
    const text = await answer.text();
    const [, id = ''] = /^\{"id":(\d{19}),/.exec(text) ?? [];
    expect(text).toContain('"body":"My \\"id\\":\\"1491381497934900001\\""');
    expect(text).toMatch(/"date":"[^"]+\+02:00"/);
    await simulator.quiet();
    const polled = await get(simulator, `/messages/${id}`);
    expect(polled.text).toContain('"status":{"id":"UNKNOWN.null","type":"UNKNOWN","subtype":null}');
    expect(polled.text.startsWith(`{"id":${id},`)).toBe(true);
    expect(JSON.parse((await get(simulator, '/messages/5')).text).type).toMatch(/errors\/#not-found$/);
  });
});

describe('BulkSMS inbound', () => {
  it('posts what phones write, with the message that it answers', async () => {
    const [simulator, receiver] = [await start(), await startReceiver()];
    await simulator.control('accounts', { ...ACCOUNT, hooks: { inbound: receiver.url } });
    const asked = await send(simulator, { from: { type: 'REPLIABLE' } });
    await send(simulator);
    await simulator.control('inbound', { ...ACCOUNT, from: PHONE, to: '27600000001', text: 'Да' });
    await simulator.control('inbound', { ...ACCOUNT, from: '27825550143', text: 'Hi' });
    const calls = await receiver.until(2);
    const told = calls.map((it) => JSON.parse(it.body));
    const answered = told.flat().find((it: { from: string }) => it.from === PHONE);
    expect(answered).toEqual({
      id: expect.stringMatching(/^\d{19}$/),
      type: 'RECEIVED',
      from: PHONE,
      to: '27600000001',
      body: 'Да',
      encoding: 'TEXT',
      submission: { id: '', date: expect.stringMatching(/Z$/) },
      status: { id: 'UNKNOWN.null', type: 'UNKNOWN', subtype: null },
      relatedSentMessageId: idOf(asked),
      userSuppliedId: null,
      numberOfParts: 1,
      creditCost: 0,
    });
    expect(told.flat().find((it) => it.from === '27825550143')).toMatchObject({ relatedSentMessageId: null });
    expect(await read(simulator, `/messages/${idOf(asked)}/relatedReceivedMessages`)).toEqual([answered]);
    expect(await read(simulator, '/messages/5/relatedReceivedMessages')).toEqual([]);
    expect(await list(simulator, 'type=RECEIVED&id>0', '&sortOrder=ASCENDING')).toHaveLength(2);
    expect(await read(simulator, `/messages/${answered.id}`)).toEqual(answered);
  });

  it('blocks who writes STOP: later messages are taken, charged, and fail', async () => {
    const simulator = await start();
    await simulator.control('accounts', { ...ACCOUNT, balance: 10 });
    await simulator.control('inbound', { ...ACCOUNT, from: PHONE, text: ' stop ' });
    await fetch(`${simulator.url}/bulksms/v1/blocked-numbers`, {
      method: 'POST',
      headers: HEADERS,
      body: JSON.stringify(['27825550143']),
    });
    expect(await read(simulator, '/blocked-numbers')).toEqual([
      { id: 1, phoneNumber: PHONE },
      { id: 2, phoneNumber: '27825550143' },
    ]);
    expect(await read(simulator, '/blocked-numbers?min-id=2&limit=1')).toMatchObject([{ id: 2 }]);
    const messages = await send(simulator, { to: [PHONE, '27825550143', '1111111'] });
    expect(messages.map((it) => it.status.id)).toEqual(['ACCEPTED.null', 'ACCEPTED.null', 'ACCEPTED.null']);
    await simulator.quiet();
    const ends = await list(simulator, 'type=SENT', '&sortOrder=ASCENDING');
    expect(ends.map((it) => it.status.id)).toEqual(['FAILED.BLOCKED', 'FAILED.BLOCKED', 'FAILED.null']);
    expect(await read(simulator, '/profile')).toMatchObject({ credits: { balance: 7 } });
  });

  it('leaves STOP to the client where set', async () => {
    const simulator = await start();
    await simulator.control('accounts', { ...ACCOUNT, options: { blocksOnStop: false, defaultRepliable: true } });
    const asked = await send(simulator, { from: undefined });
    await simulator.control('inbound', { ...ACCOUNT, from: PHONE, text: 'STOP' });
    expect(await read(simulator, '/blocked-numbers')).toEqual([]);
    expect(await list(simulator, 'type=RECEIVED')).toMatchObject([{ relatedSentMessageId: idOf(asked) }]);
  });
});
