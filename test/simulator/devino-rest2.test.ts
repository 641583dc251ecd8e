import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type Started, start, startReceiver } from './kit.ts';

const PHONE = '79215550142';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

async function ask(simulator: Started, path: string, init: RequestInit = {}) {
  const answer = await fetch(`${simulator.url}/devino${path}`, init);
  const text = await answer.text();
  return { status: answer.status, type: answer.headers.get('content-type'), text };
}

/** The documentation's own sample. */
const SAMPLE = {
  Login: 'acme',
  Password: 's3cret',
  SourceAddress: 'ACME',
  DestinationAddress: PHONE,
  Data: 'Code 4821',
  Validity: '60',
};

const encoded = (fields: Record<string, string | undefined>) =>
  new URLSearchParams(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as [string, string]])),
  );

const sendRest = (simulator: Started, changes: Record<string, string | undefined> = {}) =>
  ask(simulator, '/rest2/Sms/Send', {
    method: 'POST',
    headers: FORM,
    body: String(encoded({ ...SAMPLE, ...changes })),
  });

const get = (simulator: Started, path: string, fields: Record<string, string | undefined> = {}) =>
  ask(simulator, `/rest2${path}?${encoded({ Login: 'acme', Password: 's3cret', ...fields })}`);

describe('Devino REST v2 send', () => {
  it('answers the sample with a bare list of ids, one for each part', async () => {
    const simulator = await start();
    const answer = await sendRest(simulator);
    expect(answer).toMatchObject({ status: 200, type: 'application/json; charset=utf-8' });
    expect(answer.text).toMatch(/^\["\d{18}"\]$/);
    const long = await sendRest(simulator, { Data: 'я'.repeat(71), DestinationAddress: '89215550143' });
    expect(long.text).toMatch(/^\["\d{18}","\d{18}"\]$/);
    const [sms] = (await simulator.handset('79215550143')).sms;
    expect(sms).toMatchObject({ sender: 'ACME', parts: 2, partIds: JSON.parse(long.text) });
  });

  it('takes parameters in the query, in any case, and every repeat', async () => {
    const simulator = await start();
    const query = 'login=acme&PASSWORD=s&sourceaddress=ACME&destinationaddress=%2B79215550142&data=%D0%9A%D0%BE%D0%B4';
    for (let n = 0; n < 2; n += 1) {
      expect((await ask(simulator, `/rest2/Sms/Send?${query}`, { method: 'POST' })).status).toBe(200);
    }
    expect((await simulator.handset(PHONE)).sms.map((it) => it.text)).toEqual(['Код', 'Код']);
  });

  it('reads UTF-8 only', async () => {
    const simulator = await start();
    const start1251 = encoded({ ...SAMPLE, Data: undefined });
    await ask(simulator, '/rest2/Sms/Send', { method: 'POST', headers: FORM, body: `${start1251}&Data=%CA%EE%E4` });
    expect((await simulator.handset(PHONE)).sms).toMatchObject([{ text: '\uFFFD\uFFFD\uFFFD' }]);
  });

  it.each([
    ['no text', { Data: undefined }, 500, 9, /Data/],
    ['no login', { Login: undefined }, 500, 9, /Login/],
    ['an empty text', { Data: '' }, 400, 1, /null or empty/],
    ['an empty recipient', { DestinationAddress: '' }, 400, 1, /null or empty/],
    ['a long text', { Data: 'a'.repeat(2001) }, 400, 2, /Data/],
    ['a short phone', { DestinationAddress: '7921555' }, 400, 2, /destination address/],
    ['a phone with letters', { DestinationAddress: '7921555call' }, 400, 2, /destination address/],
    ['a plus that became a space', { DestinationAddress: ' 79215550142' }, 400, 2, /destination address/],
    ['a phone on 911', { DestinationAddress: '79215550911' }, 400, 2, /destination address/],
    ['a validity with a unit', { Validity: '60m' }, 400, 2, /Validity/],
    ['a date with a zone', { SendDate: '2024-01-28T16:00:00Z' }, 400, 2, /SendDate/],
    ['a wrong login', { Password: 'wrong' }, 401, 4, /Unauthorized/],
    ['a phone on 914', { DestinationAddress: '79215550914' }, 401, 4, /Unauthorized/],
    ['a phone on 913', { DestinationAddress: '79215550913' }, 403, 5, /credits/],
    ['a phone on 912', { DestinationAddress: '79215550912' }, 400, 6, /Invalid operation/],
    ['a Cyrillic sender', { SourceAddress: 'АКМЕ' }, 400, 6, /source address/],
    ['a sender that is not agreed', { SourceAddress: 'OTHER' }, 400, 6, /source address/],
    ['a phone on 934', { DestinationAddress: '79215550934' }, 500, 9, /Internal server error/],
  ])('answers an error to %s', async (_, changes, status, code, desc) => {
    const simulator = await start();
    await simulator.control('accounts', { wire: 'devino', login: 'acme', options: { senders: 'ACME' } });
    const answer = await sendRest(simulator, changes);
    expect([answer.status, JSON.parse(answer.text)]).toEqual([
      status,
      { Code: code, Desc: expect.stringMatching(desc) },
    ]);
    expect(await simulator.control('book')).toMatchObject({ counts: { accepted: 0 } });
  });

  it('does not read a body that is no form, and no send by GET', async () => {
    const simulator = await start();
    const json = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(SAMPLE) };
    expect(JSON.parse((await ask(simulator, '/rest2/Sms/Send', json)).text)).toMatchObject({ Code: 9 });
    expect((await get(simulator, '/Sms/Send', SAMPLE)).status).toBe(405);
    expect((await get(simulator, '/sms/unknown')).status).toBe(404);
    expect((await ask(simulator, '/Sms/Send', { method: 'POST' })).status).toBe(404);
  });

  it('has bare numbers, ids with a plus, or none, where set', async () => {
    const simulator = await start();
    const account = { wire: 'devino', login: 'acme' };
    expect((await sendRest(simulator, { DestinationAddress: '79215550939' })).text).toBe('[]');
    await simulator.control('accounts', { ...account, unusual: true });
    expect((await sendRest(simulator)).text).toMatch(/^\[\d{18}\]$/);
    await simulator.control('accounts', { ...account, options: { idForm: 'route' } });
    const [id] = JSON.parse((await sendRest(simulator)).text);
    expect(id).toMatch(/^SAR-GW01\+79215550142\d{18}-1-1$/);
    await simulator.quiet();
    expect(JSON.parse((await get(simulator, '/Sms/State', { messageId: id })).text)).toMatchObject({ State: 0 });
    const unescaped = await ask(simulator, `/rest2/Sms/State?Login=acme&Password=s&messageId=${id}`);
    expect(JSON.parse(unescaped.text)).toMatchObject({ State: 255 });
  });
});

