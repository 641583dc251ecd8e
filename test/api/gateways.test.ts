/** The catalogue of gateways, and the dry run of a sender that is not made yet. */
import iconv from 'iconv-lite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GATEWAYS } from '../../gateways/catalogue.ts';
import { ownId } from '../../gateways/reference.ts';
import { secretFields } from '../../gateways/secret-fields.ts';
import { SMS } from '../gateways/kit.ts';
import { FORM_AND_XML } from '../gateways/profiles.ts';
import { type Sample, SECRET } from '../gateways/samples/sample.ts';
import { type Answer, call, type House, newKey, openHouse } from './house.ts';

let house: House;
let writer: string;
let reader: string;
beforeAll(async () => {
  house = await openHouse(undefined, undefined, {
    privateNetworks: ['127.0.0.0/8'],
    publicUrl: 'https://sms.example.com',
    rateLimits: { playmobile: 20 },
  });
  writer = await newKey(house.db, null, ['senders:write']);
  reader = await newKey(house.db, null, ['senders:read']);
});
afterAll(() => house?.close());

const get = (path: string, key = reader) => call(house, 'GET', path, { key });
const dryRun = (name: string, body: unknown, key = writer): Promise<Answer> =>
  call(house, 'POST', `/v1/gateways/${name}/dry-run`, { key, body });

const samples = await Promise.all(
  GATEWAYS.map(async (gateway) => {
    const { sample } = (await import(`../gateways/samples/${gateway.name}.ts`)) as { sample: Sample };
    return { name: gateway.name, gateway, sample };
  }),
);

const MESSAGE = { to: '+79995550142', text: 'Код 4821', from: 'ACME' };
const SMSC = { login: 'us', password: SECRET };
const errorsOf = ({ body }: Answer): { pointer: string; code: string; detail: string; mend?: string }[] => body.errors;

it('a dry run takes null for a setting that is not named, as making a sender does', async () => {
  const read = await dryRun('smsc', { settings: { ...SMSC, hookSecret: null }, message: MESSAGE });
  expect(read).toMatchObject({ status: 200 });
});

describe('GET /v1/gateways', () => {
  it('lists every gateway with what a form needs', async () => {
    const { status, body } = await get('/v1/gateways');
    expect(status).toBe(200);
    expect(body.gateways.map(({ name }: { name: string }) => name)).toEqual(GATEWAYS.map(({ name }) => name));
    for (const [i, { gateway }] of samples.entries()) {
      const view = body.gateways[i];
      const { title, docs, knowledge, notes } = gateway;
      expect(view).toMatchObject({ title, docs, knowledge, notes });
      expect(Object.keys(view.traits)).toEqual(Object.keys(gateway.examples));
      expect(Object.keys(view.defaults.rateLimit)).toEqual(Object.keys(gateway.examples));
      const properties: Record<string, { title: string; secret?: boolean }> = view.settings.properties;
      for (const field of Object.values(properties)) expect(field.title).toEqual(expect.any(String));
      const secret = Object.keys(properties).filter((field) => properties[field]?.secret);
      expect(secret).toEqual(secretFields(gateway));
    }
  });

  it('tells one', async () => {
    const { status, body } = await get('/v1/gateways/devino');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      name: 'devino',
      calls: { session: false, poll: true, webhook: true, pull: true, balance: true },
      traits: { online: { lookup: 'none' }, rest2: { lookup: 'gateway-id', inbound: 'pull' } },
      defaults: { awaitDelivery: 300, maxParts: 10, validity: 86_400, reportGrace: 86_400, onUncertain: 'hold' },
    });
    expect(body.defaults.rateLimit).toEqual({ online: null, rest2: 8 });
    expect((await get('/v1/gateways/smsimple')).body.calls).toMatchObject({ session: true, webhook: false });
    expect((await get('/v1/gateways/playmobile')).body.defaults.rateLimit).toEqual({ '': 20 });
  });

  it('describes a profile as far as its last field', async () => {
    const { body } = await get('/v1/gateways/skymedia');
    expect(body).toMatchObject({ knowledge: 'by-profile', traits: {}, defaults: { rateLimit: {} } });
    expect(body.settings.required).toEqual(['url', 'profile']);
    const { send, status } = body.settings.properties.profile.properties;
    expect(send.properties.method).toMatchObject({ enum: ['GET', 'POST', 'PUT'], default: 'POST' });
    expect(status.properties.by.description).toContain('{{id}}');
  });

  it('knows no other, and wants the scope', async () => {
    expect((await get('/v1/gateways/constructor')).status).toBe(404);
    expect((await get('/v1/gateways/a%2Fb')).status).toBe(404);
    const other = await newKey(house.db, null, ['messages:send']);
    expect((await get('/v1/gateways', other)).status).toBe(403);
    expect((await get('/v1/gateways/smsc', other)).status).toBe(403);
    expect((await call(house, 'GET', '/v1/gateways')).status).toBe(401);
  });
});

