import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { GATEWAYS, gatewayNamed } from '../../gateways/catalogue.ts';
import type { Asked, HttpResponse, RawHook, Sms } from '../../gateways/gateway.ts';
import type { SendAnswer } from '../../sms/outcome.ts';
import { outcomeOf } from '../../sms/outcome.ts';
import { bytes, SMS } from './kit.ts';

const SECRET = 'hush-hush-4711';

/** One whole set of settings for each gateway, every secret in it the same, and an answer that is a success. */
const SAMPLES: Record<string, { settings: object; success: string }> = {
  infobip: {
    settings: { url: 'http://127.0.0.1:7001/infobip', apiKey: SECRET, hookLogin: 'us', hookPassword: SECRET },
    success:
      '{"messages":[{"messageId":"x","to":"79995550142","smsCount":1,"status":{"groupId":1,"id":26,"name":"PENDING"}}]}',
  },
  smsc: {
    settings: { url: 'http://127.0.0.1:7002', login: 'us', password: SECRET, hookSecret: SECRET },
    success: '{"id":231826,"cnt":1}',
  },
  playmobile: {
    settings: {
      url: 'http://127.0.0.1:7003/broker-api',
      login: 'us',
      password: SECRET,
      hookLogin: 'us',
      hookPassword: SECRET,
    },
    success: 'Request is received',
  },
};

const cases = GATEWAYS.map((gateway) => {
  const sample = SAMPLES[gateway.name];
  if (sample === undefined) throw new Error(`no sample for ${gateway.name}`);
  return { name: gateway.name, gateway, settings: gateway.settings.parse(sample.settings), success: sample.success };
});

const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.string({ unit: 'binary', maxLength: 300 }).map(bytes),
  fc.json().map(bytes),
  fc.stringMatching(/^[<>/a-z"= &;#![\]{}:,0-9-]{0,100}$/).map(bytes),
);
const anyHeaders = fc.dictionary(fc.constantFrom('retry-after', 'date', 'content-type', 'authorization'), fc.string());
const anyAnswer = fc.record<HttpResponse>({
  status: fc.oneof(fc.integer({ min: 100, max: 599 }), fc.constant(200), fc.constant(400)),
  headers: anyHeaders,
  body: anyBytes,
});
const anyHook = fc.record<RawHook>({
  method: fc.constantFrom('GET', 'POST', 'PUT'),
  query: fc.oneof(fc.webQueryParameters(), fc.string({ unit: 'binary' })),
  headers: anyHeaders,
  body: anyBytes,
});
const anyRef = fc.record({
  number: fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }),
  installation: fc.stringMatching(/^[a-z0-9]{4}$/),
});
const anyPhone = fc.stringMatching(/^\+[1-9][0-9]{6,14}$/);
const anySms = fc.record<Sms, 'phone' | 'text' | 'ref' | 'validityS' | 'priority'>(
  {
    phone: anyPhone,
    text: fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.constant('\uD800 alone')),
    callerId: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 15 }),
    ref: anyRef,
    validityS: fc.double({ min: 0, max: 1e6, noNaN: true }),
    priority: fc.constantFrom('otp', 'notice', 'campaign'),
    reportUrl: fc.webUrl(),
  },
  { requiredKeys: ['phone', 'text', 'ref', 'validityS', 'priority'] },
);
const anyAsked = fc.array(
  fc.record<Asked>({
    ids: fc.array(fc.record({ id: fc.string({ unit: 'grapheme', minLength: 1 }) }), { maxLength: 3 }),
    phone: anyPhone,
    ref: anyRef,
  }),
  { minLength: 1, maxLength: 20 },
);

function answer(status: number, body: string | Uint8Array, headers: Record<string, string> = {}): HttpResponse {
  return { status, headers, body: typeof body === 'string' ? bytes(body) : body };
}

function kindOf(read: SendAnswer, afterUncertain = false) {
  return outcomeOf({ reach: 'answered', answer: read }, afterUncertain).kind;
}

/** The JSON with one of its values, at any depth, replaced. */
function replaced(value: unknown, at: number, by: unknown): unknown {
  let left = at;
  const walk = (node: unknown): unknown => {
    if (left-- === 0) return by;
    if (Array.isArray(node)) return node.map(walk);
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(Object.entries(node).map(([key, held]) => [key, walk(held)]));
  };
  return walk(value);
}

