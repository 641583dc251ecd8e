import { expect, it } from 'vitest';
import { activityWorker, backlogOf, limitQueue, named, type Probe, Starts, until, workflow } from '../probe.ts';

/** Two pollers may bring neighbours in either order. */
const ONE_POLLER = 1;

export function queueOrder(probe: () => Probe): void {
  for (const [limit, label] of [
    [null, 'without a limit'],
    [20, 'with a limit'],
  ] as const) {
    it(`of a backlog is by priority key without any server setting, ${label}`, async () => {
      const { client, native, workflows } = probe();
      const taskQueue = named('send');
      const starts = new Starts();
      await limitQueue(client, taskQueue, 0);
      const worker = await activityWorker(native, taskQueue, starts.act, ONE_POLLER);
      await worker.runUntil(async () => {
        const names = Array.from({ length: 30 }, (_, index) => `n${index}:${[5, 3, 1][index % 3]}`);
        const done = client.workflow.execute('manyActivities', workflow(workflows, names, { taskQueue }));
        await backlogOf(client, taskQueue, 30);
        await limitQueue(client, taskQueue, limit);
        await done;
      });
      const keys = starts.seen.map(({ name }) => name.split(':')[1]).join('');
      expect(keys).toBe('1'.repeat(10) + '3'.repeat(10) + '5'.repeat(10));
    });
  }

  it('lets a late task of key 1 pass a waiting backlog', async () => {
    const { client, native, workflows } = probe();
    const taskQueue = named('send');
    const starts = new Starts();
    await limitQueue(client, taskQueue, 1);
    const worker = await activityWorker(native, taskQueue, starts.act);
    await worker.runUntil(async () => {
      const bulk = Array.from({ length: 25 }, (_, index) => `bulk${index}:5`);
      const done = client.workflow.execute('manyActivities', workflow(workflows, bulk, { taskQueue }));
      await until(() => starts.seen.length > 1);
      await client.workflow.execute('manyActivities', workflow(workflows, ['otp:1'], { taskQueue }));
      const place = starts.seen.findIndex(({ name }) => name === 'otp:1');
      expect(place).toBeGreaterThan(1);
      expect(place).toBeLessThan(20);
      await limitQueue(client, taskQueue, null);
      await done;
    });
  });

  it('skips tasks of ended workflows: they are not handed out, and take no tokens of the limit', async () => {
    const { client, native, workflows } = probe();
    const taskQueue = named('send');
    const starts = new Starts();
    await limitQueue(client, taskQueue, 0);
    const worker = await activityWorker(native, taskQueue, starts.act);
    await worker.runUntil(async () => {
      const dead = Array.from({ length: 60 }, (_, index) => `dead${index}`);
      const first = { taskQueue, priority: { priorityKey: 1 } };
      await client.workflow.execute('leavesActivities', workflow(workflows, dead, first));
      await backlogOf(client, taskQueue, 60);
      const done = client.workflow.execute('manyActivities', workflow(workflows, ['alive:5'], { taskQueue }));
      await backlogOf(client, taskQueue, 61);
      await limitQueue(client, taskQueue, 2);
      const resumed = Date.now();
      await done;
      expect(starts.seen.map(({ name }) => name)).toEqual(['alive:5']);
      expect(starts.after(resumed)[0]).toBeLessThan(20_000);
    });
  });
}
