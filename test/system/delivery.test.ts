/** Every final status of every gateway, come about by its own cause. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { phone } from './phones.ts';
import { addSenders, GATEWAYS } from './senders.ts';
import { isFinal, type System, startSystem } from './system.ts';

let system: System;

beforeAll(async () => {
  system = await startSystem();
  await addSenders(
    system,
    'hasty',
    () => ({ awaitDeliveryS: 1, defaultValidityS: 10, reportGraceS: 2 }),
    (gateway) => `${gateway}-hasty`,
  );
});
afterAll(() => system?.stop());

describe.concurrent.each(GATEWAYS)('%s', (gateway) => {
  const sender = `demo-${gateway}`;
  const hasty = `${gateway}-hasty`;

  it.concurrent.each([
    ['000', 'delivered'],
    ['901', 'undelivered'],
    ['902', 'expired'],
    ['903', 'rejected'],
    ['906', 'delivered'],
    ['907', 'delivered'],
    ['909', 'delivered'],
  ])('%s: the report says %s', async (magic, status) => {
    const to = phone(gateway, magic);
    const ended = await system.until(await system.send({ to, sender }), isFinal);
    expect(ended).toMatchObject({ status, source: 'report' });
    expect(await system.takenFor(to)).toBe(1);
  });

  it('911: the gateway refuses the recipient', async () => {
    const to = phone(gateway, '911');
    const ended = await system.until(await system.send({ to, sender }), isFinal);
    expect(ended).toMatchObject({ status: 'rejected', source: 'answer', errorClass: 'invalid-recipient' });
    expect(await system.takenFor(to)).toBe(0);
  });

  it('905: no report and no final status ever is unknown, by the clock', async () => {
    const to = phone(gateway, '905');
    const ended = await system.until(await system.send({ to, sender: hasty }), isFinal, 50_000);
    expect(ended).toMatchObject({ status: 'unknown', source: 'clock' });
    expect(await system.takenFor(to)).toBe(1);
  });

  it('a message that its sender may not send in time expires', async () => {
    await system.changeSender(hasty, { awaitDeliveryS: 1 });
    const id = await system.send({ to: phone(gateway), sender: hasty, sendAt: inSeconds(5) });
    await system.db.sql`UPDATE messages SET expires_at = send_at WHERE id = ${id}`;
    expect(await system.until(id, isFinal, 50_000)).toMatchObject({ status: 'expired', source: 'clock' });
  });

  it('a phone on a suppress list is not sent to', async () => {
    const to = phone(gateway);
    const { accountIds } = await system.sender(sender);
    await system.suppress(to, accountIds);
    expect(await system.until(await system.send({ to, sender }), isFinal)).toMatchObject({
      status: 'suppressed',
      source: 'suppress-list',
    });
    expect(await system.takenFor(to)).toBe(0);
  });

  it('a message that waits for its time can be cancelled', async () => {
    const id = await system.send({ to: phone(gateway), sender, sendAt: inSeconds(3600) });
    const answer = await system.request('POST', `/v1/messages/${id}/cancel`);
    expect(answer).toMatchObject({ status: 200, body: { status: 'cancelled', source: 'api' } });
  });
});

describe.concurrent.each(['infobip', 'smsc'])('%s', (gateway) => {
  it('904: no report in time, so the status is polled', async () => {
    const to = phone(gateway, '904');
    const ended = await system.until(await system.send({ to, sender: `${gateway}-hasty` }), isFinal, 50_000);
    expect(ended).toMatchObject({ status: 'delivered', source: 'poll' });
    expect(await system.takenFor(to)).toBe(1);
  });
});

function inSeconds(seconds: number): string {
  return new Date(Date.now() + seconds * 1000).toISOString();
}
