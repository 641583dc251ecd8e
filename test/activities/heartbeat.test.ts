import { setTimeout as sleep } from 'node:timers/promises';
import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, it } from 'vitest';
import { signsOfLife } from '../../activities/heartbeat.ts';

/** How many signs an activity of 300 ms gives, and 300 ms later. */
async function signsOf(heartbeatTimeoutMs: number | undefined): Promise<number[]> {
  const env = new MockActivityEnvironment({ heartbeatTimeoutMs });
  let signs = 0;
  env.on('heartbeat', () => {
    signs++;
  });
  const { execute } = signsOfLife;
  if (!execute) throw new Error('it does nothing');
  await env.run(() => execute({ args: [], headers: {} }, () => sleep(300)));
  const whileItRan = signs;
  await sleep(300);
  return [whileItRan, signs];
}

it('gives signs of life while the activity runs, and none after', async () => {
  const [whileItRan = 0, after] = await signsOf(60);
  expect(whileItRan).toBeGreaterThanOrEqual(5);
  expect(after).toBe(whileItRan);
});

it('gives none where none is asked for', async () => {
  expect(await signsOf(undefined)).toEqual([0, 0]);
});
