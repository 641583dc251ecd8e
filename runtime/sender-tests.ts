/** Starting the workflow that tests a sender, and waiting for it. */
import type { Client } from '@temporalio/client';
import { uuidv7 } from 'uuidv7';
import { DELIVERIES_QUEUE, senderTestWorkflowId } from '../sms/names.ts';
import type { AccessResult, SenderTestInput } from '../workflows/contract.ts';

export interface SenderTests {
  /**
   * Waits until the test is over, or for `ms` milliseconds.
   * @returns what the gateway said to the login; null after a test with a message; undefined where it is not over
   * @throws where Temporal does not answer in time, or the activity failed
   */
  run(input: SenderTestInput, ms: number): Promise<AccessResult | null | undefined>;
  /** @throws where Temporal does not answer in time */
  ping(): Promise<void>;
}

const CALL_MS = 2_000;

export function createSenderTests(client: Client): SenderTests {
  return {
    async run(input, ms) {
      const handle = await client.withDeadline(Date.now() + CALL_MS, () =>
        client.workflow.start('senderTest', {
          workflowId: senderTestWorkflowId(input.messageId ?? uuidv7()),
          taskQueue: DELIVERIES_QUEUE,
          args: [input],
          workflowExecutionTimeout: '1m',
          staticSummary: `test of ${input.sender} (${input.gateway})`,
        }),
      );
      const late = AbortSignal.timeout(ms);
      try {
        return await client.withAbortSignal(late, () => handle.result() as Promise<AccessResult | null>);
      } catch (err) {
        if (late.aborted) return undefined;
        throw err;
      }
    },

    async ping() {
      await client.withDeadline(Date.now() + CALL_MS, () => client.workflowService.getSystemInfo({}));
    },
  };
}
