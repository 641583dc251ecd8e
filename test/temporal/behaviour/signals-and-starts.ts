import {
  type Client,
  isGrpcServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { expect, it } from 'vitest';
import { eventsOf, type Probe, until, workflow } from '../probe.ts';

const ONCE = { workflowIdReusePolicy: 'REJECT_DUPLICATE', workflowIdConflictPolicy: 'USE_EXISTING' } as const;

export function signalsAndStarts(probe: () => Probe): void {
  it('a signal with a request id seen before is dropped by the server, also after the end of the run', async () => {
    const { client, workflows } = probe();
    const start = workflow(workflows);
    const handle = await client.workflow.start('collectsNotes', start);
    await signal(client, start.workflowId, 'report-1', 'delivered');
    await signal(client, start.workflowId, 'report-1', 'delivered');
    await signal(client, start.workflowId, 'report-2', 'expired');
    await signal(client, start.workflowId, 'report-1', 'changed');
    await handle.signal('finish');
    expect(await handle.result()).toEqual(['delivered', 'expired']);
    expect(await signalsIn(client, start.workflowId)).toBe(3);

    await signal(client, start.workflowId, 'report-1', 'delivered');
    const late = await signal(client, start.workflowId, 'report-3', 'late').catch((error: unknown) => error);
    expect(isGrpcServiceError(late) && late.code).toBe(5);
    await expect(handle.signal('note', 'late')).rejects.toThrow(WorkflowNotFoundError);
  });

  it('a signal in a start delay waits for the end of the delay', async () => {
    const { client, workflows } = probe();
    const start = workflow(workflows);
    const started = Date.now();
    const handle = await client.workflow.start('waitsForNote', { ...start, startDelay: '4s' });
    await handle.signal('note', 'cancel');
    expect((await handle.describe()).status.name).toBe('RUNNING');
    expect(await handle.result()).toBe('cancel');
    expect(Date.now() - started).toBeGreaterThan(3_900);
    const [, second, third] = await eventsOf(client, start.workflowId);
    expect([second, third]).toEqual(['workflowExecutionSignaled', 'workflowTaskScheduled']);
  });

  it('a signal with start in a start delay ends the delay, and REJECT_DUPLICATE keeps it from a second run', async () => {
    const { client, workflows } = probe();
    const start = workflow(workflows);
    const handle = await client.workflow.start('waitsForNote', { ...start, startDelay: '10m' });
    const withStart = () =>
      client.workflow.signalWithStart('waitsForNote', {
        ...{ workflowId: start.workflowId, taskQueue: workflows, workflowIdReusePolicy: 'REJECT_DUPLICATE' },
        ...{ signal: 'note', signalArgs: ['now'] },
      });
    await withStart();
    expect(await handle.result()).toBe('now');
    await expect(withStart()).rejects.toThrow(WorkflowExecutionAlreadyStartedError);
  });

  it('a cancel in a start delay starts the workflow at once, cancelled; a terminate ends it without a task', async () => {
    const { client, workflows } = probe();
    const [cancelled, terminated] = [workflow(workflows), workflow(workflows)];
    const first = await client.workflow.start('waitsForNote', { ...cancelled, startDelay: '10m' });
    const second = await client.workflow.start('waitsForNote', { ...terminated, startDelay: '10m' });
    await first.cancel();
    await second.terminate('not wanted');
    await expect(first.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    await expect(second.result()).rejects.toMatchObject({ cause: { name: 'TerminatedFailure' } });
    expect(await eventsOf(client, cancelled.workflowId)).toEqual([
      'workflowExecutionStarted',
      'workflowExecutionCancelRequested',
      'workflowTaskScheduled',
      'workflowTaskStarted',
      'workflowTaskCompleted',
      'workflowExecutionCanceled',
    ]);
    expect(await eventsOf(client, terminated.workflowId)).toEqual([
      'workflowExecutionStarted',
      'workflowExecutionTerminated',
    ]);
  });

  it('a second start finds the open run, delayed or not, and is refused once it has closed', async () => {
    const { client, workflows } = probe();
    const options = { ...workflow(workflows), ...ONCE };
    const first = await client.workflow.start('waitsForNote', { ...options, startDelay: '3s' });
    const delayed = await client.workflow.start('waitsForNote', options);
    expect(await eventsOf(client, options.workflowId)).toEqual(['workflowExecutionStarted']);
    await until(async () => (await eventsOf(client, options.workflowId)).includes('timerStarted'));
    const running = await client.workflow.start('waitsForNote', options);
    expect(delayed.firstExecutionRunId).toBe(first.firstExecutionRunId);
    expect(running.firstExecutionRunId).toBe(first.firstExecutionRunId);
    await running.signal('note', 'enough');
    expect(await first.result()).toBe('enough');
    await expect(client.workflow.start('waitsForNote', options)).rejects.toThrow(WorkflowExecutionAlreadyStartedError);
  });
}

/** `handle.signal` makes a request id of its own for each call, so the raw call. */
export async function signal(client: Client, workflowId: string, requestId: string, text: string): Promise<void> {
  await client.workflowService.signalWorkflowExecution({
    namespace: 'default',
    identity: 'probe',
    workflowExecution: { workflowId },
    signalName: 'note',
    requestId,
    input: { payloads: [defaultPayloadConverter.toPayload(text)] },
  });
}

export async function signalsIn(client: Client, workflowId: string): Promise<number> {
  const events = await eventsOf(client, workflowId);
  return events.filter((event) => event === 'workflowExecutionSignaled').length;
}
