import { describe, expect, it } from 'vitest';
import { eventually, type Started, start, startReceiver } from './kit.ts';
import { configure, get, idOf, PHONE, poll, session, startListener } from './streamtelecom-kit.ts';

const taken = (body: string) =>
  `<?xml version="1.0" encoding="utf-8"?><response>${[...body.matchAll(/id_sms="(\d+)"/g)]
    .map(([, id]) => `<id_sms>${id}</id_sms>`)
    .join('')}</response>`;

describe('Stream Telecom callback', () => {
  it('calls the URL of the message at every change, and tells nothing', async () => {
    const [simulator, receiver] = [await start(), await startReceiver()];
    const id = await idOf(simulator, { callback_url: `${receiver.url}?m=1` });
    const calls = await receiver.until(2);
    expect(calls.map((it) => it.path)).toEqual(['/hook?m=1', '/hook?m=1']);
    for (const { body, headers } of calls) {
      expect(headers['content-type']).toBe('application/json');
      expect(JSON.parse(body)).toEqual({ notice: 'state changed' });
    }
    await simulator.quiet();
    expect((await poll(simulator, id)).State).toBe(0);
  });

  it('calls nobody without a URL, whatever hooks are set', async () => {
    const [simulator, receiver] = [await start(), await startReceiver()];
    await configure(simulator, { hooks: { reports: receiver.url, inbound: receiver.url } });
    await idOf(simulator);
    await simulator.control('inbound', { wire: 'streamtelecom', login: 'acme_api', from: PHONE, text: 'STOP' });
    await simulator.quiet();
    expect(receiver.received).toEqual([]);
  });

  it('repeats a call that was not heard, five times in all', async () => {
    const [simulator, receiver] = [await start({ minuteMs: 2 }), await startReceiver(() => 500)];
    const id = await idOf(simulator, { destinationAddress: '79995550904', callback_url: receiver.url });
    await simulator.control('report', { wire: 'streamtelecom', login: 'acme_api', id, status: 'delivered' });
    await receiver.until(5);
    await simulator.quiet();
    expect(receiver.received).toHaveLength(5);
  });
});

describe('Stream Telecom push of reports', () => {
  const pushTo = (simulator: Started, reports: string, more: Record<string, unknown> = {}) =>
    configure(simulator, { hooks: { reports }, options: { push: true }, ...more });

  it('posts every change as XML, the time empty while it is sent', async () => {
    const [simulator, listener] = [await start({ reportDelayMs: 200 }), await startListener(taken)];
    await pushTo(simulator, listener.url);
    const id = await idOf(simulator);
    await simulator.quiet();
    expect(listener.received.map((it) => it.type)).toEqual(Array(2).fill('text/xml; charset=utf-8'));
    const [sent, delivered] = listener.received.map((it) => it.body);
    const head = '<?xml version="1.0" encoding="utf-8"?><request>';
    expect(sent).toBe(`${head}<state id_sms="${id}" time="">send</state></request>`);
    expect(delivered?.replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/, 'TIME')).toBe(
      `${head}<state id_sms="${id}" time="TIME">deliver</state></request>`,
    );
    const [handset] = (await simulator.handset(PHONE)).sms;
    expect(handset?.reported).toBe('delivered');
  });

  it('puts several states into one document where they are batched', async () => {
    const [simulator, listener] = [await start({ reportDelayMs: 100 }), await startListener(taken)];
    await pushTo(simulator, listener.url, { reportBatchMs: 400 });
    const ids = [await idOf(simulator), await idOf(simulator, { destinationAddress: '79995550902' })];
    await simulator.quiet();
    expect(listener.received).toHaveLength(1);
    const states = [...(listener.received[0]?.body ?? '').matchAll(/id_sms="(\d+)" time="[^"]*">(\w+)</g)];
    const words = (id: string | undefined) => states.filter((it) => it[1] === id).map((it) => it[2]);
    expect(words(ids[0])).toEqual(['send', 'deliver']);
    expect(words(ids[1])).toEqual(['send', 'expired']);
  });

  it.each([
    ['OK', 'OK'],
    ['nothing', ''],
    ['another id', '<response><id_sms>1</id_sms></response>'],
    ['the id in another root', '<request><id_sms>ID</id_sms></request>'],
    ['a broken document', '<response><id_sms>ID</id_sms>'],
  ])('comes again five times in all upon the answer %s', async (_, answer) => {
    const simulator = await start({ reportDelayMs: 60_000, minuteMs: 2 });
    const id = await idOf(simulator);
    const listener = await startListener(() => answer.replace('ID', id));
    await pushTo(simulator, listener.url);
    await simulator.control('report', { wire: 'streamtelecom', login: 'acme_api', id, status: 'undelivered' });
    await eventually(() => listener.received.length >= 5);
    await eventually(async () => (await simulator.calls()).length === 5);
    expect(new Set(listener.received.map((it) => it.body)).size).toBe(1);
    expect(listener.received[0]?.body).toContain('>not_deliver<');
    expect((await simulator.handset(PHONE)).sms[0]?.reported).toBeUndefined();
  });

  it('is content with an answer that lists more ids than it told', async () => {
    const simulator = await start({ reportDelayMs: 60_000, minuteMs: 2 });
    const id = await idOf(simulator);
    const listener = await startListener(() => `<response><id_sms>1</id_sms><id_sms> ${id} </id_sms></response>`);
    await pushTo(simulator, listener.url);
    const told = { wire: 'streamtelecom', login: 'acme_api', id, status: 'delivered' };
    expect(await simulator.control('report', told)).toEqual({ known: true, calls: 1 });
    await eventually(async () => (await simulator.handset(PHONE)).sms[0]?.reported === 'delivered');
    expect(listener.received).toHaveLength(1);
  });

  it('tells of unknown ids too, with another root, attributes and word where set', async () => {
    const [simulator, listener] = [await start(), await startListener(taken)];
    await pushTo(simulator, listener.url, { unusual: true });
    const told = { wire: 'streamtelecom', login: 'acme_api', id: '5', status: 'delivered' };
    expect(await simulator.control('report', told)).toEqual({ known: false, calls: 1 });
    await simulator.quiet();
    expect(listener.received[0]?.body).toMatch(
      /<response><state id_sms="5" time="[\d :-]{19}" num_parts="1" price="3.2">read<\/state><\/response>$/,
    );
  });

  it('goes beside the call to the message’s own URL', async () => {
    const [simulator, listener, receiver] = [await start(), await startListener(taken), await startReceiver()];
    await pushTo(simulator, listener.url);
    await idOf(simulator, { callback_url: receiver.url });
    await simulator.quiet();
    expect([listener.received.length, receiver.received.length]).toEqual([2, 2]);
  });
});

