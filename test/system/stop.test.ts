/** STOP and cancel: once they are acknowledged, nothing leaves for the phone or of the message. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { phone } from './phones.ts';
import { eventually, isFinal, type System, startSystem } from './system.ts';

let system: System;

beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system?.stop());

/** The phone answers STOP to the sender's gateway account; resolves when our webhook has acknowledged it. */
async function answerStop(gateway: string, from: string): Promise<void> {
  const login = gateway === 'infobip' ? 'demo-infobip-key' : 'demo';
  await system.control('inbound', { wire: gateway, login, from, to: '3700', text: 'Stop!' });
  await eventually(() => suppressed(from), Boolean);
}

async function suppressed(to: string): Promise<boolean> {
  const [row] = await system.db.sql`SELECT count(*)::int AS n FROM suppressions WHERE phone = ${to}`;
  return Number(row?.n) > 0;
}

// SMSc.ru hands inbound SMS out on request only, which is not asked for yet.
describe.concurrent.each(['infobip', 'playmobile'])('%s', (gateway) => {
  const sender = `demo-${gateway}`;

  it('STOP ends what waits for the phone, over all senders of the account, and what comes after', async () => {
    const to = phone(gateway);
    const waiting = await Promise.all([
      system.send({ to, sender, sendAt: inAnHour() }),
      system.send({ to, sender: 'demo-smsc', sendAt: inAnHour() }),
    ]);
    await Promise.all(waiting.map(workflowStarts));
    await answerStop(gateway, to);
    for (const id of waiting) {
      expect(await system.message(id)).toMatchObject({ status: 'suppressed', source: 'stop-word' });
    }
    const next = await system.until(await system.send({ to, sender }), isFinal);
    expect(next).toMatchObject({ status: 'suppressed', source: 'suppress-list' });
    expect(await system.takenFor(to)).toBe(0);
    for (const id of [...waiting, next.id]) await workflowEnds(id);
  });

  it('STOP after the submit waits for its report', async () => {
    const to = phone(gateway);
    const id = await system.send({ to, sender });
    await system.until(id, ({ status }) => status !== 'accepted');
    await answerStop(gateway, to);
    expect(await system.until(id, isFinal)).toMatchObject({ status: 'delivered' });
    expect(await system.takenFor(to)).toBe(1);
  });

  it('a STOP in the middle of a sentence is none', async () => {
    const to = phone(gateway);
    const login = gateway === 'infobip' ? 'demo-infobip-key' : 'demo';
    await system.control('inbound', { wire: gateway, login, from: to, to: '3700', text: 'please do not STOP' });
    await eventually(
      () => texts(to),
      (n) => n === 1,
    );
    expect(await suppressed(to)).toBe(false);
    expect(await system.until(await system.send({ to, sender }), isFinal)).toMatchObject({ status: 'delivered' });
  });
});

it('nothing leaves after an acknowledged STOP, whatever races with it', { timeout: 60_000 }, async () => {
  const phones = Array.from({ length: 40 }, () => phone('infobip'));
  await Promise.all(
    phones.map(async (to, i) => {
      const id = await system.send({ to, sender: 'demo-infobip' });
      await new Promise((resolve) => setTimeout(resolve, (i % 8) * 15));
      // Our own webhook is called, so that the moment of the acknowledgement is known.
      const { hookToken } = await system.sender('demo-infobip');
      const answer = await fetch(`${system.apiUrl}/hooks/${hookToken}/inbound`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ results: [{ messageId: `race-${i}`, from: to.slice(1), to: '3700', text: 'STOP' }] }),
      });
      const acknowledged = Date.now();
      expect(answer.status).toBe(200);
      const ended = await system.until(id, isFinal);
      const arrivals = await arrivalsFor(to);
      expect(arrivals.length).toBe(ended.status === 'suppressed' ? 0 : 1);
      for (const { at } of arrivals) expect(at).toBeLessThanOrEqual(acknowledged);
    }),
  );
});

it('cancel says the truth while the submit races with it', { timeout: 60_000 }, async () => {
  await Promise.all(
    Array.from({ length: 40 }, async (_, i) => {
      const to = phone('playmobile');
      const id = await system.send({ to, sender: 'demo-playmobile' });
      await new Promise((resolve) => setTimeout(resolve, i * 25));
      const { status } = await system.request('POST', `/v1/messages/${id}/cancel`);
      const ended = await system.until(id, isFinal);
      expect([status, ended.status, await system.takenFor(to)]).toEqual(
        status === 200 ? [200, 'cancelled', 0] : [409, 'delivered', 1],
      );
    }),
  );
});

it('a cancelled message that waits for its time ends its workflow at once', async () => {
  const id = await system.send({ to: phone('smsc'), sender: 'demo-smsc', sendAt: inAnHour() });
  await workflowStarts(id);
  expect((await system.request('POST', `/v1/messages/${id}/cancel`)).status).toBe(200);
  expect((await system.request('POST', `/v1/messages/${id}/cancel`)).status).toBe(200);
  await workflowEnds(id);
});

async function workflowEnds(id: string): Promise<void> {
  const describe = () => system.temporal.workflow.getHandle(id).describe();
  await eventually(
    async () => (await describe()).status.name,
    (status) => status !== 'RUNNING',
  );
}

async function workflowStarts(id: string): Promise<void> {
  const started = () =>
    system.temporal.workflow
      .getHandle(id)
      .describe()
      .then(
        () => true,
        () => false,
      );
  await eventually(started, Boolean);
}

async function texts(from: string): Promise<number> {
  const [row] = await system.db.sql`SELECT count(*)::int AS n FROM inbound WHERE phone = ${from}`;
  return Number(row?.n);
}

async function arrivalsFor(to: string): Promise<{ at: number }[]> {
  const { requests } = await system.control<{ requests: { at: number; call: string; sms: { phone: string }[] }[] }>(
    'book',
  );
  return requests.filter(({ call, sms }) => call === 'send' && sms.some(({ phone }) => to.endsWith(phone)));
}

function inAnHour(): string {
  return new Date(Date.now() + 3_600_000).toISOString();
}
