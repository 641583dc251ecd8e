import { describe, expect, it } from 'vitest';
import { pause, start } from './kit.ts';
import { configure, get, idOf, PHONE, poll, post, SMS, send, session } from './streamtelecom-kit.ts';

describe('Stream Telecom send', () => {
  it('answers the sample with an array of one string', async () => {
    const simulator = await start();
    const sample =
      'login=acme_api&pass=s3cret&sourceAddress=ACME&destinationAddress=79215550142&data=%D0%9A%D0%BE%D0%B4%204821' +
      '&validity=60&callback_url=https%3A%2F%2Fsms.example.com%2Fhooks%2Fstreamtelecom';
    const answer = await post(simulator, SMS, sample);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json;charset=UTF-8']);
    expect(answer.body).toMatch(/^\["\d{9}"\]$/);
    expect((await simulator.handset(PHONE)).sms).toMatchObject([
      { text: 'Код 4821', sender: 'ACME', reportUrl: 'https://sms.example.com/hooks/streamtelecom' },
    ]);
  });

  it('gives ids as bare numbers where set', async () => {
    const simulator = await start();
    await configure(simulator, { unusual: true });
    expect((await send(simulator)).value).toEqual([expect.any(Number)]);
  });

  it('sends one text to many, each refused one an object in its place', async () => {
    const simulator = await start();
    const many = {
      destinationAddress: undefined,
      destinationAddresses: '79215550142,+79215550143,79995550912,79215550144',
    };
    const { status, value } = await send(simulator, many, '/rest/Send/SendBulk/');
    expect(status).toBe(200);
    expect(value).toEqual([
      expect.any(Number),
      { Code: 2, Desc: 'Error_Destination_Address_Blocked' },
      { Code: 6, Desc: 'Error_SMS_Declined' },
      expect.any(Number),
    ]);
    expect((await simulator.handset('79215550144')).sms).toHaveLength(1);
    expect((await simulator.handset('79215550143')).sms).toHaveLength(0);
  });

  it('sends different texts as JSON in one field', async () => {
    const simulator = await start();
    const bare = { destinationAddress: undefined, data: undefined };
    const packet = (sms: unknown) =>
      send(simulator, { ...bare, phone_data: JSON.stringify({ sms }) }, '/rest/Send/SendBulkPacket/');
    const twice = { phone: PHONE, text: 'A' };
    const { value } = await packet([twice, { phone: '79215550143', text: 'Б' }, twice]);
    expect(value).toEqual([expect.any(Number), expect.any(Number), { Code: 10, Desc: 'Flood SMS' }]);
    expect((await simulator.handset('79215550143')).sms).toMatchObject([{ text: 'Б' }]);
    expect((await packet([{ phone: PHONE }])).value).toEqual({ Code: 2, Desc: 'InvalidArgument' });
    expect((await packet([])).value).toMatchObject({ Code: 2 });
    expect((await send(simulator, bare, '/rest/Send/SendBulkPacket/')).value).toMatchObject({ Code: 1 });
  });

  it('plans by sendDate, which SendByTime needs', async () => {
    const simulator = await start();
    const sendDate = new Date(Date.now() + 3600_000).toISOString().slice(0, 19);
    await send(simulator, { sendDate }, '/rest/Send/SendByTime/');
    const [sms] = (await simulator.handset(PHONE)).sms;
    expect(sms?.delayMs).toBeGreaterThan(3590_000);
    expect((await send(simulator, { data: 'now' }, '/rest/Send/SendByTime/')).value).toMatchObject({ Code: 1 });
  });

  it('refuses the same text to the same number as flood for a minute, or as long as is set', async () => {
    const simulator = await start();
    const first = await send(simulator);
    expect(await send(simulator, { sourceAddress: 'OTHER' })).toEqual({
      status: 400,
      value: { Code: 10, Desc: 'Flood SMS' },
    });
    expect((await send(simulator, { data: 'another' })).status).toBe(200);
    expect((await send(simulator, { destinationAddress: '79215550143' })).status).toBe(200);
    await configure(simulator, { options: { floodMs: 50 } });
    await pause(60);
    const again = await send(simulator);
    expect(Number(again.value[0])).toBeGreaterThan(Number(first.value[0]));
    await configure(simulator, { options: { floodMs: 10_000 } });
    expect((await send(simulator)).value).toMatchObject({ Code: 10 });
  });

  it('lets a refused SMS be asked for again at once', async () => {
    const simulator = await start();
    await configure(simulator, { balance: 0 });
    expect((await send(simulator)).value).toEqual({ Code: 5, Desc: 'NotEnoughCredits' });
    await configure(simulator, { balance: 5 });
    expect((await send(simulator)).status).toBe(200);
    const balance = await post(simulator, '/rest/Balance/balance.php', { login: 'acme_api', pass: 's3cret' });
    expect(balance.body).toBe('1.8');
  });

  it('reads nothing but a form in UTF-8', async () => {
    const simulator = await start();
    const json = JSON.stringify({ login: 'acme_api', pass: 's3cret', sourceAddress: 'ACME', data: 'A' });
    expect(JSON.parse((await post(simulator, SMS, json, 'application/json')).body)).toMatchObject({ Code: 1 });
    const form = `login=acme_api&pass=s3cret&sourceAddress=ACME&destinationAddress=${PHONE}&data=%CA%EE%E4`;
    await post(simulator, SMS, form);
    expect((await simulator.handset(PHONE)).sms).toMatchObject([{ text: '\uFFFD\uFFFD\uFFFD' }]);
    const query = `${SMS}?${form.replace('%CA%EE%E4', 'in-the-query')}`;
    expect(JSON.parse((await post(simulator, query, {})).body)).toMatchObject({ Code: 1 });
  });

  it.each([
    ['no login', { login: undefined }, 1],
    ['the password of a session', { pass: undefined, password: 's3cret' }, 1],
    ['a wrong password', { pass: 'wrong' }, 4],
    ['an unknown session', { sessionId: 'f'.repeat(32) }, 3],
    ['no sender', { sourceAddress: undefined }, 1],
    ['a sender of 12 letters', { sourceAddress: 'ACME-COMPANY' }, 2],
    ['a sender of 16 digits', { sourceAddress: '1234567890123456' }, 2],
    ['a sender in Cyrillic', { sourceAddress: 'АКМЕ' }, 2],
    ['no phone', { destinationAddress: undefined }, 1],
    ['a phone with a plus', { destinationAddress: '+79215550142' }, 2],
    ['an inland phone', { destinationAddress: '89215550142' }, 2],
    ['no text', { data: '' }, 1],
    ['a validity in words', { validity: 'an hour' }, 2],
    ['a validity of 0', { validity: '0' }, 2],
    ['a date with a zone', { sendDate: '2024-06-20T12:00:00Z' }, 2],
    ['a callback that is no URL', { callback_url: 'sms.example.com' }, 2],
    ['an invalid recipient (magic)', { destinationAddress: '79995550911' }, 2],
    ['a blocked recipient (magic)', { destinationAddress: '79995550912' }, 6],
    ['an account without money (magic)', { destinationAddress: '79995550913' }, 5],
    ['a wrong login (magic)', { destinationAddress: '79995550914' }, 4],
  ])('answers an error to %s', async (_, changes, code) => {
    const simulator = await start();
    const { status, value } = await send(simulator, changes);
    expect([status, value]).toEqual([400, { Code: code, Desc: expect.any(String) }]);
    expect(await simulator.control('book')).toMatchObject({ counts: { accepted: 0 } });
  });

  it('answers errors under 200, as a bare number, or with other words where set', async () => {
    const simulator = await start();
    await send(simulator);
    await configure(simulator, { options: { errorStatus: 200 }, unusual: true });
    expect(await send(simulator)).toEqual({ status: 200, value: { Code: 10, Desc: 'Error_Flood_SMS' } });
    const wrong = await send(simulator, { destinationAddress: '79995550914' });
    expect(wrong).toEqual({ status: 200, value: { Code: 4, Desc: 'Неправильный логин или пароль' } });
    await configure(simulator, { options: { errorStatus: 500, bareErrors: true } });
    expect(await send(simulator)).toEqual({ status: 500, value: 10 });
  });

  it('lets only approved senders through where they are set, and lists them', async () => {
    const simulator = await start();
    const names = async () => {
      const login = { login: 'acme_api', pass: 's3cret' };
      return JSON.parse((await post(simulator, '/rest/Statistic/originator.php', login)).body);
    };
    expect(await names()).toEqual(['SMS Info']);
    await configure(simulator, { options: { senders: 'ACME,ACME-INFO' } });
    expect(await names()).toEqual(['ACME', 'ACME-INFO']);
    expect((await send(simulator)).status).toBe(200);
    const stranger = await send(simulator, { sourceAddress: 'OTHER' });
    expect(stranger.value).toEqual({ Code: 2, Desc: 'Error_Invalid_Source_Address' });
  });

  it('answers its own errors under 500 and 503, and an empty array for 939', async () => {
    const simulator = await start();
    const failed = await send(simulator, { destinationAddress: '79995550934' });
    expect(failed).toEqual({ status: 500, value: { Code: 9, Desc: 'InternalServerError' } });
    const busy = await send(simulator, { destinationAddress: '79995550923' });
    expect(busy).toEqual({ status: 503, value: { Code: 8, Desc: 'GatewayError' } });
    expect(await send(simulator, { destinationAddress: '79995550939' })).toEqual({ status: 200, value: [] });
    expect((await simulator.handset('79995550939')).sms).toHaveLength(1);
  });

  it('answers 404 to other paths and 405 to other methods', async () => {
    const simulator = await start();
    expect((await post(simulator, '/rest/Send/SendSms', {})).status).toBe(404);
    expect((await post(simulator, '/rest/State/', {})).status).toBe(405);
    const answer = await fetch(`${simulator.url}/streamtelecom${SMS}?login=acme_api&pass=s3cret`);
    expect(answer.status).toBe(405);
  });
});

