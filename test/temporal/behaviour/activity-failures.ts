import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { activityInfo, heartbeat } from '@temporalio/activity';
import type { Duration } from '@temporalio/common';
import { ApplicationFailure } from '@temporalio/common';
import { expect, it } from 'vitest';
import { activityWorker, eventsOf, limitQueue, named, type Probe, Starts, workflow } from '../probe.ts';
import type { ActivityEnd } from '../probe-workflows.ts';

const NO_RETRY_WHEN_LOST = ['TemporalTimeout:StartToClose'];

export function activityFailures(probe: () => Probe): void {
  it('of a killed worker are not retried with TemporalTimeout:StartToClose as non-retryable type', async () => {
    const { address, client, native, workflows } = probe();
    const taskQueue = named('send');
    const starts = new Starts();
    const lost = await lostWorker(address, taskQueue);
    try {
      const options = { taskQueue, startToCloseTimeout: '2s' };
      const retry = { nonRetryableErrorTypes: NO_RETRY_WHEN_LOST };
      const stops = client.workflow.execute('oneActivity', workflow(workflows, { ...options, retry }));
      await lost.taken();
      const goesOn = client.workflow.execute('oneActivity', workflow(workflows, options));
      await lost.taken();
      await lost.kill();

      const survivor = await activityWorker(native, taskQueue, starts.act);
      await survivor.runUntil(async () => {
        expect(await stops).toMatchObject({
          failure: {
            error: 'ActivityFailure',
            retryState: 'NON_RETRYABLE_FAILURE',
            cause: { error: 'TimeoutFailure', timeoutType: 'START_TO_CLOSE' },
          },
        });
        expect(await goesOn).toMatchObject({ value: 'only' });
      });
      expect(starts.seen).toHaveLength(1);
    } finally {
      await lost.kill();
    }
  });

  it('that are ordinary are retried all the same; a result after the time-out is dropped', async () => {
    const { client, native, workflows } = probe();
    const taskQueue = named('send');
    const ended = new EventEmitter();
    let calls = 0;
    const worker = await activityWorker(native, taskQueue, async () => {
      calls += 1;
      if (calls === 1) throw ApplicationFailure.create({ message: 'busy', type: 'Throttled' });
      await once(ended, 'ended');
      return 'too late';
    });
    const options = { taskQueue, startToCloseTimeout: '3s', retry: { nonRetryableErrorTypes: NO_RETRY_WHEN_LOST } };
    const start = workflow(workflows, options);
    const end = await worker.runUntil(async () => {
      const result = await client.workflow.execute('oneActivity', start);
      ended.emit('ended');
      return result;
    });
    expect(end).toMatchObject({ failure: { cause: { error: 'TimeoutFailure', timeoutType: 'START_TO_CLOSE' } } });
    expect(calls).toBe(2);
    const events = await eventsOf(client, start.workflowId);
    expect(events.filter((event) => event.startsWith('activity'))).toEqual([
      'activityTaskScheduled',
      'activityTaskStarted',
      'activityTaskTimedOut',
    ]);
  });

  it('keep what the last heartbeat told for all further attempts, also without a heartbeat time-out', async () => {
    const { client, native, workflows } = probe();
    const taskQueue = named('send');
    const found: unknown[] = [];
    const worker = await activityWorker(native, taskQueue, async () => {
      const { attempt, heartbeatDetails } = activityInfo();
      found.push(heartbeatDetails);
      if (attempt === 1) heartbeat({ lost: ['one'] });
      if (attempt < 3) throw ApplicationFailure.create({ message: 'again', nextRetryDelay: '10ms' });
      return 'done';
    });
    await worker.runUntil(client.workflow.execute('oneActivity', workflow(workflows, { taskQueue })));
    expect(found).toEqual([undefined, { lost: ['one'] }, { lost: ['one'] }]);
  });

  it('by scheduleToClose look like SCHEDULE_TO_START when no attempt ever left the queue', async () => {
    const { client, native, workflows } = probe();
    const taskQueue = named('send');
    const starts = new Starts();
    await limitQueue(client, taskQueue, 0);
    const worker = await activityWorker(native, taskQueue, starts.act);
    const end: ActivityEnd = await worker.runUntil(
      client.workflow.execute('oneActivity', workflow(workflows, { taskQueue, scheduleToCloseTimeout: '2s' })),
    );
    expect(end.failure).toMatchObject({
      retryState: 'TIMEOUT',
      cause: { error: 'TimeoutFailure', timeoutType: 'SCHEDULE_TO_START' },
    });
    expect(end.afterMs).toBeGreaterThan(1_900);
    expect(end.afterMs).toBeLessThan(10_000);
    expect(starts.seen).toEqual([]);
  });

  it('by scheduleToClose look alike for a retry in a paused queue and for an attempt on its way', async () => {
    const { client, native, workflows } = probe();
    const [pausedQueue, busyQueue] = [named('send'), named('send')];
    const ended = new EventEmitter();
    const failsThenPaused = await activityWorker(native, pausedQueue, async () => {
      await limitQueue(client, pausedQueue, 0);
      throw new Error('not sent');
    });
    const busy = await activityWorker(native, busyQueue, async () => {
      await once(ended, 'ended');
      return 'sent';
    });
    const run = (taskQueue: string) => {
      const retry = { initialInterval: '100ms', nonRetryableErrorTypes: NO_RETRY_WHEN_LOST };
      return client.workflow.execute(
        'oneActivity',
        workflow(workflows, { taskQueue, scheduleToCloseTimeout: '6s', retry }),
      );
    };
    const ends = await Promise.all([
      failsThenPaused.runUntil(run(pausedQueue)),
      busy.runUntil(() => run(busyQueue).finally(() => ended.emit('ended'))),
    ]);
    for (const end of ends) {
      expect(end).toMatchObject({
        failure: { retryState: 'TIMEOUT', cause: { error: 'TimeoutFailure', timeoutType: 'SCHEDULE_TO_CLOSE' } },
      });
    }
  });

  it('with a next retry beyond scheduleToClose end the activity at once, by their own error', async () => {
    const { client, native, workflows } = probe();
    const taskQueue = named('send');
    const worker = await activityWorker(native, taskQueue, async () => {
      throw ApplicationFailure.create({ message: 'busy', type: 'Throttled', nextRetryDelay: '1h' });
    });
    const options = { taskQueue, scheduleToCloseTimeout: '30m', retry: { maximumInterval: '2h' } };
    const end = await worker.runUntil(client.workflow.execute('oneActivity', workflow(workflows, options)));
    expect(end).toMatchObject({ failure: { retryState: 'TIMEOUT', cause: { error: 'ApplicationFailure Throttled' } } });
  });

  it('with nextRetryDelay wait that long, also beyond maximumInterval', async () => {
    const { client, native, workflows } = probe();
    const taskQueue = named('send');
    const attempts = new Map<string, number[]>();
    const worker = await activityWorker(native, taskQueue, async () => {
      const { attempt, workflowExecution } = activityInfo();
      const id = workflowExecution?.workflowId ?? '';
      attempts.set(id, [...(attempts.get(id) ?? []), Date.now()]);
      if (attempt > 1) return 'sent';
      throw ApplicationFailure.create({ message: 'busy', type: 'Throttled', nextRetryDelay: '3s' });
    });
    const gap = async (maximumInterval: Duration) => {
      const start = workflow(workflows, { taskQueue, retry: { initialInterval: '50ms', maximumInterval } });
      await client.workflow.execute('oneActivity', start);
      const [first = Number.NaN, second = Number.NaN] = attempts.get(start.workflowId) ?? [];
      return second - first;
    };
    const gaps = await worker.runUntil(() => Promise.all([gap('10s'), gap('1s')]));
    expect(Math.min(...gaps)).toBeGreaterThan(2_900);
    expect(Math.max(...gaps)).toBeLessThan(10_000);
  });
}

interface LostWorker {
  /** Resolves when the worker has taken one more activity. */
  taken(): Promise<void>;
  kill(): Promise<void>;
}

async function lostWorker(address: string, taskQueue: string): Promise<LostWorker> {
  const script = fileURLToPath(new URL('../lost-worker.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, address, taskQueue], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  return {
    async taken() {
      await Promise.race([once(child.stdout, 'data'), died(child)]);
    },
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

async function died(child: ChildProcess): Promise<never> {
  await once(child, 'exit');
  throw new Error('the worker ended by itself');
}
