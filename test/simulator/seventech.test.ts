import http from 'node:http';
import type { AddressInfo } from 'node:net';
import iconv from 'iconv-lite';
import { afterEach, describe, expect, it } from 'vitest';
import { type Started, start, startReceiver } from './kit.ts';

const PHONE = '79215550142';
const BASIC = 'Basic YWNtZTpzM2NyZXQ=';
const PATH = '/seventech/messaging/v1/send';

type Fields = Record<string, unknown>;

const step = (changes: Fields = {}) => ({
  channel: 'sms',
  recipient: { type: 'MSISDN', value: PHONE },
  sender: 'ACME',
  text: 'Код 4821',
  ...changes,
});

const to = (value: unknown, changes: Fields = {}) => ({
  scenario: [step({ recipient: { type: 'MSISDN', value } })],
  ...changes,
});

async function send(simulator: Started, body: unknown, headers: Record<string, string> = {}) {
  const answer = await fetch(simulator.url + PATH, {
    method: 'POST',
    headers: { authorization: BASIC, 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
  });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

const set = (simulator: Started, settings: Fields) =>
  simulator.control('accounts', { wire: 'seventech', login: 'acme', ...settings });

describe('SevenTech send', () => {
  it('answers the sample', async () => {
    const simulator = await start();
    const { url } = await startReceiver();
    const { status, text } = await send(simulator, {
      scenario: [step()],
      callback: url,
      clientRequestId: 'wf-7d1c0b52',
      urlOptions: {},
    });
    expect([status, JSON.parse(text)]).toEqual([
      200,
      { txId: expect.stringMatching(/^[0-9a-f-]{36}$/), state: 'ACCEPTED' },
    ]);
    expect((await simulator.handset(PHONE)).sms).toMatchObject([
      { id: JSON.parse(text).txId, ownId: 'wf-7d1c0b52', sender: 'ACME', text: 'Код 4821', login: 'acme' },
    ]);
  });

  it('takes only the first step of a cascade, and phones as numbers', async () => {
    const simulator = await start();
    const recipient = { type: 'MSISDN', value: '79215550143' };
    expect((await send(simulator, { scenario: [step(), step({ recipient })] })).status).toBe(200);
    expect((await simulator.handset('79215550143')).sms).toEqual([]);
    expect((await send(simulator, to(79215550143))).status).toBe(200);
    expect((await simulator.handset('79215550143')).sms).toHaveLength(1);
  });

  it('takes a repeated clientRequestId as a second SMS', async () => {
    const simulator = await start();
    const ids = [];
    for (let n = 0; n < 2; n += 1) {
      ids.push(JSON.parse((await send(simulator, to(PHONE, { clientRequestId: '1' }))).text).txId);
    }
    expect(ids[0]).not.toBe(ids[1]);
    expect(await simulator.control('doubles')).toMatchObject({ doubles: [{ by: 'phone-text' }, { by: 'own-id' }] });
  });

  it.each([
    ['no JSON', '{"scenario":['],
    ['windows-1251', iconv.encode(JSON.stringify(to(PHONE)), 'windows-1251')],
    ['a list', []],
    ['no scenario', {}],
    ['an empty scenario', { scenario: [] }],
    ['one step instead of a list', { scenario: step() }],
    ['a field that is not known', to(PHONE, { callbackUrl: 'https://example.com' })],
    ['a field of a step that is not known', { scenario: [step({ from: 'ACME' })] }],
    ['a callback that is no URI', to(PHONE, { callback: 'example.com' })],
    ['an id of 101 characters', to(PHONE, { clientRequestId: 'x'.repeat(101) })],
    ['an id as number', to(PHONE, { clientRequestId: 1 })],
    ['another channel', { scenario: [step({ channel: 'SMS' })] }],
    ['a bare phone', { scenario: [step({ recipient: PHONE })] }],
    ['another type', { scenario: [step({ recipient: { type: 'msisdn', value: PHONE } })] }],
    ['a phone with plus', to(`+${PHONE}`)],
    ['no sender', { scenario: [step({ sender: undefined })] }],
    ['an empty text', { scenario: [step({ text: '' })] }],
  ])('refuses %s', async (_, body) => {
    const simulator = await start();
    const { status, text } = await send(simulator, body);
    expect([status, JSON.parse(text)]).toEqual([400, { error: expect.any(String) }]);
    expect(await simulator.control('book')).toMatchObject({ counts: { accepted: 0 } });
  });

  it('takes an id of 100 characters', async () => {
    const simulator = await start();
    expect((await send(simulator, to(PHONE, { clientRequestId: 'x'.repeat(100) }))).status).toBe(200);
  });

  it('refuses wrong logins, types, methods and paths', async () => {
    const simulator = await start();
    const code = async (headers: Record<string, string>) => (await send(simulator, to(PHONE), headers)).status;
    expect(await code({ authorization: `Basic ${btoa('acme:wrong')}` })).toBe(401);
    expect(await code({ authorization: 'Bearer acme' })).toBe(401);
    expect(await code({ 'content-type': 'text/plain' })).toBe(415);
    expect(await code({ 'content-type': 'application/json; charset=windows-1251' })).toBe(415);
    expect((await fetch(simulator.url + PATH)).status).toBe(405);
    expect((await fetch(`${simulator.url}/seventech/messaging/v2/send`, { method: 'POST' })).status).toBe(404);
  });

  it.each([
    ['911', 422],
    ['913', 402],
    ['914', 401],
    ['922', 429],
    ['923', 503],
    ['934', 500],
  ])('answers %s with %i', async (digits, status) => {
    const simulator = await start();
    const answer = await send(simulator, to(`79215550${digits}`));
    expect(answer.status).toBe(status);
    expect(answer.headers.get('retry-after')).toBe(status === 429 || status === 503 ? '1' : null);
    expect((await simulator.handset(`79215550${digits}`)).sms).toEqual([]);
  });

  it('refuses 912 with another state, and leaves out the id of 939', async () => {
    const simulator = await start();
    const blocked = await send(simulator, to('79215550912'));
    expect([blocked.status, JSON.parse(blocked.text)]).toEqual([200, { txId: expect.any(String), state: 'REJECTED' }]);
    expect((await simulator.handset('79215550912')).sms).toEqual([]);
    expect((await send(simulator, to('79215550939'))).text).toBe('{"state":"ACCEPTED"}');
  });

  it('has an id that no double holds in the unusual form', async () => {
    const simulator = await start();
    await set(simulator, { unusual: true });
    const { text } = await send(simulator, to(PHONE));
    expect(text).toMatch(/^\{"txId":\d{19},"state":"ACCEPTED"\}$/);
    const [sms] = (await simulator.handset(PHONE)).sms;
    expect(text).toContain(`:${sms?.id},`);
  });
});

describe('SevenTech reports', () => {
  it('are not called back unless a form is chosen', async () => {
    const simulator = await start();
    const { url } = await startReceiver();
    await send(simulator, to(PHONE, { callback: url }));
    await simulator.quiet();
    expect(await simulator.calls()).toEqual([]);
  });

  it('go to the callback of the request as JSON', async () => {
    const simulator = await start();
    await set(simulator, { options: { callbackShape: 'json' } });
    const { url, until } = await startReceiver();
    const { txId } = JSON.parse((await send(simulator, to(PHONE, { callback: `${url}/T0KEN` }))).text);
    const told = (await until(2)).map((it) => [it.path, it.headers['content-type'], it.body]);
    expect(told.sort()).toEqual([
      ['/hook/T0KEN', 'application/json', `{"txId":"${txId}","state":"ACCEPTED"}`],
      ['/hook/T0KEN', 'application/json', `{"txId":"${txId}","state":"DELIVERED"}`],
    ]);
  });

  it('go there by GET', async () => {
    const simulator = await start();
    await set(simulator, { options: { callbackShape: 'get' } });
    const { url, until } = await startReceiver();
    const { txId } = JSON.parse((await send(simulator, to('79215550902', { callback: `${url}?a=1` }))).text);
    const told = (await until(2)).map((it) => [it.path, it.body]);
    expect(told.sort()).toEqual([
      [`/hook?a=1&txId=${txId}&state=ACCEPTED`, ''],
      [`/hook?a=1&txId=${txId}&state=EXPIRED`, ''],
    ]);
    await simulator.quiet();
    expect((await simulator.calls()).map((it) => it.method)).toEqual(['GET', 'GET']);
  });

  it.each([
    ['901', 'UNDELIVERED'],
    ['903', 'REJECTED'],
    ['915', 'REJECTED'],
  ])('of %s end with %s', async (digits, state) => {
    const simulator = await start();
    await set(simulator, { options: { callbackShape: 'json' } });
    const { url, received } = await startReceiver();
    await send(simulator, to(`79215550${digits}`, { callback: url }));
    await simulator.quiet();
    expect(received.map((it) => JSON.parse(it.body).state)).toContain(state);
  });

  it('name the own id, in small letters, in the unusual form; an id alone is a number', async () => {
    const simulator = await start();
    await set(simulator, { unusual: true, options: { callbackShape: 'json' } });
    const { url, received } = await startReceiver();
    await send(simulator, to(PHONE, { callback: url, clientRequestId: 'wf-1' }));
    await simulator.quiet();
    expect(received.map((it) => it.body)).toContain('{"clientRequestId":"wf-1","state":"delivered"}');
    received.length = 0;
    await send(simulator, to(PHONE, { callback: url }));
    await simulator.quiet();
    for (const { body } of received) expect(body).toMatch(/^\{"txId":\d{19},"state":"(accepted|delivered)"\}$/);
    expect(received).toHaveLength(2);
  });

  it('are not repeated', async () => {
    const simulator = await start();
    await set(simulator, { options: { callbackShape: 'json' } });
    const { url, received } = await startReceiver(() => 503);
    await send(simulator, to('79215550915', { callback: url }));
    await simulator.quiet();
    expect(received).toHaveLength(1);
  });
});

describe('SevenTech inbound', () => {
  let server: http.Server | undefined;

  afterEach(() => {
    server?.close();
    server?.closeAllConnections();
  });

  /** A subscriber's answer to `text` goes through a receiver that answers so. */
  async function received(simulator: Started, text: string, status: number, answer: string) {
    const paths: string[] = [];
    server = http.createServer((request, response) => {
      paths.push(`${request.method} ${request.url}`);
      response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(answer);
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/in/T0KEN`;
    await set(simulator, { hooks: { inbound: url } });
    const { id } = await simulator.control('inbound', {
      wire: 'seventech',
      login: 'acme',
      from: '+79031234567',
      to: '1234',
      text,
    });
    await simulator.quiet();
    return { paths, id, calls: await simulator.calls() };
  }

  it('is called by GET in the form of the legacy API', async () => {
    const simulator = await start();
    const { paths, id, calls } = await received(simulator, 'СТОП & всё', 200, '');
    const query = new URLSearchParams({ clientId: '79031234567', message: 'СТОП & всё', shortNumber: '1234' });
    expect(paths).toEqual([`GET /in/T0KEN?${query}&id=${id}`]);
    expect(String(id)).toMatch(/^\d+$/);
    expect(calls).toMatchObject([{ method: 'GET', answer: 200, inbound: [id], body: '' }]);
    expect(calls[0]).not.toHaveProperty('sentBack');
  });

  it('sends the answer back to the subscriber', async () => {
    const simulator = await start();
    const { calls } = await received(simulator, 'Hi', 200, 'Здравствуйте');
    expect(calls).toMatchObject([{ answer: 200, sentBack: ['Здравствуйте'] }]);
  });

  it('neither sends back nor repeats an error', async () => {
    const simulator = await start();
    const { calls } = await received(simulator, 'Hi', 500, 'Internal Server Error');
    expect(calls).toHaveLength(1);
    expect(calls[0]).not.toHaveProperty('sentBack');
  });
});
