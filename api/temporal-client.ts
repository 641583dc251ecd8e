/** A client that needs no Temporal to be made: the API starts, and accepts messages, also while Temporal is away. */
import { Client, Connection, isRetryableError, makeGrpcRetryInterceptor } from '@temporalio/client';
import type { TemporalTarget } from '../runtime/temporal.ts';

export interface LazyClient {
  client: Client;
  close(): Promise<void>;
}

/**
 * The SDK's own retries go on past the deadline of a call. Ours fit into the second that a start or signal may take;
 * after that housekeeping is quicker.
 */
const PAUSES_MS = [100, 300];
/** gRPC would grow its pause to two minutes, in which no delivery is started although Temporal is back. */
const RECONNECT = { 'grpc.initial_reconnect_backoff_ms': 200, 'grpc.max_reconnect_backoff_ms': 2_000 };

export function lazyClient({
  connection: options,
  namespace,
}: Pick<TemporalTarget, 'connection' | 'namespace'>): LazyClient {
  let closing = false;
  const retry = makeGrpcRetryInterceptor({
    retryableDecider: (attempt, status) => !closing && attempt <= PAUSES_MS.length && isRetryableError(status),
    delayFunction: (attempt) => PAUSES_MS[attempt - 1] ?? 0,
  });
  const connection = Connection.lazy({ ...options, channelArgs: RECONNECT, interceptors: [retry] });
  return {
    client: new Client({ connection, namespace }),
    async close() {
      closing = true;
      // A retry that finds its connection closed throws where nobody can catch it.
      await new Promise((resolve) => setTimeout(resolve, Math.max(...PAUSES_MS) + 50));
      await connection.close();
    },
  };
}
