/** Starting and signalling the workflows of messages: what the API and housekeeping do from outside. */
import {
  type Client,
  isGrpcServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common';
import { DELIVERIES_QUEUE, deliveryWorkflowId, SEARCH_ATTRIBUTES } from '../sms/names.ts';
import { type DeliverSmsInput, type Ended, SIGNALS } from '../workflows/contract.ts';

export interface StartDelivery extends DeliverSmsInput {
  accountId: string;
  /** Milliseconds until the delivery shall begin. */
  delayMs: number;
}

export interface Deliveries {
  /**
   * Starts the delivery of a message; a second start of the same one does nothing.
   * @param again also where an earlier run of it has ended (housekeeping: the books say that it is not final)
   * @throws where Temporal does not answer in time
   */
  start(delivery: StartDelivery, options?: { again?: boolean }): Promise<'started' | 'exists'>;
  /**
   * Tells a delivery that its message has come to its end.
   * @param requestId the same for the same cause, so that Temporal drops repeats
   * @returns false where no such delivery runs, which is fine: the books know
   */
  signalEnd(messageId: string, signal: keyof typeof SIGNALS, end: Ended, requestId: string): Promise<boolean>;
}

const GRPC_NOT_FOUND = 5;
/** The row is the promise: a caller does not wait longer for Temporal than this. */
const CALL_MS = 1_000;

const KEYS = {
  sender: defineSearchAttributeKey(SEARCH_ATTRIBUTES.sender, SearchAttributeType.KEYWORD),
  account: defineSearchAttributeKey(SEARCH_ATTRIBUTES.account, SearchAttributeType.KEYWORD),
  gateway: defineSearchAttributeKey(SEARCH_ATTRIBUTES.gateway, SearchAttributeType.KEYWORD),
};

export function createDeliveries(client: Client): Deliveries {
  const namespace = client.options.namespace;
  const payloads = client.options.loadedDataConverter.payloadConverter;
  return {
    async start({ accountId, delayMs, ...input }, { again = false } = {}) {
      try {
        await client.withDeadline(Date.now() + CALL_MS, () =>
          client.workflow.start('deliverSms', {
            workflowId: deliveryWorkflowId(input.messageId),
            taskQueue: DELIVERIES_QUEUE,
            args: [input],
            workflowIdReusePolicy: again ? 'ALLOW_DUPLICATE' : 'REJECT_DUPLICATE',
            workflowIdConflictPolicy: 'FAIL',
            ...(delayMs > 0 ? { startDelay: delayMs } : {}),
            priority: { priorityKey: input.priority },
            staticSummary: `SMS through ${input.sender} (${input.gateway})`,
            typedSearchAttributes: new TypedSearchAttributes([
              { key: KEYS.sender, value: input.sender },
              { key: KEYS.account, value: accountId },
              { key: KEYS.gateway, value: input.gateway },
            ]),
          }),
        );
        return 'started';
      } catch (err) {
        if (err instanceof WorkflowExecutionAlreadyStartedError) return 'exists';
        throw err;
      }
    },

    async signalEnd(messageId, signal, end, requestId) {
      const workflowId = deliveryWorkflowId(messageId);
      try {
        await client.withDeadline(Date.now() + CALL_MS, async () => {
          await client.workflowService.signalWorkflowExecution({
            namespace,
            workflowExecution: { workflowId },
            signalName: SIGNALS[signal],
            requestId,
            identity: 'durable-sms',
            input: { payloads: [payloads.toPayload(end)] },
          });
          if (signal !== 'deliveryReport') await endIfDelayed(client, workflowId);
        });
        return true;
      } catch (err) {
        if (isNotFound(err)) return false;
        throw err;
      }
    },
  };
}

/** A workflow hears no signal before its start delay is over; one whose message has ended has nothing to wait for. */
async function endIfDelayed(client: Client, workflowId: string): Promise<void> {
  const handle = client.workflow.getHandle(workflowId);
  const { executionTime } = await handle.describe();
  if (executionTime && executionTime.getTime() > Date.now()) {
    await handle.terminate('the message came to its end before its time');
  }
}

function isNotFound(err: unknown): boolean {
  return err instanceof WorkflowNotFoundError || (isGrpcServiceError(err) && err.code === GRPC_NOT_FOUND);
}