describe('Stream Telecom sessions', () => {
  it('opens one with login and password: a bare string of 32 characters, good for all calls', async () => {
    const simulator = await start({ reportDelayMs: 60_000 });
    const sessionId = await session(simulator);
    expect(sessionId).toMatch(/^[0-9a-f]{32}$/);
    const sent = await send(simulator, { login: undefined, pass: undefined, sessionId });
    expect(sent.status).toBe(200);
    const { value } = await get(simulator, '/rest/State/', { sessionId, messageId: sent.value[0] });
    expect(value.State).toBe(-1);
    expect((await get(simulator, '/rest/Balance/', { sessionId })).value).toBe(1830.45);
    const login = { login: 'acme_api', password: 's3cret' };
    expect((await get(simulator, '/rest/Session/', login)).value).toMatch(/^[0-9a-f]{32}$/);
  });

  it('wants the password under its name there', async () => {
    const simulator = await start();
    const open = async (fields: Record<string, string>) => (await get(simulator, '/rest/Session/', fields)).value;
    expect(await open({ login: 'acme_api', pass: 's3cret' })).toMatchObject({ Code: 1 });
    expect(await open({ login: 'acme_api', password: 'wrong' })).toEqual({ Code: 4, Desc: 'UnauthorizedAccess' });
  });

  it('forgets a session after its time, a reset, and for a revoked account', async () => {
    const simulator = await start();
    await configure(simulator, { options: { sessionMs: 300 } });
    const ask = async (sessionId: string) => (await get(simulator, '/rest/Balance/', { sessionId })).value;
    const short = await session(simulator);
    expect(await ask(short)).toBe(1830.45);
    await pause(310);
    expect(await ask(short)).toEqual({ Code: 3, Desc: 'InvalidSessionID' });
    await configure(simulator, { options: { sessionMs: 0 } });
    const endless = await session(simulator);
    await configure(simulator, { revoked: true });
    expect(await ask(endless)).toMatchObject({ Code: 3 });
    await configure(simulator, { revoked: false });
    expect(await ask(endless)).toBe(1830.45);
    await simulator.control('reset', { keepAccounts: true });
    expect(await ask(endless)).toMatchObject({ Code: 3 });
  });
});

