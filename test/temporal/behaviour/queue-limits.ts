import { setTimeout as sleep } from 'node:timers/promises';
import { NativeConnection } from '@temporalio/worker';
import { expect, it } from 'vitest';
import {
  type Act,
  activityWorker,
  backlogOf,
  limitQueue,
  named,
  type Probe,
  queueLimit,
  Starts,
  startTimes,
  until,
  workflow,
} from '../probe.ts';

export function queueLimits(probe: () => Probe): void {
  it('hold over two workers: one burst of a second’s worth after a quiet time, then the exact rate', async () => {
    const { address, client, native, workflows } = probe();
    const taskQueue = named('send');
    const [one, other] = [new Starts(), new Starts()];
    const run = workflow(workflows, names(140), { taskQueue });
    await limitQueue(client, taskQueue, 20);
    await twoWorkers(address, native, taskQueue, [one.act, other.act], async () => {
      await sleep(1_500);
      await client.workflow.execute('manyActivities', run);
    });

    expect(one.seen.length + other.seen.length).toBe(140);
    expect(Math.min(one.seen.length, other.seen.length)).toBeGreaterThan(10);
    const times = await startTimes(client, run.workflowId);
    expect(earlierThan(times, { burst: 20, perSecond: 20 })).toEqual([]);
    expect(earlierThan(times, { burst: 0, perSecond: 20 })).not.toEqual([]);
    expect((times.at(-1) ?? Number.NaN) - (times[0] ?? 0)).toBeLessThan(9_000);
  });

  it('of 0 pause a queue by the time the call returns; a new limit resumes it in seconds, without a burst', async () => {
    const { client, native, workflows } = probe();
    const taskQueue = named('send');
    const starts = new Starts();
    const run = workflow(workflows, names(60), { taskQueue });
    await limitQueue(client, taskQueue, 0);
    const worker = await activityWorker(native, taskQueue, starts.act);
    await worker.runUntil(async () => {
      const handle = await client.workflow.start('manyActivities', run);
      await backlogOf(client, taskQueue, 60);
      await sleep(500);
      expect(starts.seen).toEqual([]);
      expect(await queueLimit(client, taskQueue)).toBe(0);

      await limitQueue(client, taskQueue, 10);
      const resumed = Date.now();
      await until(() => starts.seen.length >= 9);
      await limitQueue(client, taskQueue, 0);
      const paused = Date.now();
      await sleep(1_500);
      const limitless = Date.now();
      await limitQueue(client, taskQueue, null);
      await handle.result();

      const times = await startTimes(client, run.workflowId);
      expect(times[0]).toBeLessThan(resumed + 5_000);
      expect(times.filter((time) => time > paused + 200 && time < limitless)).toEqual([]);
      const limited = times.filter((time) => time < limitless);
      expect(earlierThan(limited, { burst: 0, perSecond: 10 })).toEqual([]);
      expect(limited.length).toBeLessThan(60);
    });
    expect(await queueLimit(client, taskQueue)).toBeUndefined();
  });

  it('below 1 let the first task of a paused queue go only after 1/limit seconds', async () => {
    const { client, native, workflows } = probe();
    const taskQueue = named('send');
    const starts = new Starts();
    await limitQueue(client, taskQueue, 0);
    const worker = await activityWorker(native, taskQueue, starts.act);
    await worker.runUntil(async () => {
      const done = client.workflow.execute('manyActivities', workflow(workflows, ['only'], { taskQueue }));
      await backlogOf(client, taskQueue, 1);
      await limitQueue(client, taskQueue, 0.5);
      const resumed = Date.now();
      await done;
      expect(starts.after(resumed)[0]).toBeGreaterThan(1_800);
    });
  });

  it('apart, one connection refuses a second worker on its queue until the first has ended', async () => {
    const { native } = probe();
    const taskQueue = named('send');
    const { act } = new Starts();
    const first = await activityWorker(native, taskQueue, act);
    await first.runUntil(async () => {
      await expect(activityWorker(native, taskQueue, act)).rejects.toThrow('Registration of multiple workers');
    });
    const second = await activityWorker(native, taskQueue, act);
    await second.runUntil(async () => {});
    expect(second.getState()).toBe('STOPPED');
  });
}

async function twoWorkers(
  address: string,
  native: NativeConnection,
  taskQueue: string,
  [first, second]: [Act, Act],
  fn: () => Promise<void>,
): Promise<void> {
  const other = await NativeConnection.connect({ address });
  const workers = [
    await activityWorker(native, taskQueue, first),
    await activityWorker(other, taskQueue, second),
  ] as const;
  await workers[0].runUntil(() => workers[1].runUntil(fn));
  await other.close();
}

/** The times that a bucket of that size would not allow; five more are granted for what a busy machine records late. */
function earlierThan(times: number[], { burst, perSecond }: { burst: number; perSecond: number }): number[] {
  const [first = 0] = times;
  return times.filter((time, index) => index + 1 > burst + 5 + (perSecond * (time - first)) / 1_000);
}

function names(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `n${index}`);
}
