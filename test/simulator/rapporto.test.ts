import { XMLParser } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { start } from './kit.ts';
import { type Changes, FORM, idOf, PHONE, post, SAMPLE, send, set } from './rapporto-kit.ts';

describe('Rapporto send', () => {
  it('answers the sample with OK and an id too large for a floating-point number', async () => {
    const simulator = await start();
    const answer = await post(simulator, SAMPLE);
    expect(answer).toMatchObject({ status: 200, type: 'text/plain; charset=utf-8' });
    const id = idOf(answer.body) ?? '';
    expect(String(Number(id))).not.toBe(id);
    expect(BigInt(id)).toBeLessThan(2n ** 63n);
    expect((await simulator.handset(PHONE)).sms).toMatchObject([
      { id, ownId: '5f0c1e7a-1', text: 'Привет', sender: 'ACME', parts: 1 },
    ]);
  });

  it('takes GET at any single path, and nothing else', async () => {
    const simulator = await start();
    const get = await fetch(`${simulator.url}/rapporto/some-uri?${SAMPLE}`);
    expect(idOf(await get.text())).toBeDefined();
    for (const path of ['', '/', '/acme_sms/', '/acme_sms/status']) {
      expect((await post(simulator, SAMPLE, FORM, path)).status).toBe(404);
    }
    const put = await fetch(`${simulator.url}/rapporto/acme_sms`, { method: 'PUT', body: SAMPLE, headers: FORM });
    expect(put.status).toBe(405);
    expect(await simulator.control('book')).toMatchObject({ counts: { accepted: 1 } });
  });

  it.each(['+79001112233', '8-900-111-22-33', '89001112233'])('knows the number %s', async (clientId) => {
    const simulator = await start();
    expect((await send(simulator, { clientId })).status).toBe(200);
    expect((await simulator.handset(PHONE)).sms).toHaveLength(1);
  });

  it.each<[string, Changes, number]>([
    ['no serviceId', { serviceId: undefined }, 400],
    ['no pass', { pass: undefined }, 400],
    ['a wrong pass', { pass: 'wrong' }, 401],
    ['no clientId', { clientId: undefined }, 400],
    ['a clientId with letters', { clientId: '7900call' }, 400],
    ['a clientId with an unencoded plus', { clientId: ' 79001112233' }, 400],
    ['a clientId of 26 characters', { clientId: `7${'-'.repeat(14)}90011122330` }, 400],
    ['a short clientId', { clientId: '900111' }, 406],
    ['an empty message', { message: '' }, 400],
    ['2001 characters', { message: 'a'.repeat(2001) }, 414],
    ['a flash SMS of 71 Cyrillic characters', { message: 'я'.repeat(71), flash: '1' }, 414],
    ['a source of 12 characters', { source: 'ABCDEFGHIJKL' }, 400],
    ['an empty partnerMsgId', { partnerMsgId: '' }, 400],
    ['a partnerMsgId of 51 characters', { partnerMsgId: 'x'.repeat(51) }, 400],
    ['a ptag with an underscore', { ptag: 'camp_17' }, 400],
    ['an empty sending_time', { sending_time: '' }, 400],
    ['a time_zone without sign', { sending_time: '10_20', time_zone: ' 03:00' }, 400],
    ['a priority of 3', { smsPriority: '3' }, 400],
    ['a binary message that is not hex', { smpp_encoding: '8' }, 400],
    ['a forbidden phone', { clientId: '79001110911' }, 406],
    ['a blocked phone', { clientId: '79001110912' }, 406],
    ['a phone that costs too much', { clientId: '79001110913' }, 402],
    ['a phone of a wrong login', { clientId: '79001110914' }, 401],
    ['a phone sent to too fast', { clientId: '79001110922' }, 408],
    ['a phone in trouble', { clientId: '79001110934' }, 500],
    ['a phone in passing trouble', { clientId: '79001110923' }, 503],
  ])('answers an error to %s, in text and in XML', async (_, changes, code) => {
    const simulator = await start();
    const plain = await send(simulator, changes);
    expect(plain).toMatchObject({ status: code, type: 'text/plain; charset=utf-8' });
    await simulator.control('reset', {});
    const xml = await send(simulator, { ...changes, output: 'xml' });
    expect(xml.status).toBe(code === 500 ? 500 : 200);
    expect(new XMLParser().parse(xml.body).response).toEqual({ code, text: plain.body });
    expect(await simulator.control('book')).toMatchObject({ counts: { accepted: 0 } });
  });

  it('answers XML in the documented form', async () => {
    const simulator = await start();
    const { status, body } = await send(simulator, { output: 'xml' });
    const [{ id } = { id: '' }] = (await simulator.handset(PHONE)).sms;
    const sms = `<response><code>200</code><text>OK</text><payload><id>${id}</id></payload></response>`;
    expect({ status, body }).toEqual({ status: 200, body: `<?xml version="1.0" encoding="utf-8"?>\n${sms}` });
    expect((await send(simulator, { output: 'json', partnerMsgId: '2' })).body).toMatch(/^OK\n\d+$/);
  });

  it('reads a form in UTF-8 only: other bytes arrive broken, and JSON has no parameters', async () => {
    const simulator = await start();
    await post(simulator, SAMPLE.replace(/message=[^&]*/, 'message=%CF%F0%E8'));
    expect((await simulator.handset(PHONE)).sms).toMatchObject([{ text: '\uFFFD\uFFFD\uFFFD' }]);
    const json = JSON.stringify(Object.fromEntries(new URLSearchParams(SAMPLE)));
    expect((await post(simulator, json, { 'content-type': 'application/json' })).status).toBe(400);
  });

  it('answers in its less usual forms, and without an id', async () => {
    const simulator = await start();
    await set(simulator, { unusual: true });
    expect((await send(simulator)).body).toMatch(/^OK\r\n\r\n\d{19}\r\n$/);
    expect(await send(simulator, { ptag: '_' })).toMatchObject({ status: 400, body: '' });
    await set(simulator, { unusual: false, options: { digitsOnly: true } });
    expect((await send(simulator)).body).toMatch(/^\d{19}$/);
    await set(simulator, { options: { digitsOnly: false } });
    expect(await send(simulator, { clientId: '79001110939', partnerMsgId: '3' })).toMatchObject({ body: 'OK\n' });
  });

  it('keeps to what the manager has set', async () => {
    const simulator = await start();
    await set(simulator, { balance: 2 });
    expect((await send(simulator, { message: 'я'.repeat(71) })).status).toBe(200);
    expect((await send(simulator, { partnerMsgId: '2' })).status).toBe(402);
    await set(simulator, { balance: null, options: { sources: 'ACME,SHOP', shortenLinks: true } });
    expect((await send(simulator, { partnerMsgId: '3', source: 'OTHER' })).status).toBe(403);
    await send(simulator, { partnerMsgId: '4', source: 'SHOP', message: 'https://shop.example/x' });
    await send(simulator, { partnerMsgId: '5', message: 'https://shop.example/x', shortenLinks: 'false' });
    await set(simulator, { options: { sources: '' } });
    await send(simulator, { partnerMsgId: '6', message: 'no' });
    expect((await simulator.handset(PHONE)).sms.slice(1)).toMatchObject([
      { sender: 'SHOP', text: 'https://rpt.example/a1b2c3' },
      { sender: 'ACME', text: 'https://shop.example/x' },
      { sender: 'Rapporto', text: 'no' },
    ]);
    await set(simulator, { options: { active: false } });
    expect((await send(simulator)).status).toBe(403);
  });

  it('answers 408 beyond its speed, and does not send', async () => {
    const simulator = await start();
    await set(simulator, { options: { perSecond: 2 } });
    const answers = await Promise.all(['1', '2', '3'].map((partnerMsgId) => send(simulator, { partnerMsgId })));
    expect(answers.map((it) => it.status).sort()).toEqual([200, 200, 408]);
    expect((await simulator.handset(PHONE)).sms).toHaveLength(2);
  });
});

