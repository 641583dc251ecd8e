/** Starting the workflows that fetch texts from phones. */
import type { Client } from '@temporalio/client';
import { DELIVERIES_QUEUE, inboundWorkflowId } from '../sms/names.ts';
import type { InboundInput } from '../workflows/contract.ts';

export interface InboundWorkflows {
  /** One that runs is left alone. @throws where Temporal does not answer in time */
  start(input: InboundInput): Promise<void>;
}

const CALL_MS = 2_000;

export function createInboundWorkflows(client: Client): InboundWorkflows {
  return {
    async start(input) {
      await client.withDeadline(Date.now() + CALL_MS, () =>
        client.workflow.start('inbound', {
          workflowId: inboundWorkflowId(input.gatewayAccountId),
          taskQueue: DELIVERIES_QUEUE,
          args: [input],
          workflowIdConflictPolicy: 'USE_EXISTING',
          staticSummary: `texts from phones at ${input.gateway}`,
        }),
      );
    },
  };
}