describe('a dry run', () => {
  it.each(samples)('of $name shows the request, and no secret in any form', async ({ name, gateway, sample }) => {
    const { settings, success, successStatus = 200 } = sample;
    const asked = { settings, message: { ...MESSAGE, from: name === 'smsimple' ? '53001' : 'ACME' } };
    const { reference } = (await dryRun(name, asked)).body;
    const echoed = ownId(SMS.ref, gateway.traits(gateway.settings.parse(settings)));
    const { status, body } = await dryRun(name, {
      ...asked,
      answer: { status: successStatus, body: echoed === null ? success : success.replaceAll(echoed, reference) },
      statusAnswer: { status: 500 },
      call: { method: 'GET', query: 'a=1' },
    });
    expect(status).toBe(200);
    const { request } = body.send;
    expect(new URL(request.url).hostname).toBe('127.0.0.1');
    expect(request.body === undefined).toBe(request.method === 'GET');
    expect(body.answer).toMatchObject({ read: { kind: 'accepted' }, outcome: { kind: 'accepted' } });
    const text = decoded(JSON.stringify(body));
    expect(text).not.toContain(SECRET);
    expect(text).toMatch(/(<|&lt;)(password|apiKey|token)(>|&gt;)/);
  });

  /** With what Base64 and percent-escapes hide. */
  function decoded(text: string): string {
    const words = text.match(/[A-Za-z0-9+/]{8,}={0,2}/g) ?? [];
    const hidden = words.map((word) => Buffer.from(word, 'base64').toString('latin1'));
    return [
      text,
      text.replace(/%([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
      ...hidden,
    ].join('\n');
  }

  it('shows an exact request', async () => {
    const { body } = await dryRun('skymedia', {
      settings: { url: 'http://127.0.0.1:7004/acme', login: 'us', password: SECRET, profile: FORM_AND_XML },
      message: MESSAGE,
    });
    expect(body).toEqual({
      send: {
        request: {
          method: 'POST',
          url: 'http://127.0.0.1:7004/acme',
          headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
          body:
            'serviceId=us&pass=%3Cpassword%3E&clientId=79995550142&message=%D0%9A%D0%BE%D0%B4%204821&source=ACME' +
            '&output=xml&partnerMsgId=demo-lflt',
        },
      },
      reference: 'demo-lflt',
      status: { request: null },
    });
  });

  it('shows a body in another charset as text', async () => {
    const profile = {
      send: {
        url: '{{url}}',
        charset: 'windows-1251',
        body: { type: 'text', text: '{{phone}} {{text}} {{password}}' },
      },
      sendAnswer: { format: 'text', success: [{ value: { regex: 'Принято' }, exists: true }], id: { regex: '\\d+' } },
    };
    const { body } = await dryRun('http', {
      settings: { url: 'https://sms.example.com', login: 'us', password: SECRET, profile },
      message: MESSAGE,
      answer: { status: 200, headers: { 'Content-Type': 'text/plain; charset=windows-1251' }, body: 'Принято 42' },
    });
    expect(body.send.request.body).toBe('79995550142 Код 4821 <password>');
    expect(body.answer.read).toEqual({ kind: 'accepted', ids: [{ id: '42' }] });
    expect(iconv.decode(iconv.encode('Принято', 'windows-1251'), 'utf-8')).not.toBe('Принято');
  });

  it('tells of a session, and of the address for reports', async () => {
    const smsimple = samples.find(({ name }) => name === 'smsimple')?.sample;
    const { body } = await dryRun('smsimple', { settings: smsimple?.settings, message: { ...MESSAGE, from: '53001' } });
    expect(body.login.body).toContain('&lt;password&gt;');
    expect(body.send.request.body).toContain('&lt;session&gt;');
    const infobip = samples.find(({ name }) => name === 'infobip')?.sample;
    const told = await dryRun('infobip', { settings: infobip?.settings, message: MESSAGE });
    expect(told.body.send.request.body).toContain('https://sms.example.com/hooks/TOKEN/reports');
  });

  it('says why nothing would be sent', async () => {
    const { body } = await dryRun('smsimple', {
      settings: samples.find(({ name }) => name === 'smsimple')?.sample.settings,
      message: { ...MESSAGE, from: 'ACME' },
    });
    expect(body.send).toEqual({ refused: { class: 'sender-not-allowed', detail: expect.any(String) } });
  });

  it('reads an answer as at a first attempt', async () => {
    const run = async (answer: unknown) =>
      (await dryRun('smsc', { settings: SMSC, message: MESSAGE, answer })).body.answer;
    expect(await run({ status: 200, body: '{"error":"x","error_code":3}' })).toEqual({
      read: expect.objectContaining({ kind: 'error', class: 'no-balance' }),
      outcome: expect.objectContaining({ kind: 'not-sent', class: 'no-balance', holdSender: true }),
    });
    expect(await run({ status: 500, body: 'x' })).toMatchObject({ outcome: { kind: 'uncertain' } });
    expect(await run({ status: 503, headers: { 'Retry-After': '7' } })).toMatchObject({
      outcome: { kind: 'not-sent', retryAfterS: expect.any(Number) },
    });
  });

  it('reads a status by the id that the answer gave, or by another', async () => {
    const settings = {
      url: 'https://sms.example.com',
      profile: {
        send: {
          method: 'GET',
          url: '{{url}}/s',
          query: [
            ['to', '{{phone}}'],
            ['t', '{{text}}'],
          ],
        },
        sendAnswer: { format: 'json', success: [{ status: [200] }], id: 'id' },
        status: {
          by: 'gateway-id',
          request: { method: 'GET', url: '{{url}}/s/{{id}}' },
          format: 'json',
          state: 'state',
          states: { done: 'delivered' },
        },
      },
    };
    const run = async (more: object) => (await dryRun('http', { settings, message: MESSAGE, ...more })).body.status;
    const statusAnswer = { status: 200, body: '{"state":"DONE"}' };
    expect(await run({ answer: { status: 200, body: '{"id":"g/7"}' }, statusAnswer })).toEqual({
      request: { method: 'GET', url: 'https://sms.example.com/s/g%2F7', headers: {} },
      read: {
        kind: 'read',
        answers: [
          [{ kind: 'status', report: { gatewayId: 'g/7', phone: MESSAGE.to, status: 'delivered', raw: 'DONE' } }],
        ],
      },
    });
    expect((await run({ statusAnswer: { ...statusAnswer, id: '5' } })).request.url).toBe('https://sms.example.com/s/5');
    expect(await run({})).toEqual({ request: expect.objectContaining({ method: 'GET' }) });
    expect(await run({ statusAnswer: { status: 502 } })).toMatchObject({ read: { kind: 'error', class: 'temporary' } });
  });

  it('reads a call, with the secret that it must bring, and shows the reply', async () => {
    const settings = { ...SMSC, hookSecret: SECRET };
    const body = 'id=5&phone=79995550142&status=1&time=05.03.2024+11%3A00%3A00';
    const run = async (over: object) =>
      (await dryRun('smsc', { settings, message: MESSAGE, call: { body, ...over } })).body.call;
    expect(await run({})).toEqual({ read: { kind: 'refused', status: 403, detail: expect.any(String) }, reply: null });
    const open = (await dryRun('smsc', { settings: SMSC, message: MESSAGE, call: { body } })).body.call;
    expect(open).toMatchObject({
      read: { kind: 'read', reports: [{ gatewayId: '5', phone: '+79995550142', status: 'delivered' }] },
      reply: { status: 200 },
    });
    const none = (
      await dryRun('smsimple', {
        settings: samples.find(({ name }) => name === 'smsimple')?.sample.settings,
        message: MESSAGE,
        call: { body },
      })
    ).body.call;
    expect(none).toEqual({
      read: { kind: 'refused', status: 400, detail: expect.stringMatching(/no webhooks/) },
      reply: null,
    });
  });

  it('takes a query with its question mark', async () => {
    const settings = { url: 'https://sms.example.com', login: 'us', password: 'x', profile: FORM_AND_XML };
    const { body } = await dryRun('skymedia', {
      settings,
      message: MESSAGE,
      call: { method: 'GET', query: '?transactionId=5&status=2' },
    });
    expect(body.call.read.reports).toEqual([{ gatewayId: '5', status: 'delivered', raw: '2' }]);
  });

  it('says what is wrong with the settings, where it is', async () => {
    const bad = await dryRun('smsc', { settings: { login: '', passwort: 'x', url: 'ftp://a' }, message: MESSAGE });
    expect(bad.status).toBe(422);
    expect(errorsOf(bad)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ pointer: '#/settings/passwort', code: 'unknown-field' }),
        expect.objectContaining({ pointer: '#/settings/url' }),
      ]),
    );
    const inside = await dryRun('smsc', { settings: { ...SMSC, url: 'http://10.0.0.1' }, message: MESSAGE });
    expect(errorsOf(inside)).toMatchObject([{ pointer: '#/settings/url', code: 'address-not-allowed' }]);
  });

  it.each(['skymedia', 'vknotify', 'sbermobile'])('of %s needs a profile', async (name) => {
    const answer = await dryRun(name, { settings: { url: 'https://sms.example.com' }, message: MESSAGE });
    expect(answer.status).toBe(422);
    expect(errorsOf(answer)).toMatchObject([
      { pointer: '#/settings/profile', mend: expect.stringMatching(/needs an HTTP profile.*none is made up/) },
    ]);
  });

  it('names the place in a profile', async () => {
    const profile = { ...FORM_AND_XML, send: { ...FORM_AND_XML.send, url: 'https://other.example' } };
    const settings = { url: 'https://sms.example.com', login: 'us', password: 'x', profile };
    const answer = await dryRun('http', { settings, message: MESSAGE });
    expect(errorsOf(answer)).toMatchObject([
      { pointer: '#/settings/profile/send/url', detail: expect.stringMatching(/must begin with \{\{url\}\}/) },
    ]);
  });

  it('takes a profile without a bottom for what it is', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const body = `{"settings":{"url":"https://sms.example.com","profile":{"send":{"url":"{{url}}","body":{"type":"json","value":${deep}}},"sendAnswer":{"format":"text","success":[{"status":[200]}]}}},"message":{"to":"+79995550142","text":"x"}}`;
    const answer = await call(house, 'POST', '/v1/gateways/http/dry-run', {
      key: writer,
      body,
      headers: { 'content-type': 'application/json' },
    });
    expect(errorsOf(answer)).toMatchObject([{ pointer: '#/settings/profile/send/body/value' }]);
  });

  it.each([
    [{ to: '12', text: 'x' }, '#/message/to'],
    [{ to: '+79995550142', text: '' }, '#/message/text'],
    [{ to: '+79995550142', text: 'x', form: 'ACME' }, '#/message'],
  ])('wants a message: %j', async (message, pointer) => {
    expect(errorsOf(await dryRun('smsc', { settings: SMSC, message }))).toMatchObject([{ pointer }]);
  });

  it('writes nothing, and wants the scope', async () => {
    const counts = async () =>
      await house.db.sql`SELECT (SELECT count(*) FROM senders) AS senders, (SELECT count(*) FROM messages) AS messages,
        (SELECT count(*) FROM audit_log) AS audited, (SELECT count(*) FROM gateway_accounts) AS accounts`;
    const before = await counts();
    expect((await dryRun('smsc', { settings: SMSC, message: MESSAGE })).status).toBe(200);
    expect(await counts()).toEqual(before);
    expect((await dryRun('smsc', { settings: SMSC, message: MESSAGE }, reader)).status).toBe(403);
    expect((await dryRun('nobody', { settings: SMSC, message: MESSAGE })).status).toBe(404);
    expect(house.logged()).not.toContain(SECRET);
  });
});
