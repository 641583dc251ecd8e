/**
 * Starts deliveries in the background. The row is the promise: what is not started here, because Temporal is away or
 * too much is waiting, is started by housekeeping.
 */
import type { Deliveries, StartDelivery } from '../runtime/deliveries.ts';
import type { Logger } from '../runtime/log.ts';
import { createBackground } from './background.ts';
import { describeError } from './errors.ts';
import { quietWarning } from './quiet.ts';

export interface Starter {
  start(delivery: StartDelivery): void;
  /** @returns how many were left to housekeeping */
  drain(ms: number): Promise<number>;
}

const CONCURRENCY = 50;
/** More than this is a queue that Temporal does not keep up with; housekeeping goes at its own pace. */
const LIMIT = 10_000;

export function createStarter(deliveries: Deliveries, log: Logger): Starter {
  const warn = quietWarning(log, 'deliveries were not started; housekeeping will');
  const background = createBackground({
    concurrency: CONCURRENCY,
    limit: LIMIT,
    onError: (err) => warn({ err: describeError(err) }),
  });
  return {
    start(delivery) {
      if (!background.run(() => deliveries.start(delivery))) warn({ reason: 'too many are waiting' });
    },
    drain: (ms) => background.drain(ms),
  };
}
