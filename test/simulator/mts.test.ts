import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { eventually, type Started, start } from './kit.ts';

const PHONE = '79995550101';
const OWN = '3f0f5a52-6c1f-4f0a-9d54-000000000001';
const BASIC = 'Basic Z3dfZXhhbXBsZTpwYXNz';
const LOGIN = 'gw_example';
const API = '/http-api/v1/messages';
const JSON_UTF8 = 'application/json; charset=utf-8';

type Fields = Record<string, unknown>;

async function post(simulator: Started, path: string, body: unknown, headers: Record<string, string> = {}) {
  const answer = await fetch(`${simulator.url}/mts${path}`, {
    method: 'POST',
    headers: { authorization: BASIC, 'content-type': JSON_UTF8, ...headers },
    body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
  });
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.startsWith('application/json');
  return { status: answer.status, headers: answer.headers, text, json: isJson ? JSON.parse(text) : undefined };
}

const message = (changes: Fields = {}, to: Fields = {}) => ({
  content: { short_text: 'Код 4821' },
  from: { sms_address: 'ACME' },
  to: [{ msisdn: PHONE, message_id: OWN, ...to }],
  ...changes,
});

const send = (simulator: Started, ...messages: Fields[]) =>
  post(simulator, API, { messages: messages.length > 0 ? messages : [message()] });

const info = (simulator: Started, body: Fields) => post(simulator, `${API}/info`, body);

const set = (simulator: Started, settings: Fields) =>
  simulator.control('accounts', { wire: 'mts', login: LOGIN, ...settings });

