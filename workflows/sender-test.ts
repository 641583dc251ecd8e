/** A person tests a sender, also one that is paused or held. What came of a message is in the books. */
import { proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import { probeQueue } from '../sms/names.ts';
import type { AccessResult, ProbeActivities, SenderTestActivities, SenderTestInput } from './contract.ts';

export async function senderTest(input: SenderTestInput): Promise<AccessResult | null> {
  const { senderId, messageId, version } = input;
  setCurrentDetails(`Tests the sender **${input.sender}** (${input.gateway}).`);
  const { probeSender, tryAccess } = proxyActivities<ProbeActivities & SenderTestActivities>({
    taskQueue: probeQueue(senderId),
    allowEagerDispatch: false,
    summary: `test with ${input.gateway}`,
    startToCloseTimeout: '20s',
    scheduleToStartTimeout: '20s',
    retry: { maximumAttempts: 1 },
  });
  if (messageId === null) return await tryAccess({ senderId, version });
  await probeSender({ senderId, messageId }).catch(() => {});
  return null;
}
