import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { GATEWAYS, gatewayNamed } from '../../gateways/catalogue.ts';
import type { Asked, HttpResponse, PullAsk, RawHook, Sms } from '../../gateways/gateway.ts';
import type { SendAnswer } from '../../sms/outcome.ts';
import { outcomeOf } from '../../sms/outcome.ts';
import { bytes, SMS } from './kit.ts';
import { type Sample, SECRET } from './samples/sample.ts';

const cases = await Promise.all(
  GATEWAYS.map(async (gateway) => {
    const { sample } = (await import(`./samples/${gateway.name}.ts`)) as { sample: Sample };
    return { name: gateway.name, gateway, sample, settings: gateway.settings.parse(sample.settings) };
  }),
);

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
const anySms = fc.record<Sms, 'phone' | 'text' | 'ref' | 'validityS' | 'priority' | 'attempt'>(
  {
    phone: anyPhone,
    text: fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.constant('\uD800 alone')),
    callerId: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 15 }),
    ref: anyRef,
    validityS: fc.double({ min: 0, max: 1e6, noNaN: true }),
    priority: fc.constantFrom('otp', 'notice', 'campaign'),
    attempt: fc.integer({ min: 1, max: 100 }),
    reportUrl: fc.webUrl(),
  },
  { requiredKeys: ['phone', 'text', 'ref', 'validityS', 'priority', 'attempt'] },
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

const SESSION = '5f1c9a';
const ASK: PullAsk = { at: '2024-03-05T11:00:00.000Z' };

function kindOf(read: SendAnswer, afterUncertain = false) {
  return outcomeOf({ reach: 'answered', answer: read }, afterUncertain).kind;
}

/** The body with one of its values, at any depth, replaced; of a text, with a piece of it replaced. */
function replaced(shape: unknown, at: number, by: unknown): string {
  if (typeof shape !== 'string') return JSON.stringify(replacedValue(shape, at % 13, by));
  const words = typeof by === 'string' ? by : JSON.stringify(by);
  const from = at % (shape.length + 1);
  return shape.slice(0, from) + words + shape.slice(from + words.length);
}

