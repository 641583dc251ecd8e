/** The way to Temporal, for clients and workers alike: @temporalio/envconfig reads TEMPORAL_* and temporal.toml. */
import { Client, Connection, isRetryableError, makeGrpcRetryInterceptor } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';

export interface TemporalTarget {
  address: string;
  namespace: string;
  /** For NativeConnection.connect. */
  connection: ReturnType<typeof loadClientConnectConfig>['connectionOptions'] & { address: string };
}

export function temporalTarget(): TemporalTarget {
  const { connectionOptions, namespace } = loadClientConnectConfig();
  const address = connectionOptions.address ?? '127.0.0.1:7233';
  return { address, namespace: namespace ?? 'default', connection: { ...connectionOptions, address } };
}

export interface LazyClient {
  client: Client;
  connection: Connection;
  close(): Promise<void>;
}

/**
 * The SDK looks at a call's deadline only after its growing pauses, so that one second would become two. Ours fit into
 * the second that a start or signal may take; after that housekeeping is quicker.
 */
const PAUSES_MS = [100, 300];
/** By default gRPC looks for a lost server at growing pauses: half a minute blind after an outage of one. */
const RECONNECT = { 'grpc.initial_reconnect_backoff_ms': 100, 'grpc.max_reconnect_backoff_ms': 1_000 };

/** A client that needs no Temporal to be made: the API starts, and accepts messages, also while Temporal is away. */
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
    connection,
    async close() {
      closing = true;
      // A retry that finds its connection closed throws where nobody can catch it.
      await new Promise((resolve) => setTimeout(resolve, Math.max(...PAUSES_MS) + 50));
      await connection.close();
    },
  };
}