describe('Rapporto repeats', () => {
  it('answers the first id to a known partnerMsgId and sends once, also after a lost answer', async () => {
    const simulator = await start();
    const first = await send(simulator);
    expect(await send(simulator, { message: 'other' })).toEqual(first);
    expect((await simulator.handset(PHONE)).sms).toHaveLength(1);
    const lost = { clientId: '79001110935', partnerMsgId: 'lost' };
    expect((await send(simulator, lost)).status).toBe(500);
    const [sms] = (await simulator.handset('79001110935')).sms;
    expect(idOf((await send(simulator, lost)).body)).toBe(sms?.id);
    expect(await simulator.control('doubles')).toEqual({ doubles: [] });
  });

  it('answers 503 while the first request is being worked on', async () => {
    const simulator = await start();
    await set(simulator, { answerDelayMs: 400 });
    const answers = await Promise.all([send(simulator), send(simulator)]);
    expect(answers.map((it) => it.status).sort()).toEqual([200, 503]);
    const first = answers.find((it) => it.status === 200);
    expect(await send(simulator)).toEqual(first);
  });

  it('sends a refused partnerMsgId later', async () => {
    const simulator = await start();
    await set(simulator, { balance: 0 });
    expect((await send(simulator)).status).toBe(402);
    await set(simulator, { balance: 1 });
    expect((await send(simulator)).status).toBe(200);
    expect((await send(simulator)).status).toBe(200);
    expect((await simulator.handset(PHONE)).sms).toHaveLength(1);
  });

  it('sends twice where that is not switched on, but for the duplicate block', async () => {
    const simulator = await start();
    await set(simulator, { options: { dedup: false } });
    const [first, second] = [await send(simulator), await send(simulator)];
    expect(idOf(second.body)).not.toBe(idOf(first.body));
    expect((await simulator.handset(PHONE)).sms).toHaveLength(2);
    await set(simulator, { options: { duplicateBlock: true } });
    const answers = [await send(simulator, { message: 'x' }), await send(simulator, { message: 'x' })];
    expect(answers.map((it) => it.status)).toEqual([200, 409]);
    expect((await send(simulator, { message: 'y' })).status).toBe(200);
  });
});