describe('Devino REST v2 polls', () => {
  it.each([
    ['142', 0],
    ['901', 42],
    ['902', 46],
    ['903', 48],
    ['904', 0],
    ['905', -1],
    ['915', 41],
  ])('say of a phone on %s: %s', async (digits, state) => {
    const simulator = await start();
    const sent = await sendRest(simulator, { DestinationAddress: `79215550${digits}` });
    await simulator.quiet();
    const { text } = await get(simulator, '/Sms/State', { messageId: JSON.parse(sent.text)[0] });
    expect(text).toMatch(/"CreationDateUtc":"\\\/Date\(\d{13}\)\\\/"/);
    const date = expect.stringMatching(/^\/Date\(\d{13}\)\/$/);
    expect(JSON.parse(text)).toEqual({
      State: state,
      CreationDateUtc: date,
      SubmittedDateUtc: date,
      ReportedDateUtc: state === -1 ? '/Date(-62135596800000)/' : date,
      TimeStampUtc: date,
      StateDescription: expect.any(String),
      Price: 2.35,
    });
  });

  it('look at each part, say -2 at first and 255 to what they do not know any more or yet', async () => {
    const simulator = await start({ reportDelayMs: 60_000 });
    const account = { wire: 'devino', login: 'acme' };
    const [first, second] = JSON.parse((await sendRest(simulator, { Data: 'я'.repeat(71) })).text);
    const state = async (messageId: string) =>
      JSON.parse((await get(simulator, '/Sms/State', { messageId })).text).State;
    expect([await state(first), await state(second), await state('612000000000000001')]).toEqual([-2, -2, 255]);
    expect(await simulator.control('report', { ...account, id: second, status: 'delivered' })).toMatchObject({
      calls: 0,
    });
    expect([await state(first), await state(second)]).toEqual([-2, 0]);
    await simulator.control('accounts', { ...account, options: { stateDelayMs: 60_000 } });
    expect(await state(second)).toBe(255);
    await simulator.control('accounts', { ...account, options: { stateDelayMs: 0, keepMs: -1 } });
    expect(await state(second)).toBe(255);
    expect(JSON.parse((await get(simulator, '/Sms/State')).text)).toMatchObject({ Code: 9 });
  });

  it('have empty fields where set', async () => {
    const simulator = await start();
    await simulator.control('accounts', { wire: 'devino', login: 'acme', unusual: true });
    const [messageId] = (await sendRest(simulator)).text.match(/\d+/) ?? [];
    await simulator.quiet();
    const state = JSON.parse((await get(simulator, '/Sms/State', { messageId })).text);
    expect(state).toMatchObject({ State: 0, SubmittedDateUtc: null, ReportedDateUtc: null, Price: null });
  });

  it('hand out inbound SMS of a period, again and again, and the balance as a bare number', async () => {
    const simulator = await start();
    await simulator.control('inbound', { wire: 'devino', login: 'acme', from: PHONE, to: '2420', text: 'СТОП "да"' });
    const at = (ms: number) => new Date(Date.now() + ms).toISOString().slice(0, 19);
    const period = { minDateUTC: at(-60_000), maxDateUTC: at(60_000) };
    for (let n = 0; n < 2; n += 1) {
      const { text } = await get(simulator, '/Sms/In', period);
      expect(text).toMatch(/"CreatedDateUtc":"\\\/Date\(\d{13}\)\\\/"/);
      expect(JSON.parse(text)).toEqual([
        {
          Data: 'СТОП "да"',
          SourceAddress: PHONE,
          DestinationAddress: '2420',
          ID: expect.any(Number),
          CreatedDateUtc: expect.stringMatching(/^\/Date\(\d{13}\)\/$/),
        },
      ]);
    }
    expect((await get(simulator, '/Sms/In', { minDateUTC: at(30_000), maxDateUTC: at(60_000) })).text).toBe('[]');
    const old = await get(simulator, '/Sms/In', { ...period, minDateUTC: '2020-01-01T00:00:00' });
    expect([old.status, JSON.parse(old.text).Code]).toEqual([400, 2]);
    expect(JSON.parse((await get(simulator, '/Sms/In', { maxDateUTC: at(0) })).text)).toMatchObject({ Code: 9 });
    expect((await get(simulator, '/User/Balance')).text).toBe('512.4');
    const requests = JSON.stringify(await simulator.requests());
    expect(requests).not.toContain('s3cret');
  });
});