describe('MTS REST send', () => {
  it('answers the sample with an id', async () => {
    const simulator = await start();
    const { status, json } = await send(simulator);
    expect(status).toBe(200);
    expect(json).toEqual({ messages: [{ internal_id: expect.stringMatching(/^[0-9a-f-]{36}$/), msisdn: PHONE }] });
    expect((await simulator.handset(PHONE)).sms).toMatchObject([
      { text: 'Код 4821', sender: 'ACME', ownId: OWN, id: json.messages[0].internal_id, login: LOGIN },
    ]);
  });

  it('answers one element for each recipient, and takes the common sender', async () => {
    const simulator = await start();
    const to = [{ msisdn: PHONE }, { msisdn: '79995550102' }];
    const messages = [message({ to, from: undefined }), message({}, { msisdn: '79995550103' })];
    const { json } = await post(simulator, API, {
      messages,
      options: { class: 1, from: { sms_address: 'MTSM_Test' } },
    });
    expect(json.messages.map((it: Fields) => it.msisdn)).toEqual([PHONE, '79995550102', '79995550103']);
    expect((await simulator.handset('79995550102')).sms).toMatchObject([{ sender: 'MTSM_Test' }]);
    expect((await simulator.handset('79995550103')).sms).toMatchObject([{ sender: 'ACME' }]);
  });

  it('takes a repeated message_id as a second SMS; the id stands for the last', async () => {
    const simulator = await start();
    await send(simulator);
    const second = (await send(simulator)).json.messages[0].internal_id;
    expect((await simulator.handset(PHONE)).sms).toHaveLength(2);
    expect(await simulator.control('doubles')).toMatchObject({ doubles: [{ by: 'phone-text' }, { by: 'own-id' }] });
    await simulator.quiet();
    const { json } = await info(simulator, { msg_ids: [OWN] });
    expect(json.events_info[0].events_info[0].internal_id).toBe(second);
  });

  it.each([
    ['no JSON', '{"messages":[', 400],
    ['no messages', {}, 400],
    ['an empty list', { messages: [] }, 400],
    ['a field that is not known', { messages: [message()], sender: 'ACME' }, 400],
    ['a misnamed id', { messages: [message({}, { messageId: OWN })] }, 400],
    ['an id as number', { messages: [message({}, { message_id: 1 })] }, 400],
    ['no text', { messages: [message({ content: {} })] }, 400],
    ['an empty text', { messages: [message({ content: { short_text: '' } })] }, 400],
    ['no sender', { messages: [message({ from: undefined })] }, 400],
    ['one recipient instead of a list', { messages: [message({ to: { msisdn: PHONE } })] }, 400],
    ['a phone as number', { messages: [message({}, { msisdn: 79995550101 })] }, 400],
    ['a phone with plus', { messages: [message({}, { msisdn: `+${PHONE}` })] }, 422],
    ['a phone with 8', { messages: [message({}, { msisdn: '89995550101' })] }, 422],
    ['a class in letters', { messages: [message()], options: { class: 'flash' } }, 422],
    ['windows-1251', iconv.encode(JSON.stringify({ messages: [message()] }), 'windows-1251'), 400],
  ])('refuses %s', async (_, body, http) => {
    const simulator = await start();
    const answer = await post(simulator, API, body);
    expect([answer.status, answer.json]).toEqual([http, { code: http, message: expect.any(String) }]);
    expect(await simulator.control('book')).toMatchObject({ counts: { accepted: 0 } });
  });

  it('refuses wrong logins, types, methods and paths', async () => {
    const simulator = await start();
    const code = async (path: string, headers: Record<string, string>) =>
      (await post(simulator, path, { messages: [message()] }, headers)).json.code;
    expect(await code(API, { authorization: `Basic ${btoa(`${LOGIN}:wrong`)}` })).toBe(401);
    expect(await code(API, { authorization: 'Bearer gw_example' })).toBe(401);
    expect(await code(API, { 'content-type': 'text/plain' })).toBe(400);
    expect(await code(API, { 'content-type': 'application/json; charset=windows-1251' })).toBe(400);
    expect(await code('/http-api/v1/message', {})).toBe(404);
    expect((await fetch(`${simulator.url}/mts${API}`)).status).toBe(405);
  });

  it.each([
    ['911', 422],
    ['912', 422],
    ['913', 402],
    ['914', 401],
    ['922', 429],
    ['923', 503],
  ])('refuses %s with %i and a code', async (digits, http) => {
    const simulator = await start();
    const answer = await send(simulator, message({}, { msisdn: `79995550${digits}` }));
    expect([answer.status, answer.json]).toEqual([http, { code: http, message: expect.any(String) }]);
    expect(answer.headers.get('retry-after')).toBe(http === 429 || http === 503 ? '1' : null);
    expect((await simulator.handset(`79995550${digits}`)).sms).toEqual([]);
  });

  it('answers 500 bare, leaves ids out, and takes UTF-16 as odd', async () => {
    const simulator = await start();
    const to = (digits: string) => send(simulator, message({}, { msisdn: `79995550${digits}` }));
    expect(await to('934')).toMatchObject({ status: 500, text: 'Internal Server Error' });
    expect((await to('939')).json).toEqual({ messages: [{ msisdn: '79995550939' }] });
    await expect(to('944')).rejects.toThrow(SyntaxError);
  });

  it('knows connected sender names where they are set, and money', async () => {
    const simulator = await start();
    await set(simulator, { balance: 6, options: { senders: 'MTSM_Test, Other' } });
    expect((await send(simulator)).status).toBe(422);
    const other = message({ from: { sms_address: 'Other' }, content: { short_text: 'я'.repeat(71) } });
    expect((await send(simulator, other)).status).toBe(200);
    expect((await send(simulator, other)).status).toBe(402);
    const path = `${API}/balanceManagement/balance/full`;
    expect((await post(simulator, path, '')).json).toEqual({ balance: 1 });
    await set(simulator, { unusual: true });
    expect((await post(simulator, path, '')).json).toMatchObject({ balance: '1.00' });
  });

  it('hides a refusal under HTTP 200, and leaves the phones out, in the unusual form', async () => {
    const simulator = await start();
    await set(simulator, { unusual: true });
    const refused = await send(simulator, message({}, { msisdn: '79995550911' }));
    expect([refused.status, refused.json]).toEqual([200, { code: '422', message: expect.any(String) }]);
    expect((await send(simulator)).json).toEqual({ messages: [{ internal_id: expect.any(String) }] });
  });
});

