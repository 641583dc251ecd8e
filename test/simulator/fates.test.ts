import { describe, expect, it } from 'vitest';
import { eventually, raw, start, startReceiver, submit, WIRES, type WireUnderTest } from './kit.ts';

const { infobip, smsc, playmobile } = WIRES;
const each = describe.each([infobip, smsc, playmobile].map((wire) => [wire.name, wire] as const));

const request = (wire: WireUnderTest, digits: string) => wire.request({ phone: wire.prefix + digits });

each('fates of SMS that %s took', (_, wire) => {
  const finalsOf = async (digits: string, reportDelayMs = 40) => {
    const [simulator, receiver] = [await start({ reportDelayMs }), await startReceiver()];
    const login = wire === infobip ? 'key-1' : 'acme';
    await simulator.control('accounts', { wire: wire.name, login, hooks: { reports: receiver.url } });
    const { status, body } = await submit(simulator, wire, { phone: wire.prefix + digits, id: '42' });
    expect(wire.accepts(status, body)).toBe(true);
    const answeredAt = performance.now();
    await simulator.quiet();
    const [sms] = (await simulator.handset(wire.prefix + digits)).sms;
    const told = (await simulator.calls()).flatMap((it) => it.reports.map((report) => report.status));
    return { told: told.filter((it) => it !== 'sent'), all: told, now: sms?.status, sms, receiver, answeredAt };
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
    const { told, sms } = await finalsOf('908');
    expect(told).toEqual(['delivered']);
    expect((sms?.statusAt ?? 0) - (sms?.acceptedAt ?? 0)).toBeGreaterThanOrEqual(5 * 40 - 2);
  });

  it('909 says delivered, then something that is not final; it stays delivered', async () => {
    expect(await finalsOf('909', 400)).toMatchObject({ all: ['delivered', 'sent'], now: 'delivered' });
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
