/**
 * Fetches the texts from phones of one gateway account, where the gateway does not push them: one activity that is tried
 * again at its interval for as long as a sender wants them, so that no history grows.
 */
import { proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import { pollQueue } from '../sms/names.ts';
import type { InboundInput, PullActivities } from './contract.ts';

export async function inbound({ gatewayAccountId, gateway }: InboundInput): Promise<void> {
  setCurrentDetails(`Fetches the texts from phones at ${gateway}, again and again.`);
  const { pullTexts } = proxyActivities<PullActivities>({
    taskQueue: pollQueue(gatewayAccountId),
    allowEagerDispatch: false,
    summary: `fetch texts from ${gateway}`,
    startToCloseTimeout: '2m',
    retry: { initialInterval: '5s', maximumInterval: '1m' },
  });
  await pullTexts({ gatewayAccountId });
}