describe('MTS REST status', () => {
  it('is not found at first, then has no event, then each of them', async () => {
    const simulator = await start({ reportDelayMs: 60_000 });
    await set(simulator, { options: { knownAfterMs: 60_000 } });
    const id: string = (await send(simulator)).json.messages[0].internal_id;
    const early = await info(simulator, { msg_ids: [OWN] });
    expect([early.status, early.json.code]).toEqual([404, 404]);
    await set(simulator, { options: { knownAfterMs: 0 } });
    expect((await info(simulator, { int_ids: [id] })).json).toEqual({ events_info: [{ key: id, events_info: [] }] });
    const date = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
    const rest = {
      event_at: date,
      received_at: date,
      internal_id: id,
      total_parts: 1,
      client_id: 1,
      call_direction: '',
    };
    const sent = { status: 200, internal_errors: null, ...rest };
    const told = async (status: string) => {
      await simulator.control('report', { wire: 'mts', login: LOGIN, id, status });
      return (await info(simulator, { msg_ids: [OWN] })).json;
    };
    expect(await told('sent')).toEqual({ events_info: [{ key: OWN, events_info: [sent] }] });
    const delivered = { status: 300, internal_errors: [], ...rest };
    expect(await told('delivered')).toEqual({ events_info: [{ key: OWN, events_info: [sent, delivered] }] });
  });

  it('is not found in its first moments, unless an option says otherwise', async () => {
    const simulator = await start({ reportDelayMs: 60_000 });
    // An answer may come late on a busy machine: one that came in time is enough.
    await eventually(async () => {
      const { json } = await send(simulator);
      return (await info(simulator, { int_ids: [json.messages[0].internal_id] })).status === 404;
    });
    await eventually(async () => (await info(simulator, { msg_ids: [OWN] })).status === 200);
  });

  it.each([
    ['901', [200, 301]],
    ['902', [200, 301]],
    ['903', [200, 201]],
    ['904', [200, 300]],
    ['905', [200]],
    ['915', [201]],
  ])('ends %s with %j', async (digits, statuses) => {
    const simulator = await start();
    const sent = await send(simulator, message({}, { msisdn: `79995550${digits}` }));
    await simulator.quiet();
    const { json } = await info(simulator, { int_ids: [sent.json.messages[0].internal_id] });
    expect(json.events_info[0].events_info.map((it: Fields) => it.status)).toEqual(statuses);
    const errors = json.events_info[0].events_info.at(-1).internal_errors;
    expect(errors?.length ?? 0).toBe(statuses.includes(201) ? 1 : 0);
  });

  it('tells parts, newest first, in the unusual form', async () => {
    const simulator = await start();
    await set(simulator, { unusual: true });
    const long = message({ content: { short_text: 'я'.repeat(71) } });
    const id = (await send(simulator, long)).json.messages[0].internal_id;
    await simulator.quiet();
    const [found] = (await info(simulator, { int_ids: [id] })).json.events_info;
    expect(found.events_info.map((it: Fields) => [it.status, it.total_parts, it.internal_errors])).toEqual([
      [300, 2, null],
      [302, 2, null],
      [202, 2, null],
    ]);
  });

  it('is not found as a whole because of one id, unless told to leave it out', async () => {
    const simulator = await start();
    await send(simulator);
    await simulator.quiet();
    const ask = () => info(simulator, { msg_ids: [OWN, 'unknown'] });
    expect((await ask()).status).toBe(404);
    await set(simulator, { options: { unknownIds: 'omit' } });
    expect((await ask()).json.events_info).toMatchObject([{ key: OWN }]);
    expect((await info(simulator, { msg_ids: ['unknown'] })).status).toBe(404);
    expect((await info(simulator, { int_ids: [OWN] })).status).toBe(404);
  });

  it.each([
    [{}, 400],
    [{ int_ids: ['1'], msg_ids: ['1'] }, 400],
    [{ int_ids: '1' }, 400],
    [{ int_ids: [] }, 400],
    [{ msg_ids: [1] }, 400],
    [{ ids: ['1'] }, 400],
    [{ int_ids: Array(101).fill('1') }, 422],
  ])('refuses %j', async (body, http) => {
    const simulator = await start();
    expect((await info(simulator, body)).status).toBe(http);
  });
});

