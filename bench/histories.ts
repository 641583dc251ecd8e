import type { Client } from '@temporalio/client';
import { billableActions } from './actions.ts';

/** What Temporal keeps of one workflow, on average. */
export interface InTemporal {
  actions: number;
  events: number;
}

const SAMPLE = 20;

/** From a sample that is spread over all of them. */
export async function meanHistory(client: Client, workflowIds: readonly string[]): Promise<InTemporal> {
  const every = Math.max(1, Math.floor(workflowIds.length / SAMPLE));
  const sample = workflowIds.filter((_, index) => index % every === 0);
  const found = await Promise.all(sample.map((id) => client.workflow.getHandle(id).fetchHistory()));
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return { actions: mean(found.map(billableActions)), events: mean(found.map(({ events }) => events?.length ?? 0)) };
}