function replacedValue(value: unknown, at: number, by: unknown): unknown {
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

describe.each(cases)('$name', ({ gateway, settings, sample }) => {
  const { success, successStatus = 200 } = sample;

  it('labels every setting for the form, and marks the secrets', () => {
    const schema = z.toJSONSchema(gateway.settings, { io: 'input' });
    const fields = Object.entries(schema.properties ?? {}) as [string, { title?: string; secret?: boolean }][];
    expect(fields.length).toBeGreaterThan(0);
    for (const [name, { title, secret }] of fields) {
      expect(title, name).toBeTruthy();
      expect(secret ?? false, name).toBe(/(password|apiKey|secret|token)$/i.test(name));
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
    for (const field of sample.addresses ?? ['url']) {
      expect(gateway.settings.safeParse({ ...sample.settings, [field]: url }).success, field).toBe(false);
    }
  });

  it('has examples that its schema takes, unless a profile decides', () => {
    const examples = Object.values(gateway.examples);
    expect(examples.length > 0).toBe(gateway.knowledge !== 'by-profile');
    for (const example of examples) gateway.traits(gateway.settings.parse(example));
  });

  it('fits its traits to its methods', () => {
    const { lookup, pollLimit, reports, inbound, repeat, ownId } = gateway.traits(settings);
    if (lookup !== 'none') {
      expect(gateway.poll).toBeDefined();
      expect(gateway.readPoll).toBeDefined();
      expect(pollLimit?.idsPerRequest).toBeGreaterThan(0);
    }
    if (reports === 'webhook' || inbound === 'webhook') expect(gateway.readHook).toBeDefined();
    if (reports === 'poll') expect(lookup).not.toBe('none');
    if (inbound === 'pull') {
      expect(gateway.pullInbound).toBeDefined();
      expect(gateway.readPulled).toBeDefined();
    }
    expect(gateway.login !== undefined).toBe(gateway.readLogin !== undefined);
    expect(gateway.balance !== undefined).toBe(gateway.readBalance !== undefined);
    if (repeat !== 'unsafe' || lookup === 'own-id') expect(ownId).toBeDefined();
  });

  it('sends any message to a valid address, or refuses it, and puts the secrets only where they belong', () => {
    fc.assert(
      fc.property(anySms, (sms) => {
        const sent = gateway.send(sms, settings, SESSION);
        if ('refuse' in sent) {
          expect(JSON.stringify(sent)).not.toContain(SECRET);
          return;
        }
        expect(sent.body === undefined).toBe(sent.method === 'GET');
        expect(new URL(sent.url).protocol).toBe('http:');
        if (!sample.secretInAddress) expect(sent.url).not.toContain(SECRET);
        expect(Object.values(sent.headers).every((value) => /^[\x20-\x7e]+$/.test(value))).toBe(true);
      }),
    );
    expect(gateway.accountKey(settings)).not.toContain(SECRET);
    expect(JSON.stringify(gateway.traits(settings))).not.toContain(SECRET);
  });

  it('says the same of a message at every attempt', () => {
    fc.assert(
      fc.property(anySms, (sms) => {
        expect(gateway.send(sms, settings, SESSION)).toEqual(gateway.send({ ...sms }, settings, SESSION));
      }),
    );
  });

  it('reads its success under its status, and under none that is no 2xx', () => {
    expect(gateway.readSend(answer(successStatus, success), SMS, settings).kind).toBe('accepted');
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
    for (let length = 0; length < success.length && !sample.successHasNoEnd; length++) {
      expect(kindOf(gateway.readSend(answer(successStatus, success.slice(0, length)), SMS, settings))).toBe(
        'uncertain',
      );
    }
    fc.assert(
      fc.property(anyBytes, (body) => {
        fc.pre(!(sample.answerMark ?? /"(id|error.?code)"/i).test(new TextDecoder().decode(body)));
        expect(kindOf(gateway.readSend(answer(successStatus, body), SMS, settings))).toBe('uncertain');
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
    expect(outcomeOf({ reach: 'answered', answer: soon }, false)).toMatchObject(
      sample.unavailableIsUncertain ? { kind: 'uncertain' } : { kind: 'not-sent', retryAfterS: expect.any(Number) },
    );
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
        gateway.readLogin?.(response, settings);
        gateway.readBalance?.(response, settings);
        gateway.readPulled?.(response, ASK, settings);
        if (gateway.traits(settings).lookup !== 'none') gateway.poll?.(asked, settings, SESSION);
        const polled = gateway.readPoll?.(response, asked, settings);
        if (polled?.kind === 'read')
          expect(polled.answers.map((ids) => ids.length)).toEqual(asked.map(({ ids }) => ids.length || 1));
      }),
      attempts,
    );
    const open = gateway.settings.parse(
      Object.fromEntries(Object.entries(sample.settings).filter(([name]) => !name.startsWith('hook'))),
    );
    fc.assert(
      fc.property(anyHook, fc.constantFrom(settings, open), (hook, either) => {
        const reading = gateway.readHook?.(hook, either);
        if (reading?.kind === 'read') expect(reading.reports.length + reading.inbound.length).toBeGreaterThan(0);
        if (reading !== undefined && reading.kind !== 'refused') gateway.reply?.(reading, either);
      }),
      attempts,
    );
  });

  it('reads answers and calls with any value out of place', () => {
    const shapes = [success.startsWith('{') ? JSON.parse(success) : success, ...sample.shapes];
    const asked: Asked[] = [{ ids: [{ id: 'a' }, { id: '5' }], phone: '+79995550142', ref: SMS.ref }];
    fc.assert(
      fc.property(
        fc.constantFrom(...shapes),
        fc.nat(2_000),
        fc.jsonValue(),
        fc.constantFrom(200, 400),
        (shape, at, by, status) => {
          const body = bytes(replaced(shape, at, by));
          gateway.readSend(answer(status, body), SMS, settings);
          gateway.readPoll?.(answer(status, body), asked, settings);
          gateway.readBalance?.(answer(status, body), settings);
          gateway.readLogin?.(answer(status, body), settings);
          const pulled = gateway.readPulled?.(answer(status, body), ASK, settings);
          if (pulled?.kind === 'read') for (const { from } of pulled.inbound) expect(from).toMatch(/^\+\d+$/);
          const query = typeof shape === 'string' ? new TextDecoder().decode(body) : '';
          for (const method of ['GET', 'POST']) {
            const reading = gateway.readHook?.({ method, query, headers: {}, body }, settings);
            if (reading?.kind !== 'read') continue;
            for (const { from } of reading.inbound) expect(from).toMatch(/^\+\d+$/);
            for (const { phone = '+0' } of reading.reports) expect(phone).toMatch(/^\+\d+$/);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});
