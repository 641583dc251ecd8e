import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { start } from './kit.ts';
import {
  ACCOUNT,
  ask,
  type Changes,
  moscow,
  PHONE,
  post,
  read,
  SAMPLE,
  SMART,
  sample,
  send,
  set,
} from './smstraffic-kit.ts';

describe('SMS Traffic send', () => {
  it('answers the sample as documented, with an unsigned 64-bit id', async () => {
    const simulator = await start();
    const { type, body } = await post(simulator, SAMPLE);
    const [{ id } = { id: '' }] = (await simulator.handset(PHONE)).sms;
    expect(type).toBe('text/xml');
    expect(body).toBe(
      `<?xml version="1.0"?>\n<reply><result>OK</result><code>0</code><description>queued 1 messages</description>\n` +
        `<message_infos><message_info><phone>79995550101</phone><sms_id>${id}</sms_id></message_info></message_infos></reply>`,
    );
    expect(String(Number(id))).not.toBe(id);
    expect(BigInt(id) > 2n ** 63n && BigInt(id) < 2n ** 64n).toBe(true);
    expect((await simulator.handset(PHONE)).sms).toMatchObject([{ text: 'Код: 4821', sender: 'ACME', parts: 1 }]);
  });

  it('answers Smart Delivery with one id of 39 digits, however many parts', async () => {
    const simulator = await start();
    const { body } = await post(simulator, sample({ route: 'viber(60)-sms', message: 'я'.repeat(71) }), SMART);
    expect(body).toMatch(
      /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<reply><result>OK<\/result><code>0<\/code><message_infos><message_info><phone>79995550101<\/phone><id>17\d{37}<\/id><\/message_info><\/message_infos><\/reply>$/,
    );
    expect((await simulator.handset(PHONE)).sms).toMatchObject([{ parts: 2 }]);
  });

  it('gives every part an id', async () => {
    const simulator = await start();
    const reply = await send(simulator, { message: 'a'.repeat(135), phones: `${PHONE},79995550102` });
    const infos = reply.message_infos.message_info;
    expect(reply.description).toBe('queued 2 messages');
    expect(infos.map((it: { phone: string }) => it.phone)).toEqual([
      ...Array(3).fill(PHONE),
      ...Array(3).fill('79995550102'),
    ]);
    expect(new Set(infos.map((it: { sms_id: string }) => it.sms_id)).size).toBe(6);
  });

  it('reads windows-1251 unless rus=5, and writes Cyrillic in Latin letters without rus', async () => {
    const simulator = await start();
    const legacy = [...iconv.encode('Щит и я', 'windows-1251')].map((it) => `%${it.toString(16)}`).join('');
    const bytes = `login=acme&password=s&phones=${PHONE}&message=${legacy}`;
    await ask(simulator, `${bytes}&rus=1`);
    await ask(simulator, bytes);
    await send(simulator, { rus: '1', message: 'Код' });
    await ask(simulator, `${bytes}&rus=5`);
    expect((await simulator.handset(PHONE)).sms.map((it) => it.text)).toEqual([
      'Щит и я',
      'Schit i ya',
      iconv.decode(Buffer.from('Код'), 'windows-1251'),
      expect.stringContaining('\uFFFD'),
    ]);
  });

  it.each<[string, Changes, number]>([
    ['70 Latin letters with rus=5', { message: 'a'.repeat(70) }, 1],
    ['71 Latin letters with rus=5', { message: 'a'.repeat(71) }, 2],
    ['160 letters without rus', { message: 'a'.repeat(160), rus: undefined }, 1],
    ['161 letters without rus', { message: 'a'.repeat(161), rus: '0' }, 2],
    ['134 letters with short references', { message: 'a'.repeat(134), two_byte_concat: '1' }, 3],
    ['a text cut to two parts', { message: 'a'.repeat(400), max_parts: '2' }, 2],
  ])('counts the parts of %s', async (_, changes, parts) => {
    const simulator = await start();
    const { message_info: infos } = (await send(simulator, changes)).message_infos;
    expect([infos].flat()).toHaveLength(parts);
    const [sms] = (await simulator.handset(PHONE)).sms;
    expect(sms?.text).toHaveLength(changes.max_parts ? 134 : (changes.message?.length ?? 0));
  });

  it('says OK without ids where none are wanted, or upon 939', async () => {
    const simulator = await start();
    const bare = { result: 'OK', code: '0', description: 'queued 1 messages' };
    expect(await send(simulator, { want_sms_ids: undefined })).toEqual(bare);
    expect(await send(simulator, { phones: '79995550939' })).toEqual(bare);
    expect(await send(simulator, { phones: '79995550939' }, SMART)).toEqual({ result: 'OK', code: '0' });
  });

  it('takes GET, and lines with texts and own ids of their own', async () => {
    const simulator = await start();
    const get = await fetch(`${simulator.url}/smstraffic/multi.php?${SAMPLE}`);
    expect(await get.text()).toContain('<result>OK</result>');
    const lines = `order-1:${PHONE} Первое: да|order-2:79995550102 Второе`;
    const asked = { phones: lines, message: undefined, delimiter: '|', individual_messages: '1', with_push_id: '1' };
    const { message_info: infos } = (await send(simulator, asked)).message_infos;
    expect(infos).toMatchObject([
      { phone: PHONE, push_id: 'order-1' },
      { phone: '79995550102', push_id: 'order-2' },
    ]);
    expect((await simulator.handset(PHONE)).sms[1]).toMatchObject({ text: 'Первое: да', ownId: 'order-1' });
  });

  it('takes every repeat as a new SMS', async () => {
    const simulator = await start();
    await send(simulator);
    await send(simulator);
    expect((await simulator.handset(PHONE)).sms).toHaveLength(2);
  });

  it('takes all or none', async () => {
    const simulator = await start();
    const reply = await send(simulator, { phones: `${PHONE},79995550911` });
    expect(reply).toMatchObject({ result: 'ERROR', code: '430' });
    expect(reply.description).toContain('no messages has been sent');
    expect((await simulator.handset(PHONE)).sms).toEqual([]);
  });

  it.each<[string, Changes, number]>([
    ['no login', { login: undefined }, 401],
    ['no password', { password: undefined }, 402],
    ['a wrong password', { password: 'wrong' }, 411],
    ['no phones', { phones: undefined }, 403],
    ['empty phones', { phones: '' }, 407],
    ['a phone with a plus', { phones: `+${PHONE}` }, 440],
    ['a phone too short', { phones: '799955501' }, 425],
    ['a phone too long', { phones: '7999555010112345' }, 426],
    ['a Russian phone of a wrong length', { phones: '799955501012' }, 427],
    ['a phone in home form', { phones: '89995550101' }, 428],
    ['no message', { message: undefined }, 405],
    ['a message too long', { message: 'я'.repeat(8543) }, 420],
    ['a message too long in Latin letters', { message: 'a'.repeat(39_016), rus: '0' }, 420],
    ['an unknown rus', { rus: '2' }, 404],
    ['a timeout too long', { timeout: '86401' }, 404],
    ['max_parts of 256', { max_parts: '256' }, 410],
    ['own ids without lines', { with_push_id: '1' }, 404],
    ['a line without phone', { phones: 'hello', message: undefined, individual_messages: '1' }, 422],
    ['a line without text', { phones: PHONE, message: undefined, individual_messages: '1' }, 423],
    ['a group', { phones: undefined, group: 'friends' }, 413],
    ['a date that is none', { start_date: '2024-02-30 10:00:00' }, 416],
    ['a date in the past', { start_date: '2024-03-05 10:15:00' }, 417],
    ['ids of later', { start_date: moscow(6 * 60_000) }, 418],
    ['a request of more than five minutes', { phones: Array(301).fill(PHONE).join(','), gap: '1' }, 418],
    ['a route', { route: 'sms' }, 419],
    ['a name too long', { originator: 'ABCDEFGHIJKL' }, 421],
    ['a name with other letters', { originator: 'ACME!' }, 436],
    ['an empty name', { originator: '' }, 443],
    ['a blocked phone', { phones: '79995550912' }, 432],
    ['a phone that costs too much', { phones: '79995550913' }, 415],
    ['a phone of a wrong login', { phones: '79995550914' }, 411],
    ['a phone in passing trouble', { phones: '79995550923' }, 1000],
  ])('answers an error to %s', async (_, changes, code) => {
    const simulator = await start();
    const reply = await send(simulator, changes);
    expect(reply).toEqual({ result: 'ERROR', code: String(code), description: expect.any(String) });
    expect(await simulator.control('book')).toMatchObject({ counts: { accepted: 0 } });
  });

  it.each<[string, Changes, number]>([
    ['a wrong route', { route: 'viber(-sms' }, 701],
    ['a wrong stop_date', { stop_date: 'soon' }, 702],
    ['a stop_date in the past', { stop_date: '2024-03-05 10:15:00' }, 501],
    ['a stop before the start', { stop_date: moscow(60_000), start_date: moscow(120_000) }, 502],
    ['a wrong flag', { individual_messages: 'yes' }, 703],
    ['a message too large', { message: 'я'.repeat(8543) }, 704],
    ['a group id of 46 characters', { routeGroupId: 'x'.repeat(46) }, 705],
    ['a wrong password', { password: 'wrong' }, 411],
  ])('answers an error of Smart Delivery to %s', async (_, changes, code) => {
    const simulator = await start();
    expect(await send(simulator, changes, SMART)).toMatchObject({ result: 'ERROR', code: String(code) });
  });

  it('takes malformed phones, later dates and long names where they are allowed', async () => {
    const simulator = await start();
    for (const changes of [
      { phones: '123', ignore_phone_format: '1' },
      { start_date: moscow(6 * 60_000), want_sms_ids: '0' },
      { start_date: moscow(60_000) },
      { originator: '123456789012345' },
      { phones: Array(301).fill(PHONE).join(','), gap: '0.05' },
    ]) {
      expect(await send(simulator, changes)).toMatchObject({ result: 'OK' });
    }
  });

  it('answers HTTP 429 and 500 where it has no words of its own', async () => {
    const simulator = await start();
    const headers = ['79995550921', '79995550934'].map(async (phones) => {
      const answer = await fetch(`${simulator.url}/smstraffic/multi.php?${sample({ phones })}`);
      return [answer.status, answer.headers.get('retry-after')];
    });
    expect(await Promise.all(headers)).toEqual([
      [429, '1'],
      [500, null],
    ]);
    expect(await send(simulator, { phones: '79995550921' })).toMatchObject({ result: 'OK' });
  });

  it('knows nothing but a form at its paths', async () => {
    const simulator = await start();
    expect((await post(simulator, SAMPLE, '/multi')).status).toBe(404);
    expect((await fetch(`${simulator.url}/smstraffic/multi.php`, { method: 'PUT', body: SAMPLE })).status).toBe(405);
    const json = JSON.stringify(Object.fromEntries(new URLSearchParams(SAMPLE)));
    const { body } = await post(simulator, json, '/multi.php', { 'content-type': 'application/json' });
    expect(body).toContain('<code>401</code>');
  });
});

