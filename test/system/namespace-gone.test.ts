/** Temporal's namespace is deleted while messages are under way, and registered again later, empty. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HOUSEKEEPING_WORKFLOW_ID } from '../../sms/names.ts';
import { registerNamespace } from '../setup/namespace.ts';
import { phone } from './phones.ts';
import { eventually, isFinal, type System, startSystem } from './system.ts';

let system: System;

beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system?.stop());

it('is gone: messages are accepted, and each is sent once when it is back', { timeout: 180_000 }, async () => {
  const { connection, options } = system.temporal;
  const { namespace } = options;
  await system.control('hold-reports', { hold: true });
  const [before, after] = [phone('infobip'), phone('infobip')];
  const sent = await system.send({ to: before, sender: 'demo-infobip' });
  await system.until(sent, ({ status }) => status === 'sent');

  await connection.operatorService.deleteNamespace({ namespace });
  await expect.poll(() => isThere(system)).toBe(false);
  const waiting = await system.send({ to: after, sender: 'demo-infobip' });
  const cancelled = await system.send({ to: phone('smsc'), sender: 'demo-smsc' });
  expect((await system.request('POST', `/v1/messages/${cancelled}/cancel`)).status).toBe(200);
  await system.control('hold-reports', { hold: false });
  expect(await system.until(sent, isFinal)).toMatchObject({ status: 'delivered', source: 'report' });
  expect(await system.message(waiting)).toMatchObject({ status: 'accepted' });

  await registerNamespace(connection, namespace);
  expect(await system.until(waiting, isFinal, 120_000)).toMatchObject({ status: 'delivered' });
  await eventually(() => isThere(system), Boolean);
  expect(await Promise.all([before, after].map((to) => system.takenFor(to)))).toEqual([1, 1]);
  expect((await system.message(cancelled)).status).toBe('cancelled');
});

/** Whether housekeeping, which is always on, can be seen. */
async function isThere({ temporal }: System): Promise<boolean> {
  return await temporal.workflow
    .getHandle(HOUSEKEEPING_WORKFLOW_ID)
    .describe()
    .then(
      ({ status }) => status.name === 'RUNNING',
      () => false,
    );
}
