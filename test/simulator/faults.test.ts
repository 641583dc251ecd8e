import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FAULTS } from '../../local/simulator/faults.ts';
import { isWhole, raw, type Started, start, submit, WIRES, type WireUnderTest } from './kit.ts';

const { infobip, smsc, playmobile } = WIRES;
const ALL: WireUnderTest[] = [infobip, smsc, playmobile];
const each = describe.each(ALL.map((wire) => [wire.name, wire] as const));

const accepted = async (simulator: Started, phone: string) => (await simulator.handset(phone)).sms.length;

const request = (wire: WireUnderTest, digits: string, more = {}) => {
  return wire.request({ phone: wire.prefix + digits, text: `For ${digits}`, ...more });
};

/** A text of its own, so that no rule about repeats is in the way. */
const again = (simulator: Started, wire: WireUnderTest, digits: string) =>
  submit(simulator, wire, { phone: wire.prefix + digits, text: `Again for ${digits}`, id: '77' });

describe('the table', () => {
  it('has every number and every name of a fault once', () => {
    expect(new Set(FAULTS.map((it) => it.digits)).size).toBe(FAULTS.length);
    const twice = FAULTS.filter((it) => it.fault === 'rate-limited');
    expect(twice.map((it) => [it.digits, it.once])).toEqual([
      ['921', true],
      ['922', false],
    ]);
    expect(new Set(FAULTS.map((it) => it.fault)).size).toBe(FAULTS.length - 1);
  });

  it('is the one in the documentation', () => {
    const manual = readFileSync(new URL('../../docs/simulator.md', import.meta.url), 'utf8');
    const rows = [...manual.matchAll(/^\| (9\d\d) \| `([a-z0-9-]+)` \| (once)? ?\|/gm)];
    expect(rows.map(([, digits, fault, once]) => ({ digits, fault, once: once !== undefined }))).toEqual(
      FAULTS.map(({ digits, fault, once }) => ({ digits, fault, once })),
    );
  });

  it.each(ALL)('leaves other numbers alone: $name', async (wire) => {
    const simulator = await start();
    for (const digits of ['000', '899', '900', '910', '999']) {
      const { status, body } = await submit(simulator, wire, { phone: wire.prefix + digits });
      expect(wire.accepts(status, body)).toBe(true);
    }
  });
});

each('refusals of %s', (_, wire) => {
  const codes = {
    infobip: { 911: 52, 912: 14, 913: 12, 914: 401 },
    smsc: { 911: 7, 912: 6, 913: 3, 914: 2 },
    playmobile: { 911: 202, 912: 405, 913: 102, 914: 401 },
  }[wire.name];

  it.each(Object.entries(codes))('%s is refused with %s, each time', async (digits, code) => {
    const simulator = await start();
    for (let n = 0; n < 2; n += 1) {
      const { status, body } = await submit(simulator, wire, { phone: wire.prefix + digits });
      expect(wire.code(status, body)).toBe(code);
    }
    expect(await accepted(simulator, wire.prefix + digits)).toBe(0);
  });
});

each('requests that %s does not take', (_, wire) => {
  it.each([
    ['921', 429],
    ['923', 503],
  ])('%s is answered with %i and Retry-After once', async (digits, status) => {
    const simulator = await start();
    const first = await submit(simulator, wire, { phone: wire.prefix + digits });
    expect([first.status, first.headers.get('retry-after')]).toEqual([status, '1']);
    expect(await accepted(simulator, wire.prefix + digits)).toBe(0);
    const second = await submit(simulator, wire, { phone: wire.prefix + digits });
    expect(wire.accepts(second.status, second.body)).toBe(true);
  });

  it('922 is answered with 429 always', async () => {
    const simulator = await start();
    for (let n = 0; n < 3; n += 1) {
      expect((await submit(simulator, wire, { phone: `${wire.prefix}922` })).status).toBe(429);
    }
    expect(await accepted(simulator, `${wire.prefix}922`)).toBe(0);
  });

  it('931 is reset once, without a byte of an answer', async () => {
    const simulator = await start();
    const { ended, bytes } = await raw(simulator, request(wire, '931'));
    expect([ended, bytes.length]).toEqual(['reset', 0]);
    expect(await accepted(simulator, `${wire.prefix}931`)).toBe(0);
    const second = await again(simulator, wire, '931');
    expect(wire.accepts(second.status, second.body)).toBe(true);
  });

  it('934 is answered with 500 once', async () => {
    const simulator = await start();
    expect((await submit(simulator, wire, { phone: `${wire.prefix}934` })).status).toBe(500);
    expect(await accepted(simulator, `${wire.prefix}934`)).toBe(0);
    const second = await submit(simulator, wire, { phone: `${wire.prefix}934` });
    expect(wire.accepts(second.status, second.body)).toBe(true);
  });

  it('940 is sent round in circles once', async () => {
    const simulator = await start();
    const { path, headers, body } = request(wire, '940');
    const followed = fetch(simulator.url + path, { method: 'POST', headers, body });
    await expect(followed).rejects.toThrow(/fetch failed/);
    expect(await accepted(simulator, `${wire.prefix}940`)).toBe(0);
    const second = await again(simulator, wire, '940');
    expect(wire.accepts(second.status, second.body)).toBe(true);
  });
});