describe('MTS token API', () => {
  const path = '/mcom/messageManagement/messages';
  const bearer = { authorization: 'Bearer token-1' };
  const submit = (simulator: Started, submits: unknown, more: Fields = { naming: 'ACME' }) =>
    post(simulator, path, { submits, ...more }, bearer);

  it('answers the sample with a number that no double holds', async () => {
    const simulator = await start();
    const { status, text } = await submit(simulator, [
      { msid: PHONE, message: 'Код 4821' },
      { msid: '79995550102', message: 'Код 4822' },
    ]);
    expect(status).toBe(200);
    const ids = [...text.matchAll(/"messageID":(\d{19})}/g)].map((it) => it[1] ?? '');
    expect(text).toBe(
      `{"data":{"submitResults":[{"msid":"${PHONE}","code":"OK","messageID":${ids[0]}},` +
        `{"msid":"79995550102","code":"OK","messageID":${ids[1]}}]}}`,
    );
    expect(BigInt(ids[1] ?? 0) > BigInt(ids[0] ?? 0)).toBe(true);
    // Neighbours: a double may hold one of them by chance.
    expect(ids.filter((id) => String(Number(id)) !== id)).not.toEqual([]);
    const { sms } = await simulator.handset(PHONE);
    expect(sms).toMatchObject([{ id: ids[0], text: 'Код 4821', sender: 'ACME', login: 'token-1' }]);
  });

  it('hides refusals under HTTP 200', async () => {
    const simulator = await start();
    for (const msid of ['79995550911', '79995550912', '79995550913', '+79995550101', '9995550101']) {
      const { status, json } = await submit(simulator, [{ msid, message: 'Hi' }]);
      expect(status).toBe(200);
      expect(json.data.submitResults).toMatchObject([{ code: 'ERROR' }]);
      expect(json.data.submitResults[0]).not.toHaveProperty('messageID');
    }
    expect(await simulator.control('book')).toMatchObject({ counts: { accepted: 0 } });
  });

  it.each([
    ['a wrong token', 401, { submits: [{ msid: PHONE, message: 'Hi' }], naming: 'ACME' }, 'Bearer wrong'],
    ['a login of the other API', 401, { submits: [{ msid: PHONE, message: 'Hi' }], naming: 'ACME' }, BASIC],
    ['no sender', 400, { submits: [{ msid: PHONE, message: 'Hi' }] }, 'Bearer token-1'],
    ['no list', 400, { submits: { msid: PHONE, message: 'Hi' }, naming: 'ACME' }, 'Bearer token-1'],
    ['a misnamed phone', 400, { submits: [{ msisdn: PHONE, message: 'Hi' }], naming: 'ACME' }, 'Bearer token-1'],
    ['no text', 400, { submits: [{ msid: PHONE }], naming: 'ACME' }, 'Bearer token-1'],
  ])('turns %s away with a fault', async (_, http, body, authorization) => {
    const simulator = await start();
    const answer = await post(simulator, path, body, { authorization });
    expect([answer.status, answer.json]).toMatchObject([http, { fault: { description: expect.any(String) } }]);
  });

  it('has faults of its own for trouble, and no other call', async () => {
    const simulator = await start();
    const to = (digits: string) => submit(simulator, [{ msid: `79995550${digits}`, message: 'Hi' }]);
    for (const [digits, http] of [
      ['914', 401],
      ['921', 429],
      ['923', 503],
    ] as const) {
      expect(await to(digits)).toMatchObject({ status: http, json: { fault: { description: expect.any(String) } } });
    }
    expect((await to('939')).text).toBe('{"data":{"submitResults":[{"msid":"79995550939","code":"OK"}]}}');
    expect((await post(simulator, '/mcom/messageManagement/message', {}, bearer)).json).toHaveProperty('fault');
  });

  it('has faults under HTTP 200 and ids as strings in the unusual form', async () => {
    const simulator = await start();
    await simulator.control('accounts', { wire: 'mts', login: 'token-1', unusual: true });
    expect(await submit(simulator, [])).toMatchObject({ status: 200, json: { fault: {} } });
    const { json } = await submit(simulator, [{ msid: PHONE, message: 'Hi' }]);
    expect(json.data.submitResults[0].messageID).toMatch(/^\d{19}$/);
  });
});
