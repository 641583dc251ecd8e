import net from 'node:net';
import { describe, expect, it } from 'vitest';
import type { Double } from '../../local/simulator/doubles.ts';
import { type Rate, Rates } from '../../local/simulator/rates.ts';
import { pause, type Started, start, submit, WIRES } from './kit.ts';

const { infobip, playmobile, smsc } = WIRES;

describe('rates', () => {
  const largest = (times: number[]) => {
    const rates = new Rates();
    for (const at of times) rates.add('w', 'l', at, 1);
    return rates.list('w', 'l')[0]?.largest;
  };

  it('counts the fullest window of one second, its end not included', () => {
    expect(largest([0, 999])).toBe(2);
    expect(largest([0, 1000])).toBe(1);
    expect(largest([0, 500, 1100, 1200, 1499, 1501, 5000])).toBe(4);
  });

  it('does not mind the order, nor very many', () => {
    expect(largest([1200, 0, 1100, 500, 1499])).toBe(4);
    const times = Array.from({ length: 30_000 }, (_, i) => i * 5);
    expect(largest(times)).toBe(200);
    // Whatever order they are booked in, a plain count of every window must agree.
    let seed = 1;
    const random = () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    for (let round = 0; round < 50; round += 1) {
      const some = Array.from({ length: 60 }, () => Math.floor(random() * 5000));
      const plain = Math.max(...some.map((from) => some.filter((it) => it >= from && it < from + 1000).length));
      expect(largest(some)).toBe(plain);
    }
  });

  it('are kept for each wire and login', async () => {
    const simulator = await start();
    for (const login of ['a', 'a', 'b']) await submit(simulator, infobip, { phone: '79995550101', login });
    await submit(simulator, smsc, { phone: '79215550911', login: 'a' });
    const { rates } = await simulator.control<{ rates: Rate[] }>('rates?wire=infobip&login=a');
    expect(rates).toEqual([{ wire: 'infobip', login: 'a', count: 2, largest: 2 }]);
    const all = await simulator.control<{ rates: Rate[] }>('rates');
    expect(all.rates.map((it) => [it.wire, it.login, it.count])).toEqual([
      ['infobip', 'a', 2],
      ['infobip', 'b', 1],
      ['smsc', 'a', 1],
    ]);
  });
});

