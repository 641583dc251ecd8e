import { describe, expect, it } from 'vitest';
import { type Started, start } from './kit.ts';

const PHONE = '79995550101';
const BASE = '/edna/acmebank/connector1';

type Params = Record<string, string | undefined>;

const SAMPLE = {
  login: 'acme',
  password: 's3cret',
  'subject[0]': 'ACME',
  'address[0]': PHONE,
  'text[0]': 'Код 4821',
  'clientId[0]': '77001',
  priority: 'high',
};

function formOf(params: Params): URLSearchParams {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) if (value !== undefined) form.append(name, value);
  return form;
}

async function get(simulator: Started, path: string) {
  const answer = await fetch(`${simulator.url}${path}`);
  return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
}

async function post(simulator: Started, call: string, params: Params, headers: Record<string, string> = {}) {
  const type = 'application/x-www-form-urlencoded; charset=UTF-8';
  const body = formOf(params).toString();
  const init = { method: 'POST', headers: { 'content-type': type, ...headers }, body };
  const answer = await fetch(`${simulator.url}${BASE}/${call}`, init);
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

/** The sample with these changes. */
const send = async (simulator: Started, changes: Params = {}) =>
  (await post(simulator, 'send', { ...SAMPLE, ...changes })).text;

const status = async (simulator: Started, id: string, changes: Params = {}) => {
  const params = { login: 'acme', password: 's3cret', 'providerId[0]': id, ...changes };
  return (await post(simulator, 'status', params)).text;
};

const set = (simulator: Started, settings: Record<string, unknown>) =>
  simulator.control('accounts', { wire: 'edna', login: 'acme', ...settings });

const idIn = (answer: string) => answer.split(';')[2] ?? '';

describe('edna send', () => {
  it('answers the sample by GET, with brackets as they are or encoded', async () => {
    const simulator = await start();
    const query =
      'login=acme&password=s3cret&subject[0]=ACME&address[0]=79995550101' +
      '&text[0]=%D0%9A%D0%BE%D0%B4%204821&clientId[0]=77001&priority=high';
    const answer = await get(simulator, `${BASE}/send?${query}`);
    expect(answer).toMatchObject({ status: 200, type: 'text/plain; charset=utf-8' });
    expect(answer.text).toMatch(/^ok;77001;\d+$/);
    const encoded = query.replaceAll('[', '%5B').replaceAll(']', '%5D').replace('77001', '77002');
    expect((await get(simulator, `${BASE}/send?${encoded}`)).text).toMatch(/^ok;77002;\d+$/);
    expect((await simulator.handset(PHONE)).sms[0]).toMatchObject({
      text: 'Код 4821',
      sender: 'ACME',
      id: idIn(answer.text),
      ownId: '77001',
      login: 'acme',
    });
  });

  it('takes POST, and answers the index without a clientId', async () => {
    const simulator = await start();
    expect(await send(simulator)).toMatch(/^ok;77001;\d+$/);
    expect(await send(simulator, { 'clientId[0]': undefined, priority: undefined })).toMatch(/^ok;0;\d+$/);
    expect((await simulator.handset(PHONE)).sms).toHaveLength(2);
  });

  it('answers a line for each SMS of a batch', async () => {
    const simulator = await start();
    const second = { 'subject[1]': 'ACME', 'address[1]': '79995550911', 'text[1]': 'b' };
    const third = { 'subject[2]': 'ACME', 'address[2]': '79995550102', 'text[2]': 'c' };
    const lines = (await send(simulator, { ...second, ...third })).split('\n');
    expect(lines).toEqual([expect.stringMatching(/^ok;77001;\d+$/), 'error-address-format;1;', expect.any(String)]);
    expect(lines[2]).toMatch(/^ok;2;\d+$/);
  });

  it('refuses a repeated clientId with the providerId of the first, unless that is switched off', async () => {
    const simulator = await start();
    const id = idIn(await send(simulator));
    expect(await send(simulator, { 'text[0]': 'other' })).toBe(`error-client-id-not-unique;77001;${id}`);
    expect((await simulator.handset(PHONE)).sms).toHaveLength(1);
    await set(simulator, { options: { uniqueClientIds: false } });
    const second = await send(simulator);
    expect(second).toMatch(/^ok;77001;\d+$/);
    expect(idIn(second)).not.toBe(id);
    expect((await simulator.handset(PHONE)).sms).toHaveLength(2);
  });

  it('lets a clientId be used again that was refused', async () => {
    const simulator = await start();
    await set(simulator, { balance: 0 });
    expect(await send(simulator)).toBe('error-insufficient-balance;77001;');
    await set(simulator, { balance: 1 });
    expect(await send(simulator)).toMatch(/^ok;77001;\d+$/);
  });

  it.each<[string, Params, string]>([
    ['no login', { login: undefined }, 'error-syntax'],
    ['a wrong login', { login: 'wrong' }, 'error-auth'],
    ['a wrong password', { password: 'wrong' }, 'error-auth'],
    ['no password', { password: undefined }, 'error-syntax'],
    ['the other name of the password', { password: undefined, pass: 's3cret' }, 'error-syntax'],
    ['both names of the password', { pass: 's3cret' }, 'error-syntax'],
    ['a name without index', { 'text[0]': undefined, text: 'Код' }, 'error-syntax'],
    ['an index where there is none', { priority: undefined, 'priority[0]': 'high' }, 'error-syntax'],
    ['a name that is not known', { 'clientID[0]': '1' }, 'error-syntax'],
    ['a parameter that is not confirmed', { validityPeriodMinutes: '60' }, 'error-syntax'],
    ['an odd clientId', { 'clientId[0]': 'wf-7f3a' }, 'error-syntax;wf-7f3a;'],
    ['a long clientId', { 'clientId[0]': '1'.repeat(21) }, `error-syntax;${'1'.repeat(21)};`],
    [
      'no message',
      { 'subject[0]': undefined, 'address[0]': undefined, 'text[0]': undefined, 'clientId[0]': undefined },
      'error-syntax',
    ],
    ['an unknown priority', { priority: 'urgent' }, 'error-priority-format'],
    ['a phone with plus', { 'address[0]': `+${PHONE}` }, 'error-address-format;77001;'],
    ['a short phone', { 'address[0]': '999555010' }, 'error-address-format;77001;'],
    ['no phone', { 'address[0]': undefined }, 'error-address-not-specified;77001;'],
    ['no phone and no id', { 'address[0]': '', 'clientId[0]': undefined }, 'error-address-not-specified;0;'],
    ['no sender', { 'subject[0]': undefined }, 'error-subject-not-specified;77001;'],
    ['a long sender', { 'subject[0]': 'ACME-ACME-ACME' }, 'error-subject-format;77001;'],
    ['no text', { 'text[0]': undefined }, 'error-content-not-specified;77001;'],
  ])('refuses %s', async (_, changes, code) => {
    const simulator = await start();
    const answer = await post(simulator, 'send', { ...SAMPLE, ...changes });
    expect([answer.status, answer.text]).toEqual([200, code]);
    expect(await simulator.control('book')).toMatchObject({ counts: { accepted: 0 } });
  });

  it('refuses other bodies, methods and paths', async () => {
    const simulator = await start();
    const typed = (type: string) => post(simulator, 'send', SAMPLE, { 'content-type': type });
    expect((await typed('text/plain')).text).toBe('error-syntax');
    expect((await typed('application/x-www-form-urlencoded; charset=windows-1251')).text).toBe('error-syntax');
    expect((await fetch(`${simulator.url}${BASE}/send`, { method: 'PUT' })).status).toBe(405);
    const query = formOf(SAMPLE).toString();
    expect(await get(simulator, `/edna/acmebank/main/send?${query}`)).toMatchObject({
      status: 404,
      text: 'error-not-found',
    });
    expect((await get(simulator, `${BASE}/send/?${query}`)).text).toBe('error-not-found');
    expect((await get(simulator, `${BASE}/send?${query}&login=acme`)).text).toBe('error-syntax');
    await set(simulator, { options: { client: 'acmebank', connector: 'connector0' } });
    expect(await send(simulator)).toBe('error-not-found');
    expect((await get(simulator, `/edna/acmebank/connector0/send?${query}`)).text).toMatch(/^ok;/);
  });

  it('breaks letters that are not UTF-8', async () => {
    const simulator = await start();
    const query = `login=acme&password=s&subject[0]=ACME&address[0]=${PHONE}&text[0]=%CA%EE%E4`;
    expect((await get(simulator, `${BASE}/send?${query}`)).text).toMatch(/^ok;/);
    expect((await simulator.handset(PHONE)).sms).toMatchObject([{ text: '\uFFFD\uFFFD\uFFFD' }]);
  });

  it.each([
    ['911', 200, 'error-address-format;77001;'],
    ['912', 200, 'error-address-unknown;77001;'],
    ['913', 200, 'error-insufficient-balance;77001;'],
    ['914', 200, 'error-auth'],
    ['921', 429, 'Too Many Requests'],
    ['923', 503, 'error-system-blocked'],
    ['934', 500, 'Internal Server Error'],
  ])('answers %s with %i %s', async (digits, http, text) => {
    const simulator = await start();
    const answer = await post(simulator, 'send', { ...SAMPLE, 'address[0]': `79995550${digits}` });
    expect([answer.status, answer.text]).toEqual([http, text]);
    expect((await simulator.handset(`79995550${digits}`)).sms).toEqual([]);
  });

  it('answers without an id, and in UTF-16', async () => {
    const simulator = await start();
    expect(await send(simulator, { 'address[0]': '79995550939' })).toBe('ok;77001;');
    const odd = await send(simulator, { 'address[0]': '79995550944', 'clientId[0]': '2' });
    expect(odd).toContain('o\0k\0;\0');
  });

  it('refuses everything with a code that the option names, and senders that are not registered', async () => {
    const simulator = await start();
    await set(simulator, { options: { senders: 'Bank,Shop', failWith: 'error-system' } });
    expect(await send(simulator)).toBe('error-system;77001;');
    await set(simulator, { options: { failWith: false } });
    expect(await send(simulator)).toBe('error-subject-unknown;77001;');
    expect(await send(simulator, { 'subject[0]': 'Shop' })).toMatch(/^ok;/);
  });
});

describe('the names of an edna installation', () => {
  const bare = { login: 'acme', subject: 'ACME', address: PHONE, text: 'Hi', clientId: 'ab12' };
  const sent = async (simulator: Started, params: Params) => (await post(simulator, 'send', params)).text;

  it('are those of the options alone', async () => {
    const simulator = await start();
    await set(simulator, { options: { passwordField: 'pass', indexed: false } });
    const answer = await sent(simulator, { ...bare, pass: 's' });
    expect(answer).toMatch(/^ok;ab12;\d+$/);
    expect(await sent(simulator, { ...bare, password: 's' })).toBe('error-syntax');
    expect(await send(simulator, { password: undefined, pass: 's' })).toBe('error-syntax');
    const asked = await post(simulator, 'status', { login: 'acme', pass: 's', providerId: idIn(answer) });
    expect(asked.text).toMatch(/^ok;/);
    expect(await status(simulator, idIn(answer), { password: undefined, pass: 's' })).toBe('error-syntax');
  });

  it('may differ between the two calls', async () => {
    const simulator = await start();
    const options = { passwordField: 'pass', passwordFieldStatus: 'password', indexed: false, indexedStatus: true };
    await set(simulator, { options });
    const id = idIn(await sent(simulator, { ...bare, pass: 's' }));
    expect(await status(simulator, id)).toMatch(/^ok;/);
    expect(await status(simulator, id, { password: undefined, pass: 's' })).toBe('error-syntax');
    expect(await status(simulator, id, { 'providerId[0]': undefined, providerId: id })).toBe('error-syntax');
  });

  it('include more parameters where they are switched on', async () => {
    const simulator = await start();
    await set(simulator, { options: { extraParameters: true } });
    const later = new Date(Date.now() + 3 * 3600_000 + 60_000).toISOString().slice(0, 19).replace('T', ' ');
    const extras = { startTime: later, validityPeriodMinutes: '60', contentType: 'text', comment: 'x' };
    const id = idIn(await send(simulator, extras));
    expect(await status(simulator, id)).toMatch(new RegExp(`^ok;${id};delayed;`));
    expect(await send(simulator, { startTime: 'tomorrow' })).toBe('error-start-time-format');
    expect(await send(simulator, { validityPeriodMinutes: '1.5' })).toBe('error-validity-period-minutes-format');
    expect(await send(simulator, { contentType: 'wap' })).toBe('error-content-format');
  });
});

describe('edna status', () => {
  it('tells the sample of an SMS, from its queue to its end', async () => {
    const simulator = await start({ reportDelayMs: 60_000 });
    const id = idIn(await send(simulator));
    const date = '\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d';
    expect(await status(simulator, id)).toMatch(new RegExp(`^ok;${id};enqueued;${date};$`));
    await simulator.control('report', { wire: 'edna', login: 'acme', id, status: 'delivered' });
    const query = `login=acme&password=s3cret&providerId[0]=${id}`;
    const { text } = await get(simulator, `${BASE}/status?${query}`);
    expect(text).toMatch(new RegExp(`^ok;${id};delivered;${date};$`));
    const told = Date.parse(`${text.split(';')[3]?.replace(' ', 'T')}+03:00`);
    expect(Math.abs(Date.now() - told)).toBeLessThan(60_000);
  });

  it.each([
    ['901', 'undelivered', 'absent subscriber'],
    ['902', 'expired', ''],
    ['903', 'failed', 'platform error'],
    ['904', 'delivered', ''],
    ['905', 'sent', ''],
    ['915', 'failed', 'subscriber opted out'],
  ])('of %s ends as %s', async (digits, word, reason) => {
    const simulator = await start();
    const id = idIn(await send(simulator, { 'address[0]': `79995550${digits}` }));
    await simulator.quiet();
    const [, , found, , why] = (await status(simulator, id)).split(';');
    expect([found, why]).toEqual([word, reason]);
  });

  it('does not know other ids, and answers several by lines', async () => {
    const simulator = await start();
    expect(await status(simulator, '5')).toBe('error-provider-id-unknown;5;;;');
    const id = idIn(await send(simulator));
    expect((await status(simulator, id, { 'providerId[1]': '5' })).split('\n')).toEqual([
      expect.stringMatching(/^ok;/),
      'error-provider-id-unknown;5;;;',
    ]);
    expect(await status(simulator, id, { password: 'wrong' })).toBe('error-auth');
    expect(await status(simulator, id, { 'providerId[0]': undefined })).toBe('error-syntax');
    expect(await status(simulator, id, { 'clientId[0]': '77001' })).toBe('error-syntax');
  });

  it('has capitals, fewer fields, line breaks and HTTP errors in the unusual form', async () => {
    const simulator = await start();
    await set(simulator, { unusual: true, reportDelayMs: 0 });
    const answer = await send(simulator);
    expect(answer).toMatch(/^ok;77001;\d+;\r\n$/);
    const failing = idIn(await send(simulator, { 'address[0]': '79995550903', 'clientId[0]': '2' }));
    await simulator.quiet();
    expect(await status(simulator, idIn(answer))).toMatch(/^ok;\d+;DELIVERED;[\d: -]{19};\r\n$/);
    expect(await status(simulator, failing)).toMatch(/^ok;\d+;ERROR-SYSTEM;/);
    const plain = (changes: Params) => post(simulator, 'send', { ...SAMPLE, ...changes });
    expect(await plain({ password: 'wrong' })).toMatchObject({ status: 401, text: 'error-auth' });
    expect(await plain({ 'address[0]': '1' })).toMatchObject({ status: 400, text: 'error-address-format;77001;' });
  });

  it('is never pushed', async () => {
    const simulator = await start();
    await set(simulator, { hooks: { reports: 'http://127.0.0.1:9/r', inbound: 'http://127.0.0.1:9/i' } });
    await send(simulator);
    await simulator.control('inbound', { wire: 'edna', login: 'acme', from: PHONE, text: 'STOP' });
    await simulator.quiet();
    expect(await simulator.calls()).toEqual([]);
  });
});
