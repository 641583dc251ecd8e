import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection, type ConnectionOptions, makeGrpcRetryInterceptor } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { expect, it } from 'vitest';
import {
  activityWorker,
  bundleProbeWorkflows,
  limitQueue,
  named,
  queueLimit,
  Starts,
  workflow,
  workflowWorker,
} from '../probe.ts';
import { type DevServer, startDevServer } from '../server.ts';
import { signal, signalsIn } from './signals-and-starts.ts';

/** Retries within a deadline look at it only after their pause, so the pauses must be short. */
const shortRetries = makeGrpcRetryInterceptor({
  delayFunction: () => 100,
  retryableDecider: (attempt, { code }) => code === 14 && attempt < 20,
});
/** By default a client looks for a lost server at growing pauses, of 30 s and more after an outage of a minute. */
const quickReturn: ConnectionOptions = {
  interceptors: [shortRetries],
  channelArgs: { 'grpc.initial_reconnect_backoff_ms': 100, 'grpc.max_reconnect_backoff_ms': 1_000 },
};

export function serverAway(): void {
  it('fails a start with default options after about 20 s; abort does not bound it, a deadline of 1 s to about 2 s', async () => {
    const server = await startDevServer();
    await server.stop();
    const client = new Client({ connection: Connection.lazy({ address: server.address }) });
    const [byDefault, deadline, aborted] = await Promise.all([
      failure(() => start(client)),
      failure(() => client.withDeadline(Date.now() + 1_000, () => start(client))),
      failure(() => client.withAbortSignal(AbortSignal.timeout(1_000), () => start(client))),
    ]);
    await client.connection.close();
    expect(byDefault).toMatchObject({ error: { name: 'ServiceError', cause: { code: 14 } } });
    expect(byDefault.afterMs).toBeGreaterThan(12_000);
    expect(aborted.afterMs).toBeGreaterThan(12_000);
    expect(deadline).toMatchObject({ error: { name: 'ServiceError', cause: { code: 4 } } });
    expect(deadline.afterMs).toBeGreaterThan(1_000);
    expect(deadline.afterMs).toBeLessThan(6_000);
  });

  it('fails a start in 1 s by a deadline and short retries; the client comes back soon after the server', async () => {
    await withDevServer(async (server) => {
      const client = await connect(server);
      await start(client);
      await server.kill();
      const times: number[] = [];
      while (times.length < 5) {
        const { error, afterMs } = await failure(() => client.withDeadline(Date.now() + 1_000, () => start(client)));
        expect(error).toMatchObject({ name: 'ServiceError', cause: { code: expect.toBeOneOf([4, 14]) } });
        times.push(afterMs);
      }
      expect(times.sort((a, b) => a - b)[2]).toBeLessThan(1_700);
      await server.start();
      const back = Date.now();
      await start(client);
      expect(Date.now() - back).toBeLessThan(6_000);
      await client.connection.close();
    });
  });

  it('killed and started again has kept timers, tasks, queue limits and signal ids; workers come back alone', async () => {
    const bundle = await bundleProbeWorkflows();
    await withDevServer(async (server) => {
      const client = await connect(server);
      const native = await NativeConnection.connect({ address: server.address });
      const [workflows, send] = [named('workflows'), named('send')];
      const starts = new Starts();
      const collecting = workflow(workflows);
      await limitQueue(client, send, 0);
      const decider = await workflowWorker(native, bundle, workflows);
      const sender = await activityWorker(native, send, starts.act);
      await decider.runUntil(() =>
        sender.runUntil(async () => {
          const timer = await client.workflow.start('sleeps', workflow(workflows, 4_000));
          const pending = await client.workflow.start('oneActivity', workflow(workflows, { taskQueue: send }));
          const collector = await client.workflow.start('collectsNotes', collecting);
          await signal(client, collecting.workflowId, 'report-1', 'delivered');
          await sleep(1_000);

          await server.kill();
          await sleep(2_000);
          await server.start();
          const back = Date.now();

          await signal(client, collecting.workflowId, 'report-1', 'delivered');
          await collector.signal('finish');
          expect(await collector.result()).toEqual(['delivered']);
          expect(await signalsIn(client, collecting.workflowId)).toBe(2);
          expect(Date.now() - back).toBeLessThan(20_000);

          expect(await timer.result()).toBe('slept');
          expect(await queueLimit(client, send)).toBe(0);
          expect(starts.seen).toEqual([]);
          await limitQueue(client, send, null);
          expect(await pending.result()).toMatchObject({ value: 'only' });
        }),
      );
      await native.close();
      await client.connection.close();
    });
  });
}

async function withDevServer(fn: (server: DevServer) => Promise<void>): Promise<void> {
  const server = await startDevServer();
  try {
    await fn(server);
  } finally {
    await server.stop();
  }
}

async function connect({ address }: DevServer): Promise<Client> {
  return new Client({ connection: await Connection.connect({ address, ...quickReturn }) });
}

function start(client: Client): Promise<unknown> {
  return client.workflow.start('endsAtOnce', workflow('nobody'));
}

async function failure(call: () => Promise<unknown>): Promise<{ error: unknown; afterMs: number }> {
  const started = Date.now();
  const error = await call().then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  return { error, afterMs: Date.now() - started };
}