describe('Stream Telecom inbound', () => {
  const day = (shiftMs: number) => new Date(Date.now() + shiftMs).toISOString().slice(0, 19);
  const wide = () => ({ minDateUTC: day(-60_000), maxDateUTC: day(60_000) });
  const receive = (simulator: Started, text: string) =>
    simulator.control<{ at: number }>('inbound', {
      wire: 'streamtelecom',
      login: 'acme_api',
      from: `+${PHONE}`,
      to: '3443',
      text,
    });

  it('hands them out in a session, with the misspelt names, as often as asked', async () => {
    const simulator = await start();
    const sessionId = await session(simulator);
    expect((await get(simulator, '/rest/Incoming/', { sessionId, ...wide() })).value).toEqual([]);
    const { at } = await receive(simulator, 'СТОП');
    const rows = [
      {
        Prefix: '',
        Data: 'СТОП',
        SourceAdress: PHONE,
        DestanationAdress: '3443',
        CreatedDateUTC: `/Date(${Math.floor(at / 1000) * 1000})/`,
      },
    ];
    for (let n = 0; n < 2; n += 1) {
      expect((await get(simulator, '/rest/Incoming/', { sessionId, ...wide() })).value).toEqual(rows);
    }
    await configure(simulator, { unusual: true });
    const [row] = (await get(simulator, '/rest/Incoming/', { sessionId, ...wide() })).value;
    expect(row).toMatchObject({ sourceaddress: PHONE, destinationaddress: '3443', data: 'СТОП' });
  });

  it('leaves out both ends of the span, by whole seconds', async () => {
    const simulator = await start();
    const sessionId = await session(simulator);
    const { at } = await receive(simulator, 'edge');
    const second = (shift: number) => new Date(at + shift * 1000).toISOString().slice(0, 19);
    const count = async (from: number, to: number) => {
      const span = { minDateUTC: second(from), maxDateUTC: second(to) };
      return (await get(simulator, '/rest/Incoming/', { sessionId, ...span })).value.length;
    };
    expect(await count(-1, 1)).toBe(1);
    expect(await count(-1, 0)).toBe(0);
    expect(await count(0, 1)).toBe(0);
  });

  it('wants a session unless set, and both dates without a zone', async () => {
    const simulator = await start();
    const login = { login: 'acme_api', pass: 's3cret', ...wide() };
    expect(await get(simulator, '/rest/Incoming/', login)).toMatchObject({ status: 400, value: { Code: 1 } });
    await configure(simulator, { options: { incomingByLogin: true } });
    expect((await get(simulator, '/rest/Incoming/', login)).value).toEqual([]);
    const code = async (fields: Record<string, string | undefined>) =>
      (await get(simulator, '/rest/Incoming/', { ...login, ...fields })).value.Code;
    expect(await code({ maxDateUTC: undefined })).toBe(1);
    expect(await code({ minDateUTC: '2024-06-20T12:00:00Z' })).toBe(2);
    expect(await code({ minDateUTC: '2024-06-20 12:00:00' })).toBe(2);
  });
});
