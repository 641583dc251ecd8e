/**
 * At the end no workflow is open but the loops, and none has ended otherwise than in order. A message whose STOP or cancel
 * came before its time has its waiting workflow terminated: that is in order.
 */
import type { Facts } from '../facts.ts';
import type { Finding } from '../finding.ts';

export function leaks({ evidence, messages }: Facts): Finding {
  const { seen, open, odd } = evidence.temporal;
  const wasWaiting = (workflowId: string) => {
    const message = messages.get(workflowId);
    const isEnded = message?.status === 'suppressed' || message?.status === 'cancelled';
    return message !== undefined && isEnded && message.sendAt > message.acceptedAt;
  };
  const wrong = odd.filter(({ workflowId, status }) => !(status === 'TERMINATED' && wasWaiting(workflowId)));
  const breaches = [
    ...open.map(({ workflowId, type }) => ({ workflowId, what: `${type} ${workflowId} is still open` })),
    ...wrong.map(({ workflowId, type, status }) => ({ workflowId, what: `${type} ${workflowId} ended as ${status}` })),
  ];
  return {
    looked: seen,
    checked: `${seen} workflow runs`,
    breaches: breaches.map(({ workflowId, what }) => ({
      what,
      ...(messages.has(workflowId) ? { messageId: workflowId } : {}),
    })),
  };
}
