/** What Temporal keeps of a workflow, looked into and kept for the replay test. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { expect } from 'vitest';
import { PASSWORD } from './senders.ts';
import { eventually, type System, TEXT } from './system.ts';

/** The whole of it, once it has ended. */
export async function historyOf({ temporal }: System, workflowId: string) {
  const handle = temporal.workflow.getHandle(workflowId);
  await eventually(
    async () => (await handle.describe()).status.name,
    (status) => status !== 'RUNNING',
  );
  return await handle.fetchHistory();
}

/** Each run so far of a loop, which begins anew now and then, the oldest first. */
export async function runsOf({ temporal }: System, workflowId: string): Promise<History[]> {
  const runs: { runId: string; startTime: Date }[] = [];
  for await (const run of temporal.workflow.list({ query: `WorkflowId = '${workflowId}'` })) runs.push(run);
  runs.sort((a, b) => a.startTime.getTime() - b.startTime.getTime());
  return await Promise.all(runs.map(({ runId }) => temporal.workflow.getHandle(workflowId, runId).fetchHistory()));
}

export type History = Awaited<ReturnType<typeof historyOf>>;

/** @param to the phone of the message, if it is of one */
export function expectNoSecrets(path: string, history: History, to?: string): void {
  const json = historyToJSON(history);
  const raw = json + decoded(json);
  for (const secret of [TEXT, PASSWORD, ...(to === undefined ? [] : [to.slice(1), to.slice(-9)])]) {
    expect(raw, path).not.toContain(secret);
  }
}

/** With RECORD_HISTORIES set to test/histories the replay test gets it anew. */
export function keepHistory(path: string, history: History): void {
  const json = historyToJSON(history).replaceAll(process.cwd(), '');
  expect(JSON.parse(json).events.length, path).toBeGreaterThan(1);
  const folder = process.env.RECORD_HISTORIES;
  if (folder) writeFileSync(join(folder, `${path.replaceAll(/[^a-z0-9]+/g, '-')}.json`), json);
}

/** Payloads are in base64. */
function decoded(json: string): string {
  return [...json.matchAll(/"([A-Za-z0-9+/]{8,}={0,2})"/g)]
    .map(([, data = '']) => Buffer.from(data, 'base64').toString('utf8'))
    .join('\n');
}
