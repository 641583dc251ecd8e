import { describe, expect, it } from 'vitest';
import { FAULTS } from '../../local/simulator/faults.ts';
import {
  eventually,
  isWhole,
  pause,
  raw,
  type Started,
  start,
  startReceiver,
  submit,
  WIRES,
  type WireUnderTest,
} from './kit.ts';

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
  it('938: after 3 s, each time', { timeout: 10_000 }, async () => {
    const simulator = await start();
    const { ms, head } = await raw(simulator, request(infobip, '938'), { forMs: 4500, enough: isWhole });
    expect(head).toMatch(/^HTTP\/1.1 200 /);
    expect(ms).toBeGreaterThanOrEqual(2990);
    expect(ms).toBeLessThan(4400);
    expect(await accepted(simulator, `${infobip.prefix}938`)).toBe(1);
  });

  it('941: one byte a second, after the head', async () => {
    const simulator = await start();
    const { ms, body, ended } = await raw(simulator, request(playmobile, '941'), { forMs: 2500 });
    expect(ms).toBeLessThan(900);
    expect(ended).toBe('open');
    expect('Request is received'.startsWith(body.toString())).toBe(true);
    expect(body.length).toBeGreaterThanOrEqual(2);
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

each('fates of SMS that %s took', (_, wire) => {
  const finalsOf = async (digits: string, wait = 250) => {
    const [simulator, receiver] = [await start(), await startReceiver()];
    const login = wire === infobip ? 'key-1' : 'acme';
    await simulator.control('accounts', { wire: wire.name, login, hooks: { reports: receiver.url } });
    const { status, body } = await submit(simulator, wire, { phone: wire.prefix + digits, id: '42' });
    expect(wire.accepts(status, body)).toBe(true);
    const answeredAt = performance.now();
    await pause(wait);
    const [sms] = (await simulator.handset(wire.prefix + digits)).sms;
    const told = (await simulator.calls()).flatMap((it) => it.reports.map((report) => report.status));
    return { told: told.filter((it) => it !== 'sent'), all: told, now: sms?.status, receiver, answeredAt };
  };

  it.each([
    ['123', 'delivered'],
    ['901', 'undelivered'],
    ['902', 'expired'],
    ['903', 'rejected'],
    ['915', 'rejected'],
  ])('%s ends as %s and says so once', async (digits, end) => {
    expect(await finalsOf(digits)).toMatchObject({ told: [end], now: end });
  });

  it('904 says nothing, but is delivered', async () => {
    expect(await finalsOf('904')).toMatchObject({ all: [], now: 'delivered' });
  });

  it('905 says nothing and never ends', async () => {
    expect(await finalsOf('905')).toMatchObject({ all: [], now: 'sent' });
  });

  it('906 says it twice', async () => {
    expect(await finalsOf('906')).toMatchObject({ told: ['delivered', 'delivered'], now: 'delivered' });
  });

  it('907 says it before the answer', async () => {
    const { told, receiver, answeredAt } = await finalsOf('907');
    expect(told).toEqual(['delivered']);
    expect(receiver.received[0]?.at).toBeLessThan(answeredAt);
  });

  it('908 takes five times as long', async () => {
    const { told, receiver, answeredAt } = await finalsOf('908', 450);
    expect(told).toEqual(['delivered']);
    expect((receiver.received.at(-1)?.at ?? 0) - answeredAt).toBeGreaterThan(150);
  });

  it('909 says delivered, then something that is not final; it stays delivered', async () => {
    expect(await finalsOf('909')).toMatchObject({ all: ['delivered', 'sent'], now: 'delivered' });
  });
});

describe('programmed faults', () => {
  it('happen so often, at the wire, login and phone that they name', async () => {
    const simulator = await start();
    await simulator.control('fault', {
      wire: 'infobip',
      login: 'key-2',
      phone: '+79995550105',
      fault: 'error-500',
      times: 2,
    });
    const statuses = async (login: string, phone: string) => {
      return (await submit(simulator, infobip, { phone, login })).status;
    };
    expect(await statuses('key-1', '79995550105')).toBe(200);
    expect(await statuses('key-2', '79995550106')).toBe(200);
    const later = [1, 2, 3].map(async () => statuses('key-2', '79995550105'));
    expect((await Promise.all(later)).sort()).toEqual([200, 500, 500]);
  });

  it('go before the magic numbers', async () => {
    const simulator = await start();
    await simulator.control('fault', { phone: '79995550901', fault: 'expired' });
    await submit(simulator, infobip, { phone: '79995550901' });
    await eventually(async () => (await simulator.handset('79995550901')).sms[0]?.status === 'expired');
  });

  it('reset before the body is read, while it is still being sent', async () => {
    const simulator = await start();
    await simulator.control('fault', { wire: 'infobip', login: 'key-1', fault: 'reset-before-body' });
    // A body is announced and never sent: only a server that does not wait for it can end this.
    const ask = { ...request(infobip, '101'), body: '' };
    const { ended, ms } = await raw(simulator, ask, { forMs: 2000, length: 5000 });
    expect([ended, ms < 1000]).toEqual(['reset', true]);
    expect(await simulator.requests()).toMatchObject([
      { fault: 'reset-before-body', outcome: 'faulty', login: 'key-1' },
    ]);
  });

  it('happen to other calls where told so', async () => {
    const simulator = await start();
    await simulator.control('fault', { wire: 'smsc', call: 'status', fault: 'unavailable' });
    const poll = () => fetch(`${simulator.url}/smsc/sys/status.php?login=acme&psw=s&fmt=3&phone=79215550142&id=1`);
    expect((await submit(simulator, smsc, { phone: '79215550142' })).status).toBe(200);
    expect([(await poll()).status, (await poll()).status]).toEqual([503, 200]);
  });

  it('are refused where their name is unknown', async () => {
    const simulator = await start();
    await expect(simulator.control('fault', { fault: 'flood' })).rejects.toThrow(/400.*fault must be one of/);
  });
});
