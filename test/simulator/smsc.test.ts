import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { start } from './kit.ts';
import { ask, bytes, PHONE, SAMPLE, sample, send } from './smsc-kit.ts';

describe('SMSc send', () => {
  it('answers the sample as documented', async () => {
    const simulator = await start();
    const answer = await bytes(simulator, '/sys/send.php', SAMPLE);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=windows-1251');
    expect(JSON.parse(answer.body.toString())).toEqual({ id: 184467, cnt: 1, cost: '2.95', balance: '512.40' });
    expect((await simulator.handset(PHONE)).sms).toMatchObject([{ text: 'Код 4821', sender: 'ACME', id: '184467' }]);
  });

  it('takes GET, the JSON entry, a key instead of a login, and counts ids up by itself', async () => {
    const simulator = await start();
    const query = sample({ id: undefined, cost: undefined });
    expect(await ask(simulator, `/sys/send.php?${query}`)).toEqual({ id: 101, cnt: 1 });
    const json = JSON.stringify({ apikey: 'key-1', phones: `+${PHONE}`, mes: 'Код', id: 7, fmt: 3, charset: 'utf-8' });
    const headers = { 'content-type': 'application/json' };
    expect(await ask(simulator, '/rest/send/', json, headers)).toEqual({ id: 7, cnt: 1 });
    expect(await send(simulator, { login: '', psw: 'key-2', id: '8', cost: undefined })).toEqual({ id: 8, cnt: 1 });
    const logins = (await simulator.requests()).map((it) => it.login);
    expect(logins).toEqual(['acme', 'key-1', 'key-2']);
  });

  it('reads windows-1251 where no charset is named: UTF-8 text arrives broken', async () => {
    const simulator = await start();
    await send(simulator, { charset: undefined });
    const [broken] = (await simulator.handset(PHONE)).sms;
    expect(broken?.text).toBe(iconv.decode(Buffer.from('Код 4821'), 'windows-1251'));
    const legacy = [...iconv.encode('Код', 'windows-1251')].map((it) => `%${it.toString(16)}`).join('');
    await ask(simulator, '/sys/send.php', `login=acme&psw=s&fmt=3&id=9&phones=%2B${PHONE}&mes=${legacy}`);
    expect((await simulator.handset(PHONE)).sms[1]?.text).toBe('Код');
  });

  it('answers text, list or XML where no JSON is asked for', async () => {
    const simulator = await start();
    const say = async (changes: Record<string, string | undefined>) => {
      return (await bytes(simulator, '/sys/send.php', sample({ cost: undefined, ...changes }))).body.toString();
    };
    expect(await say({ fmt: undefined, id: '1' })).toBe('OK - 1 SMS, ID - 1');
    expect(await say({ fmt: '1', id: '2' })).toBe('2,1');
    expect(await say({ fmt: '2', id: '3' })).toBe('<result><id>3</id><cnt>1</cnt></result>');
    expect(await say({ fmt: '0', id: '4', psw: 'wrong' })).toBe('ERROR = 2 (authorise error)');
  });

  it('has one id for all recipients, and the sum of their parts', async () => {
    const simulator = await start();
    const many = await send(simulator, {
      phones: '+79215550142;+79215550143,89215550144',
      mes: 'я'.repeat(71),
      op: '1',
    });
    expect(many).toMatchObject({ id: 184467, cnt: 6, cost: '17.70' });
    expect(many.phones.map((it: { phone: string }) => it.phone)).toEqual([PHONE, '79215550143', '79215550144']);
    const list = await send(simulator, {
      phones: undefined,
      mes: undefined,
      id: '5',
      list: '+79215550145:one\n+79215550146:two: 2',
    });
    expect(list).toMatchObject({ id: 5, cnt: 2 });
    expect((await simulator.handset('79215550146')).sms).toMatchObject([{ text: 'two: 2' }]);
  });

  it('tells only the price with cost=1, five times a minute for the same request', async () => {
    const simulator = await start();
    const answers = [];
    for (let n = 0; n < 6; n += 1) answers.push(await send(simulator, { cost: '1' }));
    expect(answers[0]).toEqual({ cost: '2.95', cnt: 1 });
    expect(answers[4]).toEqual({ cost: '2.95', cnt: 1 });
    expect(answers[5]).toMatchObject({ error_code: 9 });
    expect((await simulator.handset(PHONE)).sms).toHaveLength(0);
  });

  it('refuses the same request within the window with error 9; later it is a second SMS', async () => {
    const simulator = await start();
    await send(simulator);
    expect(await send(simulator)).toEqual({ error: 'duplicate request, wait a minute', error_code: 9 });
    expect(await send(simulator, { mes: 'another' })).toMatchObject({ id: 184467, cnt: 1 });
    await simulator.control('accounts', { wire: 'smsc', login: 'acme', duplicateWindowMs: 0 });
    expect(await send(simulator)).toMatchObject({ id: 184467, cnt: 1 });
    const { doubles } = await simulator.control<{ doubles: unknown[] }>('doubles');
    expect(doubles).toMatchObject([
      { by: 'own-id', ownId: '184467', phone: PHONE, count: 3 },
      { by: 'phone-text', phone: PHONE, text: 'Код 4821', count: 2 },
    ]);
  });

  it('lets a refused request be repeated at once', async () => {
    const simulator = await start();
    await simulator.control('accounts', { wire: 'smsc', login: 'acme', balance: 0 });
    expect(await send(simulator)).toEqual({ error: 'no money', error_code: 3, id: 184467 });
    await simulator.control('accounts', { wire: 'smsc', login: 'acme', balance: 5 });
    expect(await send(simulator)).toMatchObject({ id: 184467, cost: '2.95', balance: '2.05' });
    expect(await ask(simulator, '/sys/balance.php', 'login=acme&psw=s&fmt=3&cur=1')).toEqual({
      balance: '2.05',
      currency: 'RUB',
    });
  });

  it.each([
    ['no recipient', { phones: undefined }, 1],
    ['no text', { mes: undefined }, 1],
    ['an empty text', { mes: '' }, 1],
    ['a text of 1001 characters', { mes: 'a'.repeat(1001) }, 1],
    ['an id of 0', { id: '0' }, 1],
    ['an id beyond 31 bits', { id: '2147483648' }, 1],
    ['a validity of 25 hours', { valid: '25' }, 1],
    ['a validity of 0 hours', { valid: '0' }, 1],
    ['a validity of half an hour', { valid: '00:30' }, 1],
    ['another product', { hlr: '1' }, 1],
    ['no password', { psw: undefined }, 1],
    ['a wrong login', { login: 'wrong' }, 2],
    ['a time that is none', { time: 'tomorrow' }, 5],
    ['a phone with letters', { phones: '+7921call' }, 7],
    ['a short phone', { phones: '+792155' }, 7],
  ])('answers an error to %s', async (_, changes, code) => {
    const simulator = await start();
    const answer = await send(simulator, changes);
    expect(answer).toMatchObject({ error: expect.any(String), error_code: code });
    expect('id' in answer).toBe(code === 7);
    expect(await simulator.control('book')).toMatchObject({ counts: { accepted: 0 } });
  });

  it.each([{ valid: '24' }, { valid: '01:00' }, { time: '0-24' }, { time: '+5' }, { time: '01735732800' }])(
    'takes %o',
    async (changes) => {
      const simulator = await start();
      expect(await send(simulator, changes)).toMatchObject({ id: 184467, cnt: 1 });
    },
  );
});