describe('Devino REST v2 inbound webhook', () => {
  it('is a GET with all in its query, or a form', async () => {
    const [simulator, receiver] = [await start(), await startReceiver()];
    const account = { wire: 'devino', login: 'acme' };
    await simulator.control('accounts', { ...account, hooks: { inbound: receiver.url } });
    const inbound = { ...account, from: PHONE, to: '2420', text: 'СТОП & да+' };
    const { id } = await simulator.control<{ id: string }>('inbound', inbound);
    const [call] = await receiver.until(1);
    const fields = { sourcePhone: PHONE, number: '2420', prefix: '', text: 'СТОП & да+', messageId: id };
    const [path, query] = call?.path.split('?') ?? [];
    expect([path, Object.fromEntries(new URLSearchParams(query)), call?.body]).toEqual(['/hook', fields, '']);
    const settings = { hooks: { inbound: `${receiver.url}?a=b` }, options: { prefix: 'acme' } };
    await simulator.control('accounts', { ...account, ...settings });
    await simulator.control('inbound', inbound);
    expect((await receiver.until(2))[1]?.path).toMatch(/^\/hook\?a=b&sourcePhone=79215550142&number=2420&prefix=acme&/);
    await simulator.control('accounts', { ...account, hooks: { inbound: receiver.url }, unusual: true });
    await simulator.control('inbound', inbound);
    const form = (await receiver.until(3))[2];
    expect(form).toMatchObject({ path: '/hook', headers: FORM });
    expect(new URLSearchParams(form?.body).get('text')).toBe('СТОП & да+');
    const calls = await simulator.calls();
    expect(calls.map((it) => [it.method, it.sentBack])).toEqual([
      ['GET', undefined],
      ['GET', undefined],
      ['POST', undefined],
    ]);
  });

  it('sends an answer of the form {sms=…} to the phone, and no other', async () => {
    const answers = ['{sms=Спасибо {1}}', 'OK', '', '{sms=}'];
    const server = http.createServer((_, response) => response.end(answers.shift()));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const simulator = await start();
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      await simulator.control('accounts', { wire: 'devino', login: 'acme', hooks: { inbound: url } });
      for (let n = 1; n <= 4; n += 1) {
        await simulator.control('inbound', { wire: 'devino', login: 'acme', from: PHONE, text: 'STOP' });
        await simulator.quiet();
      }
      const calls = await simulator.calls();
      expect(calls.map((it) => it.sentBack)).toEqual([['Спасибо {1}'], undefined, undefined, undefined]);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it('is repeated after an error', async () => {
    const [simulator, receiver] = [await start(), await startReceiver((n) => (n < 3 ? 500 : 200))];
    const account = { wire: 'devino', login: 'acme' };
    await simulator.control('accounts', { ...account, hooks: { inbound: receiver.url } });
    await simulator.control('inbound', { ...account, from: PHONE, text: 'STOP' });
    expect(new Set((await receiver.until(3)).map((it) => it.path)).size).toBe(1);
  });
});
