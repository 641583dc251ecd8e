/** Histories of the run, a sample that paths.ts chose, replay with the workflows of today. */
import type { Facts } from '../facts.ts';
import type { Finding } from '../finding.ts';

export function replay({ evidence, messages }: Facts): Finding {
  const { replayed, sample, replayFailures } = evidence.temporal;
  return {
    looked: replayed,
    checked: `${replayed} histories: ${sample}`,
    breaches: replayFailures.map(({ workflowId, message }) => ({
      what: `${workflowId} does not replay: ${message}`,
      ...(messages.has(workflowId) ? { messageId: workflowId } : {}),
    })),
  };
}
