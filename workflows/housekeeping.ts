/**
 * Mends what a crash left half done, round after round: messages that were accepted and never started, reports that were
 * stored and never worked through, deliveries whose workflow is gone; and lets a held sender try again.
 */
import { continueAsNew, log, proxyActivities, sleep, workflowInfo } from '@temporalio/workflow';
import { probeQueue } from '../sms/names.ts';
import type { HousekeepingActivities, MessageRef, ProbeActivities } from './contract.ts';

const { keepHouse } = proxyActivities<HousekeepingActivities>({
  startToCloseTimeout: '1m',
  heartbeatTimeout: '10s', // so that a worker's death costs no more of it
  retry: { initialInterval: '1s', maximumInterval: '10s' },
});

export async function housekeeping(): Promise<void> {
  while (!workflowInfo().continueAsNewSuggested) {
    const { repairs, probes, pauseMs } = await keepHouse();
    if (Object.keys(repairs).length > 0) log.info('housekeeping mended something', { repairs });
    await Promise.all(probes.map(probe));
    await sleep(pauseMs, { summary: 'until the next round' });
  }
  await continueAsNew<typeof housekeeping>();
}

/** One message of a held sender goes past the hold; whatever comes of it is in the books. */
async function probe(message: MessageRef): Promise<void> {
  const { probeSender } = proxyActivities<ProbeActivities>({
    taskQueue: probeQueue(message.senderId),
    allowEagerDispatch: false,
    summary: 'try a held sender again',
    startToCloseTimeout: '20s',
    scheduleToStartTimeout: '10s',
    retry: { maximumAttempts: 1 },
  });
  await probeSender(message).catch(() => {});
}
