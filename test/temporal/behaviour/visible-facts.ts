import type { Client, WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter, defineSearchAttributeKey, TypedSearchAttributes } from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time.js';
import { expect, it } from 'vitest';
import { activityWorker, eventsOf, named, type Probe, Starts, until, workflow } from '../probe.ts';

const KEYWORD = 2; // temporal.api.enums.v1.IndexedValueType
const WEEK_MS = 7 * 86_400_000;

export function visibleFacts(probe: () => Probe): void {
  it('one SMS with check, send, timer and report takes 18 events, and shows its summaries', async () => {
    const { client, native, workflows } = probe();
    const taskQueue = named('send');
    const sender = named('sender');
    const start = workflow(workflows, taskQueue);
    const worker = await activityWorker(native, taskQueue, new Starts().act);
    await worker.runUntil(async () => {
      const handle = await client.workflow.start('oneSms', {
        ...start,
        staticSummary: 'one SMS',
        staticDetails: 'by a gateway',
        typedSearchAttributes: keyword('SmsSender', sender),
      });
      await until(async () => (await eventsOf(client, start.workflowId)).includes('timerStarted'));

      expect(await currentDetails(handle)).toBe('waiting for a report');
      const described = await handle.describe();
      expect(await described.staticSummary()).toBe('one SMS');
      expect(await described.staticDetails()).toBe('by a gateway');
      expect(described.typedSearchAttributes.get(defineSearchAttributeKey('SmsSender', 'KEYWORD'))).toBe(sender);
      await until(async () => (await listed(client, `SmsSender = '${sender}'`)).includes(start.workflowId));

      await handle.signal('note', 'delivered');
      expect(await handle.result()).toBe('delivered');
    });

    const task = ['workflowTaskScheduled', 'workflowTaskStarted', 'workflowTaskCompleted'];
    expect(await eventsOf(client, start.workflowId)).toEqual([
      'workflowExecutionStarted',
      ...task,
      ...['markerRecorded', 'activityTaskScheduled', 'activityTaskStarted', 'activityTaskCompleted'],
      ...task,
      ...['timerStarted', 'workflowExecutionSignaled'],
      ...task,
      ...['timerCanceled', 'workflowExecutionCompleted'],
    ]);
    expect(await summaries(client, start.workflowId)).toEqual([
      'one SMS',
      'check the suppress lists',
      'send by the gateway',
    ]);
  });

  it('search attributes can be added at run time, again without error, and are usable at once', async () => {
    const { client, workflows } = probe();
    const name = `Probe${Date.now()}`;
    const add = () =>
      client.connection.operatorService.addSearchAttributes({
        namespace: 'default',
        searchAttributes: { [name]: KEYWORD },
      });
    const start = { ...workflow(workflows), typedSearchAttributes: keyword(name, 'yes') };
    await expect(client.workflow.start('endsAtOnce', start)).rejects.toMatchObject({
      name: 'ServiceError',
      cause: { code: 3, details: expect.stringContaining(`no mapping defined for search attribute ${name}`) },
    });

    await add();
    await add();
    const added = Date.now();
    await until(() => client.workflow.start('endsAtOnce', start).then(() => true, isUnknownAttribute));
    expect(Date.now() - added).toBeLessThan(5_000);
    await until(async () => (await listed(client, `${name} = 'yes'`)).includes(start.workflowId));
  });

  it('the retention of a namespace can be set to 7 days at run time', async () => {
    const { workflowService } = probe().client;
    const workflowExecutionRetentionTtl = msToTs(WEEK_MS);
    await workflowService.updateNamespace({ namespace: 'default', config: { workflowExecutionRetentionTtl } });
    const { config } = await workflowService.describeNamespace({ namespace: 'default' });
    expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(WEEK_MS / 1_000);
  });
}

function keyword(name: string, value: string): TypedSearchAttributes {
  return new TypedSearchAttributes([{ key: defineSearchAttributeKey(name, 'KEYWORD'), value }]);
}

function isUnknownAttribute(error: unknown): false {
  expect(error).toMatchObject({ cause: { code: 3 } });
  return false;
}

/** Not a part of `describe`: the workers tell it, by a query that every workflow answers. */
async function currentDetails(handle: WorkflowHandle): Promise<unknown> {
  const metadata = await handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
  return metadata.currentDetails;
}

async function listed({ workflow }: Client, query: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { workflowId } of workflow.list({ query })) ids.push(workflowId);
  return ids;
}

async function summaries({ workflow }: Client, workflowId: string): Promise<unknown[]> {
  const { events } = await workflow.getHandle(workflowId).fetchHistory();
  const payloads = (events ?? []).flatMap(({ userMetadata }) => userMetadata?.summary ?? []);
  return payloads.map((payload) => defaultPayloadConverter.fromPayload(payload));
}
