/** Every final status of every gateway, come about by its own cause. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isFinal, type System, startSystem } from './system.ts';

const GATEWAYS = ['infobip', 'smsc', 'playmobile'] as const;
type GatewayName = (typeof GATEWAYS)[number];

let system: System;
let phones = 0;

/** A made-up phone whose last three digits are the simulator's magic number. */
function phone(gateway: GatewayName, magic: string): string {
  const n = String(++phones).padStart(3, '0');
  return gateway === 'playmobile' ? `+998901${n}${magic}` : `+79995${n}${magic}`.padEnd(9, '0');
}

beforeAll(async () => {
  system = await startSystem();
  for (const gateway of GATEWAYS) await system.changeSender(`demo-${gateway}`, { awaitDeliveryS: 2 });
});
afterAll(() => system?.stop());

describe.each(GATEWAYS)('%s', (gateway) => {
  const sender = `demo-${gateway}`;

  it.each([
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
});