describe('SMS Traffic account', () => {
  it('goes on at the reserve site while the main site answers 1000', async () => {
    const simulator = await start();
    await set(simulator, { options: { mainDown: true } });
    for (const path of ['/multi.php', SMART]) {
      expect(await send(simulator, {}, path)).toMatchObject({ result: 'ERROR', code: '1000' });
      expect(await send(simulator, {}, `/reserve${path}`)).toMatchObject({ result: 'OK' });
    }
    expect((await simulator.handset(PHONE)).sms).toHaveLength(2);
  });

  it('shares one account between the sites, and its money', async () => {
    const simulator = await start();
    expect((await post(simulator, 'login=acme&password=s&operation=account')).body).toBe(
      '<?xml version="1.0" ?>\n<reply><account>1500</account></reply>',
    );
    await set(simulator, { balance: 7.5 });
    await send(simulator, {}, '/reserve/multi.php');
    expect(await read(simulator, 'operation=account')).toEqual({ account: '4.5' });
    expect(await send(simulator, { message: 'я'.repeat(71) })).toMatchObject({ code: '415' });
    expect(await ask(simulator, 'login=acme&password=wrong&operation=account')).toMatchObject({ code: '411' });
    expect(await read(simulator, 'operation=other')).toMatchObject({ result: 'ERROR', code: '404' });
  });

  it('answers what was set: a code, names, long ids, and the rarer forms', async () => {
    const simulator = await start();
    await set(simulator, { options: { code: 412 } });
    expect(await send(simulator)).toMatchObject({ result: 'ERROR', code: '412' });
    await set(simulator, { options: { code: 0, originators: 'SHOP', longIds: true, defaultOriginator: 'SHOP' } });
    expect(await send(simulator)).toMatchObject({ code: '436' });
    const reply = await send(simulator, { originator: undefined });
    expect(reply.message_infos.message_info.sms_id).toMatch(/^17\d{37}$/);
    await set(simulator, { unusual: true, options: { originators: '*' } });
    const { body } = await post(simulator, SAMPLE);
    expect(body).toMatch(/<code><\/code>.*\n.*<phone>\n {2}79995550101\n<\/phone><sms_id>\n {2}17\d{36}\n<\/sms_id>/);
  });

  it('answers in windows-1251 where it says so, and upon 944 though it says UTF-8', async () => {
    const simulator = await start();
    await simulator.control('inbound', { ...ACCOUNT, from: PHONE, text: 'СТОП' });
    await set(simulator, { options: { charset: 'windows-1251' } });
    const { bytes } = await post(simulator, 'login=acme&password=s&operation=incoming');
    const xml = iconv.decode(bytes, 'windows-1251');
    expect(xml).toMatch(/^<\?xml version="1\.0" encoding="windows-1251"\?>\n/);
    expect(xml).toContain('<text>СТОП</text>');
    const odd = await post(simulator, sample({ phones: '79995550944' }));
    expect(odd.body).toContain('encoding="UTF-8"');
    expect(odd.body).toContain('\uFFFD');
    expect(iconv.decode(odd.bytes, 'windows-1251')).toContain('Принято');
  });
});
