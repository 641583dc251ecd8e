/** Replays histories with the workflows of today. */
import type { WorkflowHandle } from '@temporalio/client';
import { DefaultLogger, Runtime, Worker, type WorkflowBundleOption } from '@temporalio/worker';
import type { TemporalState } from '../model.ts';

export type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;

export interface RecordedRun {
  workflowId: string;
  runId?: string;
}

export interface RecordedHistory {
  workflowId: string;
  history: History;
}

/** One that was ended before its start delay was over has nothing to replay. */
export function wasRun({ events }: History): boolean {
  return events?.some(({ workflowTaskCompletedEventAttributes }) => workflowTaskCompletedEventAttributes) ?? false;
}

export async function replayAll(
  histories: readonly RecordedHistory[],
  workflowBundle: WorkflowBundleOption,
): Promise<Pick<TemporalState, 'replayed' | 'replayFailures'>> {
  beQuiet();
  const replayFailures: TemporalState['replayFailures'] = [];
  let replayed = 0;
  for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle }, histories)) {
    replayed++;
    if (error) replayFailures.push({ workflowId, message: error.message });
  }
  return { replayed, replayFailures };
}

let isQuiet = false;

/** A process has one runtime. */
function beQuiet(): void {
  if (isQuiet) return;
  isQuiet = true;
  Runtime.install({ logger: new DefaultLogger('ERROR') });
}