describe('requests', () => {
  it('are booked with both clocks, what was asked and how it ended', async () => {
    const simulator = await start();
    const before = { wall: Date.now(), mono: Number(process.hrtime.bigint()) / 1e6 };
    await submit(simulator, infobip, { phone: '79995550101', id: 'a', text: 'Hello' });
    await submit(simulator, infobip, { phone: '79995550911', id: 'b' });
    await submit(simulator, infobip, { phone: '79995550922', id: 'c' });
    await submit(simulator, infobip, { phone: '79995550101', login: 'wrong' });
    const [first, ...others] = await simulator.requests();
    expect(first).toMatchObject({
      n: expect.any(Number),
      wire: 'infobip',
      login: 'key-1',
      call: 'send',
      method: 'POST',
      path: '/sms/3/messages',
      outcome: 'accepted',
      status: 200,
      sms: [{ id: 'a', ownId: 'a', phone: '79995550101', sender: 'ACME', text: 'Hello' }],
    });
    expect(others).toMatchObject([
      { outcome: 'refused', sms: [{ id: 'b', refusal: 'invalid-recipient' }] },
      { outcome: 'faulty', fault: 'rate-limited', status: 429 },
      { outcome: 'refused', refused: 'not let in', status: 401, login: 'wrong' },
    ]);
    expect(first?.at).toBeGreaterThanOrEqual(before.wall);
    expect((first?.mono ?? 0) - before.mono).toBeGreaterThan(0);
    expect((first?.mono ?? 0) - before.mono).toBeLessThan(2000);
  });

  it('are timed by their first byte, also on a connection that is used again', async () => {
    const simulator = await start();
    const socket = net.connect(simulator.port, '127.0.0.1');
    const { path, headers, body } = infobip.request({ phone: '79995550101' });
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const begun: number[] = [];
    for (let n = 0; n < 2; n += 1) {
      socket.write('POS');
      await pause(150);
      begun.push(Number(process.hrtime.bigint()) / 1e6);
      socket.write(`T ${path} HTTP/1.1\r\nhost: t\r\n${lines.join('')}content-length: ${body.length}\r\n\r\n`);
      await pause(60);
      const answered = new Promise((resolve) => socket.once('data', resolve));
      socket.write(body);
      await answered;
      await pause(30);
    }
    socket.destroy();
    const requests = await simulator.requests();
    expect(requests).toHaveLength(2);
    for (const [i, request] of requests.entries()) expect(request.mono).toBeLessThan(begun[i] ?? 0);
  });

  it('are listed since a place, with the calls of webhooks in the same count', async () => {
    const simulator = await start();
    await submit(simulator, infobip, { phone: '79995550101' });
    const [{ n } = { n: 0 }] = await simulator.requests();
    await submit(simulator, infobip, { phone: '79995550102' });
    const later = await simulator.control<{ requests: { n: number; sms: unknown[] }[] }>(`book?since=${n}`);
    expect(later.requests).toMatchObject([{ sms: [{ phone: '79995550102' }] }]);
  });

  it('are forgotten first in, first out, beyond the number to keep; doubles and rates are not', async () => {
    const simulator = await start({ keep: 20 });
    for (let n = 0; n < 100; n += 1) {
      await submit(simulator, playmobile, { phone: `9989011102${String(n).padStart(2, '0')}`, id: `i${n}`, text: 'x' });
    }
    const book = await simulator.control<{ counts: { accepted: number; kept: number }; requests: unknown[] }>('book');
    expect(book.counts.accepted).toBe(100);
    expect(book.counts.kept).toBeLessThanOrEqual(32);
    expect(book.requests.length).toBeLessThanOrEqual(32);
    const { handsets } = await simulator.control<{ handsets: { phone: string }[] }>('handsets');
    expect(handsets.length).toBe(book.counts.kept);
    expect(handsets[0]?.phone).toBe('998901110299');
    await submit(simulator, playmobile, { phone: '998901110200', id: 'i0', text: 'x' });
    const { doubles } = await simulator.control<{ doubles: Double[] }>('doubles');
    expect(doubles.map((it) => [it.by, it.count])).toEqual([
      ['phone-text', 2],
      ['own-id', 2],
    ]);
    const { rates } = await simulator.control<{ rates: Rate[] }>('rates');
    expect(rates[0]?.count).toBe(101);
  });
});

describe('doubles', () => {
  const doubles = async (simulator: Started) => {
    return (await simulator.control<{ doubles: Double[] }>('doubles')).doubles;
  };

  it('are SMS that were accepted more than once, not the refused ones', async () => {
    const simulator = await start();
    await submit(simulator, infobip, { phone: '79995550101', id: 'a', text: 'one' });
    await submit(simulator, infobip, { phone: '79995550101', id: 'a', text: 'one' });
    await submit(simulator, infobip, { phone: '79995550102', id: 'b', text: 'one' });
    await submit(simulator, infobip, { phone: '79995550102', id: 'c', text: 'two' });
    await submit(simulator, infobip, { phone: '79995550101', id: 'a', text: 'one', login: 'other' });
    expect(await doubles(simulator)).toEqual([]);
    await submit(simulator, infobip, { phone: '79995550102', id: 'd', text: 'one' });
    expect(await doubles(simulator)).toMatchObject([
      { by: 'phone-text', wire: 'infobip', login: 'key-1', phone: '79995550102', text: 'one', count: 2 },
    ]);
  });

  it('show a repeat after an answer that was lost', async () => {
    const simulator = await start();
    const ask = { phone: '998901110935', id: 'x1', text: 'one' };
    expect((await submit(simulator, playmobile, ask)).status).toBe(500);
    expect((await submit(simulator, playmobile, ask)).status).toBe(200);
    expect(await doubles(simulator)).toMatchObject([
      { by: 'phone-text', count: 2 },
      { by: 'own-id', ownId: 'x1' },
    ]);
    const safe = { phone: '79995550935', id: 'x1', text: 'one' };
    await submit(simulator, infobip, safe);
    const second = await submit(simulator, infobip, safe);
    expect(infobip.code(second.status, second.body)).toBe(23);
    expect(await doubles(simulator)).toHaveLength(2);
  });
});