describe('Stream Telecom status', () => {
  it('answers the sample: State 0 is delivered', async () => {
    const simulator = await start({ reportDelayMs: 400 });
    const id = await idOf(simulator, { data: 'я'.repeat(71) });
    expect(await poll(simulator, id)).toMatchObject({ State: -1, ReportedDateUtc: null });
    await simulator.quiet();
    expect(await poll(simulator, id)).toEqual({
      State: 0,
      StateDescription: 'Доставлено абоненту',
      ReportedDateUtc: expect.stringMatching(/^\/Date\(\d{13}\)\/$/),
      Price: 6.4,
    });
  });

  it.each([
    ['79995550901', 42],
    ['79995550902', 46],
    ['79995550903', 42],
    ['79995550904', 0],
    ['79995550905', -1],
    ['79995550915', 42],
  ])('says of %s at the end: %i', async (destinationAddress, state) => {
    const simulator = await start();
    const id = await idOf(simulator, { destinationAddress });
    await simulator.quiet();
    expect((await poll(simulator, id)).State).toBe(state);
  });

  it('has names in small letters and no price where set', async () => {
    const simulator = await start();
    const id = await idOf(simulator);
    await simulator.quiet();
    await configure(simulator, { unusual: true });
    expect(await poll(simulator, id)).toEqual({
      state: 0,
      statedescription: 'Доставлено абоненту',
      reporteddateutc: expect.any(String),
      timestamputc: expect.any(String),
    });
  });

  it('says 255 of an unknown id, also of several at once and of another account', async () => {
    const simulator = await start();
    const id = await idOf(simulator);
    for (const asked of ['1', `${id},${id}`]) expect((await poll(simulator, asked)).State).toBe(255);
    const other = await get(simulator, '/rest/State/', { login: 'other', pass: 's', messageId: id });
    expect(other).toMatchObject({ status: 200, value: { State: 255, ReportedDateUtc: null } });
    expect(await poll(simulator, '')).toMatchObject({ Code: 1 });
  });
});