each('answers of %s that go wrong after it took the SMS', (_, wire) => {
  const oneTaken = async (simulator: Started, digits: string) => {
    expect(await accepted(simulator, wire.prefix + digits)).toBe(1);
    const next = await again(simulator, wire, digits);
    expect(wire.accepts(next.status, next.body)).toBe(true);
    expect(await accepted(simulator, wire.prefix + digits)).toBe(2);
  };

  it('932: a reset instead of the answer', async () => {
    const simulator = await start();
    const { ended, bytes } = await raw(simulator, request(wire, '932'));
    expect([ended, bytes.length]).toEqual(['reset', 0]);
    await oneTaken(simulator, '932');
  });

  it('933: silence on an open connection', async () => {
    const simulator = await start();
    const { ended, bytes } = await raw(simulator, request(wire, '933'), { forMs: 400 });
    expect([ended, bytes.length]).toEqual(['open', 0]);
    await oneTaken(simulator, '933');
  });

  it('935: 500', async () => {
    const simulator = await start();
    expect((await submit(simulator, wire, { phone: `${wire.prefix}935` })).status).toBe(500);
    await oneTaken(simulator, '935');
  });

  it('936: 200 with garbage', async () => {
    const simulator = await start();
    const { head, body } = await raw(simulator, request(wire, '936'), { enough: isWhole });
    expect(head).toMatch(/^HTTP\/1.1 200 /);
    expect(body.length).toBe(512);
    expect(body.toString('utf8')).toContain('\uFFFD');
    await oneTaken(simulator, '936');
  });

  it('937: half of the answer, then the end', async () => {
    const simulator = await start();
    const { ended, head, body } = await raw(simulator, request(wire, '937'));
    expect(ended).toBe('closed');
    const length = Number(/content-length: (\d+)/.exec(head)?.[1]);
    expect(body.length).toBe(Math.floor(length / 2));
    expect(body.length).toBeGreaterThan(0);
    await oneTaken(simulator, '937');
  });

  it('939: no id, each time', async () => {
    const simulator = await start();
    for (const id of ['1', '2']) {
      const answer = await submit(simulator, wire, { phone: `${wire.prefix}939`, id, text: `Text ${id}` });
      expect(answer.status).toBe(200);
      if (wire === infobip)
        expect(JSON.parse(answer.body).messages).toEqual([expect.not.objectContaining({ messageId: id })]);
      if (wire === smsc) expect(JSON.parse(answer.body)).toEqual({ cnt: 1 });
      if (wire === playmobile) expect(answer.body).toBe('');
    }
    expect(await accepted(simulator, `${wire.prefix}939`)).toBe(2);
  });

  it('944: unexpected bytes', async () => {
    const simulator = await start();
    const { body } = await raw(simulator, request(wire, '944'), { enough: isWhole });
    if (wire === smsc) {
      expect(JSON.parse(new TextDecoder('windows-1251').decode(body))).toMatchObject({ cnt: 1, comment: 'Принято' });
      expect(body.toString('utf8')).toContain('\uFFFD');
    } else {
      expect([...body.subarray(0, 2)]).toEqual([0xff, 0xfe]);
      const text = body.subarray(2).toString('utf16le');
      expect(wire.accepts(200, text)).toBe(true);
    }
    await oneTaken(simulator, '944');
  });
});

describe('slow and large answers', () => {
  it('938: after 3 s, each time', { timeout: 20_000 }, async () => {
    const simulator = await start();
    const { ms, head } = await raw(simulator, request(infobip, '938'), { forMs: 9000, enough: isWhole });
    expect(head).toMatch(/^HTTP\/1.1 200 /);
    expect(ms).toBeGreaterThanOrEqual(2990);
    expect(await accepted(simulator, `${infobip.prefix}938`)).toBe(1);
  });

  it('941: one byte a second, after the head', async () => {
    const simulator = await start();
    const { body, ended } = await raw(simulator, request(playmobile, '941'), { forMs: 2500 });
    expect(ended).toBe('open');
    expect('Request is received'.startsWith(body.toString())).toBe(true);
    expect(body.length).toBeGreaterThanOrEqual(1);
    expect(body.length).toBeLessThanOrEqual(3);
    expect(await accepted(simulator, `${playmobile.prefix}941`)).toBe(1);
  });

  it('942: 100 MB, in pieces that wait for the reader', { timeout: 20_000 }, async () => {
    const simulator = await start();
    const { path, headers, body } = request(infobip, '942');
    const answer = await fetch(simulator.url + path, { method: 'POST', headers, body });
    expect(answer.headers.get('content-length')).toBeNull();
    let size = 0;
    let last = '';
    for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      last = Buffer.from(chunk).toString('utf8');
    }
    expect(size).toBeGreaterThan(100 * 2 ** 20);
    expect(last).toContain('PENDING_ACCEPTED');
    expect(await accepted(simulator, `${infobip.prefix}942`)).toBe(1);
  });

  it('943: about 1 MB, packed', { timeout: 20_000 }, async () => {
    const simulator = await start();
    const end = Buffer.from('\r\n0\r\n\r\n');
    const answer = await raw(simulator, request(infobip, '943'), {
      forMs: 10_000,
      enough: (bytes) => bytes.subarray(-end.length).equals(end),
    });
    expect(answer.head).toMatch(/content-encoding: gzip/);
    expect(answer.bytes.length).toBeLessThan(2 * 2 ** 20);
    expect(answer.bytes.length).toBeGreaterThan(2 ** 20 / 2);
    const next = await again(simulator, infobip, '943');
    expect(infobip.accepts(next.status, next.body)).toBe(true);
  });

  it('943: a reader that unpacks gets far more than it was sent', { timeout: 20_000 }, async () => {
    const simulator = await start();
    const { path, headers, body } = request(smsc, '943');
    const answer = await fetch(simulator.url + path, { method: 'POST', headers, body });
    let size = 0;
    for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > 100 * 2 ** 20) break;
    }
    expect(size).toBeGreaterThan(100 * 2 ** 20);
    expect(await accepted(simulator, `${smsc.prefix}943`)).toBe(1);
  });
});