describe('the catalogue', () => {
  it('has each gateway once, under its name', () => {
    expect(new Set(GATEWAYS.map(({ name }) => name)).size).toBe(GATEWAYS.length);
    for (const gateway of GATEWAYS) expect(gatewayNamed(gateway.name)).toBe(gateway);
    expect(gatewayNamed('constructor')).toBeUndefined();
  });
});

describe.each(cases)('$name', ({ gateway, settings, success }) => {
  it('labels every setting for the form, and marks the secrets', () => {
    const schema = z.toJSONSchema(gateway.settings, { io: 'input' });
    const fields = Object.entries(schema.properties ?? {}) as [string, { title?: string; secret?: boolean }][];
    expect(fields.length).toBeGreaterThan(0);
    for (const [name, { title, secret }] of fields) {
      expect(title, name).toBeTruthy();
      expect(secret ?? false, name).toBe(/password|apiKey|secret|token/i.test(name));
    }
  });

  it.each([
    'ftp://example.org',
    'javascript:alert(1)',
    'example.org',
    '',
    'https://a:b@example.org',
    'https://example.org/?a=1',
  ])('does not take %j for an address', (url) => {
    expect(gateway.settings.safeParse({ ...SAMPLES[gateway.name]?.settings, url }).success).toBe(false);
  });

  it('fits its traits to its methods', () => {
    const { lookup, pollLimit, reports, repeat, ownId } = gateway.traits(settings);
    expect(gateway.poll !== undefined).toBe(lookup !== 'none');
    expect(gateway.readPoll !== undefined).toBe(lookup !== 'none');
    expect(pollLimit !== undefined).toBe(lookup !== 'none');
    expect(gateway.readHook !== undefined).toBe(reports === 'webhook');
    if (repeat !== 'unsafe' || lookup === 'own-id') expect(ownId).toBeDefined();
  });

  it('sends any message to a valid address, or refuses it, and puts the secrets only where they belong', () => {
    fc.assert(
      fc.property(anySms, (sms) => {
        const sent = gateway.send(sms, settings);
        if ('refuse' in sent) {
          expect(JSON.stringify(sent)).not.toContain(SECRET);
          return;
        }
        expect(Object.keys(sent).sort()).toEqual(['body', 'headers', 'method', 'url']);
        expect(new URL(sent.url).protocol).toBe('http:');
        expect(sent.url).not.toContain(SECRET);
        expect(Object.values(sent.headers).every((value) => /^[\x20-\x7e]+$/.test(value))).toBe(true);
      }),
    );
    expect(gateway.accountKey(settings)).not.toContain(SECRET);
    expect(JSON.stringify(gateway.traits(settings))).not.toContain(SECRET);
  });

  it('says the same of a message at every attempt', () => {
    fc.assert(
      fc.property(anySms, (sms) => {
        expect(gateway.send(sms, settings)).toEqual(gateway.send({ ...sms }, settings));
      }),
    );
  });

  it('reads its success under 200, and under no other status', () => {
    expect(gateway.readSend(answer(200, success), SMS, settings).kind).toBe('accepted');
    fc.assert(
      fc.property(
        fc.oneof(fc.integer({ min: 100, max: 199 }), fc.integer({ min: 300, max: 599 })),
        anyHeaders,
        (status, headers) => {
          expect(gateway.readSend(answer(status, success, headers), SMS, settings).kind).not.toBe('accepted');
        },
      ),
    );
  });

  it('never takes a part of a success, or garbage, for a success, nor for a refusal or for not sent', () => {
    for (let length = 0; length < success.length; length++) {
      expect(kindOf(gateway.readSend(answer(200, success.slice(0, length)), SMS, settings))).toBe('uncertain');
    }
    fc.assert(
      fc.property(anyBytes, (body) => {
        // By rare chance garbage is an answer after all.
        fc.pre(!/"(id|error.?code)"/i.test(new TextDecoder().decode(body)));
        expect(kindOf(gateway.readSend(answer(200, body), SMS, settings))).toBe('uncertain');
      }),
      { numRuns: 500 },
    );
  });

  it('is uncertain after every 3xx and 5xx but a 503 that tells when to come back', () => {
    const status = fc.oneof(fc.integer({ min: 300, max: 399 }), fc.integer({ min: 500, max: 599 }));
    fc.assert(
      fc.property(
        status,
        fc.oneof(anyBytes, fc.constant(bytes(success))),
        anyHeaders,
        fc.boolean(),
        (code, body, headers, after) => {
          const kind = kindOf(gateway.readSend({ status: code, headers, body }, SMS, settings), after);
          const tellsWhen = code === 503 && headers['retry-after'] !== undefined;
          expect(tellsWhen ? ['uncertain', 'not-sent'] : ['uncertain']).toContain(kind);
        },
      ),
      { numRuns: 500 },
    );
    const soon = gateway.readSend(answer(503, '', { 'retry-after': '90' }), SMS, settings);
    expect(outcomeOf({ reach: 'answered', answer: soon }, false)).toMatchObject({ kind: 'not-sent', retryAfterS: 90 });
  });

  it('holds the sender at 401 and slows down at 429, whatever the body', () => {
    fc.assert(
      fc.property(anyBytes, (body) => {
        const read = (status: number) => gateway.readSend(answer(status, body), SMS, settings);
        expect(outcomeOf({ reach: 'answered', answer: read(401) }, false)).toMatchObject({
          kind: 'not-sent',
          holdSender: true,
        });
        expect(outcomeOf({ reach: 'answered', answer: read(429) }, false)).toMatchObject({
          kind: 'not-sent',
          holdSender: false,
        });
      }),
    );
  });

  it('reads any answer and any call without falling over', () => {
    const attempts = { numRuns: 500 };
    fc.assert(
      fc.property(anyAnswer, anyAsked, anySms, (response, asked, sms) => {
        gateway.readSend(response, sms, settings);
        gateway.readBalance?.(response);
        gateway.poll?.(asked, settings);
        const polled = gateway.readPoll?.(response, asked, settings);
        if (polled?.kind === 'read')
          expect(polled.answers.map((ids) => ids.length)).toEqual(asked.map(({ ids }) => ids.length || 1));
      }),
      attempts,
    );
    const open = gateway.settings.parse({
      ...SAMPLES[gateway.name]?.settings,
      hookLogin: undefined,
      hookPassword: undefined,
      hookSecret: undefined,
    });
    fc.assert(
      fc.property(anyHook, fc.constantFrom(settings, open), (hook, either) => {
        const reading = gateway.readHook?.(hook, either);
        if (reading?.kind === 'read') expect(reading.reports.length + reading.inbound.length).toBeGreaterThan(0);
      }),
      attempts,
    );
  });

  it('reads answers and calls with any value out of place', () => {
    const shapes = [
      success.startsWith('{') ? JSON.parse(success) : [],
      {
        results: [{ messageId: 'a', to: '79995550142', status: { id: 4, groupId: 2 }, error: { id: 6 }, doneAt: 'x' }],
      },
      { results: [{ messageId: 'a', from: '79995550142', text: 'STOP', keyword: 'STOP', receivedAt: 'x' }] },
      [{ id: 5, phone: '79995550142', status: 1, err: 0, type: 0, ts: 1 }],
      { messages: [{ 'message-id': 'a', status: 'Delivered', 'status-date': 'x', description: 'x' }] },
      { error: 'x', error_code: 9, 'error-description': 'x', errorCode: 'E400', violations: [{ property: 'to' }] },
      { requestError: { serviceException: { messageId: 'x', text: 'x', validationErrors: { to: ['x'] } } } },
      { balance: 5, currency: 'EUR' },
    ];
    const asked: Asked[] = [{ ids: [{ id: 'a' }, { id: '5' }], phone: '+79995550142', ref: SMS.ref }];
    fc.assert(
      fc.property(
        fc.constantFrom(...shapes),
        fc.nat(12),
        fc.jsonValue(),
        fc.constantFrom(200, 400),
        (shape, at, by, status) => {
          const body = bytes(JSON.stringify(replaced(shape, at, by)));
          gateway.readSend(answer(status, body), SMS, settings);
          gateway.readPoll?.(answer(status, body), asked, settings);
          gateway.readBalance?.(answer(status, body));
          const reading = gateway.readHook?.({ method: 'POST', query: '', headers: {}, body }, settings);
          if (reading?.kind !== 'read') return;
          for (const { from } of reading.inbound) expect(from).toMatch(/^\+\d+$/);
          for (const { phone = '+0' } of reading.reports) expect(phone).toMatch(/^\+\d+$/);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
