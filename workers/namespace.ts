/** What the product needs of its Temporal namespace: search attributes that operators filter by, and how long to keep. */
import type { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { kindOf, type Logger } from '../runtime/log.ts';
import { SEARCH_ATTRIBUTES } from '../sms/names.ts';

/** temporal.api.enums.v1.IndexedValueType */
const KEYWORD = 2;

/**
 * Adds missing search attributes and sets the retention. A server that does not let us (Temporal Cloud: it is done in its
 * console) is asked only whether all is there.
 * @throws where a search attribute is missing and cannot be added
 */
export async function prepareNamespace(
  connection: Connection,
  namespace: string,
  retentionDays: number,
  log: Logger,
): Promise<void> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = Object.values(SEARCH_ATTRIBUTES).filter((name) => !(name in (customAttributes ?? {})));
  if (missing.length > 0) {
    try {
      await connection.operatorService.addSearchAttributes({
        namespace,
        searchAttributes: Object.fromEntries(missing.map((name) => [name, KEYWORD])),
      });
    } catch (err) {
      throw new Error(
        `Temporal's namespace '${namespace}' lacks the search attributes ${missing.join(', ')} (Keyword)`,
        {
          cause: err,
        },
      );
    }
  }
  const retention = msToTs(`${retentionDays}d`);
  try {
    const { config } = await connection.workflowService.describeNamespace({ namespace });
    if (config?.workflowExecutionRetentionTtl?.seconds?.equals(retention.seconds ?? 0)) return;
    await connection.workflowService.updateNamespace({
      namespace,
      config: { workflowExecutionRetentionTtl: retention },
    });
  } catch (err) {
    log.warn({ reason: kindOf(err) }, "the namespace's retention was left as it is");
  }
}
